/** One row of the table of `read-kinds`: a kind with a peer, and the same rows by its own driver used directly. A file in this folder named `*.kind.ts` is one. */
import type { AnyKind } from '../../../control-plane/src/kinds/contract.ts';

/** @typeParam Config what `start` gives and the driver needs */
export interface KindBench<Config = Record<string, unknown>> {
  kind: AnyKind;
  /** Whether its peer can be started here. */
  available: boolean;
  /** Starts the peer and fills it; called in a process of its own, so that it takes nothing of ours. */
  start(): Promise<{ config: Config; stop(): Promise<void> }>;
  /** What is read. */
  input: object;
  /** Reads the same rows by the driver alone, counting them. @param config as `start` gave it */
  direct(config: Config): Promise<number>;
}

/** A server with a user of its own. */
export interface ServerConfig {
  host: string;
  port: number;
  database: string;
  username: string;
  password: string;
}

export const rows = 100_000;

/** One of the rows, from 1 on, as JSON has it. */
export const jsonRow = (i: number): Record<string, unknown> => ({
  id: i, customer: `customer ${i % 1000}`, amount: (i * 1.07).toFixed(2), quantity: i % 17, paid: i % 2 === 0,
  placed_at: new Date(Date.UTC(2026) + i * 1000).toISOString(), note: i % 5 > 0 ? `a "note" of order ${i}` : null,
});

/** The rows, as a SELECT for databases that have `range` (DuckDB). */
export const duckdbRows = `select i::bigint as id, 'customer ' || i % 1000 as customer, (i * 1.07)::decimal(12, 2) as amount, (i % 17)::integer as quantity, i % 2 = 0 as paid,
  timestamp '2026-01-01' + to_seconds(i) as placed_at, case when i % 5 > 0 then 'a "note" of order ' || i end as note from range(1, ${rows + 1}) t(i)`;
