/** What a query may take: when it takes more, it ends alone. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UploadStore } from '../../control-plane/src/kinds/contract.ts';
import { csv } from '../../control-plane/src/kinds/csv/index.ts';
import { createFileCaches } from '../../control-plane/src/platform/file-cache/index.ts';
import { processesIn } from '../fixtures/processes.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';

let directory: string;
let [acme, globex]: OpenedKind[] = [];
const uploads = { limit: 0, find: async () => undefined, list: async () => [] } as unknown as UploadStore;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-limits-'));
  const caches = createFileCaches({ directory, limit: 1_000_000 });
  [acme, globex] = await Promise.all(['acme', 'globex'].map((tenant) => openKind(csv, { timeout: 3 }, [], { uploads, cache: caches.of(tenant) })));
});
afterAll(async () => {
  await acme?.close();
  await globex?.close();
  expect(await processesIn(directory)).toEqual([]);
  expect(await readdir(path.join(directory, 'acme'))).toEqual([]);
  await rm(directory, { recursive: true });
});
const processes = (tenant: string) => processesIn(path.join(directory, tenant));
const until = async (isSo: () => Promise<boolean>) => {
  for (const limit = Date.now() + 10_000; !(await isSo()); await sleep(20)) if (Date.now() > limit) throw new Error('it did not become so');
};

test.each(["select length(repeat('a', 2000000000))", 'select list_sum(range(300000000))'])('the memory of %s is not the service’s, and not another tenant’s', async (query) => {
  let highest = 0;
  const before = process.memoryUsage.rss();
  const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), 10);
  const opened = await openKind(csv, { timeout: 60 }, [], { uploads, cache: createFileCaches({ directory, limit: 1_000_000 }).of('acme') });
  try {
    await globex!.records('query', { query: 'select 1' });
    let isOver = false;
    const failing = opened.records('query', { query }).catch((error: unknown) => error).finally(() => (isOver = true));
    await until(async () => (await processes('acme')).length === 1);
    expect(await globex!.records('query', { query: 'select count(*)::integer as n from range(1000000)' })).toEqual([{ n: 1_000_000 }]);
    expect(isOver).toBe(false);
    expect(await failing).toMatchObject({ code: 'invalid_query', fault: 'caller', message: expect.stringContaining('more memory'), hint: expect.any(String) });
    expect(await opened.records('query', { query: 'select 1 as n' })).toEqual([{ n: 1 }]);
  } finally {
    clearInterval(watch);
    await opened.close();
  }
  expect(highest - before).toBeLessThan(300_000_000);
});

/** Within one vector, where DuckDB sees no interrupt. */
const endless = "select max(levenshtein(repeat('a', 30000) || range, repeat('b', 30000))) from range(1000)";

test('what takes too long is ended at its time', async () => {
  await expect(acme!.records('query', { query: endless })).rejects.toMatchObject({ code: 'backend_timeout' });
  await until(async () => (await processes('acme')).length === 0);
});

test('what nobody waits for any more is ended at once', async () => {
  const controller = new AbortController();
  const running = acme!.records('query', { query: endless }, controller.signal).catch((error: unknown) => error);
  await until(async () => (await processes('acme')).length === 1);
  await sleep(500);
  controller.abort(new Error('gone'));
  expect(await running).toMatchObject({ code: 'cancelled' });
  await until(async () => (await processes('acme')).length === 0);
  expect(await acme!.records('query', { query: 'select 1 as n' })).toEqual([{ n: 1 }]);
});
