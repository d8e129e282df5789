import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openDuckdb } from './duckdb.ts';
import type { Connection, Duckdb } from './duckdb.ts';

let directory: string;
let database: Duckdb;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-duckdb-'));
  database = await openDuckdb({ directory, scratch: () => mkdtemp(path.join(directory, 'scratch-')) });
});
afterEach(async () => {
  await database.close();
  await rm(directory, { recursive: true });
});
const connect = (signal = new AbortController().signal) => database.connect(signal);
const values = async (connection: Connection, text: string) => (await connection.rows(text)).map((row) => Object.values(row)[0]);

test('a view is what was asked for last, whoever asked for another before', async () => {
  const one = await connect();
  await one.view('Orders', 'select 1 as n');
  expect(await values(one, 'select n from orders')).toEqual([1]);
  await one.view('orders', 'select 2 as n');
  expect(await values(one, 'select n from "Orders"')).toEqual([2]);
  one.close();
  const two = await connect();
  await two.view('orders', 'select 1 as n');
  expect(await values(two, 'select n from orders')).toEqual([1]);
  await expect(two.view('orders', 'select nothing')).rejects.toMatchObject({ code: 'invalid_query' });
  await two.view('orders', 'select 1 as n');
  expect(await values(two, 'select n from orders')).toEqual([1]);
  two.close();
});

test('at the same time, each has its own views', async () => {
  const both = await Promise.all([connect(), connect()]);
  await Promise.all(both.map((connection, index) => connection.view('v', `select ${index} as n`)));
  expect(await Promise.all(both.map((connection) => values(connection, 'select n from v')))).toEqual([[0], [1]]);
  for (const connection of both) connection.close();
});

test('what was given up in the middle does not disturb what follows', async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    const left = await connect();
    const { chunks } = await left.stream('select range as n from range(100000000)', []);
    await chunks[Symbol.asyncIterator]().next();
    left.close();
    const controller = new AbortController();
    const aborted = await connect(controller.signal);
    const running = values(aborted, 'select sum(a.range * b.range) from range(10000000) a, range(1000000) b');
    controller.abort(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
    aborted.close();
    const next = await connect();
    expect(await values(next, 'select 1')).toEqual([1]);
    next.close();
  }
});

test('no file is seen but those below its folder', async () => {
  const connection = await connect();
  await writeFile(path.join(directory, 'a.csv'), 'n\n1\n');
  await connection.view('a', `select * from read_csv('${directory}/a.csv')`);
  await expect(connection.view('passwd', "select * from read_csv('/etc/passwd')")).rejects.toMatchObject({ code: 'invalid_query' });
  connection.close();
});
