import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processesIn } from '../../../../test/fixtures/processes.ts';
import { openDuckdb } from './duckdb.ts';
import type { Connection, Duckdb } from './duckdb.ts';
import type { Place } from './process.ts';
import { createProcesses } from './processes.ts';

let directory: string;
let database: Duckdb;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-duckdb-'));
  database = openDuckdb(placeAt(directory));
});
afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});
const placeAt = (folder: string): Place => ({ directory: folder, scratch: () => mkdtemp(path.join(folder, 'scratch-')) });
const connect = (signal = new AbortController().signal) => database.connect(signal);
const values = async (connection: Connection, text: string) => (await connection.rows(text)).map((row) => Object.values(row)[0]);
const scratchFolders = async () => (await readdir(directory)).filter((name) => name.startsWith('scratch-'));
const processes = (folder = directory) => processesIn(folder);
/** A statement that would take minutes, within one vector, where DuckDB sees no interrupt. */
const endless = "select max(levenshtein(repeat('a', 30000) || range, repeat('b', 30000))) from range(1000)";
const until = async (isSo: () => Promise<boolean>) => {
  for (const limit = Date.now() + 10_000; !(await isSo());) {
    if (Date.now() > limit) throw new Error('it did not become so');
    await sleep(20);
  }
};

test('a view is what was asked for last, whoever asked for another before', async () => {
  const one = connect();
  one.view('Orders', 'select 1 as n');
  expect(await values(one, 'select n from orders')).toEqual([1]);
  one.view('Orders', 'select 2 as n');
  expect(await values(one, 'select n from "orders"')).toEqual([2]);
  const two = connect();
  two.view('orders', 'select 1 as n');
  expect(await values(two, 'select n from orders')).toEqual([1]);
  two.view('orders', 'select nothing');
  await expect(values(two, 'select n from orders')).rejects.toMatchObject({ code: 'invalid_query' });
  two.view('orders', 'select 1 as n');
  expect(await values(two, 'select n from orders')).toEqual([1]);
  expect(await values(one, 'select n from orders')).toEqual([2]);
});

test('at the same time, each has its own views', async () => {
  const both = [connect(), connect()];
  for (const [index, connection] of both.entries()) connection.view('v', `select ${index} as n`);
  expect(await Promise.all(both.map((connection) => values(connection, 'select n from v')))).toEqual([[0], [1]]);
});

test('what was given up in the middle does not disturb what follows', async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    const left = connect().query('select range as n from range(100000000)', []);
    await left.next();
    await left.return(undefined);
    const controller = new AbortController();
    const running = values(connect(controller.signal), 'select sum(a.range * b.range) from range(10000000) a, range(1000000) b');
    controller.abort(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
    expect(await values(connect(), 'select 1')).toEqual([1]);
  }
});

test('no file is seen but those below its folder', async () => {
  const connection = connect();
  await writeFile(path.join(directory, 'a.csv'), 'n\n1\n');
  connection.view('a', `select * from read_csv('${directory}/a.csv')`);
  expect(await values(connection, 'select n from a')).toEqual(['1']);
  connection.view('passwd', "select * from read_csv('/etc/passwd')");
  await expect(values(connection, 'select * from passwd')).rejects.toMatchObject({ code: 'invalid_query' });
});

test('a process has no setting of the service, and a folder of its own', async () => {
  expect(await values(connect(), 'select 1')).toEqual([1]);
  const [id] = await processes();
  expect((await readFile(`/proc/${id}/environ`, 'utf8')).length).toBe(0);
  expect(await readFile(`/proc/${id}/oom_score_adj`, 'utf8')).toBe('1000\n');
});

test.each([
  ['a long text', 'select length(repeat(\'a\', 2000000000))'],
  ['a long list', 'select list_sum(range(300000000))'],
  ['a record in JavaScript', 'select range(20000000)'],
])('%s ends its own process, and is told', async (_, text) => {
  const before = process.memoryUsage.rss();
  const [failed, other] = await Promise.allSettled([values(connect(), text), values(connect(), 'select count(*)::integer from range(1000000)')]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'invalid_query', fault: 'caller', message: expect.stringContaining('memory') } });
  expect(other).toEqual({ status: 'fulfilled', value: [1_000_000] });
  expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000);
  expect(await values(connect(), 'select 1')).toEqual([1]);
});

test('a record that is too long for the service is refused, others are not', async () => {
  await expect(values(connect(), "select repeat('a', 40000000)")).rejects.toMatchObject({ code: 'invalid_query', message: expect.stringContaining('longer') });
  expect(String((await values(connect(), "select repeat('a', 30000000)"))[0])).toHaveLength(30_000_000);
});

test('an abort ends a process at once, even within a vector, and nothing is left of it', async () => {
  const controller = new AbortController();
  const running = values(connect(controller.signal), endless);
  await until(async () => (await processes()).length === 1);
  await sleep(300);
  const aborted = performance.now();
  controller.abort(new Error('gone'));
  await expect(running).rejects.toThrow('gone');
  expect(performance.now() - aborted).toBeLessThan(2000);
  await until(async () => (await processes()).length === 0 && (await scratchFolders()).length === 0);
});

test('a process that is killed is an error of what it ran, which may be tried again', async () => {
  expect(await values(connect(), 'select 1')).toEqual([1]);
  const [idle] = await processes();
  process.kill(idle!, 'SIGKILL');
  await until(async () => (await scratchFolders()).length === 0);
  expect(await values(connect(), 'select 2')).toEqual([2]);
  const running = values(connect(), endless).catch((error: unknown) => error);
  await sleep(100);
  process.kill((await processes())[0]!, 'SIGKILL');
  expect(await running).toMatchObject({ code: 'unavailable', fault: 'service', retryable: true });
  expect(await values(connect(), 'select 3')).toEqual([3]);
});

test('a statement that nobody reads to its end does not keep its process when its rows are few', async () => {
  const slow = connect().query('select range as n from range(1000)', []);
  await slow.next();
  await sleep(500);
  expect(await values(connect(), 'select 1')).toEqual([1]);
  expect(await processes()).toHaveLength(1);
  expect(await slow.next()).toMatchObject({ done: true });
});

test('a limit leaves the process to the next', async () => {
  expect(await Array.fromAsync(connect().query('select range as n from range(1000000000)', [], 3))).toMatchObject([{ count: 3 }]);
  const [id] = await processes();
  expect(await values(connect(), 'select 1')).toEqual([1]);
  expect(await processes()).toEqual([id]);
});

describe('with few processes', () => {
  const opened: Duckdb[] = [];
  let folders: string[];
  let databases: Duckdb[];
  beforeEach(async () => {
    const few = createProcesses({ most: 2, each: 1 });
    folders = await Promise.all([0, 1, 2].map(() => mkdtemp(path.join(os.tmpdir(), 'patchbay-duckdb-'))));
    databases = folders.map((folder) => openDuckdb(placeAt(folder), few));
    opened.push(...databases);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((one) => one.close()));
    for (const folder of folders) {
      expect(await readdir(folder)).toEqual([]);
      await rm(folder, { recursive: true });
    }
  });
  const counts = () => Promise.all(folders.map(async (folder) => (await processes(folder)).length));
  const ask = (index: number, text = 'select 1', signal = new AbortController().signal) => values(databases[index]!.connect(signal), text);

  test('the longest idle ends for another place', async () => {
    for (const index of [0, 1, 0, 2]) expect(await ask(index)).toEqual([1]);
    await until(async () => (await counts()).join() === '1,0,1');
    databases[1]!.prepare();
    await sleep(200);
    expect(await counts()).toEqual([1, 0, 1]);
  });

  test('a place that has its share waits, and leaves the others theirs', async () => {
    const controller = new AbortController();
    const running = ask(0, endless, controller.signal).catch((error: unknown) => error);
    const queued = [0, 0].map(() => ask(0));
    const given = new AbortController();
    const givenUp = ask(0, 'select 1', given.signal);
    given.abort(new Error('no longer wanted'));
    await expect(givenUp).rejects.toThrow('no longer wanted');
    for (const index of [1, 2, 1]) expect(await ask(index)).toEqual([1]);
    controller.abort(new Error('gone'));
    expect(await running).toMatchObject({ message: 'gone' });
    expect(await Promise.all(queued)).toEqual([[1], [1]]);
  });

  test('closing ends what runs', async () => {
    const [running, queued] = [ask(0, endless), ask(0)].map((one) => one.catch((error: unknown) => error));
    await until(async () => (await counts())[0] === 1);
    await databases[0]!.close();
    expect(await counts()).toEqual([0, 0, 0]);
    expect(await running).toMatchObject({ code: 'unavailable' });
    expect(await queued).toMatchObject({ code: 'unavailable' });
    await expect(ask(0)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await counts()).toEqual([0, 0, 0]);
  });
});

test('a process ends with the service, however that ends', async () => {
  const script = `
    import { openDuckdb } from ${JSON.stringify(new URL('./duckdb.ts', import.meta.url).href)};
    import { mkdtemp } from 'node:fs/promises';
    const database = openDuckdb({ directory: ${JSON.stringify(directory)}, scratch: () => mkdtemp(${JSON.stringify(path.join(directory, 'scratch-'))}) });
    await database.connect(new AbortController().signal).rows(${JSON.stringify(endless)});`;
  const service = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
  await until(async () => (await processes()).length === 1);
  await sleep(300);
  expect(await processes()).toHaveLength(1);
  service.kill('SIGKILL');
  await until(async () => (await processes()).length === 0 && (await scratchFolders()).length === 0);
});
