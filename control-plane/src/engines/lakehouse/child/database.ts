/**
 * DuckDB as a reader of files, locked down: it sees the files below one folder and nothing else, loads no
 * extension, and its settings cannot be changed any more. `statement.ts` is the first wall for what a
 * user writes, this is the second.
 */
import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { identifier, literal } from '../quoting.ts';
import type { Folders } from './protocol.ts';

const memoryLimit = '512MB';
/** What a query that does not fit in memory may write to disk meanwhile. */
const spillLimit = '4GB';

export async function openInstance({ directory, scratch }: Folders): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    memory_limit: memoryLimit,
    threads: String(os.availableParallelism()),
    temp_directory: scratch,
    max_temp_directory_size: spillLimit,
  });
  const connection = await instance.connect();
  for (const setting of [
    `timezone = 'UTC'`,
    'parquet_metadata_cache = true',
    'errors_as_json = false',
    `allowed_directories = [${literal(directory)}]`,
    'enable_external_access = false',
    'lock_configuration = true',
  ]) await connection.run(`set global ${setting}`);
  connection.closeSync();
  return instance;
}

export type Chunk = NonNullable<Awaited<ReturnType<DuckDBResult['fetchChunk']>>>;

/** What DuckDB has to say, as opposed to what goes wrong here. */
export class DuckdbFailure extends Error {}

/** A connection that does one thing after another. */
export interface Connection {
  view(name: string, select: string): Promise<void>;
  run(text: string, parameters: DuckDBValue[]): Promise<void>;
  columns(text: string): Promise<{ name: string; type: DuckDBType }[]>;
  stream(text: string, parameters: DuckDBValue[]): Promise<{ result: DuckDBResult; chunks: AsyncIterable<Chunk> }>;
  /** A stream was left before its end. */
  isUnfinished(): boolean;
  /** Ends what runs. @returns whether it ended soon: to close a connection under a running statement takes the process with it */
  close(): Promise<boolean>;
}

/** In milliseconds. */
const [closeLimit, interruptPause] = [250, 10];

export function connectionOf(connection: DuckDBConnection): Connection {
  let running: Promise<unknown> = Promise.resolve();
  let isUnfinished = false;
  const follow = <T>(work: Promise<T>): Promise<T> => {
    const followed = work.catch((error: unknown) => {
      throw new DuckdbFailure(error instanceof Error ? error.message : String(error));
    });
    running = followed.catch(() => undefined);
    return followed;
  };
  const prepared = async (text: string, parameters: DuckDBValue[]): Promise<DuckDBResult> => {
    const statement = await connection.prepare(text);
    if (parameters.length > 0) statement.bind(parameters);
    return statement.stream();
  };
  return {
    view: async (name, select) => void (await follow(connection.run(`create or replace temp view ${identifier(name)} as ${select}`))),
    run: async (text, parameters) => void (await follow(connection.run(text, parameters))),
    async columns(text) {
      const statement = await follow(connection.prepare(text));
      const columns = Array.from({ length: statement.columnCount }, (_, index) => ({ name: statement.columnName(index), type: statement.columnType(index) }));
      statement.destroySync();
      return columns;
    },
    async stream(text, parameters) {
      const result = await follow(prepared(text, parameters));
      isUnfinished = true;
      return {
        result,
        chunks: (async function* () {
          for (let next = follow(result.fetchChunk()); ; ) {
            const chunk = await next;
            if (!chunk || chunk.rowCount === 0) {
              isUnfinished = false;
              return;
            }
            // DuckDB makes it on its own threads while this one is taken.
            next = follow(result.fetchChunk());
            yield chunk;
          }
        })(),
      };
    },
    isUnfinished: () => isUnfinished,
    async close() {
      let hasEnded = false;
      const ended = running.then(() => (hasEnded = true));
      for (const until = Date.now() + closeLimit; !hasEnded && Date.now() < until;) {
        // A statement that is only just starting does not notice.
        connection.interrupt();
        await Promise.race([ended, sleep(interruptPause)]);
      }
      if (hasEnded) connection.closeSync();
      return hasEnded;
    },
  };
}
