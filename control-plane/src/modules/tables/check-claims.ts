import { pgTable, primaryKey, timestamp, uuid } from 'drizzle-orm/pg-core';

/** Which scheduled checks are under way, so that of many processes one does each. */
export const checkClaims = pgTable('check_claims', {
  tenant_id: uuid().notNull(),
  connector_id: uuid().notNull(),
  until: timestamp({ withTimezone: true }).notNull(),
}, (table) => [primaryKey({ columns: [table.tenant_id, table.connector_id] })]);
