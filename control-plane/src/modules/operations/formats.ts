/**
 * Records as one file: CSV or Parquet. Both need to know every field before they can begin (a record
 * may bring a new one at any time), so the records wait on disk meanwhile, and an error of the backend
 * is still a proper answer. JSON Lines needs none of this: it is what the stream already is.
 */
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Request } from 'express';
import { PatchbayError } from '../../platform/errors.ts';
import { openDuckdb } from '../../engines/lakehouse/duckdb.ts';
import { literal } from '../../engines/lakehouse/quoting.ts';
import type { RecordBatch } from '../../kinds/contract.ts';

export const recordTypes = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8', parquet: 'application/vnd.apache.parquet' } as const;
export type RecordFormat = keyof typeof recordTypes;

/** In bytes of JSON Lines that wait on disk for one answer. */
const spoolLimit = 8 * 1024 ** 3;

/** `?format=` decides, or the `Accept` header; JSON Lines when neither asks for another. */
export function formatOf(request: Request): RecordFormat {
  const { format } = request.query;
  if (format === undefined) {
    const accepted = request.accepts(Object.values(recordTypes).map((type) => type.split(';')[0]!));
    return accepted === 'text/csv' ? 'csv' : accepted === recordTypes.parquet ? 'parquet' : 'ndjson';
  }
  if (typeof format === 'string' && Object.hasOwn(recordTypes, format)) return format as RecordFormat;
  throw new PatchbayError('invalid_request', 'Records come as ndjson, csv or parquet.', {
    hint: 'Give one of them as ?format=, or leave it out for ndjson.', fields: [{ path: 'query.format', message: 'is none of ndjson, csv, parquet' }],
  });
}

/** A batch as JSON Lines. */
export function lines(batch: RecordBatch): Uint8Array | string {
  if ('ndjson' in batch) return batch.ndjson;
  let text = '';
  for (const row of batch.rows) text += `${JSON.stringify(row)}\n`;
  return text;
}

/** The bytes of one file with all records. Nothing is left on disk when it ends, however it ends. */
export async function* fileOf(batches: AsyncIterable<RecordBatch>, format: Exclude<RecordFormat, 'ndjson'>, signal: AbortSignal): AsyncGenerator<Uint8Array | string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'patchbay-records-'));
  try {
    const spooled = path.join(folder, 'records.ndjson');
    await spool(batches, spooled);
    yield* format === 'csv' ? csv(spooled) : parquet(spooled, folder, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function spool(batches: AsyncIterable<RecordBatch>, file: string): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    let size = 0;
    for await (const batch of batches) {
      const encoded = lines(batch);
      const bytes = typeof encoded === 'string' ? Buffer.from(encoded) : encoded;
      size += bytes.length;
      if (size > spoolLimit) {
        throw new PatchbayError('payload_too_large', `The records are more than ${spoolLimit / 1024 ** 3} GB, too much for one file.`, {
          hint: 'Ask for JSON Lines (application/x-ndjson), which has no such limit, or read in parts.',
        });
      }
      await handle.writeFile(bytes);
    }
  } finally {
    await handle.close();
  }
}

async function* csv(spooled: string): AsyncGenerator<string> {
  const columns = new Set<string>();
  for await (const records of parsedLines(spooled)) {
    for (const record of records) for (const name of Object.keys(record)) columns.add(name);
  }
  const names = [...columns];
  if (names.length === 0) return;
  yield `${names.map(cell).join(',')}\r\n`;
  for await (const records of parsedLines(spooled)) {
    let text = '';
    for (const record of records) text += `${names.map((name) => cell(record[name])).join(',')}\r\n`;
    yield text;
  }
}

/** As RFC 4180 has it; a list or an object as JSON. */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The records of a file, some at a time. */
async function* parsedLines(file: string): AsyncGenerator<Record<string, unknown>[]> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    rest = Buffer.from(bytes.subarray(end));
    if (end > 0) yield parse(bytes.toString('utf8', 0, end));
  }
  if (rest.length > 0) yield parse(rest.toString('utf8'));
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** A whole number that is too large for JavaScript stays the text that it is. */
const exact: Reviver = (_key, value, { source }) => (typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '') ? source : value);

function parse(text: string): Record<string, unknown>[] {
  const list = `[${text.trim().replaceAll(/\r?\n+/g, ',')}]`;
  // TypeScript does not know yet that a reviver is told the source.
  return JSON.parse(list, /\d{16}/.test(list) ? (exact as Parameters<typeof JSON.parse>[1]) : undefined) as Record<string, unknown>[];
}

async function* parquet(spooled: string, folder: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = path.join(folder, 'records.parquet');
  const database = openDuckdb({ directory: folder, scratch: () => mkdtemp(path.join(folder, 'scratch-')), share: 'answers' });
  try {
    // Every record is looked at for the types, and an object stays one with its own fields.
    const source = `read_json(${literal(spooled)}, format = 'newline_delimited', sample_size = -1, maximum_object_size = 33554432, map_inference_threshold = -1)`;
    await database.connect(signal).run(`copy (select * from ${source}) to ${literal(file)} (format parquet, compression zstd)`);
  } finally {
    await database.close();
  }
  yield* createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Uint8Array>;
}
