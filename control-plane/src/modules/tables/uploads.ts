import { bigint, customType, foreignKey, integer, jsonb, pgTable, primaryKey, text, timestamp, unique, uuid } from 'drizzle-orm/pg-core';
import { connectors } from './connectors.ts';

export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** What a connector's callers handed over to be kept. */
export const uploads = pgTable('uploads', {
  tenant_id: uuid().notNull(),
  connector_id: uuid().notNull(),
  name: text().notNull(),
  /** Of this very content: another upload of the same name has another. */
  id: uuid().notNull(),
  /** In bytes. */
  size: bigint({ mode: 'number' }).notNull(),
  details: jsonb().$type<Record<string, unknown>>().notNull(),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.connector_id, table.name] }),
  unique('uploads_id').on(table.tenant_id, table.id),
  foreignKey({ columns: [table.tenant_id, table.connector_id], foreignColumns: [connectors.tenant_id, connectors.id], name: 'uploads_connector' }).onDelete('cascade'),
]);

/** Their bytes, a megabyte a row. */
export const uploadChunks = pgTable('upload_chunks', {
  tenant_id: uuid().notNull(),
  upload_id: uuid().notNull(),
  number: integer().notNull(),
  bytes: bytea().notNull(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.upload_id, table.number] }),
  foreignKey({ columns: [table.tenant_id, table.upload_id], foreignColumns: [uploads.tenant_id, uploads.id], name: 'upload_chunks_upload' }).onDelete('cascade'),
]);

export type UploadRow = typeof uploads.$inferSelect;
