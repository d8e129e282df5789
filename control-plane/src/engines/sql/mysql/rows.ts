/**
 * Rows as they come, with the pace of their consumer, and their values made fit for JSON:
 *
 * - integers up to 32 bits, float and double are numbers; bigint and decimal are text, so that nothing is rounded
 * - timestamp is ISO 8601 in UTC with +00:00; datetime, which has no time zone, ISO 8601 without one
 * - binary and blobs are base64, bit is a number (text beyond 53 bits), json is itself
 */
import type { Connection as Driver, FieldPacket } from 'mysql2';
import type { RecordBatch } from '../../../kinds/contract.ts';
import { distinctNames, shortestSingle } from '../cells.ts';

/** How many rows a batch has: enough to make batches cheap, few enough for wide rows. */
const batchRows = 500;

type Row = Record<string, unknown>;
type Convert = (value: never) => unknown;

/** The protocol's numbers for the types whose values need a hand. */
const types = { float: 4, timestamp: 7, time: 11, datetime: 12, bit: 16 } as const;
/** Text and bytes are the same types; bytes are in the character set "binary". */
const stringTypes = new Set([15, 249, 250, 251, 252, 253, 254]);
const binary = 63;

function conversion({ columnType = -1, characterSet, decimals }: FieldPacket & { characterSet?: number }): Convert | undefined {
  if (characterSet === binary && stringTypes.has(columnType)) return base64;
  switch (columnType) {
    case types.float:
      return shortestSingle;
    case types.timestamp:
      return (value: string) => `${fraction(value, decimals).replace(' ', 'T')}+00:00`;
    case types.datetime:
      return (value: string) => fraction(value, decimals).replace(' ', 'T');
    case types.time:
      return (value: string) => fraction(value, decimals);
    case types.bit:
      return bitNumber as Convert;
    default:
      return undefined;
  }
}

/** The binary protocol leaves out the zeros of a fraction, which the text protocol gives. */
function fraction(value: string, decimals: number): string {
  if (decimals < 1 || decimals > 6) return value;
  const dot = value.indexOf('.');
  return dot < 0 ? `${value}.${'0'.repeat(decimals)}` : value.padEnd(dot + 1 + decimals, '0');
}

/** MariaDB's JSON is bytes by its type, but has been parsed already. */
function base64(value: unknown): unknown {
  return Buffer.isBuffer(value) ? value.toString('base64') : value;
}

function bitNumber(value: Buffer): number | string {
  const number = BigInt(`0x${value.toString('hex') || '0'}`);
  return number <= Number.MAX_SAFE_INTEGER ? Number(number) : number.toString();
}

/** What `query` and `execute` give when nobody waits for the whole: rows as events. */
export interface RowEvents {
  on(event: 'fields', listener: (fields: FieldPacket[] | undefined) => void): unknown;
  on(event: 'result', listener: (row: unknown) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
}

export interface BatchOptions {
  limit?: number;
  /** Called when the limit is reached and there is more: makes the server stop. */
  stop?(): Promise<void>;
}

/** In milliseconds: rows that trickle are not held back for longer. */
const longestHold = 1000;
const interrupted = 1317;

/** Batches as they fill; the connection pauses while a full one waits to be taken. */
export async function* batchesOf(driver: Driver, events: RowEvents, { limit = Infinity, stop }: BatchOptions = {}): AsyncGenerator<RecordBatch> {
  let rows: Row[] = [];
  let left = limit;
  let conversions: [string, Convert][] | undefined;
  let state: 'running' | 'ended' | { error: unknown } = 'running';
  let wake = () => {};
  events.on('fields', (fields) => {
    // The driver makes its rows by these names, and has not begun.
    const names = distinctNames(fields?.map(({ name }) => name) ?? []);
    fields?.forEach((field, index) => void (field.name = names[index]!));
    // No fields: what comes next says what a statement did, and is no row.
    conversions = fields?.flatMap((field) => {
      const convert = conversion(field);
      return convert ? [[field.name, convert] as [string, Convert]] : [];
    });
  });
  events.on('result', (row) => {
    if (!conversions || left <= 0) return;
    rows.push(fit(row as Row, conversions));
    if (rows.length < Math.min(batchRows, left)) return;
    driver.pause();
    wake();
  });
  const settle = (newState: typeof state) => {
    if (state === 'running') state = newState;
    wake();
  };
  const onLost = (error: unknown) => settle({ error });
  events.on('error', onLost);
  events.on('end', () => settle('ended'));
  // A lost connection is told to the connection, not to what runs on it.
  driver.on('error', onLost);

  const nextEvent = async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const timer = setTimeout(resolve, longestHold);
    await promise;
    clearTimeout(timer);
  };
  const current = (): typeof state => state;
  try {
    while (left > 0) {
      if (rows.length < Math.min(batchRows, left) && current() === 'running') await nextEvent();
      const batch = rows;
      rows = [];
      left -= batch.length;
      // While the consumer works on this batch, one more may gather.
      driver.resume();
      if (batch.length > 0) yield { rows: batch };
      const now = current();
      if (typeof now === 'object') throw now.error;
      if (now === 'ended' && rows.length === 0) return;
    }
    // Enough; the connection is free again only when the server has sent the rest, or was stopped.
    if (current() === 'running') await stop?.();
    while (current() === 'running') await nextEvent();
    const last = current();
    if (typeof last === 'object' && (last.error as { errno?: number }).errno !== interrupted) throw last.error;
  } finally {
    driver.removeListener('error', onLost);
  }
}

function fit(row: Row, conversions: [string, Convert][]): Row {
  for (const [name, convert] of conversions) {
    const value = row[name];
    if (value !== null) row[name] = convert(value as never);
  }
  return row;
}
