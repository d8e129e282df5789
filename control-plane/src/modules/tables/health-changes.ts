import { index, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Health } from './connectors.ts';

/** When a connector's health became another. What it was at any time follows from what it is now. */
export const healthChanges = pgTable('health_changes', {
  tenant_id: uuid().notNull(),
  id: uuid().notNull(),
  connector_id: uuid().notNull(),
  at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  /** Null: it was created. */
  from_health: text().$type<Health>(),
  /** Null: it was deleted. */
  to_health: text().$type<Health>(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.id] }),
  index('health_changes_at').on(table.at),
]);
