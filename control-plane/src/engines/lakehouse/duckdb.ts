/** DuckDB as a reader of the files below one folder, in processes of its own: what a statement does wrong ends it alone. */
import { PatchbayError } from '../../platform/errors.ts';
import type { Statement } from './child/protocol.ts';
import { duckdbError } from './errors.ts';
import type { Names } from './errors.ts';
import type { Lines, Place } from './process.ts';
import { sharedProcesses } from './processes.ts';
import type { Processes } from './processes.ts';

export interface Duckdb {
  /** For work whose views no other has, unless it asks for the same. An abort ends what runs. */
  connect(signal: AbortSignal, names?: Names): Connection;
  /** Has a process start while other things are done for a statement that will come. */
  prepare(): void;
  close(): Promise<void>;
}

/** Each statement runs in whatever process is free: between two of them, none is kept from others. */
export interface Connection {
  run(text: string): Promise<void>;
  /** Has a view of this name stand for the SELECT in what follows, which tells what is wrong with it. */
  view(name: string, select: string): void;
  /** All rows of a statement of our own, values as in JSON. */
  rows(text: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>;
  /** A statement of whoever asks. @param limit of rows, after which it is given up */
  query(text: string, parameters: unknown[], limit?: number): AsyncGenerator<Lines>;
  /** A statement of our own, whose names are unique. */
  read(text: string, parameters: unknown[]): AsyncGenerator<Lines>;
}

export function openDuckdb(place: Place, processes: Processes = sharedProcesses): Duckdb {
  // Told apart from others of the same folder, whose views are not for this one.
  const own: Place = { ...place };
  return {
    connect(signal, names = []) {
      signal.throwIfAborted();
      return connect(own, processes, signal, names);
    },
    prepare: () => processes.prepare(own),
    close: () => processes.end(own),
  };
}

function connect(place: Place, processes: Processes, signal: AbortSignal, names: Names): Connection {
  const views = new Map<string, string>();
  async function* lines(rows: Statement['rows'], text: string, parameters: unknown[], limit?: number): AsyncGenerator<Lines> {
    const statement = { text, parameters: parameters.map(asParameter), rows, limit: limit ?? null };
    try {
      const process = await processes.take(place, views, signal);
      yield* process.run(statement, views, signal, () => processes.put(process));
    } catch (error) {
      throw signal.aborted ? signal.reason : duckdbError(error, names);
    }
  }
  return {
    async run(text) {
      await lines('none', text, []).next();
    },
    view: (name, select) => void views.set(name, select),
    async rows(text, parameters = []) {
      const rows: Record<string, unknown>[] = [];
      for await (const { ndjson } of lines('all', text, parameters)) {
        for (const line of Buffer.from(ndjson).toString().trimEnd().split('\n')) rows.push(JSON.parse(line) as Record<string, unknown>);
      }
      return rows;
    },
    query: (text, parameters, limit) => lines('all', text, parameters, limit),
    read: (text, parameters) => lines('read', text, parameters),
  };
}

function asParameter(value: unknown, index: number): string | number | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value !== undefined) return JSON.stringify(value);
  throw new PatchbayError('invalid_request', `The parameter ${index + 1} has no value.`, { fields: [{ path: `parameters.${index}`, message: 'is missing' }] });
}
