/**
 * Tables over an object store, read by DuckDB: Delta Lake, Parquet, CSV and JSON. Objects are copied to the
 * cache first; DuckDB sees nothing but these copies.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { queryInput } from '../../categories/database.ts';
import type { Model, ReadInput } from '../../categories/shared.ts';
import type { Call, RecordBatch } from '../../kinds/contract.ts';
import type { FileCache } from '../../platform/file-cache/index.ts';
import { createTemporaryFileCache } from '../../platform/file-cache/index.ts';
import type { Place } from '../objects/files.ts';
import { loadSnapshot } from './delta/table.ts';
import type { Snapshot } from './delta/log.ts';
import { createOneScan } from './delta/one-scan.ts';
import { openDuckdb } from './duckdb.ts';
import type { Duckdb } from './duckdb.ts';
import { createExactNumbers } from './exact.ts';
import type { DeltaListing, FilesListing } from './listing.ts';
import { listModel } from './listing.ts';
import { createCopies } from './place.ts';
import type { Copies, LakePlace } from './place.ts';
import { describeDelta, describeFiles, readableDelta, readableFiles, readRows } from './read.ts';
import { createStatements } from './statement.ts';
import { createView } from './tables.ts';

export type LakeModel = DeltaListing | FilesListing;

export interface Lakehouse {
  find(model: string, call: Call): Promise<LakeModel>;
  read(model: LakeModel, input: ReadInput, call: Call): AsyncGenerator<RecordBatch>;
  describe(model: LakeModel, call: Call): Promise<Model>;
  query(input: z.output<typeof queryInput>, call: Call): AsyncGenerator<RecordBatch>;
  /** For other work on files below the cache's folder. */
  withDatabase<T>(work: (database: Duckdb, cache: FileCache) => Promise<T>): Promise<T>;
  /** Can be called twice. */
  close(): Promise<void>;
}

/** In bytes, where the service gave no cache. */
const temporaryLimit = 2 * 1024 ** 3;
/** How many tables' snapshots are kept in memory; a log that changed is read anew. */
const snapshotsKept = 20;

/** @param identity see LakePlace; @param cache absent where nothing may be kept for longer than this lives */
export function createLakehouse(place: Place, identity: readonly string[], cache: FileCache | undefined): Lakehouse {
  let opening: Promise<{ database: Duckdb; place: LakePlace; dispose(): Promise<void> }> | undefined;
  const snapshots = new Map<string, Promise<Snapshot>>();
  const scans = createOneScan();
  const numbers = createExactNumbers();
  const statements = createStatements();

  const open = () => (opening ??= (async () => {
    const own = cache ? { cache, dispose: async () => undefined } : await createTemporaryFileCache(temporaryLimit);
    return { database: openDuckdb(own.cache), place: { ...place, identity, cache: own.cache }, dispose: own.dispose };
  })().catch((error: unknown) => {
    opening = undefined;
    throw error;
  }));

  const snapshotOf = async (listing: DeltaListing, call: Call): Promise<Snapshot> => {
    const key = createHash('sha256').update(JSON.stringify([listing.root, listing.version, listing.log.map(({ object }) => [object.key, object.etag, object.size])])).digest('base64');
    const known = snapshots.get(key);
    if (known) return known;
    const { database, place: lake } = await open();
    const loading = loadSnapshot(lake, database.connect(call.signal), listing, call);
    snapshots.set(key, loading);
    // One that failed, or was given up, is tried again by the next.
    loading.catch(() => snapshots.delete(key));
    for (const oldest of snapshots.keys()) if (snapshots.size > snapshotsKept) snapshots.delete(oldest);
    return loading;
  };

  return {
    find: (model, call) => listModel(place, model, call),
    async *read(model, input, call) {
      const { database, place: lake } = await open();
      database.prepare();
      const readable = model.type === 'delta' ? readableDelta(model, await snapshotOf(model, call), input) : readableFiles(model, input);
      yield* readRows(readable, input, { place: lake, call, connect: (copies) => database.connect(call.signal, copies.names) });
    },
    async describe(model, call) {
      if (model.type === 'delta') return describeDelta(model, await snapshotOf(model, call));
      const { database, place: lake } = await open();
      const copies: Copies = createCopies(lake, call);
      const connection = database.connect(call.signal, copies.names);
      try {
        return await describeFiles(model, connection, copies);
      } finally {
        copies.release();
      }
    },
    async *query({ query, parameters, limit }, call) {
      const { database, place: lake } = await open();
      database.prepare();
      const copies = createCopies(lake, call);
      const connection = database.connect(call.signal, copies.names);
      try {
        const tables = await statements.parse(connection, query, parameters);
        for (const table of tables) await createView(connection, table, { place: lake, copies, call, snapshot: (listing) => snapshotOf(listing, call), scans, numbers });
        yield* connection.query(query, parameters, limit);
      } finally {
        copies.release();
      }
    },
    async withDatabase(work) {
      const { database, place: lake } = await open();
      return work(database, lake.cache);
    },
    async close() {
      const opened = await opening?.catch(() => undefined);
      opening = undefined;
      await opened?.database.close();
      await opened?.dispose();
    },
  };
}
