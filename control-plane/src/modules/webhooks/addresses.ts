/**
 * Who takes requests at an address. Answers are cached with the verifier, its secrets read: a change made
 * anywhere empties what it touches, and what is kept also ages, for changes that went unheard.
 */
import { and, eq } from 'drizzle-orm';
import type { WebhookReceiver } from '../../kinds/contract.ts';
import type { Registry } from '../../kinds/registry.ts';
import type { Changes } from '../../platform/db/changes.ts';
import type { Database } from '../../platform/db/index.ts';
import { isId } from '../../platform/ids.ts';
import type { Connectors, OwnedConnector } from '../connectors/index.ts';
import { eventConnector } from '../events/index.ts';
import { connectors as connectorTable, tenants } from '../tables/index.ts';
import type { EventConnector } from '../tables/index.ts';

/** By ids: what is entered at a provider must outlive a new name. Slugs name the same address. @param base of this service */
export function webhookAddress(base: string, { tenant_id, id }: { tenant_id: string; id: string }): string {
  return `${base.replace(/\/+$/, '')}/hooks/${tenant_id}/${id}`;
}

export interface Receiving {
  tenant: { id: string; slug: string };
  connector: EventConnector;
  receive: WebhookReceiver;
}

export interface Addresses {
  /** By ids or slugs; undefined when nothing takes requests there. */
  find(tenant: string, connector: string): Promise<Receiving | undefined>;
  /** The connector's verifier, or undefined when it takes no requests. Throws `invalid_config`. */
  receiverOf(owned: OwnedConnector): Promise<WebhookReceiver | undefined>;
}

/** In milliseconds. */
const maximumAge = 30_000;
const maximumEntries = 10_000;

export function createAddresses({ db, registry, connectors, changes }: { db: Database; registry: Registry; connectors: Connectors; changes: Changes }): Addresses {
  const cache = new Map<string, { receiving: Receiving; at: number }>();
  let generation = 0;
  changes.subscribe({
    onChange({ table, tenant_id }) {
      if (table !== 'connectors' && table !== 'tenants') return;
      generation += 1;
      for (const [key, { receiving }] of cache) if (receiving.tenant.id === tenant_id) cache.delete(key);
    },
    onLost() {
      generation += 1;
      cache.clear();
    },
  });

  const receiverOf: Addresses['receiverOf'] = async (owned) => {
    const kind = registry.find(owned.connector.kind);
    if (!kind?.webhook || !owned.connector.active) return undefined;
    return kind.webhook(await connectors.openConfig(owned)) as WebhookReceiver | undefined;
  };

  return {
    receiverOf,
    async find(tenant, connector) {
      const key = `${tenant}/${connector}`;
      const known = cache.get(key);
      if (known && Date.now() - known.at < maximumAge) return known.receiving;
      const before = generation;
      const [owned] = await db.select({ connector: connectorTable, tenant: tenants }).from(connectorTable)
        .innerJoin(tenants, eq(tenants.id, connectorTable.tenant_id))
        .where(and(
          eq(isId(tenant) ? tenants.id : tenants.slug, tenant),
          eq(isId(connector) ? connectorTable.id : connectorTable.slug, connector),
        ));
      const receive = owned && (await receiverOf(owned));
      if (!owned || !receive) return undefined;
      const receiving = { tenant: { id: owned.tenant.id, slug: owned.tenant.slug }, connector: eventConnector(owned.connector), receive };
      if (cache.size >= maximumEntries) cache.clear();
      if (generation === before) cache.set(key, { receiving, at: Date.now() });
      return receiving;
    },
  };
}
