/** Which default a tenant uses: its own, or the nearest one above it as far as inheritance goes. */
import type { ConnectorRow, TenantRow } from '../tables/index.ts';

export type ResolutionReason = 'has_default' | 'no_default' | 'default_inactive' | 'does_not_inherit';

export interface ResolutionStep {
  tenant_id: string;
  tenant_slug: string;
  reason: ResolutionReason;
  connector_id?: string;
  connector_name?: string;
}

/** What deciding needs to know of a tenant and of its default. */
type Holder = Pick<TenantRow, 'id' | 'slug' | 'inherits_defaults'>;
type Held = Pick<ConnectorRow, 'id' | 'name' | 'active'>;
export interface Walked<T, C> {
  tenant: T;
  category: string;
  /** Null when no default is found, or the one found is deactivated. */
  owned: { connector: C; tenant: T } | null;
  how: 'own' | 'inherited' | null;
  chain: ResolutionStep[];
  /** The chain as a sentence. */
  explanation: string;
}

/** From the tenant upwards until something decides. */
export function walk<T extends Holder, C extends Held>(lineage: readonly { tenant: T; connector: C | null }[], category: string): Walked<T, C> {
  const tenant = lineage[0]!.tenant;
  const chain: ResolutionStep[] = [];
  const answer = (owned: Walked<T, C>['owned']): Walked<T, C> => ({
    tenant, category, owned, chain,
    how: owned === null ? null : owned.tenant.id === tenant.id ? 'own' : 'inherited',
    explanation: explain(chain, category),
  });
  for (const [index, { tenant: holder, connector }] of lineage.entries()) {
    const step = { tenant_id: holder.id, tenant_slug: holder.slug };
    if (connector) {
      const found = { ...step, connector_id: connector.id, connector_name: connector.name };
      chain.push({ ...found, reason: connector.active ? 'has_default' : 'default_inactive' });
      // A deactivated default stops the search: falling through would send a tenant's data through a
      // backend that nobody chose for it.
      return answer(connector.active ? { connector, tenant: holder } : null);
    }
    const last = index === lineage.length - 1;
    chain.push({ ...step, reason: last || holder.inherits_defaults ? 'no_default' : 'does_not_inherit' });
    if (!holder.inherits_defaults) break;
  }
  return answer(null);
}

function explain(chain: readonly ResolutionStep[], category: string): string {
  const parts = chain.map(({ tenant_slug, reason, connector_name }, index) => {
    const who = index === 0 ? tenant_slug : `parent ${tenant_slug}`;
    switch (reason) {
      case 'has_default': return index === 0 ? `${who} has its own default ${category}: '${connector_name}'` : `${who} has: '${connector_name}'`;
      case 'default_inactive': return `${who} has '${connector_name}', which is deactivated`;
      case 'does_not_inherit': return `${who} has no default ${category} and does not inherit`;
      case 'no_default': return index === 0 ? `${who} has no default ${category}` : `${who} has none`;
    }
  });
  return parts.join('; ');
}
