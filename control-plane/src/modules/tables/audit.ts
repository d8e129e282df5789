import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const auditEvents = pgTable('audit_events', {
  /** The nil UUID for what belongs to no tenant. */
  tenant_id: uuid().notNull(),
  id: uuid().notNull(),
  at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  actor: jsonb().$type<{ id: string; name: string }>().notNull(),
  action: text().notNull(),
  resource_id: text().notNull(),
  resource_name: text().notNull(),
  /** Names of changed fields and other safe facts, never values of a config. */
  details: jsonb().$type<Record<string, unknown>>().notNull(),
  request_id: text(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.id] }),
  // Not by tenant: who may see many, or all, wants the newest of them without reading the others.
  index('audit_events_id').on(table.id),
  index('audit_events_resource').on(table.resource_id, table.id),
  index('audit_events_action').on(table.action, table.id),
  index('audit_events_actor').on(sql`(${table.actor}->>'id')`, table.id),
]);
