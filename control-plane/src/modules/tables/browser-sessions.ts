import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { apiKeys } from './access.ts';
import { tenants } from './tenants.ts';
import type { Role } from '../access/index.ts';

/** Who is signed in to the admin UI. */
export const browserSessions = pgTable('browser_sessions', {
  /** SHA-256 of the cookie’s value, which is 256 random bits and so needs no salt. */
  hash: text().primaryKey(),
  /** Of who signed in by a key: the session has that key’s rights, and ends with it. */
  key_id: uuid().references(() => apiKeys.id, { onDelete: 'cascade' }),
  /** Of who signed in by the identity provider: what it said at that time. */
  subject: text(),
  name: text(),
  role: text().$type<Role>(),
  tenant_id: uuid().references(() => tenants.id, { onDelete: 'cascade' }),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  expires_at: timestamp({ withTimezone: true }).notNull(),
}, (table) => [index('browser_sessions_expires_at').on(table.expires_at)]);

export type BrowserSessionRow = typeof browserSessions.$inferSelect;
