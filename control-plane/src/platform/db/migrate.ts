/** Applies the migrations under an advisory lock, so that many processes may start at once. */
import path from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

const folder = path.resolve(import.meta.dirname, '../../../migrations');
/** Any number that nobody else uses on this database; "patchbay" on a telephone keypad. */
const lock = 72824229;

export async function applyMigrations(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, connect_timeout: 10 });
  try {
    await sql`select pg_advisory_lock(${lock})`;
    await migrate(drizzle(sql), { migrationsFolder: folder });
  } finally {
    await sql.end({ timeout: 5 });
  }
}
