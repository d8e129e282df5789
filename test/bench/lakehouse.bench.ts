/**
 * `lakehouse`: two group-bys over a 1,000,000-row Delta table (10 files, 5 partitions) through the service, warm, over
 * the same statements run by DuckDB directly on the same Parquet files, in turn: a heavy one, whose `ratio` is the
 * bench's, and a light one on the partition's column alone, which shows what a query costs beside DuckDB's own work:
 * some 8 ms for HTTP, listing the log, taking the copies, binding and the way to DuckDB's process and back, beside the
 * 13 ms that DuckDB needs (0.6 on a quiet machine of 2 cores; 0.65 when DuckDB ran in the service). The table lies in a bucket; the first query, which fetches it, is `cold_ms`.
 */
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { metadata, openDeltaWriter, protocol } from '../fixtures/delta/writer.ts';
import { startGcs } from '../peers/gcs.ts';
import { median, round, startService } from './service.ts';
import type { BenchResult } from './main.ts';

const rows = 1_000_000;
const files = 10;
const regions = ['eu', 'us', 'ap', 'me', 'af'];
const bucket = 'bench-lake';

const statements = {
  heavy: {
    turns: 15,
    of: (table: string) => `
      select region, customer % 100 as segment, count(*) as orders, count(distinct customer) as customers, sum(amount) as amount, avg(quantity) as quantity, min(placed_at) as first, max(note) as last
      from ${table} where quantity > 2 group by all order by all`,
    /** What both answers write alike. */
    key: (row: Row) => [row['region'], Number(row['segment']), Number(row['orders']), Number(row['customers']), String(row['amount']), row['last']],
  },
  light: {
    turns: 45,
    of: (table: string) => `select region, count(*) as orders, sum(amount) as amount, avg(quantity) as quantity, max(placed_at) as last from ${table} group by region order by region`,
    key: (row: Row) => [row['region'], Number(row['orders']), String(row['amount']), Number(row['quantity'])],
  },
};

type Row = Record<string, unknown>;

export async function run(): Promise<BenchResult> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'patchbay-bench-lake-'));
  await writeTable(path.join(folder, 'orders'));
  const gcs = await startGcs(bucket);
  const service = await startService();
  await service.call('POST', '/api/tenants', { slug: 'acme', name: 'Acme' });
  await service.call('POST', '/api/connectors', {
    name: 'Lake', kind: 'gcs_storage', is_default: true, config: { bucket, endpoint: gcs.endpoint, service_account_json: gcs.accounts.owner },
  });
  for (const name of await filesBelow(folder)) await put(service, name, await readFile(path.join(folder, name)));

  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const started = performance.now();
  await query(service, statements.heavy.of('"orders/"'));
  const cold_ms = round(performance.now() - started);
  const figures: Record<string, { warm_ms: number; reference_ms: number; ratio: number }> = {};
  for (const [name, { turns, of, key }] of Object.entries(statements)) {
    const direct = of(`read_parquet('${folder}/orders/*/*.parquet', hive_partitioning = true)`);
    const times: { ours: number[]; reference: number[] } = { ours: [], reference: [] };
    for (let turn = 0; turn <= turns; turn += 1) {
      const expected = await time(async () => (await connection.runAndReadAll(direct)).getRowObjectsJson());
      const got = await time(() => query(service, of('"orders/"')));
      if (JSON.stringify(got.value.map(key)) !== JSON.stringify(expected.value.map(key))) throw new Error('the answers differ');
      console.log(`${name}, turn ${turn}: DuckDB ${round(expected.milliseconds, 1)} ms, query ${round(got.milliseconds, 1)} ms`);
      if (turn === 0) continue;
      times.reference.push(expected.milliseconds);
      times.ours.push(got.milliseconds);
    }
    const [warm, reference] = [median(times.ours), median(times.reference)];
    figures[name] = { warm_ms: round(warm, 1), reference_ms: round(reference, 1), ratio: round(reference / warm) };
  }
  connection.closeSync();
  await service.stop();
  await gcs.stop();
  await rm(folder, { recursive: true });
  return { rows, cold_ms, ...figures, ratio: figures['heavy']!.ratio };
}

async function writeTable(folder: string): Promise<void> {
  const writer = await openDeltaWriter(folder);
  const adds = [];
  for (let index = 0; index < files; index += 1) {
    const region = regions[index % regions.length]!;
    const [from, to] = [(index * rows) / files, ((index + 1) * rows) / files];
    adds.push(await writer.add(`region=${region}/part-${index}.parquet`, `
      select range::bigint as id, (hash(range) % 200000)::bigint as customer, (range % 10007)::decimal(18, 2) * 1.25::decimal(3, 2) as amount, (range % 17)::integer as quantity,
        timestamptz '2026-01-01' + to_seconds(range) as placed_at, md5(range::varchar) as note from range(${from}, ${to})`, {
      partitionValues: { region }, stats: { numRecords: to - from, minValues: { id: from }, maxValues: { id: to - 1 } },
    }));
  }
  const fields = Object.entries({ id: 'long', customer: 'long', amount: 'decimal(18,4)', quantity: 'integer', placed_at: 'timestamp', note: 'string', region: 'string' }).map(([name, type]) => ({ name, type }));
  await writer.commit(0, [protocol(), metadata(fields, ['region'])]);
  for (const [index, add] of adds.entries()) await writer.commit(index + 1, [add]);
  writer.close();
}

async function filesBelow(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

interface Service { url: string; key: string }

async function put({ url, key }: Service, name: string, bytes: Buffer): Promise<void> {
  const answer = await fetch(`${url}/api/tenants/acme/storage/put?key=${encodeURIComponent(name)}`, {
    method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' }, body: new Uint8Array(bytes),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

async function query({ url, key }: Service, text: string): Promise<Row[]> {
  const answer = await fetch(`${url}/api/tenants/acme/storage/query`, {
    method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ query: text }),
  });
  const lines = await answer.text();
  if (!answer.ok || lines.includes('"$error"')) throw new Error(lines.slice(0, 1000));
  return lines.trim().split('\n').map((line) => JSON.parse(line) as Row);
}

async function time<T>(work: () => Promise<T>): Promise<{ value: T; milliseconds: number }> {
  const started = performance.now();
  const value = await work();
  return { value, milliseconds: performance.now() - started };
}
