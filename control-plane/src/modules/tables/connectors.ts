import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import type { Problem } from '../../platform/errors.ts';
import { tenants } from './tenants.ts';

export interface StoredSecret {
  ciphertext: string;
  updated_at: string;
}

export interface LastCheck {
  ok: boolean;
  latency_ms: number;
  error?: Problem;
  checked_at: string;
}

/** `healthy` and `failing` by its last test. */
export type Health = 'healthy' | 'failing' | 'untested' | 'inactive';

export const connectors = pgTable('connectors', {
  tenant_id: uuid().notNull().references(() => tenants.id),
  id: uuid().notNull(),
  slug: text().notNull(),
  name: text().notNull(),
  description: text().notNull().default(''),
  kind: text().notNull(),
  category: text().notNull(),
  active: boolean().notNull().default(true),
  is_default: boolean().notNull().default(false),
  config: jsonb().$type<Record<string, unknown>>().notNull(),
  secrets: jsonb().$type<Record<string, StoredSecret>>().notNull(),
  output_schemas: text().array().notNull().default(sql`'{}'`),
  /** Null: only when asked. */
  check_every_minutes: integer(),
  schedule_cron: text(),
  schedule_mode: text().$type<'incremental' | 'full'>(),
  /** Grows with every change of what a session depends on. */
  version: integer().notNull().default(1),
  last_check: jsonb().$type<LastCheck>(),
  health: text().$type<Health>().notNull().generatedAlwaysAs(
    sql`case when not active then 'inactive' when last_check is null then 'untested' when (last_check->>'ok')::boolean then 'healthy' else 'failing' end`,
  ),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  updated_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
}, (table) => [
  primaryKey({ columns: [table.tenant_id, table.id] }),
  index('connectors_id').on(table.id),
  uniqueIndex('connectors_slug').on(table.tenant_id, table.slug),
  // The invariant of the whole system: at most one default per (tenant, category).
  uniqueIndex('connectors_default').on(table.tenant_id, table.category).where(sql`is_default`),
]);

export type ConnectorRow = typeof connectors.$inferSelect;
