import { jsonb, pgTable, primaryKey, timestamp, uuid } from 'drizzle-orm/pg-core';

/** One operation that ran on a connector. */
export interface RecentOperation {
  /** When it began. */
  at: string;
  operation: string;
  ok: boolean;
  /** The error's code, where it failed. */
  code?: string;
  milliseconds: number;
  /** How many records it gave; absent where it gives none. */
  records?: number;
  /** The slug of the tenant that it ran for. */
  tenant: string;
  /** How the connector was found. */
  how: string;
  caller: { id: string; name: string };
  request_id: string;
}

/** The newest operations of each connector, in one row, so that a busy one costs no more than another. */
export const recentOperations = pgTable('recent_operations', {
  tenant_id: uuid().notNull(),
  connector_id: uuid().notNull(),
  /** The newest first. */
  operations: jsonb().$type<RecentOperation[]>().notNull(),
  updated_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
}, (table) => [primaryKey({ columns: [table.tenant_id, table.connector_id] })]);
