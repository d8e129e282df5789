import { sql } from 'drizzle-orm';
import { bigint, boolean, index, json, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

/** The connector that an event is about, as it was then. */
export interface EventConnector {
  id: string;
  slug: string;
  name: string;
  kind: string;
  category: string;
}

export const events = pgTable('events', {
  tenant_id: uuid().notNull(),
  id: uuid().notNull(),
  /** The order in which events were stored: of one subject's, the order in which they are delivered. */
  position: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
  type: text().notNull(),
  subject: text().notNull(),
  tenant_slug: text().notNull(),
  connector_id: uuid(),
  connector: json().$type<EventConnector>(),
  // Not jsonb: it is read whole or not at all, and must come out as it went in.
  data: json().$type<Record<string, unknown>>().notNull(),
  occurred_at: timestamp({ withTimezone: true }).notNull(),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  /** The provider's id of what came in by a webhook. */
  external_id: text(),
  /** When the provider signed it, where its scheme signs a time. */
  signed_at: timestamp({ withTimezone: true }),
  /** Its deliveries have been made. */
  fanned_out: boolean().notNull().default(false),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.id] }),
  uniqueIndex('events_external').on(table.tenant_id, table.connector_id, table.external_id).where(sql`external_id is not null`),
  index('events_outbox').on(table.position).where(sql`not fanned_out`),
  // Next to nothing to keep up, and enough to find what is old.
  index('events_created_at').using('brin', table.created_at),
]);

export type EventRow = typeof events.$inferSelect;
