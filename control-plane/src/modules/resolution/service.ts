/**
 * Resolution: (tenant, category) → connector, with the chain of reasons that led there. The tenant's
 * own default, or the nearest one above it as far as inheritance goes.
 *
 * Answers are cached in this process. A change made here is heard before it is answered, one made by
 * another process within the time of a notification; an answer that was being computed while
 * something changed is given to its caller and not kept.
 */
import { sql } from 'drizzle-orm';
import type { Category } from '../../kinds/contract.ts';
import { requireCategory } from '../../kinds/registry.ts';
import type { Changes } from '../../platform/db/changes.ts';
import type { Database } from '../../platform/db/index.ts';
import { isId } from '../../platform/ids.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { Permission, Principal } from '../access/index.ts';
import type { OwnedConnector } from '../connectors/index.ts';
import { walk } from '../inheritance/index.ts';
import type { ResolutionStep } from '../inheritance/index.ts';
import { connectors, tenants } from '../tables/index.ts';
import type { TenantRow } from '../tables/index.ts';
import { authorize, notFound } from '../tenants/index.ts';

export interface Resolution {
  tenant: TenantRow;
  category: string;
  /** Null when no default is found, or the one found is deactivated. */
  owned: OwnedConnector | null;
  how: 'own' | 'inherited' | null;
  chain: ResolutionStep[];
  /** The chain as a sentence. */
  explanation: string;
}

export interface Resolutions {
  /** Throws `tenant_not_found` and `category_not_found`. */
  resolve(principal: Principal, tenant: string, category: string, permission: Permission): Promise<Resolution>;
  /** The cached answer, authorized, or undefined when the database has to be asked. */
  peek(principal: Principal, tenant: string, category: string, permission: Permission): Resolution | undefined;
}

/** After so many milliseconds an answer is computed again even if nothing was heard. */
const maximumAge = 30_000;
const maximumEntries = 100_000;

export function createResolutions({ db, changes, categories, metrics }: { db: Database; changes: Changes; categories: Record<string, Category>; metrics: Metrics }): Resolutions {
  const cache = new Map<string, { resolution: Resolution; at: number }>();
  /** Which answers depend on a tenant. */
  const dependents = new Map<string, Set<string>>();
  let generation = 0;

  const clear = () => {
    generation += 1;
    cache.clear();
    dependents.clear();
  };
  changes.subscribe({
    onChange({ table, tenant_id }) {
      if (table !== 'connectors' && table !== 'tenants') return;
      generation += 1;
      for (const key of dependents.get(tenant_id ?? '') ?? []) cache.delete(key);
      dependents.delete(tenant_id ?? '');
    },
    onLost: clear,
  });

  const keep = (key: string, resolution: Resolution) => {
    if (cache.size >= maximumEntries) clear();
    cache.set(key, { resolution, at: Date.now() });
    for (const id of resolution.tenant.path) {
      const keys = dependents.get(id);
      if (keys) keys.add(key);
      else dependents.set(id, new Set([key]));
    }
  };

  const peek: Resolutions['peek'] = (principal, tenant, category, permission) => {
    const entry = cache.get(`${tenant}/${category}`);
    if (!entry || Date.now() - entry.at > maximumAge) return undefined;
    metrics.resolutions.inc({ cache: 'hit' });
    authorize(principal, entry.resolution.tenant, permission, tenant);
    return entry.resolution;
  };

  /** Callers that ask for the same at once share one query, unless something changed since it began. */
  const computing = new Map<string, { generation: number; resolution: Promise<Resolution | undefined> }>();
  const compute = (tenant: string, category: string): Promise<Resolution | undefined> => {
    const key = `${tenant}/${category}`;
    const running = computing.get(key);
    if (running?.generation === generation) return running.resolution;
    const begun = { generation, resolution: load(db, tenant, category).then((lineage) => (lineage.length === 0 ? undefined : walk(lineage, category))) };
    computing.set(key, begun);
    const finish = (resolution?: Resolution) => {
      if (computing.get(key) === begun) computing.delete(key);
      if (resolution && generation === begun.generation) keep(key, resolution);
    };
    begun.resolution.then(finish, () => finish());
    return begun.resolution;
  };

  return {
    peek,
    async resolve(principal, tenant, category, permission) {
      const known = peek(principal, tenant, category, permission);
      if (known) return known;
      requireCategory(categories, category);
      metrics.resolutions.inc({ cache: 'miss' });
      const resolution = await compute(tenant, category);
      if (!resolution) throw notFound(tenant);
      authorize(principal, resolution.tenant, permission, tenant);
      return resolution;
    },
  };
}

interface Generation {
  tenant: TenantRow;
  /** The tenant's default of the category. */
  connector: OwnedConnector['connector'] | null;
}

/** The tenant and all above it, the tenant first, each with its default: one query. */
async function load(db: Database, reference: string, category: string): Promise<Generation[]> {
  const start = isId(reference) ? sql`start.id = ${reference}` : sql`start.slug = ${reference}`;
  return db.select({ tenant: tenants, connector: connectors })
    .from(tenants)
    .innerJoin(sql`${tenants} as start`, sql`${tenants.id} = any(start.path) and ${start}`)
    .leftJoin(connectors, sql`${connectors.tenant_id} = ${tenants.id} and ${connectors.category} = ${category} and ${connectors.is_default}`)
    .orderBy(sql`cardinality(${tenants.path}) desc`);
}
