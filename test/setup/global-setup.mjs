/**
 * One PostgreSQL for the whole run, for the service's own store: a given PATCHBAY_TEST_DATABASE_URL, or an
 * embedded server that is thrown away at the end. Jest calls this once for each of its projects.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export default async function globalSetup() {
  if (process.env.PATCHBAY_TEST_DATABASE_URL) return;
  const { startEmbeddedPostgres } = await import('../../control-plane/src/platform/db/embedded.ts');
  const directory = await mkdtemp(path.join(tmpdir(), 'patchbay-test-'));
  const server = await startEmbeddedPostgres({ directory, durable: false, settings: { max_connections: '300' } });
  process.env.PATCHBAY_TEST_DATABASE_URL = server.url;
  globalThis.stopTestDatabase = async () => {
    globalThis.stopTestDatabase = undefined;
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
