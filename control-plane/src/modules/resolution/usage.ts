/** Who depends on a connector: the tenants whose default it is, their own or an inherited one, and those it stands in for. */
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import type { OwnedConnector } from '../connectors/index.ts';
import { connectors, fallbacks, tenants } from '../tables/index.ts';

export interface Usage {
  /** In the order of the tree. Of a default that is deactivated: those whom that leaves without one. */
  tenants: { id: string; slug: string; name: string; how: 'own' | 'inherited' }[];
  /** How many in all. */
  count: number;
  /** Its place among the fallbacks of its tenant and category, from 1; null when it is none of them. */
  fallback: number | null;
}

export interface UsagePage {
  /** The id of the last tenant of the page before. */
  after?: string;
  limit: number;
}

export async function readUsage(db: Database, { connector, tenant }: OwnedConnector, { after, limit }: UsagePage): Promise<Usage> {
  const { category } = connector;
  const [place] = await db.select({ position: fallbacks.position }).from(fallbacks)
    .where(and(eq(fallbacks.tenant_id, tenant.id), eq(fallbacks.category, category), eq(fallbacks.connector_id, connector.id)));
  const fallback = place ? place.position + 1 : null;
  if (!connector.is_default) return { tenants: [], count: 0, fallback };
  // Below the owner, each from which the way up to it is free: nobody on it has a default of its own, or does not inherit.
  const users = sql`
    select id, slug, name, path from ${tenants} where path @> array[${tenant.id}]::uuid[] and not exists (
      select 1 from ${tenants} above where above.id = any(tenants.path) and cardinality(above.path) > ${tenant.path.length} and (
        not above.inherits_defaults
        or exists (select 1 from ${connectors} held where held.tenant_id = above.id and held.is_default and held.category = ${category})
      )
    )`;
  const [rows, [total]] = await Promise.all([
    db.execute<{ id: string; slug: string; name: string }>(sql`
      select id, slug, name from (${users}) users
      where ${after === undefined ? sql`true` : sql`path > (select path from tenants where id = ${after})`} order by path limit ${limit}`),
    db.execute<{ count: number }>(sql`select count(*)::int as count from (${users}) users`),
  ]);
  return { tenants: rows.map((row) => ({ ...row, how: row.id === tenant.id ? 'own' : 'inherited' })), count: total!.count, fallback };
}
