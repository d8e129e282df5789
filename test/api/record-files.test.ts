/** Records as a file: JSON Lines as they come, CSV and Parquet with every field of every record. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { createTestDatabase } from '../setup/database.ts';
import type { TestDatabase } from '../setup/database.ts';
import { expectProblem } from '../setup/client.ts';
import { backendConfig, startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let backend: TestDatabase;
let shop: HttpPeer;
let folder: string;
beforeAll(async () => {
  [service, backend, folder] = await Promise.all([startTestService(), createTestDatabase(), mkdtemp(path.join(os.tmpdir(), 'record-files-'))]);
  const orders = [{ id: 1, name: 'plain' }, { id: 2, name: 'a, "b"\r\nc', lines: [{ sku: 'x', count: 2 }] }, { id: 3, note: null, paid: true, city: 'Zürich' }];
  shop = await startHttpPeer(({ url }) => ({ body: url.pathname === '/orders' ? orders : [] }));
  await service.tenant('acme');
  await service.connector({ tenant: 'acme', name: 'Shop', kind: 'api_rest', is_default: true, config: { base_url: shop.url, endpoints: [{ name: 'orders', path: '/orders' }, { name: 'none', path: '/none' }] } });
  await service.connector({ tenant: 'acme', name: 'Data', kind: 'postgresql', config: backendConfig(backend.url), is_default: true });
});
afterAll(async () => {
  await service.stop();
  await Promise.all([shop.stop(), backend.drop(), rm(folder, { recursive: true })]);
});

const ask = (route: string, body: object, accept = '*/*') => fetch(service.url + route, {
  method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${service.admin_key}`, 'content-type': 'application/json', accept },
});
const query = { query: "select n as id, 'name ' || n as name, 9007199254740993 + n - 1 as large from generate_series(1, 5000) n" };
const left = async () => (await readdir(os.tmpdir())).filter((name) => name.startsWith('patchbay-records-'));

async function readParquet(bytes: Uint8Array, select: string): Promise<unknown[]> {
  const file = path.join(folder, 'read.parquet');
  await writeFile(file, bytes);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(`select ${select} from read_parquet('${file}')`)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

test('CSV has a column for every field that any record has', async () => {
  const answer = await ask('/api/tenants/acme/api/read', { model: 'orders' }, 'text/csv');
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual([200, 'text/csv; charset=utf-8', 'attachment; filename="records.csv"']);
  expect(await answer.text()).toBe([
    'id,name,lines,note,paid,city',
    '1,plain,,,,',
    '2,"a, ""b""\r\nc","[{""sku"":""x"",""count"":2}]",,,',
    '3,,,,true,Zürich', '',
  ].join('\r\n'));
  expect(answer.headers.get('patchbay-kind')).toBe('api_rest');
});

test('a whole number too large for JavaScript keeps its digits', async () => {
  const text = await (await ask('/api/tenants/acme/database/query?format=csv', query)).text();
  expect(text.split('\r\n').slice(0, 3)).toEqual(['id,name,large', '1,name 1,9007199254740993', '2,name 2,9007199254740994']);
  expect(text.split('\r\n')).toHaveLength(5002);
});

test('Parquet has types, and lists and objects within', async () => {
  const answer = await ask('/api/tenants/acme/api/read', { model: 'orders' }, 'application/vnd.apache.parquet');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/vnd.apache.parquet']);
  expect(await readParquet(await answer.bytes(), 'id, name, lines[1].sku, paid, city')).toEqual([
    ['1', 'plain', null, null, null], ['2', 'a, "b"\r\nc', 'x', null, null], ['3', null, null, true, 'Zürich'],
  ]);
  const many = await ask('/api/tenants/acme/database/query?format=parquet', query);
  expect(await readParquet(await many.bytes(), 'count(*), max(large)')).toEqual([['5000', '9007199254745992']]);
});

test('no record is a file without one', async () => {
  const csv = await ask('/api/tenants/acme/api/read?format=csv', { model: 'none' });
  expect([csv.status, await csv.text()]).toEqual([200, '']);
  const parquet = await ask('/api/tenants/acme/api/read?format=parquet', { model: 'none' });
  expect(await readParquet(await parquet.bytes(), 'count(*)')).toEqual([['0']]);
});

test('by the config that a caller brings, too', async () => {
  const answer = await ask('/api/connectors/catalog/postgresql/query?format=csv', { config: backendConfig(backend.url), query: 'select 1 as one' });
  expect(await answer.text()).toBe('one\r\n1\r\n');
});

test('an error midway is a problem document, not half a file, and nothing stays on disk', async () => {
  const failing = { query: 'select 1 / (4000 - n) as x from generate_series(1, 5000) n' };
  for (const format of ['csv', 'parquet']) {
    const answer = await service.admin.post(`/api/tenants/acme/database/query?format=${format}`, failing);
    expectProblem(answer, 422, 'invalid_query');
  }
  expectProblem(await service.admin.post('/api/tenants/acme/database/query?format=xlsx', query), 400, 'invalid_request');
  expect(await left()).toEqual([]);
});

test('JSON Lines when nothing else is asked for', async () => {
  for (const accept of ['*/*', 'application/json', 'application/x-ndjson, text/csv;q=0.5']) {
    const answer = await ask('/api/tenants/acme/api/read', { model: 'orders' }, accept);
    expect([answer.headers.get('content-type'), (await answer.text()).trim().split('\n')]).toEqual(['application/x-ndjson', [expect.stringContaining('"id":1'), expect.any(String), expect.any(String)]]);
  }
});
