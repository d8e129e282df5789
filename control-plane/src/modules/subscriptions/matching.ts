/** Which subscriptions an event goes to. */
import { noTenant } from '../audit/index.ts';
import type { EventConnector, SubscriptionRow } from '../tables/index.ts';

export type Filters = Pick<SubscriptionRow, 'tenant_id' | 'events' | 'categories' | 'kinds' | 'connectors'>;

export interface MatchedEvent {
  type: string;
  connector: EventConnector | null;
  /** Ids from the root of the tree down to the event's tenant. */
  path: readonly string[];
}

/** The event's tenant is the subscription's or one below it. */
export function isInScope({ tenant_id }: Pick<Filters, 'tenant_id'>, { path }: Pick<MatchedEvent, 'path'>): boolean {
  return tenant_id === noTenant || path.includes(tenant_id);
}

export function matches(filters: Filters, event: MatchedEvent): boolean {
  const lets = (filter: readonly string[], value: string | undefined) => filter.length === 0 || (value !== undefined && filter.includes(value));
  return isInScope(filters, event) && lets(filters.events, event.type) && lets(filters.categories, event.connector?.category)
    && lets(filters.kinds, event.connector?.kind) && lets(filters.connectors, event.connector?.id);
}
