/** How many connectors are healthy, and were at any time: what is now, less what has changed since. */
import { lt, sql } from 'drizzle-orm';
import type { Database, Queryable } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids.ts';
import { connectors, healthChanges, withinTenant } from '../tables/index.ts';
import type { ConnectorRow, Health } from '../tables/index.ts';

export type HealthCounts = Record<Health, number>;

const noneOf = (): HealthCounts => ({ healthy: 0, failing: 0, untested: 0, inactive: 0 });

type Known = Pick<ConnectorRow, 'tenant_id' | 'id' | 'health'>;

/**
 * Keeps that a connector's health became another; nothing when it is as it was.
 * @param before null: it is created
 * @param after null: it is deleted
 */
export async function recordHealth(transaction: Queryable, before: Known | null, after: Known | null): Promise<void> {
  const subject = after ?? before;
  if (!subject || before?.health === after?.health) return;
  await transaction.insert(healthChanges).values({
    tenant_id: subject.tenant_id, id: newId(), connector_id: subject.id, from_health: before?.health ?? null, to_health: after?.health ?? null,
  });
}

export interface HealthQuery {
  /** The tenant and those below it; all, for null. */
  tenant_id: string | null;
  /** In seconds since 1970: when the first bucket begins. */
  from: number;
  /** In seconds. */
  bucket: number;
  /** How many buckets; the last one ends now or later. */
  count: number;
}

/** Connectors by their health now, and at the end of each bucket. */
export async function readHealth(db: Database, { tenant_id, from, bucket, count }: HealthQuery): Promise<{ now: HealthCounts; buckets: HealthCounts[] }> {
  // One statement, so that a change is in what is now and in what has changed, or in neither.
  const rows = await db.execute<{ at: number | null; health: Health; count: number }>(sql`
    with changes as (
      select floor((extract(epoch from at) - ${from}) / ${bucket}) as at, from_health, to_health from ${healthChanges}
      where at >= to_timestamp(${from}) and ${withinTenant(healthChanges.tenant_id, tenant_id) ?? sql`true`}
    )
    select null::int as at, health, count(*)::int as count from ${connectors} where ${withinTenant(connectors.tenant_id, tenant_id) ?? sql`true`} group by health
    union all
    select at::int, health, sum(count)::int from (
      select at, to_health as health, count(*) as count from changes group by 1, 2
      union all select at, from_health, -count(*) from changes group by 1, 2
    ) difference where health is not null group by 1, 2`);
  const now = noneOf();
  const gained = Array.from({ length: count }, noneOf);
  for (const row of rows) {
    if (row.at === null) now[row.health] = row.count;
    else gained[Math.min(row.at, count - 1)]![row.health] += row.count;
  }
  const buckets: HealthCounts[] = [];
  const state = { ...now };
  for (const gain of gained.reverse()) {
    buckets.unshift({ ...state });
    // What it lost since this bucket began, it had before.
    for (const health of Object.keys(state) as Health[]) state[health] -= gain[health];
  }
  return { now, buckets };
}

export async function pruneHealth(db: Database, days: number): Promise<void> {
  await db.delete(healthChanges).where(lt(healthChanges.at, new Date(Date.now() - days * 86_400_000)));
}
