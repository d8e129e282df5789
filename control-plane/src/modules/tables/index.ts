/** The store's tables, together since they refer to each other; each module reads and writes its own. */
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { AnyPgColumn } from 'drizzle-orm/pg-core';
import { tenants } from './tenants.ts';

export * from './access.ts';
export * from './audit.ts';
export * from './browser-sessions.ts';
export * from './check-claims.ts';
export * from './checks.ts';
export * from './connectors.ts';
export * from './events.ts';
export * from './fallbacks.ts';
export * from './health-changes.ts';
export * from './media.ts';
export * from './oauth.ts';
export * from './operation-statistics.ts';
export * from './recent-operations.ts';
export * from './subscriptions.ts';
export * from './tenants.ts';
export * from './uploads.ts';

/** Holds where the column names this tenant or one below it; always, for null. */
export function withinTenant(column: AnyPgColumn, tenantId: string | null): SQL | undefined {
  if (tenantId === null) return undefined;
  return sql`${column} in (select id from ${tenants} where path @> array[${tenantId}]::uuid[])`;
}
