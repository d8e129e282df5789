/** What the dashboard shows: connectors by health and operations, over time, and the slowest of them. */
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import { readHealth } from '../health/index.ts';
import type { HealthCounts } from '../health/index.ts';
import { connectors, operationStatistics, tenants, withinTenant } from '../tables/index.ts';

/** How far back one looks, in seconds, and how long each bar of the chart is. */
export const windows = {
  '1h': { seconds: 3600, bucket: 60 },
  '24h': { seconds: 86_400, bucket: 1800 },
  '7d': { seconds: 604_800, bucket: 10_800 },
} as const;
export type Window = keyof typeof windows;

export interface Scope {
  /** The tenant and those below it; all, for null. */
  tenant_id: string | null;
  /** Only this connector. */
  connector_id?: string;
  window: Window;
}

export interface Bucket {
  at: Date;
  count: number;
  errors: number;
  /** In milliseconds; null where nothing ran. */
  average_ms: number | null;
  max_ms: number | null;
  /** Connectors at its end. */
  health: HealthCounts;
}

export interface ConnectorFigures {
  connector_id: string;
  connector_name: string;
  kind: string;
  tenant_slug: string;
  operation: string;
  count: number;
  errors: number;
  average_ms: number;
  max_ms: number;
}

export interface Overview {
  from: Date;
  to: Date;
  bucket_seconds: number;
  health: HealthCounts;
  buckets: Bucket[];
  slowest: ConnectorFigures[];
}

export async function readOverview(db: Database, scope: Scope, now = new Date()): Promise<Overview> {
  const { seconds, bucket } = windows[scope.window];
  const to = new Date(Math.ceil(now.getTime() / 1000 / bucket) * bucket * 1000);
  const from = new Date(to.getTime() - seconds * 1000);
  const count = seconds / bucket;
  const [health, operations, slowest] = await Promise.all([
    readHealth(db, { tenant_id: scope.tenant_id, from: from.getTime() / 1000, bucket, count }), sumOperations(db, scope, from, bucket), listSlowest(db, scope, from),
  ]);
  const operationsAt = new Map(operations.map((row) => [row.at, row]));
  const buckets = health.buckets.map((counts, index): Bucket => {
    const at = from.getTime() / 1000 + index * bucket;
    const ran = operationsAt.get(at);
    return { at: new Date(at * 1000), count: ran?.count ?? 0, errors: ran?.errors ?? 0, average_ms: ran?.average_ms ?? null, max_ms: ran?.max_ms ?? null, health: counts };
  });
  return { from, to, bucket_seconds: bucket, health: health.now, buckets, slowest };
}

/** Rows of raw SQL; each value is as its cast in the query says. */
async function rowsOf<T>(db: Database, query: SQL): Promise<T[]> {
  return [...(await db.execute(query))] as T[];
}

const both = (...conditions: (SQL | undefined)[]): SQL => sql.join(conditions.filter((condition) => condition !== undefined), sql` and `);

function sumOperations(db: Database, scope: Scope, from: Date, bucket: number) {
  return rowsOf<{ at: number; count: number; errors: number; average_ms: number; max_ms: number }>(db, sql`
    select (floor(extract(epoch from ${operationStatistics.minute}) / ${sql.raw(String(bucket))}) * ${sql.raw(String(bucket))})::float8 as at, sum(count)::float8 as count, sum(errors)::float8 as errors,
      (sum(sum_ms) / sum(count))::float8 as average_ms, max(max_ms)::float8 as max_ms
    from ${operationStatistics} where ${both(
      sql`${operationStatistics.minute} >= ${from.toISOString()}`, withinTenant(operationStatistics.tenant_id, scope.tenant_id),
      scope.connector_id === undefined ? undefined : sql`${operationStatistics.connector_id} = ${scope.connector_id}`,
    )} group by 1`);
}

function listSlowest(db: Database, scope: Scope, from: Date) {
  return rowsOf<ConnectorFigures>(db, sql`
    select figures.connector_id, ${connectors.name} as connector_name, ${connectors.kind} as kind, ${tenants.slug} as tenant_slug,
      figures.operation, figures.count, figures.errors, figures.average_ms, figures.max_ms
    from (
      select tenant_id, connector_id, operation, sum(count)::float8 as count, sum(errors)::float8 as errors,
        (sum(sum_ms) / sum(count))::float8 as average_ms, max(max_ms)::float8 as max_ms
      from ${operationStatistics} where ${both(
        sql`${operationStatistics.minute} >= ${from.toISOString()}`, withinTenant(operationStatistics.tenant_id, scope.tenant_id),
        scope.connector_id === undefined ? undefined : sql`${operationStatistics.connector_id} = ${scope.connector_id}`,
      )} group by 1, 2, 3
    ) figures
    join ${connectors} on ${connectors.tenant_id} = figures.tenant_id and ${connectors.id} = figures.connector_id
    join ${tenants} on ${tenants.id} = figures.tenant_id
    order by figures.average_ms desc limit 10`);
}
