import { foreignKey, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { connectors } from './connectors.ts';
import { bytea } from './uploads.ts';

/** Files that connectors publish for their providers to fetch. */
export const media = pgTable('media', {
  /** The nil UUID for a config that is not saved. */
  tenant_id: uuid().notNull(),
  /** SHA-256 of the token in the file's address, which is 256 random bits and so needs no salt. */
  hash: text().notNull(),
  /** Null for a config that is not saved. */
  connector_id: uuid(),
  filename: text().notNull(),
  content_type: text().notNull(),
  /** In bytes. */
  size: integer().notNull(),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  expires_at: timestamp({ withTimezone: true }).notNull(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.hash] }),
  index('media_hash').on(table.hash),
  index('media_expires_at').on(table.expires_at),
  foreignKey({ columns: [table.tenant_id, table.connector_id], foreignColumns: [connectors.tenant_id, connectors.id], name: 'media_connector' }).onDelete('cascade'),
]);

/** Their bytes, a megabyte a row. */
export const mediaChunks = pgTable('media_chunks', {
  tenant_id: uuid().notNull(),
  hash: text().notNull(),
  number: integer().notNull(),
  bytes: bytea().notNull(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.hash, table.number] }),
  foreignKey({ columns: [table.tenant_id, table.hash], foreignColumns: [media.tenant_id, media.hash], name: 'media_chunks_media' }).onDelete('cascade'),
]);

export type MediaRow = typeof media.$inferSelect;
