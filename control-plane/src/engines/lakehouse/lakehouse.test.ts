import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { storeVector, writeVector } from '../../../../test/fixtures/delta/deletion-vector.ts';
import { metadata, openDeltaWriter, protocol } from '../../../../test/fixtures/delta/writer.ts';
import type { DeltaField } from '../../../../test/fixtures/delta/writer.ts';
import { createFolderStore } from '../../../../test/peers/folder-store.ts';
import type { FolderStore } from '../../../../test/peers/folder-store.ts';
import type { ReadInput } from '../../categories/shared.ts';
import type { RecordBatch } from '../../kinds/contract.ts';
import { createFileCaches } from '../../platform/file-cache/index.ts';
import { silentLogger } from '../../platform/telemetry/log.ts';
import { createStorageSession } from '../objects/session.ts';

let root: string;
let store: FolderStore;
let session: ReturnType<typeof createStorageSession>;
const call = (signal = new AbortController().signal) => ({ signal, log: silentLogger });

async function rows(batches: AsyncIterable<RecordBatch>): Promise<Record<string, unknown>[]> {
  const all: Record<string, unknown>[] = [];
  for await (const batch of batches) {
    if ('rows' in batch) all.push(...(JSON.parse(JSON.stringify(batch.rows)) as Record<string, unknown>[]));
    else all.push(...Buffer.from(batch.ndjson).toString().trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>));
  }
  return all;
}
const read = (model: string, more: Partial<ReadInput> = {}) => rows(session.read({ model, ...more }, call()));
const query = (text: string, parameters: unknown[] = [], limit?: number) => rows(session.query({ query: text, parameters, ...(limit && { limit }) }, call()));
const describeModel = async (model: string) => (await session.discover({ model, limit: 1 }, call())).models[0];

const table = (name: string) => openDeltaWriter(path.join(root, 'objects', name));
const orders: DeltaField[] = [{ name: 'id', type: 'long' }, { name: 'amount', type: 'decimal(18,2)' }, { name: 'at', type: 'timestamp' }, { name: 'region', type: 'string' }];
const select = (from: number, to: number) =>
  `select range::bigint as id, (range * 1.5)::decimal(18, 2) as amount, timestamptz '2026-01-01T00:00:00Z' + to_seconds(range) as at from range(${from}, ${to})`;
const span = (from: number, to: number) => ({ stats: { numRecords: to - from, minValues: { id: from }, maxValues: { id: to - 1 }, nullCount: { id: 0 } } });

/** Four commits: eu 0-9, us 10-19, ap 20-29 (null is a region as well), and eu's file written anew with 0-4. */
async function writeOrders(name: string, form?: Parameters<Awaited<ReturnType<typeof openDeltaWriter>>['checkpoint']>[2]): Promise<void> {
  const writer = await table(name);
  const eu = await writer.add('region=eu/a b.parquet', select(0, 10), { partitionValues: { region: 'eu' }, ...span(0, 10) });
  const us = await writer.add('region=us/b.parquet', select(10, 20), { partitionValues: { region: 'us' }, ...span(10, 20) });
  const none = await writer.add('region=__HIVE_DEFAULT_PARTITION__/c.parquet', select(20, 30), { partitionValues: { region: null }, ...span(20, 30) });
  const again = await writer.add('region=eu/d.parquet', select(0, 5), { partitionValues: { region: 'eu' }, ...span(0, 5) });
  const first = [protocol(form?.startsWith('v2') ? ['v2Checkpoint'] : []), metadata(orders, ['region'])];
  await writer.commit(0, [{ commitInfo: { operation: 'CREATE TABLE' } }, ...first, eu]);
  await writer.commit(1, [us]);
  await writer.commit(2, [none]);
  if (form) {
    await writer.checkpoint(2, [...first, eu, us, none], form);
    for (const version of [0, 1]) await rm(path.join(writer.folder, `_delta_log/${String(version).padStart(20, '0')}.json`));
  }
  await writer.commit(3, [{ remove: { path: eu.add['path'], dataChange: true } }, again]);
  writer.close();
}

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'patchbay-lakehouse-'));
  await mkdir(path.join(root, 'objects'));
  await writeOrders('orders');
  store = createFolderStore(path.join(root, 'objects'));
  const cache = createFileCaches({ directory: path.join(root, 'cache'), limit: 200_000_000 }).of('acme');
  session = createStorageSession(store, { prefix: '', output_schemas: [], identity: ['folder'], cache });
});
afterAll(async () => {
  await session.close();
  await rm(root, { recursive: true, force: true });
});

describe('a Delta table', () => {
  test('is listed as a table, and described by its schema', async () => {
    const { models } = await session.discover({ limit: 10 }, call());
    expect(models).toContainEqual({ name: 'orders/', type: 'table', label: 'Delta table' });
    expect(await describeModel('orders/')).toEqual({
      name: 'orders/', type: 'table', label: 'Delta table', estimated_rows: 25,
      fields: orders.map(({ name, type }) => ({ name, type, nullable: true })),
    });
  });

  test('is read with its partitions and its types', async () => {
    const all = await read('orders/', { order_by: [{ field: 'id', direction: 'asc' }] });
    expect(all).toHaveLength(25);
    expect(all[0]).toEqual({ id: '0', amount: '0.00', at: '2026-01-01T00:00:00+00:00', region: 'eu' });
    expect(all.at(-1)).toEqual({ id: '29', amount: '43.50', at: '2026-01-01T00:00:29+00:00', region: null });
  });

  test('conditions, fields, order and limit are bound and applied', async () => {
    expect(await read('orders/', {
      where: [{ field: 'region', operator: '=', value: 'us' }, { field: 'amount', operator: '>', value: 20 }, { field: 'id', operator: 'in', value: ['14', 15, 16] }],
      fields: ['id', 'region'], order_by: [{ field: 'id', direction: 'desc' }], limit: 2,
    })).toEqual([{ id: '16', region: 'us' }, { id: '15', region: 'us' }]);
    expect(await read('orders/', { where: [{ field: 'region', operator: 'is_null' }], limit: 1 })).toEqual([expect.objectContaining({ id: '20', region: null })]);
    await expect(read('orders/', { where: [{ field: 'nothing', operator: '=', value: 1 }] })).rejects.toMatchObject({ code: 'invalid_request', fields: [{ path: 'where.0.field' }] });
    await expect(read('orders/', { where: [{ field: 'id', operator: '=', value: "1' or '1'='1" }] })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('of earlier versions, by number and by time', async () => {
    expect(await query('select count(*)::int as n, max(id) as top from "orders/@v0"')).toEqual([{ n: 10, top: '9' }]);
    expect(await query('select count(*)::int as n from "orders@v2"')).toEqual([{ n: 30 }]);
    expect(await read('orders/@v1', { where: [{ field: 'id', operator: '>=', value: 18 }], fields: ['id'] })).toEqual([{ id: '18' }, { id: '19' }]);
    expect(await query(`select count(*)::int as n from "orders@${new Date(Date.now() + 1000).toISOString()}"`)).toEqual([{ n: 25 }]);
    await expect(read('orders@2020-01-01')).rejects.toMatchObject({ code: 'model_not_found' });
    await expect(read('orders/@v9')).rejects.toThrow('the latest is 3');
  });

  test.each(['classic', 'parts', 'v2 parquet', 'v2 json'] as const)('with a checkpoint: %s', async (form) => {
    const name = `checkpoint ${form}`;
    await writeOrders(name, form);
    expect(await query(`select count(*)::int as n, sum(amount)::varchar as total from "${name}/"`)).toEqual(await query('select count(*)::int as n, sum(amount)::varchar as total from orders'));
    expect(await query(`select count(*)::int as n from "${name}/@v2"`)).toEqual([{ n: 30 }]);
    await expect(read(`${name}/@v1`)).rejects.toThrow('cleaned up');
  });

  test('a checkpoint that lacks a part is passed over', async () => {
    await writeOrders('half', 'parts');
    const log = path.join(root, 'objects/half/_delta_log');
    await rm(path.join(log, (await readdir(log)).find((name) => name.includes('0000000002.0000000002'))!));
    await expect(read('half/')).rejects.toThrow('cleaned up');
  });

  test('fetches only the files whose partition or statistics admit a row', async () => {
    await writeOrders('pruned');
    const fetchedBy = async (work: () => Promise<unknown>) => {
      const before = store.fetched.length;
      await work();
      return store.fetched.slice(before).filter((key) => key.endsWith('.parquet'));
    };
    expect(await fetchedBy(() => read('pruned/', { where: [{ field: 'id', operator: '>=', value: 25 }] }))).toEqual(['pruned/region=__HIVE_DEFAULT_PARTITION__/c.parquet']);
    expect(await fetchedBy(() => query(`select * from pruned where region = $1 and "at" > timestamp '2020-01-01'`, ['us']))).toEqual(['pruned/region=us/b.parquet']);
    expect(await fetchedBy(() => query('select * from pruned p where 3 > p.id'))).toEqual(['pruned/region=eu/d.parquet']);
    expect(await fetchedBy(() => query('select * from pruned where id > 3'))).toEqual([]);
  });

  test('deleted rows stay out, whether their vector is inline or in a file', async () => {
    const writer = await table('vectors');
    const data = writeVector([0, 2, 9]);
    const { file, offset } = storeVector(data);
    await writeFile(path.join(writer.folder, 'deletion_vector_d2c639aa-8816-431a-aaf6-d3fe2512ff61.bin'), file);
    const before = await writer.add('a.parquet', select(0, 10));
    const stored = { add: { ...before.add, deletionVector: { storageType: 'u', pathOrInlineDv: '^-aqEH.-t@S}K{vb[*k^', offset, sizeInBytes: data.length, cardinality: 3 } } };
    const inline = await writer.add('b.parquet', select(100, 140), {
      ...span(100, 140), deletionVector: { storageType: 'i', pathOrInlineDv: 'wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L', sizeInBytes: 40, cardinality: 6 },
    });
    await writer.commit(0, [protocol(['deletionVectors']), metadata(orders.slice(0, 3)), before]);
    await writer.commit(1, [{ add: stored.add }, { remove: { path: 'a.parquet' } }, inline]);
    writer.close();
    const ids = (await read('vectors/', { fields: ['id'] })).map(({ id }) => Number(id)).sort((a, b) => a - b);
    const kept = Array.from({ length: 40 }, (_, index) => 100 + index).filter((id) => ![3, 4, 7, 11, 18, 29].includes(id - 100));
    expect(ids).toEqual([1, 3, 4, 5, 6, 7, 8, ...kept]);
    expect(await query('select count(*)::int as n from "vectors@v0"')).toEqual([{ n: 10 }]);
  });

  test('columns that were renamed, added and dropped, by name and by id', async () => {
    const field = (name: string, type: unknown, id: number, physicalName: string) => ({ name, type, metadata: { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': physicalName } });
    for (const mode of ['name', 'id']) {
      const writer = await table(`mapped by ${mode}`);
      const fields = [
        field('Kunde', 'string', 1, 'col-1'), field('new', 'integer', 9, 'col-9'), field('land', 'string', 3, 'col-3'),
        field('box', { type: 'struct', fields: [field('wide', 'long', 5, 'col-5')].map((one) => ({ nullable: true, ...one })) }, 4, 'col-4'),
        field('tags', { type: 'array', containsNull: true, elementType: { type: 'struct', fields: [{ nullable: true, ...field('tag', 'string', 7, 'col-7') }] } }, 6, 'col-6'),
      ];
      const columns = mode === 'id' ? ['anything', 'dropped', 'boxes', 'tagged'] : ['col-1', 'col-2', 'col-4', 'col-6'];
      const data = await writer.add('a.parquet', `select 'Ada' as "${columns[0]}", 1 as "${columns[1]}", {'col-5': 7::bigint} as "${columns[2]}", [{'col-7': 'x'}] as "${columns[3]}"`, {
        partitionValues: { 'col-3': 'GB' }, parquet_options: `, field_ids {'${columns[0]}': 1, '${columns[1]}': 2, '${columns[2]}': {__duckdb_field_id: 4, 'col-5': 5}, '${columns[3]}': {__duckdb_field_id: 6, element: {__duckdb_field_id: 10, 'col-7': 7}}}`,
      });
      await writer.commit(0, [protocol(['columnMapping']), metadata(fields, ['land'], { 'delta.columnMapping.mode': mode }), data]);
      writer.close();
      expect(await read(`mapped by ${mode}/`)).toEqual([{ Kunde: 'Ada', new: null, land: 'GB', box: { wide: '7' }, tags: [{ tag: 'x' }] }]);
    }
  });

  test('what this reader does not keep to is refused by name', async () => {
    const writer = await table('variant');
    await writer.commit(0, [protocol(['variantType', 'timestampNtz']), metadata(orders)]);
    writer.close();
    await expect(read('variant/')).rejects.toMatchObject({ code: 'rejected_by_backend', message: expect.stringContaining('variantType'), details: { unsupported_features: ['variantType'] } });
    const elsewhere = await table('clone');
    await elsewhere.commit(0, [protocol(), metadata(orders.slice(0, 1)), { add: { path: 's3://other/a.parquet', partitionValues: {}, size: 1 } }]);
    elsewhere.close();
    await expect(read('clone/')).rejects.toMatchObject({ code: 'rejected_by_backend', message: expect.stringContaining('outside of its own folder') });
  });
});

describe('a query', () => {
  beforeAll(async () => {
    const writer = await table('scratch');
    const base = path.join(root, 'objects');
    await mkdir(path.join(base, 'sales/year=2025'), { recursive: true });
    await mkdir(path.join(base, 'sales/year=2026'), { recursive: true });
    await writer.run(`copy (select 1 as id, 'a' as sku) to '${base}/sales/year=2025/x.parquet' (format parquet)`);
    await writer.run(`copy (select 2 as id, 'b' as sku, true as gift) to '${base}/sales/year=2026/y.parquet' (format parquet)`);
    await writer.run(`copy (select 9007199254740993::bigint as big, 0.1::decimal(38,10) as exact, 'ab'::blob as bytes,
      date '2026-02-03' as day, timestamp '2026-02-03 04:05:06.000007' as local, timestamptz '2026-02-03 04:05:06+02' as instant, 'nan'::double as nan, 1.5::float as real,
      {a: [1, null], b: {c: 12345678901234567::bigint}} as nested, map {'k': 1} as words, map {1: 'x'} as numbers, null::int as nothing, uuid '8f9a7c3e-0000-4000-8000-000000000001' as uuid,
      '{"n": 12345678901234567890, "s": "x"}'::json as document, time '04:05:06' as clock) to '${base}/types.parquet' (format parquet)`);
    await writer.run(`copy (select words, truth, small::tinyint as small, byte::utinyint as byte, big::bigint as big, part::decimal(1, 1) as part, [small] as list, money::decimal(7, 2) as money,
      "real"::double as "a ""real""", single::float as single, day::date as day, local::timestamp as local, instant::timestamptz as instant, bytes from (values
      ('plain', true, -128, 255, -9223372036854775808, 0.5, -99999.99, 1e7, 0.1, date '0001-01-01', timestamp '1969-12-31 23:59:59.999999', timestamptz '9999-12-31 23:59:59.5+00', ''::blob),
      ('a "b" \\ / \u00e9 \u{1F69A}' || chr(1) || chr(10) || chr(0) || chr(8232), false, 127, 0, 9223372036854775807, -0.1, 0, -0.0, 'inf', date '9999-12-31', timestamp '0001-01-01 00:00:00', timestamptz '2026-01-01 00:00:00+02', 'ab'::blob),
      ('', null, null, null, 0, 0, 0.01, 'nan', '-inf', date '10000-01-01', timestamp '10000-01-01 00:00:00', timestamptz '0044-03-15 (BC) 00:00:00+00', null),
      (null, null, null, null, null, null, null, 1.7976931348623157e308, 3.4e38, 'infinity', 'infinity', '-infinity', null),
      (repeat('long ', 1000), null, null, null, null, null, null, 9007199254740993, 1e15, '-infinity', null, null, null),
      ('x', null, null, null, null, null, null, 123456.789, 5e-324, date '0044-03-15 (BC)', timestamp '2026-02-03 04:05:06.1', null, null)
    ) t(words, truth, small, byte, big, part, money, "real", single, day, local, instant, bytes)) to '${base}/many types.parquet' (format parquet)`);
    writer.close();
    await rm(path.join(base, 'scratch'), { recursive: true });
    await writeFile(path.join(base, 'customers 2026.csv'), '\ufeffid,name,since\n1,Ada,2026-01-01\n2,"Grace, H.",2026-02-01\n');
    await writeFile(path.join(base, 'numbers.csv'), `id,price,half,far\n12345678901234567892,0.5,0.5,1e5\n${'1,0.5,0.5,1e5\n'.repeat(30_000)}12345678901234567890,1234567890123456.789,1.5,12345678901234567890e1\n12345678901234567891,2,0.25,3\n`);
    await writeFile(path.join(base, 'headless.csv'), '1.5,12345678901234567890\n2.5,12345678901234567891\n');
    await mkdir(path.join(base, 'parts/day=1'), { recursive: true });
    await mkdir(path.join(base, 'parts/day=2'), { recursive: true });
    await writeFile(path.join(base, 'parts/day=1/a.csv'), 'n,more\n0.5,x\n1,y\n');
    await writeFile(path.join(base, 'parts/day=2/b.csv'), 'n\n1234567890123456.789\n2\n');
    await writeFile(path.join(base, 'events.jsonl.gz'), gzipSync('{"id":1,"tags":["a"]}\n{"id":2,"more":{"x":1}}\n'));
    await writeFile(path.join(base, 'broken.parquet'), 'PAR1 this is none');
  });

  test('over Delta, Parquet, CSV and JSON at once, models named in quotes or by their slug', async () => {
    expect(await query(`
      with big as (select id::bigint as id, name, since from customers_2026 where id >= $1)
      select o.id, big.name, big.since, s.sku, s.year, e.tags, s.gift
      from "orders/" o join big using (id) join "sales/" s using (id) join "events.jsonl.gz" e using (id) order by 1`, [1])).toEqual([
      { id: '1', name: 'Ada', since: '2026-01-01', sku: 'a', year: '2025', tags: ['a'], gift: null },
      { id: '2', name: 'Grace, H.', since: '2026-02-01', sku: 'b', year: '2026', tags: null, gift: true },
    ]);
  });

  test('types reach JSON without loss', async () => {
    expect(await read('types.parquet')).toEqual([{
      big: '9007199254740993', exact: '0.1000000000', bytes: 'YWI=', day: '2026-02-03', local: '2026-02-03T04:05:06.000007', instant: '2026-02-03T02:05:06+00:00',
      nan: 'NaN', real: 1.5, nested: { a: [1, null], b: { c: '12345678901234567' } }, words: { k: 1 }, numbers: [{ key: 1, value: 'x' }], nothing: null,
      uuid: '8f9a7c3e-0000-4000-8000-000000000001', document: { n: '12345678901234567890', s: 'x' }, clock: '04:05:06',
    }]);
    expect(await query(`select 170141183460469231731687303715884105727::hugeint as huge, interval 3 days as span, timestamp_s '1969-12-31 23:59:59' as early`)).toEqual([{ huge: '170141183460469231731687303715884105727', span: '3 days', early: '1969-12-31T23:59:59' }]);
  });

  test('what DuckDB writes as JSON by itself is what is written of its values', async () => {
    const whole = await read('many types.parquet');
    expect(whole).toEqual(await query('select * from "many types.parquet"'));
    expect(whole).toHaveLength(6);
    expect(whole[1]).toMatchObject({ words: 'a "b" \\ / \u00e9 \u{1F69A}\u0001\n\u0000\u2028', part: '-0.1', day: '9999-12-31', local: '0001-01-01T00:00:00', instant: '2025-12-31T22:00:00+00:00' });
    expect(whole[2]).toMatchObject({ 'a "real"': 'NaN', single: '-Infinity', day: '10000-01-01', instant: '0044-03-15 (BC) 00:00:00+00' });
  });

  test('numbers of CSV files that a double would round are not', async () => {
    const rows = await query('select id, price, half, far from numbers where price <> 0.5 order by id');
    expect(rows).toEqual([
      { id: '12345678901234567890', price: '1234567890123456.789', half: 1.5, far: '12345678901234567890e1' },
      { id: '12345678901234567891', price: '2.000', half: 0.25, far: '3' },
    ]);
    expect(await query('select typeof(id) as id, typeof(price) as price, typeof(half) as half, count(*)::int as n from numbers group by all')).toEqual([{ id: 'DECIMAL(38,0)', price: 'DECIMAL(38,3)', half: 'DOUBLE', n: 30_003 }]);
    expect(await query('select * from headless order by 1')).toEqual([{ column0: 1.5, column1: '12345678901234567890' }, { column0: 2.5, column1: '12345678901234567891' }]);
    expect(await query('select * from parts order by n')).toEqual([
      { n: '0.500', more: 'x', day: '1' }, { n: '1.000', more: 'y', day: '1' }, { n: '2.000', more: null, day: '2' }, { n: '1234567890123456.789', more: null, day: '2' },
    ]);
  });

  test('a prefix of Parquet files is read with its folders as fields, and described', async () => {
    expect(await read('sales/', { where: [{ field: 'year', operator: '=', value: 2026 }] })).toEqual([{ id: 2, sku: 'b', gift: true, year: '2026' }]);
    expect((await describeModel('sales/'))?.fields).toEqual([{ name: 'id', type: 'INTEGER', nullable: true }, { name: 'sku', type: 'VARCHAR', nullable: true }, { name: 'year', type: 'BIGINT', nullable: true }]);
  });

  test('stops after its limit', async () => {
    expect(await query('select range as n from range(1000000000)', [], 3)).toEqual([{ n: '0' }, { n: '1' }, { n: '2' }]);
  });

  test.each([
    ['selec 1', /cannot be parsed: syntax error/],
    ['', /no statement/],
    ['select 1; select 2', /one statement/i],
    ["copy (select 1) to '/tmp/x'", /Only SELECT/],
    ["attach '/tmp/x.db'", /Only SELECT/],
    ['set threads = 1', /Only SELECT/],
    ['install httpfs', /Only SELECT/],
    ['pragma database_list', /./],
    ['drop table orders', /Only SELECT/],
    ["select * from read_csv('/etc/passwd')", /table function read_csv/],
    ["select * from read_text('/etc/passwd')", /table function read_text/],
    ["select * from glob('/*')", /table function glob/],
    ['select * from duckdb_settings()', /table function duckdb_settings/],
    ["select * from query('select 1')", /query/],
    ["select (select count(*) from read_blob('/etc/passwd'))", /read_blob/],
    ["select current_setting('temp_directory')", /current_setting/],
    ['select * from information_schema.tables', /no table information_schema.tables/],
    ['select nothing from "orders/"', /nothing/],
    ['select id / from "orders/"', /syntax error/],
    ["select 'x'::int", /Could not convert/],
    ['select $1', /parameter/i],
    ["select json_serialize_plan('select 1')", /json_serialize_plan/],
    ['select * from "orders/", "Orders/"', /capitals/],
  ])('%s is refused', async (text, says) => {
    const error: unknown = await query(text).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_query' });
    expect(String(error)).toMatch(says);
    expect(String(error)).not.toContain(root);
  });

  test('a file in the place of a table is a model that is not there', async () => {
    await expect(query("select * from '/etc/passwd'")).rejects.toMatchObject({ code: 'model_not_found' });
    await expect(query('select * from nothing')).rejects.toMatchObject({ code: 'model_not_found' });
    await expect(query(`select * from '${root}/objects/types.parquet'`)).rejects.toMatchObject({ code: 'model_not_found' });
  });

  test('a file that is not what its name says is told, without a path of this machine', async () => {
    const error: unknown = await query('select * from "broken.parquet"').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'backend_error', message: expect.stringContaining('broken.parquet') });
    expect(String(error)).not.toContain(root);
  });

  test('is interrupted when the caller goes away', async () => {
    const controller = new AbortController();
    const gone = new Error('gone');
    const running = rows(session.query({ query: 'select sum(a.range * b.range) from range(10000000) a, range(1000000) b', parameters: [] }, call(controller.signal)));
    setTimeout(() => controller.abort(gone), 100);
    await expect(running).rejects.toBe(gone);
    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('more memory than a query may have is a typed error', async () => {
    await expect(query('select list(r.range) as l from range(200000000) r')).rejects.toMatchObject({ code: 'invalid_query', message: expect.stringContaining('memory') });
  }, 60_000);
});
