/** A migrated, empty database of its own for a test file. */
import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

export interface TestDatabase {
  /** For DATABASE_URL. */
  url: string;
  /** Ends whatever is still connected. */
  drop(): Promise<void>;
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const { PATCHBAY_TEST_DATABASE_URL: server, PATCHBAY_TEST_TEMPLATE: template } = process.env;
  if (!server) throw new Error('No test server: run the tests by jest, whose global set-up starts one.');
  if (!template) throw new Error('No migrated database to copy; the beginning of the run tells why.');
  const name = `patchbay_test_${randomBytes(6).toString('hex')}`;
  await execute(server, `create database ${name} template ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(server, `drop database if exists ${name} with (force)`) };
}

async function execute(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
