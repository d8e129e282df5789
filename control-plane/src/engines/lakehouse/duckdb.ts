/**
 * DuckDB as a reader of files, locked down: it sees the files below one folder and nothing else, loads no
 * extension, and its settings cannot be changed any more. `statement.ts` is the first wall for what a
 * user writes, this is the second.
 */
import { rm } from 'node:fs/promises';
import os from 'node:os';
import type { DuckDBConnection, DuckDBInstance, DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { FileCache } from '../../platform/file-cache/index.ts';
import { duckdbError } from './errors.ts';
import type { Names } from './errors.ts';

const memoryLimit = '512MB';
/** What a query that does not fit in memory may write to disk meanwhile. */
const spillLimit = '4GB';

export interface Duckdb {
  /** A connection of its own for the work, which sees no other's views unless it asks for the same. An abort interrupts what runs. */
  connect(signal: AbortSignal, names?: Names): Promise<Connection>;
  close(): Promise<void>;
}

/** Every function throws PatchbayErrors alone. */
export interface Connection {
  run(text: string): Promise<void>;
  /** Has a view of this name stand for the SELECT. */
  view(name: string, select: string): Promise<void>;
  /** All rows of a statement of our own, values as DuckDB has them. */
  rows(text: string, parameters?: unknown[]): Promise<Record<string, DuckDBValue>[]>;
  /** What a statement would give. Empty where its parameters are needed to know. */
  columns(text: string): Promise<ResultColumn[]>;
  /** @param parameters text, numbers, booleans and nulls */
  stream(text: string, parameters: unknown[]): Promise<{ result: DuckDBResult; chunks: AsyncIterable<Chunk> }>;
  /** Ends what runs. Can be called twice. */
  close(): void;
}

export interface ResultColumn {
  /** Not always unique. */
  name: string;
  type: DuckDBType;
}

export type Chunk = NonNullable<Awaited<ReturnType<DuckDBResult['fetchChunk']>>>;

export async function openDuckdb(cache: Pick<FileCache, 'directory' | 'scratch'>): Promise<Duckdb> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const scratch = await cache.scratch();
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    memory_limit: memoryLimit,
    threads: String(os.availableParallelism()),
    temp_directory: scratch,
    max_temp_directory_size: spillLimit,
  });
  await lockDown(instance, [cache.directory]);
  const idle: Line[] = [];
  let closed = false;
  return {
    async connect(signal, names = []) {
      signal.throwIfAborted();
      const line = idle.pop() ?? { connection: await instance.connect(), views: new Map<string, string>() };
      return connect(line, signal, names, () => {
        const isKept = !closed && idle.length < idleLines && line.views.values().reduce((sum, { length }) => sum + length, 0) <= mostText;
        if (isKept) idle.push(line);
        return isKept;
      });
    },
    async close() {
      if (closed) return;
      closed = true;
      for (const { connection } of idle.splice(0)) connection.closeSync();
      instance.closeSync();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

async function lockDown(instance: DuckDBInstance, folders: string[]): Promise<void> {
  const connection = await instance.connect();
  const list = folders.map((folder) => literal(folder)).join(', ');
  for (const setting of [
    `timezone = 'UTC'`,
    'parquet_metadata_cache = true',
    'errors_as_json = false',
    `allowed_directories = [${list}]`,
    'enable_external_access = false',
    'lock_configuration = true',
  ]) await connection.run(`set global ${setting}`);
  connection.closeSync();
}

/** A connection of DuckDB's, and what its views stand for, by their names in lower case. To make one again, DuckDB would look at its files again. */
interface Line {
  connection: DuckDBConnection;
  views: Map<string, string>;
}

/** How many connections whose work came to its end wait to be used again, and how many characters the views of one may have. */
const idleLines = 4;
const mostText = 1_000_000;

/** @param keep told when the work came to its end; whether the line is kept for other work */
function connect({ connection, views }: Line, signal: AbortSignal, names: Names, keep: () => boolean): Connection {
  let closed = false;
  /** Statements that have not come to their end, or failed. */
  let unfinished = 0;
  /** Calls that DuckDB has not answered. */
  let pending = 0;
  const interrupt = (): void => {
    if (pending === 0) return;
    connection.interrupt();
    // A statement that is only just starting does not notice.
    setTimeout(interrupt, 50).unref();
  };
  signal.addEventListener('abort', interrupt, { once: true });
  let running: Promise<unknown> = Promise.resolve();
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    const started = work();
    running = started.catch(() => undefined);
    unfinished += 1;
    pending += 1;
    try {
      const value = await started;
      unfinished -= 1;
      return value;
    } catch (error) {
      throw signal.aborted ? signal.reason : duckdbError(error, names);
    } finally {
      pending -= 1;
    }
  };
  return {
    run: (text) => guarded(async () => void (await connection.run(text))),
    async view(name, select) {
      const key = name.toLowerCase();
      if (views.get(key) === select) return;
      views.delete(key);
      await guarded(() => connection.run(`create or replace temp view ${identifier(name)} as ${select}`));
      views.set(key, select);
    },
    rows: (text, parameters = []) => guarded(async () => (await connection.runAndReadAll(text, parameters as DuckDBValue[])).getRowObjects()),
    columns: (text) => guarded(async () => {
      const statement = await connection.prepare(text);
      const columns = Array.from({ length: statement.columnCount }, (_, index) => ({ name: statement.columnName(index), type: statement.columnType(index) }));
      statement.destroySync();
      return columns;
    }),
    async stream(text, parameters) {
      const result = await guarded(() => prepared(connection, text, parameters));
      unfinished += 1;
      const fetch = () => {
        const fetching = guarded(() => result.fetchChunk());
        fetching.catch(() => undefined);
        return fetching;
      };
      return {
        result,
        chunks: (async function* () {
          for (let next = fetch(); ; ) {
            const chunk = await next;
            if (!chunk || chunk.rowCount === 0) {
              unfinished -= 1;
              return;
            }
            // DuckDB makes it on its own threads while this one is taken.
            next = fetch();
            yield chunk;
          }
        })(),
      };
    },
    close() {
      if (closed) return;
      signal.removeEventListener('abort', interrupt);
      closed = true;
      if (unfinished === 0 && !signal.aborted && keep()) return;
      connection.interrupt();
      interrupt();
      // A connection that is closed under a running statement takes the process with it.
      void running.then(() => connection.closeSync());
    },
  };
}

async function prepared(connection: DuckDBConnection, text: string, parameters: unknown[]): Promise<DuckDBResult> {
  const statement = await connection.prepare(text);
  if (parameters.length > 0) statement.bind(parameters as DuckDBValue[]);
  return statement.stream();
}

/** A text as SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
