/**
 * Events: kept in the same transaction as what they tell of, so that there is never one without the
 * other. They are the outbox too: subscriptions make their deliveries from those not yet fanned out.
 */
import { and, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import type { Database, Queryable } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids.ts';
import { events, tenants, withinTenant } from '../tables/index.ts';
import type { ConnectorRow, EventConnector, EventRow } from '../tables/index.ts';
import type { EventData, EventType } from './vocabulary.ts';

export type NewEvent = EventData & {
  tenant_id: string;
  connector?: Pick<ConnectorRow, keyof EventConnector>;
  /** What the order is kept by; the connector, or the tenant, when absent. */
  subject?: string;
};

/** @param transaction the one that makes the change. Changes of one subject must wait for each other (lock its row), since the order in which their events are stored is the order in which they are told. */
export async function emit(transaction: Queryable, event: NewEvent): Promise<void> {
  await emitAll(transaction, [event]);
}

/** As many as there are parameters for in one statement. */
const atOnce = 1000;

/** As `emit`, in their order. */
export async function emitAll(transaction: Queryable, all: readonly NewEvent[]): Promise<void> {
  for (let start = 0; start < all.length; start += atOnce) await transaction.insert(events).values(all.slice(start, start + atOnce).map(rowOf));
}

function rowOf(event: NewEvent) {
  const { tenant_id, connector } = event;
  return {
    tenant_id, id: newId(), type: event.type, data: event.data,
    tenant_slug: sql`(select slug from ${tenants} where id = ${tenant_id})`,
    subject: event.subject ?? (connector ? connectorSubject(connector.id) : `tenant:${tenant_id}`),
    connector_id: connector?.id ?? null, connector: connector ? eventConnector(connector) : null, occurred_at: new Date(),
  };
}

export const connectorSubject = (id: string): string => `connector:${id}`;

/** The connector as events name it. */
export function eventConnector({ id, slug, name, kind, category }: EventConnector): EventConnector {
  return { id, slug, name, kind, category };
}

/** What subscribers receive and the API shows. */
export interface EventView {
  id: string;
  type: EventType | 'subscription.test';
  /** When it happened, ISO 8601. */
  timestamp: string;
  tenant: { id: string; slug: string } | null;
  connector: EventConnector | null;
  subject: string;
  data: Record<string, unknown> | null;
}

export type EventForView = Pick<EventRow, 'id' | 'type' | 'occurred_at' | 'tenant_id' | 'tenant_slug' | 'connector' | 'subject'> & { data: EventRow['data'] | null };

export function eventView(row: EventForView): EventView {
  return {
    id: row.id, type: row.type as EventType, timestamp: row.occurred_at.toISOString(), tenant: { id: row.tenant_id, slug: row.tenant_slug },
    connector: row.connector, subject: row.subject, data: row.data,
  };
}

export interface EventQuery {
  /** Events of the tenant and those below it; of all, for null. */
  tenant_id: string | null;
  types?: EventType[];
  connector_id?: string;
  since?: Date;
  before?: string;
  limit: number;
}

/** In characters: larger data is left out of lists, so that no list grows beyond measure. */
export const listedDataLimit = 65_536;

const columns = {
  id: events.id, type: events.type, occurred_at: events.occurred_at, tenant_id: events.tenant_id, tenant_slug: events.tenant_slug,
  connector: events.connector, subject: events.subject,
};

/** Newest first. */
export function listEvents(db: Database, query: EventQuery): Promise<EventForView[]> {
  return db.select({ ...columns, data: sql<EventRow['data'] | null>`case when octet_length(${events.data}::text) <= ${listedDataLimit} then ${events.data} end` })
    .from(events).where(and(
      withinTenant(events.tenant_id, query.tenant_id),
      query.types === undefined ? undefined : inArray(events.type, query.types),
      query.connector_id === undefined ? undefined : eq(events.connector_id, query.connector_id),
      query.since === undefined ? undefined : gte(events.occurred_at, query.since),
      query.before === undefined ? undefined : lt(events.id, query.before),
    )).orderBy(desc(events.id)).limit(query.limit);
}

/** @param tenantId as in a query: the event has to be of that tenant or one below it */
export async function findEvent(db: Queryable, id: string, tenantId: string | null): Promise<EventRow | undefined> {
  const [row] = await db.select().from(events).where(and(eq(events.id, id), withinTenant(events.tenant_id, tenantId)));
  return row;
}

/** Deletes what is older and on its way nowhere. @returns how many */
export async function pruneEvents(db: Database, days: number): Promise<number> {
  const gone = await db.delete(events).where(and(
    lt(events.created_at, new Date(Date.now() - days * 86_400_000)),
    eq(events.fanned_out, true),
    sql`not exists (select from deliveries where deliveries.event_id = ${events.id} and deliveries.status = 'pending')`,
  ));
  return gone.count;
}
