/** Queries of partitioned tables, which are one scan where they can be, against `read`, which goes file by file by the table's schema. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { metadata, openDeltaWriter, protocol } from '../../../../../test/fixtures/delta/writer.ts';
import type { DeltaField, DeltaWriter } from '../../../../../test/fixtures/delta/writer.ts';
import { createFolderStore } from '../../../../../test/peers/folder-store.ts';
import type { RecordBatch } from '../../../kinds/contract.ts';
import { createFileCaches } from '../../../platform/file-cache/index.ts';
import { silentLogger } from '../../../platform/telemetry/log.ts';
import { createStorageSession } from '../../objects/session.ts';
import { openDuckdb } from '../duckdb.ts';
import type { AddFile } from './actions.ts';
import { createOneScan, partitionFolder } from './one-scan.ts';
import { columnsOf } from './schema.ts';

let root: string;
let session: ReturnType<typeof createStorageSession>;
const signal = new AbortController().signal;
const call = { signal, log: silentLogger };

type Row = Record<string, unknown>;
async function rows(batches: AsyncIterable<RecordBatch>): Promise<Row[]> {
  const all: Row[] = [];
  for await (const batch of batches) all.push(...('rows' in batch ? batch.rows : Buffer.from(batch.ndjson).toString().trim().split('\n').map((line) => JSON.parse(line) as Row)));
  return all;
}
const query = (text: string) => rows(session.query({ query: text, parameters: [] }, call));

/** One commit. */
async function table(name: string, fields: DeltaField[], partitionColumns: string[], write: (writer: DeltaWriter) => Promise<{ add: Row }[]>, features: string[] = [], configuration = {}): Promise<void> {
  const writer = await openDeltaWriter(path.join(root, 'objects', name));
  await writer.commit(0, [protocol(features), metadata(fields, partitionColumns, configuration), ...(await write(writer))]);
  writer.close();
}
/** By the query, having found that `read` gives the same. */
async function both(name: string): Promise<Row[]> {
  const queried = await query(`select * from "${name}/" order by id`);
  expect(queried).toEqual(await rows(session.read({ model: `${name}/`, order_by: [{ field: 'id', direction: 'asc' }] }, call)));
  return queried;
}
const field = (name: string, type: unknown): DeltaField => ({ name, type });

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'patchbay-partitions-'));
  await mkdir(path.join(root, 'objects'));
  const cache = createFileCaches({ directory: path.join(root, 'cache'), limit: 200_000_000 }).of('acme');
  session = createStorageSession(createFolderStore(path.join(root, 'objects')), { prefix: '', output_schemas: [], identity: ['folder'], cache });
});
afterAll(async () => {
  await session.close();
  await rm(root, { recursive: true, force: true });
});

test.each([['as folders', []], ['also where one is too long for a folder', ['long '.repeat(100)]]])('texts are what the log says, whatever they look like, %s', async (name, more) => {
  const texts = ['eu', 'NULL', 'null', 'a/b', '..', 'ü %41', "it's", '"x"', '__HIVE_DEFAULT_PARTITION__', 'a=b', '%', ' x ', '007', '2026-01-31', '\\N', 'a\nb', ...more, null];
  await table(name, [field('id', 'long'), field('word', 'string')], ['word'], (writer) => Promise.all(texts.map((word, id) =>
    writer.add(`part-${id}.parquet`, `select ${id}::bigint as id`, { partitionValues: { word } }))));
  expect(await both(name)).toEqual(texts.map((word, id) => ({ id: String(id), word })));
  expect(await query(`select word, count(*)::int as n from "${name}/" group by word`)).toEqual(expect.arrayContaining(texts.map((word) => ({ word, n: 1 }))));
  expect(await query(`select id from "${name}/" where word = 'null'`)).toEqual([{ id: '2' }]);
  expect(await query(`select id from "${name}/" where word is null`)).toEqual([{ id: String(texts.length - 1) }]);
});

test('values have the types of the table’s schema, and several columns partition together', async () => {
  const types = { n: 'long', small: 'byte', day: 'date', at: 'timestamp', local: 'timestamp_ntz', price: 'decimal(18,2)', yes: 'boolean', real: 'double', bytes: 'binary', text: 'string' };
  const values = { n: '9007199254740993', small: '-7', day: '2026-01-31', at: '2026-01-31T10:00:00.123456Z', local: '2026-01-31 10:00:00', price: '12.30', yes: 'true', real: '1.5', bytes: 'ab', text: '12' };
  await table('typed', [field('id', 'long'), ...Object.entries(types).map(([name, type]) => field(name, type))], Object.keys(types), (writer) => Promise.all([
    writer.add('a.parquet', 'select 1::bigint as id', { partitionValues: values }),
    writer.add('b.parquet', 'select 2::bigint as id', { partitionValues: Object.fromEntries(Object.keys(types).map((name) => [name, ''])) }),
  ]), ['timestampNtz']);
  expect(await both('typed')).toEqual([
    { id: '1', n: '9007199254740993', small: -7, day: '2026-01-31', at: '2026-01-31T10:00:00.123456+00:00', local: '2026-01-31T10:00:00', price: '12.30', yes: true, real: 1.5, bytes: 'YWI=', text: '12' },
    { id: '2', ...Object.fromEntries(Object.keys(types).map((name) => [name, null])) },
  ]);
  expect(await query('select typeof(n) as n, typeof(text) as text, typeof(price) as price, sum(id)::int as ids from "typed/" where n is not null group by all')).toEqual([{ n: 'BIGINT', text: 'VARCHAR', price: 'DECIMAL(18,2)', ids: 1 }]);
  await table('wrong', [field('id', 'long'), field('n', 'long')], ['n'], async (writer) => [await writer.add('a.parquet', 'select 1 as id', { partitionValues: { n: 'x' } })]);
  await expect(query('select * from "wrong/"')).rejects.toMatchObject({ code: 'invalid_query' });
});

test('fields that came, went, or became wider since a file was written', async () => {
  const fields = [field('id', 'long'), field('wide', 'long'), field('exact', 'decimal(18,2)'), field('new', 'integer'), field('never', 'string'), field('box', { type: 'struct', fields: [{ name: 'a', type: 'long', nullable: true, metadata: {} }, { name: 'b', type: 'string', nullable: true, metadata: {} }] }), field('p', 'string')];
  const old = (writer: DeltaWriter) => writer.add('a.parquet', `select 1::integer as id, 7::integer as wide, 0.1::double as exact, true as dropped, {'a': 5::integer} as box`, { partitionValues: { p: 'old' } });
  const young = (writer: DeltaWriter) => writer.add('b.parquet', `select 2::bigint as id, 9007199254740993::bigint as wide, 12.34::decimal(18, 2) as exact, 3 as new, {'a': 6::bigint, 'b': 'x'} as box`, { partitionValues: { p: 'new' } });
  const [before, after] = [
    { id: '1', wide: '7', exact: '0.10', new: null, never: null, box: { a: '5', b: null }, p: 'old' },
    { id: '2', wide: '9007199254740993', exact: '12.34', new: 3, never: null, box: { a: '6', b: 'x' }, p: 'new' },
  ];
  await table('old', fields, ['p'], async (writer) => [await old(writer)]);
  await table('young', fields, ['p'], async (writer) => [await young(writer)]);
  await table('mixed', fields, ['p'], async (writer) => [await old(writer), await young(writer)]);
  expect(await both('old')).toEqual([before]);
  expect(await both('young')).toEqual([after]);
  expect(await both('mixed')).toEqual([before, after]);
});

test('what a file says of its partition, or calls so itself, does not count', async () => {
  await table('twice', [field('id', 'long'), field('p', 'string'), field('patchbay_partition_0', 'string')], ['p'], async (writer) => [
    await writer.add('p=folder/a.parquet', `select 1::bigint as id, 'file' as p, 'own' as patchbay_partition_0`, { partitionValues: { p: 'log' } }),
    await writer.add('p=folder/b.parquet', `select 2::bigint as id, 'file' as P, 'own' as patchbay_partition_0`, { partitionValues: { p: null } }),
  ]);
  expect(await both('twice')).toEqual([{ id: '1', p: 'log', patchbay_partition_0: 'own' }, { id: '2', p: null, patchbay_partition_0: 'own' }]);
});

test('deleted rows of one file, and columns of other names in the files', async () => {
  const mapped = (name: string, type: string, id: number) => ({ name, type, metadata: { 'delta.columnMapping.id': id, 'delta.columnMapping.physicalName': `col-${id}` } });
  for (const mode of ['name', 'id']) {
    await table(`mapped by ${mode}`, [mapped('id', 'long', 1), mapped('land', 'string', 2)], ['land'], async (writer) => [
      await writer.add('a.parquet', 'select range::bigint as "col-1" from range(0, 40)', {
        partitionValues: { 'col-2': 'GB' }, parquet_options: ", field_ids {'col-1': 1}",
        deletionVector: { storageType: 'i', pathOrInlineDv: 'wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L', sizeInBytes: 40, cardinality: 6 },
      }),
      await writer.add('b.parquet', 'select 100::bigint as "col-1"', { partitionValues: { 'col-2': 'GB' }, parquet_options: ", field_ids {'col-1': 1}" }),
      await writer.add('c.parquet', 'select 101::bigint as "col-1"', { partitionValues: { 'col-2': null }, parquet_options: ", field_ids {'col-1': 1}" }),
    ], ['columnMapping', 'deletionVectors'], { 'delta.columnMapping.mode': mode });
    expect(await both(`mapped by ${mode}`)).toHaveLength(36);
    expect(await query(`select land, count(*)::int as n from "mapped by ${mode}/" group by land order by land`)).toEqual([{ land: 'GB', n: 35 }, { land: null, n: 1 }]);
  }
});

test('one scan is made where it gives what the files give one by one', async () => {
  const writer = await openDeltaWriter(path.join(root, 'scans'));
  const database = openDuckdb({ directory: root, scratch: () => mkdtemp(path.join(root, 'scratch-')) });
  const connection = database.connect(signal);
  const columns = columnsOf(metadata([field('n', 'long'), field('m', 'double'), field('p', 'string')], ['p'])['metaData'] as never, 'scans');
  const scan = async (selects: string[]) => {
    const adds = await Promise.all(selects.map((select, index) => writer.add(`${partitionFolder({ path: '', size: 0, partitionValues: { p: String(index) } }, columns)}/${crypto.randomUUID()}.parquet`, select)));
    const paths = adds.map(({ add }) => path.join(root, 'scans', decodeURI((add as unknown as AddFile).path)));
    const text = await createOneScan().select(connection, columns, paths);
    return text === undefined ? undefined : { byName: text.includes('union_by_name = true'), rows: await connection.rows(`${text} order by all`) };
  };
  try {
    expect(await scan(['select 1::bigint as n, 0.5::double as m', 'select 2::bigint as n, 0.5::double as m'])).toEqual({ byName: false, rows: [{ n: '1', m: 0.5, p: '0' }, { n: '2', m: 0.5, p: '1' }] });
    expect(await scan(['select 1 as n, 0.5::double as m', 'select 2 as n, 0.5::double as m'])).toEqual({ byName: false, rows: [{ n: '1', m: 0.5, p: '0' }, { n: '2', m: 0.5, p: '1' }] });
    expect(await scan(['select 1::bigint as n', 'select 2::integer as n'])).toEqual({ byName: true, rows: [{ n: '1', m: null, p: '0' }, { n: '2', m: null, p: '1' }] });
    // 9007199254740993 would become a double on its way.
    expect(await scan(['select 9007199254740993::bigint as n', 'select 2::double as n'])).toBeUndefined();
    expect(await scan(['select 1::bigint as n, 0.5::double as m', 'select 2::bigint as "N", 0.5::double as m'])).toMatchObject({ rows: [{ n: '1' }, { n: '2' }] });
    expect(await scan(['select 2::bigint as "N", 0.5::double as m'])).toBeUndefined();
  } finally {
    await database.close();
    writer.close();
  }
});
