/** The one store: a connection pool, drizzle over it, and a listener for changes made by any process. */
import { drizzle } from 'drizzle-orm/postgres-js';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { PatchbayError } from '../errors.ts';
import { causes } from '../network-errors.ts';

export type Database = PostgresJsDatabase;
/** A database or a transaction of it. */
export type Queryable = Pick<Database, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'execute'>;

export interface Store {
  db: Database;
  sql: postgres.Sql;
  close(): Promise<void>;
}

export function openStore(url: string, { pool_size }: { pool_size: number }): Store {
  const sql = postgres(url, {
    max: pool_size,
    idle_timeout: 60,
    connect_timeout: 10,
    onnotice: () => undefined,
    connection: { application_name: 'patchbay', TimeZone: 'UTC', statement_timeout: 30_000 },
  });
  return { db: drizzle(sql), sql, close: () => sql.end({ timeout: 5 }) };
}

/** True for the violation of a unique index; with a name, of that one. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return isViolation(error, '23505', constraint);
}

/** True when a row refers to one that is gone. */
export function isForeignKeyViolation(error: unknown): boolean {
  return isViolation(error, '23503');
}

function isViolation(error: unknown, state: string, constraint?: string): boolean {
  for (const current of causes(error)) {
    const { code, constraint_name } = current as { code?: string; constraint_name?: string };
    if (code === state) return constraint === undefined || constraint_name === constraint;
  }
  return false;
}

/** Of postgres.js, of Node's sockets, and of a server that is shutting down, starting or full. */
const lost = /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|CONNECT_TIMEOUT|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|57P0[1-5]|53300|08\w{3})$/;

/** What the store threw, as `unavailable` where it could not be reached; anything else as it is. */
export function storeError(error: unknown): unknown {
  if (PatchbayError.is(error)) return error;
  for (const cause of causes(error)) {
    if (!lost.test(String((cause as { code?: unknown }).code))) continue;
    return new PatchbayError('unavailable', 'Patchbay’s own database cannot be reached.', {
      hint: 'Try again in a moment; if it persists, the operator has to look at DATABASE_URL and its server.', retry_after: 5, cause: error,
    });
  }
  return error;
}
