import { sql } from 'drizzle-orm';
import { bigint, boolean, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** A signing secret at rest; the current one has no end. */
export interface StoredSigningSecret {
  /** Says nothing of the secret but which one it is. Absent in rows that are older than it: the subscription's own. */
  id?: string;
  ciphertext: string;
  expires_at: string | null;
}

export const subscriptions = pgTable('subscriptions', {
  /** Events of this tenant and those below it; the nil UUID for those of every tenant. */
  tenant_id: uuid().notNull(),
  id: uuid().notNull(),
  name: text().notNull(),
  url: text().notNull(),
  // Filters: empty lets everything through.
  events: text().array().notNull().default(sql`'{}'`),
  categories: text().array().notNull().default(sql`'{}'`),
  kinds: text().array().notNull().default(sql`'{}'`),
  connectors: text().array().notNull().default(sql`'{}'`),
  /** The current one first. */
  secrets: jsonb().$type<StoredSigningSecret[]>().notNull(),
  active: boolean().notNull().default(true),
  disabled_reason: text(),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  updated_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.id] }),
  index('subscriptions_id').on(table.id),
]);

export type SubscriptionRow = typeof subscriptions.$inferSelect;

export type DeliveryStatus = 'pending' | 'delivered' | 'failed' | 'cancelled';

export interface DeliveryAttempt {
  at: string;
  latency_ms: number;
  status_code?: number;
  error?: string;
  /** The beginning of what the target answered. */
  response?: string;
}

/** One event on its way to one subscription: at once the queue's job and the log's entry. */
export const deliveries = pgTable('deliveries', {
  /** The subscription's. */
  tenant_id: uuid().notNull(),
  id: uuid().notNull(),
  /** The order within a subject. */
  position: bigint({ mode: 'number' }).generatedAlwaysAsIdentity().notNull(),
  subscription_id: uuid().notNull(),
  event_tenant_id: uuid().notNull(),
  event_id: uuid().notNull(),
  event_type: text().notNull(),
  subject: text().notNull(),
  status: text().$type<DeliveryStatus>().notNull().default('pending'),
  attempts: jsonb().$type<DeliveryAttempt[]>().notNull().default([]),
  replay_of: uuid(),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  completed_at: timestamp({ withTimezone: true }),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.id] }),
  foreignKey({ name: 'deliveries_subscription', columns: [table.tenant_id, table.subscription_id], foreignColumns: [subscriptions.tenant_id, subscriptions.id] }).onDelete('cascade'),
  index('deliveries_pending').on(table.tenant_id, table.subscription_id, table.subject, table.position).where(sql`status = 'pending'`),
  index('deliveries_log').on(table.tenant_id, table.subscription_id, table.id),
  index('deliveries_event').on(table.event_id),
  index('deliveries_created_at').using('brin', table.created_at),
]);

export type DeliveryRow = typeof deliveries.$inferSelect;

/** A lane: the pending deliveries of one subject to one subscription. Whoever holds the lane delivers them, one after the other. */
export const deliveryLanes = pgTable('delivery_lanes', {
  tenant_id: uuid().notNull(),
  subscription_id: uuid().notNull(),
  subject: text().notNull(),
  /** When somebody may take it: at the next attempt, or when whoever holds it has not been heard of. */
  due_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  /** Who holds it. */
  worker: uuid(),
  /** Grows with each delivery that joins, so that a lane is never taken for empty while one does. */
  generation: integer().notNull().default(1),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.subscription_id, table.subject] }),
  foreignKey({ name: 'delivery_lanes_subscription', columns: [table.tenant_id, table.subscription_id], foreignColumns: [subscriptions.tenant_id, subscriptions.id] }).onDelete('cascade'),
  index('delivery_lanes_due').on(table.due_at),
  index('delivery_lanes_worker').on(table.worker).where(sql`worker is not null`),
]);

export type DeliveryLaneRow = typeof deliveryLanes.$inferSelect;
