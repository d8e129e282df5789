/**
 * The queue of deliveries, on plain tables.
 *
 * A general job queue was looked at (pg-boss, whose `key_strict_fifo` keeps one job of a key at a time).
 * Its jobs would be a second copy of what the API shows as the delivery log, and what decides here — which
 * subject is next, which subscription is left alone, what a deleted subscription takes with it — would still
 * have to be asked of these tables for each job. So the log is the queue.
 *
 * A *lane* holds the pending deliveries of one subject to one subscription. Workers take lanes, not
 * deliveries: whoever holds one delivers in order, however long it is, and claiming costs the same with a
 * backlog of millions. A lane is held for `lease` seconds and renewed; that of a killed worker falls free.
 */
import type postgres from 'postgres';
import type { EventForView } from '../events/index.ts';
import type { DeliveryAttempt, DeliveryStatus, StoredSigningSecret } from '../tables/index.ts';

export interface LaneKey {
  tenant_id: string;
  subscription_id: string;
  subject: string;
}

export interface Lane extends LaneKey {
  generation: number;
}

export interface PendingDelivery {
  id: string;
  /** Attempts made. */
  tried: number;
  url: string;
  secrets: StoredSigningSecret[];
  event: EventForView;
}

/** In seconds. */
export const lease = 15;

/** Takes lanes that are due. @param avoid subscriptions that are left alone */
export async function claimLanes(sql: postgres.Sql, worker: string, limit: number, avoid: readonly string[]): Promise<Lane[]> {
  return sql<Lane[]>`
    update delivery_lanes lane set worker = ${worker}, due_at = now() + make_interval(secs => ${lease})
    from (
      select tenant_id, subscription_id, subject from delivery_lanes
      where due_at <= now() and subscription_id <> all(${[...avoid]}::uuid[]) order by due_at limit ${limit} for update skip locked
    ) due
    where lane.tenant_id = due.tenant_id and lane.subscription_id = due.subscription_id and lane.subject = due.subject
    returning lane.tenant_id, lane.subscription_id, lane.subject, lane.generation`;
}

/** Goes on holding these. One that another statement is at is renewed the next time. */
export async function renewLanes(sql: postgres.Sql, worker: string, lanes: readonly LaneKey[]): Promise<void> {
  await sql`
    update delivery_lanes lane set due_at = now() + make_interval(secs => ${lease})
    from (
      select lane.tenant_id, lane.subscription_id, lane.subject from delivery_lanes lane
      join unnest(${lanes.map((one) => one.tenant_id)}::uuid[], ${lanes.map((one) => one.subscription_id)}::uuid[], ${lanes.map((one) => one.subject)}::text[]) as held (tenant_id, subscription_id, subject)
        on lane.tenant_id = held.tenant_id and lane.subscription_id = held.subscription_id and lane.subject = held.subject
      where lane.worker = ${worker} for update of lane skip locked
    ) mine
    where lane.tenant_id = mine.tenant_id and lane.subscription_id = mine.subscription_id and lane.subject = mine.subject`;
}

/** The next deliveries of a lane, in order, with what it takes to make them. */
export async function pendingOf(sql: postgres.Sql, lane: LaneKey, limit: number): Promise<PendingDelivery[]> {
  const rows = await sql<{ id: string; tried: number; url: string; secrets: StoredSigningSecret[]; event: Omit<EventForView, 'occurred_at'> & { occurred_at: string } }[]>`
    select deliveries.id, jsonb_array_length(deliveries.attempts) as tried, subscriptions.url, subscriptions.secrets,
      json_build_object('id', events.id, 'type', events.type, 'occurred_at', events.occurred_at, 'tenant_id', events.tenant_id,
        'tenant_slug', events.tenant_slug, 'connector', events.connector, 'subject', events.subject, 'data', events.data) as event
    from deliveries
    join subscriptions on subscriptions.tenant_id = deliveries.tenant_id and subscriptions.id = deliveries.subscription_id
    join events on events.tenant_id = deliveries.event_tenant_id and events.id = deliveries.event_id
    where deliveries.tenant_id = ${lane.tenant_id} and deliveries.subscription_id = ${lane.subscription_id} and deliveries.subject = ${lane.subject} and deliveries.status = 'pending'
    order by deliveries.position limit ${limit}`;
  return rows.map((row) => ({ ...row, event: { ...row.event, occurred_at: new Date(row.event.occurred_at) } }));
}

export interface DeliveryResult {
  id: string;
  status: DeliveryStatus;
  attempt: DeliveryAttempt;
}

/** Writes down attempts and what became of their deliveries. */
export async function recordResults(sql: postgres.Sql, { tenant_id }: LaneKey, results: readonly DeliveryResult[]): Promise<void> {
  if (results.length === 0) return;
  await sql`
    update deliveries set status = result.status, attempts = deliveries.attempts || result.attempt::jsonb, completed_at = case when result.status <> 'pending' then now() end
    from unnest(${results.map(({ id }) => id)}::uuid[], ${results.map(({ status }) => status)}::text[], ${results.map(({ attempt }) => JSON.stringify(attempt))}::text[]) as result (id, status, attempt)
    where deliveries.tenant_id = ${tenant_id} and deliveries.id = result.id and deliveries.status = 'pending'`;
}

/** Gives a lane back. @param seconds after which somebody may take it */
export async function releaseLane(sql: postgres.Sql, worker: string, lane: LaneKey, seconds: number): Promise<void> {
  await sql`
    update delivery_lanes set worker = null, due_at = now() + make_interval(secs => ${seconds})
    where tenant_id = ${lane.tenant_id} and subscription_id = ${lane.subscription_id} and subject = ${lane.subject} and worker = ${worker}`;
}

/**
 * Takes an empty lane away, unless a delivery has joined it since it had this generation.
 * @returns the lane's generation when it stays, undefined when it is gone or somebody else's
 */
export async function closeLane(sql: postgres.Sql, worker: string, lane: Lane): Promise<number | undefined> {
  const here = sql`tenant_id = ${lane.tenant_id} and subscription_id = ${lane.subscription_id} and subject = ${lane.subject} and worker = ${worker}`;
  const gone = await sql`delete from delivery_lanes where ${here} and generation = ${lane.generation}`;
  if (gone.count > 0) return undefined;
  const [row] = await sql<{ generation: number }[]>`select generation from delivery_lanes where ${here}`;
  return row?.generation;
}
