/**
 * `read`: rows per second of a 200,000-row PostgreSQL table through the control plane (the HTTP answer
 * read to its end) over `COPY … TO STDOUT` by psql, on the same server, in turn. `memory_growth_mib` is
 * the highest resident memory of the service during the reads over that before the first.
 */
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { median, round, startService } from './service.ts';
import type { BenchService } from './service.ts';
import type { BenchResult } from './main.ts';

const rows = 200_000;
const turns = 7;

export async function run(): Promise<BenchResult> {
  const service = await startService();
  const server = new URL(service.database_url);
  const sql = postgres(service.database_url, { onnotice: () => undefined });
  await sql`create database bench`;
  server.pathname = '/bench';
  await sql.end();
  await fill(server.href);
  await service.call('POST', '/api/tenants', { slug: 'acme', name: 'Acme' });
  await service.call('POST', '/api/connectors', {
    name: 'Orders', kind: 'postgresql', is_default: true,
    config: { host: server.hostname, port: Number(server.port), database: 'bench', username: server.username, password: decodeURIComponent(server.password), sslmode: 'disable' },
  });
  await read(service, { model: 'public.orders', limit: 1000 });
  const before = await service.memory();
  let highest = before;
  const watch = setInterval(() => void service.memory().then((now) => (highest = Math.max(highest, now))), 20);

  const rates: { ours: number[]; psql: number[] } = { ours: [], psql: [] };
  for (let turn = 0; turn <= turns; turn += 1) {
    const psql = await time(() => promisify(execFile)('sh', ['-c', `psql "${server.href}" -qc "copy orders to stdout" > /dev/null`]));
    const ours = await time(async () => {
      const read_rows = await read(service, { model: 'public.orders' });
      if (read_rows !== rows) throw new Error(`${read_rows} rows came instead of ${rows}`);
    });
    console.log(`turn ${turn}: psql ${Math.round(rows / psql)} rows/s, read ${Math.round(rows / ours)} rows/s`);
    if (turn === 0) continue;
    rates.psql.push(rows / psql);
    rates.ours.push(rows / ours);
  }
  clearInterval(watch);
  await service.stop();
  return {
    rows,
    rows_per_second: Math.round(median(rates.ours)),
    reference_rows_per_second: Math.round(median(rates.psql)),
    ratio: round(median(rates.ours) / median(rates.psql)),
    memory_growth_mib: round(highest - before, 1),
  };
}

async function fill(url: string): Promise<void> {
  const sql = postgres(url, { onnotice: () => undefined });
  await sql`create table orders (
    id bigint primary key, customer text not null, status text, amount numeric(12, 2), quantity integer, paid boolean, placed_at timestamptz, note text)`;
  await sql`insert into orders select n, 'customer ' || n % 1000, (array['new', 'paid', 'sent'])[1 + n % 3], n * 1.07, n % 17, n % 2 = 0,
    timestamptz '2026-01-01' + n * interval '1 minute', case when n % 5 = 0 then null else 'a "note" of order ' || n end from generate_series(1, ${rows}) n`;
  await sql`vacuum analyze orders`;
  await sql.end();
}

/** In seconds. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Reads a model to its end and counts its lines, looking at nothing else. */
async function read(service: BenchService, input: object): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const call = request(`${service.url}/api/tenants/acme/database/read`, {
    method: 'POST', headers: { authorization: `Bearer ${service.key}`, 'content-type': 'application/json' },
  }, (answer) => {
    let lines = 0;
    answer.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
    });
    answer.on('end', () => (answer.statusCode === 200 ? resolve(lines) : reject(new Error(`status ${answer.statusCode}`))));
    answer.on('error', reject);
  });
  call.on('error', reject);
  call.end(JSON.stringify(input));
  return promise;
}
