/** What the service and one of DuckDB's processes tell each other. */
import os from 'node:os';

export type Message = { open: Folders } | { statement: Statement };

export interface Folders {
  /** All that it may read. */
  directory: string;
  /** For what does not fit in memory, and its own. */
  scratch: string;
}

export interface Statement {
  /** SELECTs by the names of the views that stand for them, made first. */
  views: [name: string, select: string][];
  text: string;
  /** Text, numbers, booleans and nulls. */
  parameters: (string | number | boolean | null)[];
  /** `none`: nothing comes back. `read`: a statement of ours, whose names are unique; see rows.ts. */
  rows: 'none' | 'all' | 'read';
  /** Of rows, after which it is given up. */
  limit: number | null;
}

/** The answer to a statement, after its rows, which come as lines of JSON. */
export interface Answer {
  error?: { message: string; reason: 'duckdb' | 'long row' | 'unexpected' };
  /** Its views are there no more. */
  isFresh: boolean;
  /** It should not be used again. */
  isSpent: boolean;
}

/** In characters: a record that is longer would take the service's memory. */
export const longestRow = 32 * 1024 * 1024;
/** In bytes: what a process may take: 512 MB that DuckDB counts, its own 110 MB, and what each thread works on. */
export const processLimit = 1024 ** 3 + os.availableParallelism() * 64 * 1024 ** 2;
/** In bytes: what has as much at its end has too little left for what follows. */
export const spentAt = 640 * 1024 ** 2;
/** In MB, of JavaScript, for what is made into lines. */
export const heapLimit = 512;
