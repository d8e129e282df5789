/** `read` and `discover` of Delta tables and Parquet files: conditions, fields and limit go down to the files. */
import type { Model, ReadInput } from '../../categories/shared.ts';
import type { Call, RecordBatch } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Column } from '../sql/dialect.ts';
import { deltaSelect, filesFor } from './delta/table.ts';
import { statisticsOf } from './delta/facts.ts';
import type { Snapshot } from './delta/log.ts';
import { typeName } from './delta/schema.ts';
import { readSelect, readView } from './dialect.ts';
import type { Connection } from './duckdb.ts';
import { identifier } from './quoting.ts';
import { isOutOfMemory } from './errors.ts';
import { filesSelect, objectsFor, partitionsOf } from './files.ts';
import type { DeltaListing, FilesListing } from './listing.ts';
import { createCopies } from './place.ts';
import type { Copies, LakePlace } from './place.ts';

/** The files of a model that may matter, read some at a time. */
export interface Readable {
  /** Known beforehand where a log tells it. */
  columns?: Column[];
  /** In bytes, of each file in its order. */
  sizes: number[];
  /** A SELECT of the rows of these files; with no files, of none. */
  select(first: number, end: number, copies: Copies): Promise<string>;
}

export function readableDelta(listing: DeltaListing, snapshot: Snapshot, input: ReadInput): Readable {
  const files = filesFor(snapshot, input.where ?? []);
  return {
    columns: snapshot.columns.map(({ name, type, nullable }) => ({ name, type: typeName(type), nullable, primary_key: false })),
    sizes: files.map(({ size }) => size),
    select: (first, end, copies) => deltaSelect(listing, snapshot, files.slice(first, end), copies),
  };
}

export function readableFiles(listing: FilesListing, input: ReadInput): Readable {
  const partitions = partitionsOf(listing);
  const some = objectsFor(listing, partitions, input.where ?? []);
  const objects = some.length > 0 ? some : listing.objects.slice(0, 1);
  return {
    sizes: objects.map(({ size }) => size),
    select: (first, end, copies) => filesSelect(listing, partitions, objects.slice(first, end), copies),
  };
}

/** In bytes: how much is fetched before the first record of it comes, while the batch before it is read. */
const batchBytes = 64 * 1024 * 1024;
const batchFiles = 32;

/** Without an order, files come one batch after another, so that a table may be larger than the cache. */
export async function* readRows(readable: Readable, input: ReadInput, { place, call, connect }: { place: LakePlace; call: Call; connect(copies: Copies): Connection }): AsyncGenerator<RecordBatch> {
  const batches = input.order_by?.length ? [[0, readable.sizes.length] as const] : batchesOf(readable.sizes);
  let columns = readable.columns;
  let left = input.limit ?? Infinity;
  const fetch = ([first, end]: readonly [number, number]) => {
    const copies = createCopies(place, call);
    const select = readable.select(first, end, copies);
    select.catch(() => undefined);
    return { copies, select };
  };
  let next = batches[0] && fetch(batches[0]);
  try {
    for (let index = 0; next; index += 1) {
      const { copies, select } = next;
      const following = batches[index + 1];
      const connection = connect(copies);
      try {
        const text = await select;
        next = following && fetch(following);
        const padded = columns && !readable.columns ? `select * from (${emptySelect(columns)}) union all by name ${text}` : text;
        connection.view(readView, padded);
        columns ??= await describeView(connection);
        const statement = readSelect(columns, { ...input, ...(Number.isFinite(left) && { limit: left }) });
        for await (const batch of connection.read(statement.text, statement.parameters)) {
          yield batch;
          left -= batch.count;
        }
      } catch (error) {
        throw aboutInput(error);
      } finally {
        copies.release();
      }
      if (left <= 0) return;
    }
  } finally {
    next?.copies.release();
  }
}

function batchesOf(sizes: number[]): [number, number][] {
  if (sizes.length === 0) return [[0, 0]];
  const batches: [number, number][] = [];
  for (let first = 0; first < sizes.length;) {
    let end = first + 1;
    for (let bytes = sizes[first]!; end < sizes.length && end - first < batchFiles && bytes + sizes[end]! <= batchBytes; end += 1) bytes += sizes[end]!;
    batches.push([first, end]);
    first = end;
  }
  return batches;
}

function emptySelect(columns: Column[]): string {
  return `select ${columns.map(({ name, type }) => `null::${type} as ${identifier(name)}`).join(', ')} where false`;
}

async function describeView(connection: Connection): Promise<Column[]> {
  const rows = await connection.rows(`describe ${identifier(readView)}`);
  return rows.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']), nullable: true, primary_key: false }));
}

/** The statement is ours, so what is wrong with it is wrong with a condition. */
function aboutInput(error: unknown): unknown {
  if (!PatchbayError.is(error) || error.code !== 'invalid_query' || isOutOfMemory(error)) return error;
  return new PatchbayError('invalid_request', `A condition cannot be applied: ${error.message}`, {
    hint: 'Give each condition a value of its field’s type.', fields: [{ path: 'where', message: error.message }], cause: error.cause ?? error,
  });
}

export function describeDelta({ name }: DeltaListing, { columns, files }: Snapshot): Model {
  const counts = files.map((file) => {
    const { numRecords } = statisticsOf(file);
    return numRecords === undefined ? undefined : numRecords - (file.deletionVector?.cardinality ?? 0);
  });
  const isKnown = counts.every((count) => count !== undefined);
  return {
    name, type: 'table', label: 'Delta table',
    ...(isKnown && { estimated_rows: counts.reduce<number>((sum, count) => sum + (count ?? 0), 0) }),
    fields: columns.map(({ name: field, type, nullable }) => ({ name: field, type: typeName(type), nullable })),
  };
}

/** By the first of the files, which is all that is fetched. */
export async function describeFiles(listing: FilesListing, connection: Connection, copies: Copies): Promise<Model> {
  const select = await filesSelect(listing, partitionsOf(listing), listing.objects.slice(0, 1), copies);
  connection.view(readView, select);
  const fields = (await describeView(connection)).map(({ name, type }) => ({ name, type, nullable: true }));
  return { name: listing.name === '' ? '/' : listing.name, type: listing.root === '' && listing.objects.length === 1 && !listing.name.endsWith('/') ? 'file' : 'prefix', fields };
}
