/** The one store: a connection pool, drizzle over it, and a listener for changes made by any process. */
import { drizzle } from 'drizzle-orm/postgres-js';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

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
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code, constraint_name } = current as Error & { code?: string; constraint_name?: string };
    if (code === '23505') return constraint === undefined || constraint_name === constraint;
  }
  return false;
}
