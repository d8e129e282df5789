/** From events to deliveries: each event goes to whichever subscriptions it matches, once. */
import { and, eq, sql } from 'drizzle-orm';
import type { Database, Queryable } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids.ts';
import { noTenant } from '../audit/index.ts';
import { deliveries, deliveryLanes, events } from '../tables/index.ts';
import { matches } from './matching.ts';
import type { Filters, MatchedEvent } from './matching.ts';
import type { LaneKey } from './queue.ts';

export interface NewDelivery extends LaneKey {
  id: string;
  event_tenant_id: string;
  event_id: string;
  event_type: string;
  replay_of: string | null;
}

type Waiting = MatchedEvent & { tenant_id: string; id: string; subject: string; /** Seconds since 1970. */ created: number };

const batchSize = 500;
/** Any number of its own: one process at a time makes deliveries, so that no event overtakes another. */
const lock = 72824230;

/** Makes the deliveries of the oldest events that have none yet. @returns how many events there were */
export async function fanOut(db: Database): Promise<number> {
  const [waiting] = await db.execute<{ some: boolean }>(sql`select exists (select from ${events} where not fanned_out) as some`);
  if (!waiting!.some) return 0;
  return db.transaction(async (transaction) => {
    const [locked] = await transaction.execute<{ held: boolean }>(sql`select pg_try_advisory_xact_lock(${lock}) as held`);
    if (!locked!.held) return 0;
    const batch = await transaction.execute<Waiting & Record<string, unknown>>(sql`
      select events.tenant_id, events.id, events.type, events.subject, events.connector, coalesce(tenants.path, array[events.tenant_id]) as path,
        extract(epoch from events.created_at)::float8 as created
      from events left join tenants on tenants.id = events.tenant_id where not events.fanned_out order by events.position limit ${batchSize}`);
    const scopes = [...new Set([noTenant, ...batch.flatMap(({ path }) => path)])];
    // Locked, so that none is deactivated between this and its new deliveries.
    const listening = await transaction.execute<Filters & { id: string; created: number } & Record<string, unknown>>(sql`
      select tenant_id, id, events, categories, kinds, connectors, extract(epoch from created_at)::float8 as created from subscriptions
      where active and tenant_id = any(${sql.param(scopes)}::uuid[]) order by tenant_id, id for share`);
    await enqueue(transaction, batch.flatMap((event) =>
      listening.filter((filters) => filters.created <= event.created && matches(filters, event)).map((subscription) => deliveryOf(subscription, event))));
    await transaction.execute(sql`
      update events set fanned_out = true from unnest(${column(batch, 'tenant_id')}::uuid[], ${column(batch, 'id')}::uuid[]) as done (tenant_id, id)
      where events.tenant_id = done.tenant_id and events.id = done.id`);
    return batch.length;
  });
}

export function deliveryOf(subscription: { tenant_id: string; id: string }, event: Pick<Waiting, 'tenant_id' | 'id' | 'type' | 'subject'>, replay_of: string | null = null): NewDelivery {
  return {
    tenant_id: subscription.tenant_id, subscription_id: subscription.id, subject: event.subject, id: newId(),
    event_tenant_id: event.tenant_id, event_id: event.id, event_type: event.type, replay_of,
  };
}

/** Adds deliveries to their lanes, in their order. @param transaction one that holds their subscriptions */
export async function enqueue(transaction: Queryable, added: readonly NewDelivery[]): Promise<void> {
  if (added.length === 0) return;
  await transaction.execute(sql`
    insert into ${deliveries} (tenant_id, id, subscription_id, event_tenant_id, event_id, event_type, subject, replay_of)
    select * from unnest(
      ${column(added, 'tenant_id')}::uuid[], ${column(added, 'id')}::uuid[], ${column(added, 'subscription_id')}::uuid[],
      ${column(added, 'event_tenant_id')}::uuid[], ${column(added, 'event_id')}::uuid[], ${column(added, 'event_type')}::text[],
      ${column(added, 'subject')}::text[], ${column(added, 'replay_of')}::uuid[])`);
  const byKey = new Map(added.map((one) => [JSON.stringify([one.tenant_id, one.subscription_id, one.subject]), one]));
  // In one order, so that two who add to the same lanes wait for each other and do not block each other.
  const lanes = [...byKey].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, one]) => one);
  await transaction.execute(sql`
    insert into ${deliveryLanes} (tenant_id, subscription_id, subject)
    select * from unnest(${column(lanes, 'tenant_id')}::uuid[], ${column(lanes, 'subscription_id')}::uuid[], ${column(lanes, 'subject')}::text[])
    on conflict (tenant_id, subscription_id, subject) do update set generation = delivery_lanes.generation + 1`);
}

/** Cancels whatever waits for a subscription. @param transaction one that has changed the subscription, so that nothing joins meanwhile */
export async function cancelPending(transaction: Queryable, { tenant_id, id }: { tenant_id: string; id: string }): Promise<void> {
  await transaction.delete(deliveryLanes).where(and(eq(deliveryLanes.tenant_id, tenant_id), eq(deliveryLanes.subscription_id, id)));
  await transaction.update(deliveries).set({ status: 'cancelled', completed_at: new Date() })
    .where(and(eq(deliveries.tenant_id, tenant_id), eq(deliveries.subscription_id, id), eq(deliveries.status, 'pending')));
}

/** A column of the rows as one array parameter: the statement stays the same however many there are. */
function column<T, K extends keyof T>(rows: readonly T[], name: K) {
  return sql.param(rows.map((row) => row[name]));
}

