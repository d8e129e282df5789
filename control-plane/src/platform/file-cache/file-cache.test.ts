import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createFileCaches, createTemporaryFileCache } from './index.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-cache-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const signal = () => new AbortController().signal;
const limit = 1000;
const caches = () => createFileCaches({ directory, limit });
const wanted = (name: string, size: number, fetched: string[] = []) => ({
  key: ['store', name], ending: '.data', size,
  async *fetch() { fetched.push(name); yield Buffer.alloc(size, name); },
});
const files = async (scope = 'acme') => (await readdir(path.join(directory, scope)).catch(() => [])).length;

test('a copy is fetched once, and by its whole key', async () => {
  const cache = caches().of('acme');
  const fetched: string[] = [];
  for (const name of ['a', 'a', 'b']) {
    const file = await cache.acquire(wanted(name, 10, fetched), signal());
    expect(String(await readFile(file.path))).toBe(name.repeat(10));
    expect(file).toMatchObject({ size: 10, path: expect.stringContaining(cache.directory) });
    file.release();
  }
  expect(fetched).toEqual(['a', 'b']);
});

test('scopes share nothing', async () => {
  const both = caches();
  const fetched: string[] = [];
  const [ours, theirs] = await Promise.all([both.of('acme').acquire(wanted('a', 5, fetched), signal()), both.of('globex').acquire(wanted('a', 5, fetched), signal())]);
  expect(fetched).toEqual(['a', 'a']);
  expect(path.dirname(ours.path)).not.toBe(path.dirname(theirs.path));
  expect(() => both.of('../globex')).toThrow('no name of a scope');
});

test('those who want the same at once share one download; one who leaves leaves it to the others', async () => {
  const cache = caches().of('acme');
  const { promise: open, resolve: begin } = Promise.withResolvers<void>();
  let downloads = 0;
  const slow = { key: ['slow'], ending: '.data', async *fetch() { downloads += 1; await open; yield Buffer.from('slow'); } };
  const leaver = new AbortController();
  const gone = new Error('gone');
  const leaving = cache.acquire(slow, leaver.signal);
  const staying = [cache.acquire(slow, signal()), cache.acquire(slow, signal())];
  await sleep(10);
  leaver.abort(gone);
  await expect(leaving).rejects.toBe(gone);
  begin();
  const [one, two] = await Promise.all(staying);
  expect(one!.path).toBe(two!.path);
  expect(downloads).toBe(1);
});

test('a download that nobody waits for any more is given up, and leaves nothing behind', async () => {
  const cache = caches().of('acme');
  const only = new AbortController();
  let aborted = false;
  const endless = { key: ['endless'], ending: '.data', async *fetch(stop: AbortSignal) { stop.addEventListener('abort', () => (aborted = true)); for (;;) { yield Buffer.alloc(1); await sleep(1); } } };
  const acquiring = cache.acquire(endless, only.signal);
  setTimeout(() => only.abort(new Error('gone')), 20);
  await expect(acquiring).rejects.toThrow('gone');
  expect(aborted).toBe(true);
  while ((await files()) > 0) await sleep(5);
});

test('the longest unused go first, and none that is in use', async () => {
  const cache = caches().of('acme');
  const fetched: string[] = [];
  const take = (name: string) => cache.acquire(wanted(name, 400, fetched), signal());
  const a = await take('a');
  const b = await take('b');
  b.release();
  await expect(cache.acquire(wanted('too large', 900), signal())).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('cache may hold') });
  (await take('b')).release();
  a.release();
  (await take('a')).release();
  (await take('c')).release();
  (await take('a')).release();
  expect(fetched).toEqual(['a', 'b', 'b', 'c']);
  (await take('b')).release();
  expect(fetched).toEqual(['a', 'b', 'b', 'c', 'b']);
  expect(await files()).toBe(2);
});

test('what is larger than it said, or of unknown size, stays within the limit as well', async () => {
  const cache = caches().of('acme');
  const liar = { key: ['liar'], ending: '.data', size: 1, async *fetch() { for (let piece = 0; piece < 20; piece += 1) yield Buffer.alloc(100); } };
  await expect(cache.acquire(liar, signal())).rejects.toMatchObject({ code: 'invalid_request' });
  expect(await files()).toBe(0);
  (await cache.acquire(wanted('all', limit), signal())).release();
});

test('another process finds the copies, without those that were never finished long ago', async () => {
  const first = await caches().of('acme').acquire(wanted('a', 400), signal());
  await utimes(first.path, new Date(0), new Date(0));
  await caches().of('acme').acquire(wanted('b', 400), signal());
  for (const [name, time] of [['old.part', 0], ['young.part', Date.now() / 1000]] as const) {
    await writeFile(path.join(directory, 'acme', name), 'half');
    await utimes(path.join(directory, 'acme', name), time, time);
  }
  const cache = caches().of('acme');
  await rm(await cache.scratch(), { recursive: true });
  const fetched: string[] = [];
  (await cache.acquire(wanted('b', 400, fetched), signal())).release();
  (await cache.acquire(wanted('c', 400, fetched), signal())).release();
  (await cache.acquire(wanted('b', 400, fetched), signal())).release();
  expect(fetched).toEqual(['c']);
  expect((await readdir(path.join(directory, 'acme'))).filter((name) => !name.endsWith('.data'))).toEqual(['young.part']);
  expect(await files()).toBe(3);
});

test('a copy that somebody removed is fetched again', async () => {
  const cache = caches().of('acme');
  const fetched: string[] = [];
  (await cache.acquire(wanted('a', 400, fetched), signal())).release();
  await rm(path.join(directory, 'acme'), { recursive: true });
  (await cache.acquire(wanted('a', 400, fetched), signal())).release();
  expect(fetched).toEqual(['a', 'a']);
});

test('a copy in folders of its own is found again after a restart, and goes with them', async () => {
  const fetched: string[] = [];
  const inFolder = (name: string, folder: string) => ({ ...wanted(name, 400, fetched), folder });
  const first = caches().of('acme');
  const held = await first.acquire(inFolder('a', 'year=2026/month=1'), signal());
  expect(held).toMatchObject({ size: 400, path: expect.stringMatching(/\/acme\/[0-9a-f]{64}\/year=2026\/month=1\/[0-9a-f]{64}\.data$/) });
  expect((await first.acquire(inFolder('a', 'year=2025'), signal())).path).not.toBe(held.path);
  const cache = caches().of('acme');
  (await cache.acquire(inFolder('a', 'year=2026/month=1'), signal())).release();
  expect(fetched).toEqual(['a', 'a']);
  expect(await files()).toBe(2);
  for (const name of ['b', 'c']) (await cache.acquire(wanted(name, 400, fetched), signal())).release();
  expect((await readdir(path.join(directory, 'acme'))).filter((name) => name.endsWith('.data'))).toHaveLength(2);
  expect(await files()).toBe(2);
});

test('a temporary cache is gone when it is disposed of', async () => {
  const { cache, dispose } = await createTemporaryFileCache(limit);
  const file = await cache.acquire(wanted('a', 5), signal());
  await dispose();
  await expect(readFile(file.path)).rejects.toMatchObject({ code: 'ENOENT' });
});
