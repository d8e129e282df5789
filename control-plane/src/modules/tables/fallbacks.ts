import { foreignKey, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { connectors } from './connectors.ts';

/** Connectors to try, in order, when a tenant's default of a category is failing. A row goes with its connector. */
export const fallbacks = pgTable('fallbacks', {
  tenant_id: uuid().notNull(),
  category: text().notNull(),
  position: integer().notNull(),
  connector_id: uuid().notNull(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.category, table.position] }),
  foreignKey({ name: 'fallbacks_connector', columns: [table.tenant_id, table.connector_id], foreignColumns: [connectors.tenant_id, connectors.id] }).onDelete('cascade'),
]);
