/**
 * Where incoming events are stored before their senders are answered. What arrives while the database is
 * busy with others goes into one statement with them: a burst costs a few commits and not one for each.
 */
import type postgres from 'postgres';
import type { EventConnector } from '../tables/index.ts';

export interface IncomingEvent {
  tenant: { id: string; slug: string };
  connector: EventConnector;
  id: string;
  type: string;
  subject: string;
  data: Record<string, unknown>;
  occurred_at: string;
  external_id: string;
  signed_at: Date | undefined;
}

export interface Stored {
  /** Of the event that is kept: this one, or the one that came before. */
  id: string;
  duplicate: boolean;
  /** The same signed request came before, as it is. */
  replayed: boolean;
}

export interface Inbox {
  /** Returns when the event is committed. */
  put(event: IncomingEvent): Promise<Stored>;
}

interface Waiting {
  event: IncomingEvent;
  data: string;
  resolve(stored: Stored): void;
  reject(error: unknown): void;
}

/** A second statement goes beside the first only when so many wait: few large ones cost far less than many small ones. */
const batchSize = 100;
const concurrency = 2;
const batchCharacters = 4_000_000;

export function createInbox(sql: postgres.Sql): Inbox {
  const queue: Waiting[] = [];
  let running = 0;

  const next = (): Waiting[] => {
    let size = 0;
    let count = 0;
    while (count < queue.length && count < batchSize && (count === 0 || size + queue[count]!.data.length <= batchCharacters)) size += queue[count++]!.data.length;
    return queue.splice(0, count);
  };
  const settle = async (batch: Waiting[]): Promise<void> => {
    try {
      const stored = await store(sql, batch);
      batch.forEach((waiting, index) => waiting.resolve(stored[index]!));
    } catch (error) {
      // One that cannot be stored must not take those of others down with it.
      if (batch.length === 1) return batch[0]!.reject(error);
      for (const waiting of batch) await settle([waiting]);
    }
  };
  const work = async (): Promise<void> => {
    if (running >= concurrency || queue.length < (running === 0 ? 1 : batchSize)) return;
    running += 1;
    while (queue.length > 0) await settle(next());
    running -= 1;
  };

  return {
    put: (event) => new Promise((resolve, reject) => {
      queue.push({ event, data: JSON.stringify(event.data), resolve, reject });
      // After whatever else has arrived by now.
      if (queue.length === 1 || queue.length === batchSize) setImmediate(() => void work());
    }),
  };
}

/** JSON never holds it as it is. Joined by it, documents need not be escaped again, as an array’s elements would be. */
const separator = '\x1e';

async function store(sql: postgres.Sql, batch: Waiting[]): Promise<Stored[]> {
  // Times go as text: drizzle, which shares these connections, has its own ways with arrays of them.
  const column = <T>(read: (event: IncomingEvent) => T): T[] => batch.map(({ event }) => read(event));
  const inserted = await sql<{ id: string }[]>`
    insert into events (tenant_id, id, type, subject, tenant_slug, connector_id, connector, data, occurred_at, external_id, signed_at)
    select tenant_id, id, type, subject, tenant_slug, connector_id, connector::json, data::json, occurred_at::timestamptz, external_id, signed_at::timestamptz from unnest(
      ${column(({ tenant }) => tenant.id)}::uuid[], ${column(({ id }) => id)}::uuid[], ${column(({ type }) => type)}::text[],
      ${column(({ subject }) => subject)}::text[], ${column(({ tenant }) => tenant.slug)}::text[], ${column(({ connector }) => connector.id)}::uuid[],
      string_to_array(${column(({ connector }) => JSON.stringify(connector)).join(separator)}, ${separator}), string_to_array(${batch.map(({ data }) => data).join(separator)}, ${separator}),
      ${column(({ occurred_at }) => occurred_at)}::text[], ${column(({ external_id }) => external_id)}::text[],
      ${column(({ signed_at }) => signed_at?.toISOString() ?? null)}::text[]
    ) as arrived (tenant_id, id, type, subject, tenant_slug, connector_id, connector, data, occurred_at, external_id, signed_at)
    on conflict (tenant_id, connector_id, external_id) where external_id is not null do nothing
    returning id`;
  const kept = new Set(inserted.map(({ id }) => id));
  return Promise.all(batch.map(async ({ event }) => (kept.has(event.id) ? { id: event.id, duplicate: false, replayed: false } : known(sql, event))));
}

/** The event that came before. It remembers the latest signature, so that none is taken twice. */
async function known(sql: postgres.Sql, { id, tenant, connector, external_id, signed_at }: IncomingEvent): Promise<Stored> {
  const here = sql`tenant_id = ${tenant.id} and connector_id = ${connector.id} and external_id = ${external_id}`;
  if (signed_at !== undefined) {
    const [later] = await sql<{ id: string }[]>`update events set signed_at = ${signed_at.toISOString()} where ${here} and signed_at < ${signed_at.toISOString()} returning id`;
    if (later) return { id: later.id, duplicate: true, replayed: false };
  }
  const [before] = await sql<{ id: string }[]>`select id from events where ${here}`;
  return { id: before?.id ?? id, duplicate: true, replayed: signed_at !== undefined };
}
