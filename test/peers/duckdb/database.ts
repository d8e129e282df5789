/** A DuckDB in memory: what stands behind peers that speak the protocol of a database which does not run here. */
import { DuckDBInstance, DuckDBTypeId } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBType } from '@duckdb/node-api';

export interface Database {
  connect(): Promise<DuckDBConnection>;
  /** Runs statements for a test and gives the rows of the last one as texts. */
  run(sql: string): Promise<(string | null)[][]>;
  close(): void;
}

export async function createDatabase(): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' });
  const own = await instance.connect();
  await own.run("set timezone = 'UTC'");
  return {
    async connect() {
      const connection = await instance.connect();
      await connection.run("set timezone = 'UTC'");
      return connection;
    },
    async run(sql) {
      const reader = await own.runAndReadAll(sql);
      return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
    },
    close: () => instance.closeSync(),
  };
}

/** Stops what runs on a connection. An interrupt that comes before the statement has begun is lost, so it is repeated until that has ended. */
export async function interrupt(connection: DuckDBConnection, ended: () => boolean): Promise<void> {
  for (; !ended(); await new Promise((resolve) => setTimeout(resolve, 10))) connection.interrupt();
}

/** What DuckDB says about a statement, as kinds of failure that every database knows. */
export type Failure = 'table' | 'column' | 'syntax' | 'constraint' | 'value' | 'interrupted' | 'other';

export function failureOf(error: unknown): { failure: Failure; message: string } {
  const message = (error as Error).message.split('\n')[0]!;
  const failure: Failure = /INTERRUPT/.test(message) ? 'interrupted'
    : /Table with name|does not exist.*(table|view)|schema.*does not exist/i.test(message) ? 'table'
    : /Referenced column|not found in FROM clause|does not have a column/.test(message) ? 'column'
    : /^Constraint Error/.test(message) ? 'constraint'
    : /^Conversion Error|Division by zero|^Out of Range|Could not convert/i.test(message) ? 'value'
    : /^Parser Error|^Binder Error|^Catalog Error|^Invalid Input/.test(message) ? 'syntax'
    : 'other';
  return { failure, message: message.replace(/^\w+( \w+)? Error: /, '') };
}

export const Types = DuckDBTypeId;
export type { DuckDBConnection, DuckDBType };
