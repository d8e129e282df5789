import { bigint, index, integer, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** How often each connector’s operations ran, and how they went, by the minute. */
export const operationStatistics = pgTable('operation_statistics', {
  /** The tenant that owns the connector. */
  tenant_id: uuid().notNull(),
  connector_id: uuid().notNull(),
  operation: text().notNull(),
  minute: timestamp({ withTimezone: true }).notNull(),
  count: integer().notNull(),
  errors: integer().notNull(),
  sum_ms: bigint({ mode: 'number' }).notNull(),
  max_ms: integer().notNull(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.connector_id, table.operation, table.minute] }),
  index('operation_statistics_minute').on(table.minute),
]);
