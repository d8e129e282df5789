import { pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { tenants } from './tenants.ts';
import type { Role } from '../access/index.ts';

export const apiKeys = pgTable('api_keys', {
  id: uuid().primaryKey(),
  /** Null: the whole platform. */
  tenant_id: uuid().references(() => tenants.id, { onDelete: 'cascade' }),
  name: text().notNull(),
  role: text().$type<Role>().notNull(),
  /** SHA-256 of the key, which is 256 random bits and so needs no salt. */
  hash: text().notNull(),
  /** The first characters, to tell keys apart. */
  prefix: text().notNull(),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  expires_at: timestamp({ withTimezone: true }),
  last_used_at: timestamp({ withTimezone: true }),
  revoked_at: timestamp({ withTimezone: true }),
}, (table) => [uniqueIndex('api_keys_hash').on(table.hash)]);

export type ApiKeyRow = typeof apiKeys.$inferSelect;
