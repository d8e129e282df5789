/**
 * A change of a default, of who inherits, or of the tree changes what others resolve to as well: each tenant
 * whose answer becomes another is told.
 */
import { and, eq, sql } from 'drizzle-orm';
import type { Queryable } from '../../platform/db/index.ts';
import { emitAll } from '../events/index.ts';
import { connectors, tenants } from '../tables/index.ts';
import type { ConnectorRow, TenantRow } from '../tables/index.ts';
import { walk } from './walk.ts';

/** Whoever changes the tree waits for all others who do, and for those who change a default in it. */
export async function lockTree(transaction: Queryable): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtext('patchbay.tenants'))`);
}

/**
 * One change of one default at a time (the unique index alone would make the later of two fail), and none while
 * one above it, which it may inherit, or the tree is changing: each would tell of what the other has made untrue.
 */
export async function lockDefaults(transaction: Queryable, tenantId: string, category: string): Promise<void> {
  await transaction.execute(sql`select pg_advisory_xact_lock_shared(hashtext('patchbay.tenants'))`);
  const [tenant] = await transaction.select({ path: tenants.path }).from(tenants).where(eq(tenants.id, tenantId));
  // From the root down, so that none who waits is waited for.
  for (const id of tenant?.path.slice(0, -1) ?? []) await transaction.execute(sql`select pg_advisory_xact_lock_shared(hashtext(${`${id}|${category}`}))`);
  await transaction.execute(sql`select pg_advisory_xact_lock(hashtext(${`${tenantId}|${category}`}))`);
}

type Default = Pick<ConnectorRow, 'id' | 'slug' | 'name' | 'kind' | 'category' | 'active'>;
interface Answer {
  tenant_id: string;
  category: string;
  connector: Default | null;
  how: 'own' | 'inherited' | null;
}

/** Makes a change, and tells of it. @param scope the tenant in or above which it happens, with all below it; absent category: any @param transaction one that holds the locks for it */
export async function tellDefaults<T>(transaction: Queryable, scope: { tenant_id: string; category?: string }, change: () => Promise<T>): Promise<T> {
  const before = await answers(transaction, scope);
  const result = await change();
  const after = await answers(transaction, scope);
  await emitAll(transaction, [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [from, to] = [before.get(key), after.get(key)];
    if (from?.connector?.id === to?.connector?.id) return [];
    const { tenant_id, category } = (to ?? from)!;
    return [{
      type: 'default.changed' as const, tenant_id, connector: (to?.connector ?? from?.connector)!, subject: `default:${tenant_id}:${category}`,
      data: { category, from: from?.connector?.slug ?? null, to: to?.connector?.slug ?? null, how: to?.how ?? null },
    }];
  }));
  return result;
}

/** What the tenant and those below it resolve to, wherever there is a default. */
async function answers(transaction: Queryable, { tenant_id, category }: { tenant_id: string; category?: string }): Promise<Map<string, Answer>> {
  const { id, slug, path, inherits_defaults } = tenants;
  const rows = await transaction.select({
    tenant: { id, slug, path, inherits_defaults },
    connector: { id: connectors.id, slug: connectors.slug, name: connectors.name, kind: connectors.kind, category: connectors.category, active: connectors.active },
  }).from(tenants).leftJoin(connectors, and(eq(connectors.tenant_id, tenants.id), eq(connectors.is_default, true), category === undefined ? undefined : eq(connectors.category, category)))
    .where(sql`${path} @> array[${tenant_id}]::uuid[] or ${id} in (select unnest(path) from tenants where id = ${tenant_id})`);
  const known = new Map<string, { tenant: Pick<TenantRow, 'id' | 'slug' | 'path' | 'inherits_defaults'>; defaults: Map<string, Default> }>();
  for (const { tenant, connector } of rows) {
    const entry = known.get(tenant.id) ?? { tenant, defaults: new Map<string, Default>() };
    known.set(tenant.id, entry);
    if (connector) entry.defaults.set(connector.category, connector);
  }
  const categories = new Set([...known.values()].flatMap(({ defaults }) => [...defaults.keys()]));
  const found = new Map<string, Answer>();
  for (const { tenant } of known.values()) {
    if (!tenant.path.includes(tenant_id)) continue;
    const lineage = tenant.path.map((above) => known.get(above)!).reverse();
    for (const name of categories) {
      const { owned, how } = walk(lineage.map(({ tenant: holder, defaults }) => ({ tenant: holder, connector: defaults.get(name) ?? null })), name);
      found.set(`${tenant.id}|${name}`, { tenant_id: tenant.id, category: name, connector: owned?.connector ?? null, how });
    }
  }
  return found;
}
