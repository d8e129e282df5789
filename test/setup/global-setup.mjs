/**
 * One PostgreSQL for the whole run, for the service's own store: that of PATCHBAY_TEST_DATABASE_URL, or an
 * embedded one that is thrown away at the end. In it a migrated database, which each test file copies
 * (database.ts). Jest runs this once for both projects, outside of its own module system.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '../../control-plane/src/platform/db/embedded.ts';
import { applyMigrations } from '../../control-plane/src/platform/db/migrate.ts';

export default async function globalSetup() {
  const server = process.env.PATCHBAY_TEST_DATABASE_URL ? undefined : await startServer();
  if (server) process.env.PATCHBAY_TEST_DATABASE_URL = server.url;
  const dropTemplate = await createTemplate(process.env.PATCHBAY_TEST_DATABASE_URL).catch((error) => {
    // The tests that need it say so; the others can run.
    console.error('The template of the test databases could not be made:', error);
  });
  globalThis.endTestDatabases = async () => {
    await dropTemplate?.();
    await server?.stop();
  };
}

async function startServer() {
  const directory = await mkdtemp(path.join(tmpdir(), 'patchbay-test-'));
  const server = await startEmbeddedPostgres({ directory, durable: false, settings: { max_connections: '300' } });
  return { url: server.url, stop: () => server.stop().then(() => rm(directory, { recursive: true, force: true })) };
}

async function createTemplate(adminUrl) {
  const template = `patchbay_template_${randomBytes(4).toString('hex')}`;
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(`create database ${template}`);
    const url = new URL(adminUrl);
    url.pathname = `/${template}`;
    await applyMigrations(url.href);
    process.env.PATCHBAY_TEST_TEMPLATE = template;
    return async () => {
      const last = postgres(adminUrl, { max: 1, onnotice: () => undefined });
      await last.unsafe(`drop database if exists ${template} with (force)`);
      await last.end();
    };
  } finally {
    await sql.end();
  }
}
