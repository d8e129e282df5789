/** The log of deliveries, and delivering again by hand. */
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Principal } from '../access/index.ts';
import { record } from '../audit/index.ts';
import { eventNotFound, findEvent } from '../events/index.ts';
import { deliveries, deliveryLanes, subscriptions, withinTenant } from '../tables/index.ts';
import type { DeliveryRow, DeliveryStatus, EventRow, SubscriptionRow } from '../tables/index.ts';
import type { Tenants } from '../tenants/index.ts';
import { deliveryOf, enqueue } from './fan-out.ts';
import { isInScope, matches } from './matching.ts';
import type { Subscriptions } from './service.ts';

export interface ListedDelivery {
  delivery: DeliveryRow;
  subscription_name: string;
  /** When its lane is due. */
  due_at: Date | null;
}

export interface DeliveryQuery {
  /** To subscriptions of this tenant and those below it. */
  tenant?: string;
  subscription_id?: string;
  event_id?: string;
  status?: DeliveryStatus;
  before?: string;
  limit: number;
}

export interface Deliveries {
  list(principal: Principal, query: DeliveryQuery): Promise<ListedDelivery[]>;
  require(principal: Principal, id: string): Promise<ListedDelivery>;
  /** Delivers again what was delivered or given up, after whatever waits of its subject. */
  replayDelivery(principal: Principal, id: string, requestId: string): Promise<ListedDelivery>;
  /** Delivers an event to all subscriptions of the caller's that match, or to the one named. */
  replayEvent(principal: Principal, id: string, subscriptionId: string | undefined, requestId: string): Promise<ListedDelivery[]>;
  prune(days: number): Promise<number>;
}

export interface DeliveriesOptions {
  db: Database;
  tenants: Tenants;
  subscriptions: Subscriptions;
  /** Something is to be delivered. */
  onQueued(): void;
}

function deliveryNotFound(id: string): PatchbayError {
  return new PatchbayError('not_found', `There is no delivery ${id}, or you have no right to it.`, { hint: 'GET /api/deliveries lists those that are kept.' });
}

export function createDeliveries({ db, tenants, subscriptions: owners, onQueued }: DeliveriesOptions): Deliveries {
  const deliveriesWhere = (...conditions: Parameters<typeof and>) => db.select({ delivery: deliveries, subscription_name: subscriptions.name, due_at: deliveryLanes.due_at }).from(deliveries)
    .innerJoin(subscriptions, and(eq(subscriptions.tenant_id, deliveries.tenant_id), eq(subscriptions.id, deliveries.subscription_id)))
    .leftJoin(deliveryLanes, and(
      eq(deliveryLanes.tenant_id, deliveries.tenant_id), eq(deliveryLanes.subscription_id, deliveries.subscription_id), eq(deliveryLanes.subject, deliveries.subject),
    )).where(and(...conditions));
  const require: Deliveries['require'] = async (principal, id) => {
    const [found] = await deliveriesWhere(eq(deliveries.id, id), withinTenant(deliveries.tenant_id, principal.tenant_id));
    if (!found) throw deliveryNotFound(id);
    return found;
  };
  /** Queues an event for subscriptions that are still there and active. */
  const replay = async (principal: Principal, event: EventRow, targets: SubscriptionRow[], replayOf: string | null, requestId: string): Promise<ListedDelivery[]> => {
    const added = await db.transaction(async (transaction) => {
      const made = [];
      for (const target of targets) {
        const [active] = await transaction.select().from(subscriptions)
          .where(and(eq(subscriptions.tenant_id, target.tenant_id), eq(subscriptions.id, target.id), eq(subscriptions.active, true))).for('share');
        if (!active) continue;
        made.push(deliveryOf(active, event, replayOf));
        await record(transaction, {
          tenant_id: active.tenant_id, actor: principal, resource: { id: active.id, name: active.name }, request_id: requestId,
          event: { action: 'event.replayed', details: { event: event.id, type: event.type } },
        });
      }
      await enqueue(transaction, made);
      return made;
    });
    onQueued();
    return Promise.all(added.map(({ id }) => require(principal, id)));
  };

  return {
    async list(principal, query) {
      const scope = query.tenant === undefined ? principal.tenant_id : (await tenants.require(principal, query.tenant, 'subscriptions:read')).id;
      return deliveriesWhere(
        withinTenant(deliveries.tenant_id, scope),
        query.subscription_id === undefined ? undefined : eq(deliveries.subscription_id, query.subscription_id),
        query.event_id === undefined ? undefined : eq(deliveries.event_id, query.event_id),
        query.status === undefined ? undefined : eq(deliveries.status, query.status),
        query.before === undefined ? undefined : lt(deliveries.id, query.before),
      ).orderBy(desc(deliveries.id)).limit(query.limit);
    },
    require,
    async replayDelivery(principal, id, requestId) {
      const { delivery } = await require(principal, id);
      if (delivery.status === 'pending') throw new PatchbayError('conflict', 'The delivery is still on its way.', { hint: 'It is tried again by itself; see next_attempt_at.' });
      const { subscription } = await owners.require(principal, delivery.subscription_id, 'subscriptions:write');
      const event = await findEvent(db, delivery.event_id, null);
      if (!event) throw eventNotFound(delivery.event_id);
      const [made] = await replay(principal, event, [subscription], delivery.id, requestId);
      if (!made) throw inactive(subscription);
      return made;
    },
    async replayEvent(principal, id, subscriptionId, requestId) {
      const event = await findEvent(db, id, principal.tenant_id);
      if (!event) throw eventNotFound(id);
      const owner = await tenants.find(event.tenant_id);
      const about = { type: event.type, connector: event.connector, path: owner?.path ?? [event.tenant_id] };
      if (subscriptionId !== undefined) {
        const { subscription } = await owners.require(principal, subscriptionId, 'subscriptions:write');
        // Whoever may see both must not carry one tenant's events to another's target.
        if (!isInScope(subscription, about)) throw new PatchbayError('conflict', 'The event is of a tenant that the subscription is not for.', { fields: [{ path: 'subscription', message: 'is for another tenant' }] });
        const made = await replay(principal, event, [subscription], null, requestId);
        if (made.length === 0) throw inactive(subscription);
        return made;
      }
      const mine = await db.select().from(subscriptions).where(and(eq(subscriptions.active, true), withinTenant(subscriptions.tenant_id, principal.tenant_id)));
      return replay(principal, event, mine.filter((filters) => matches(filters, about)), null, requestId);
    },
    async prune(days) {
      const gone = await db.delete(deliveries).where(and(lt(deliveries.created_at, new Date(Date.now() - days * 86_400_000)), sql`${deliveries.status} <> 'pending'`));
      return gone.count;
    },
  };
}

function inactive({ name }: SubscriptionRow): PatchbayError {
  return new PatchbayError('conflict', `The subscription "${name}" is not active.`, { hint: 'Activate it first: PATCH with {"active": true}.' });
}
