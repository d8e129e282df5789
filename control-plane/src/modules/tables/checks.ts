import { boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Problem } from '../../platform/errors.ts';

export const checks = pgTable('checks', {
  tenant_id: uuid().notNull(),
  id: uuid().notNull(),
  connector_id: uuid().notNull(),
  ok: boolean().notNull(),
  latency_ms: integer().notNull(),
  message: text(),
  error: jsonb().$type<Problem>(),
  checked_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.id] }),
  index('checks_connector').on(table.tenant_id, table.connector_id, table.id),
  index('checks_checked_at').on(table.checked_at),
]);
