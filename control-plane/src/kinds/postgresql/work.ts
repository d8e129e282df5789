/** A unit of work: one transaction on a pooled connection, ended for good when the caller goes away. */
import type { Sql } from 'postgres';
import type { Purpose } from '../../engines/sql/errors.ts';
import type { Pool } from '../../engines/sql/pool.ts';
import type { Egress } from '../../platform/egress/index.ts';
import type { Call } from '../contract.ts';
import type { PostgresqlConfig } from './config.ts';
import type { Connection } from './connection.ts';
import { quote } from './dialect.ts';
import { postgresError } from './errors.ts';
import { cancelBackend } from './socket.ts';

export interface WorkOptions {
  purpose: Purpose;
  access: 'read only' | 'read write';
  /** In seconds, for each statement; 0 for streams, whose pauses are bounded by the caller instead. */
  statement_timeout: number;
}

export interface Session {
  config: PostgresqlConfig;
  egress: Egress;
  output_schemas: readonly string[];
  pool: Pool<Connection>;
}

/** What a statement may leave on the connection beyond its transaction. */
const cleanUp = 'reset session authorization; reset all; unlisten *; discard temp; select pg_catalog.pg_advisory_unlock_all()';

/**
 * Streams what `body` yields. The transaction is committed only when `body` came to its end and nothing
 * was written by halves; a consumer that stops early, an abort or an error rolls it back.
 */
export async function* streamInTransaction<T>(
  session: Session,
  { signal }: Call,
  { purpose, access, statement_timeout }: WorkOptions,
  body: (sql: Sql) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const { config, egress, output_schemas, pool } = session;
  const target = `${config.host}:${config.port}`;
  const lease = await pool.acquire(signal);
  const { sql, key } = lease.connection;
  // A cancelled backend stops at once even if it is sorting; a destroyed connection cannot be mistaken for a clean one.
  const stop = () => {
    if (lease.connection.alive) cancelBackend(config, egress, key).catch(() => undefined);
    lease.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  let state: 'running' | 'done' | 'failed' = 'running';
  try {
    await sql.unsafe(beginStatement(access, statement_timeout, output_schemas));
    yield* body(sql);
    // What only read has nothing to commit, and a rollback undoes what PostgreSQL lets through all the same.
    const end = access === 'read only' ? 'rollback' : 'commit';
    await sql.unsafe(purpose === 'query' ? `${end}; ${cleanUp}` : end);
    state = 'done';
    lease.release();
  } catch (error) {
    state = 'failed';
    if (signal.aborted) throw signal.reason;
    await rollback(sql, error).then(lease.release, stop);
    throw postgresError(error, purpose, target);
  } finally {
    signal.removeEventListener('abort', stop);
    if (state === 'running') stop();
  }
}

export async function inTransaction<T>(session: Session, call: Call, options: WorkOptions, body: (sql: Sql) => Promise<T>): Promise<T> {
  let result: T | undefined;
  const once = async function* (sql: Sql) {
    yield await body(sql);
  };
  for await (const value of streamInTransaction(session, call, options, once)) result = value;
  return result as T;
}

/**
 * One round trip. A read-only transaction could still be made writable before its first query, which is
 * why that is here too: afterwards PostgreSQL refuses it.
 */
function beginStatement(access: WorkOptions['access'], statementTimeout: number, outputSchemas: readonly string[]): string {
  const settings = [
    `statement_timeout = ${statementTimeout * 1000}`,
    `intervalstyle = 'iso_8601'`,
    `extra_float_digits = 3`,
    `bytea_output = 'hex'`,
    ...(outputSchemas.length > 0 ? [`search_path = ${outputSchemas.map(quote).join(', ')}`] : []),
  ];
  return [`begin ${access}`, ...settings.map((setting) => `set local ${setting}`), 'select 1'].join('; ');
}

/** Rejects when the connection is not to be used again. */
async function rollback(sql: Sql, error: unknown): Promise<void> {
  if ((error as { name?: string }).name !== 'PostgresError') throw error;
  await sql.unsafe(`rollback; ${cleanUp}`);
}
