/**
 * `n8n-read`: one workflow that reads 100,000 rows by this pack's PostgreSQL node over the same by n8n's
 * built-in Postgres node, in the same n8n, in turn. `ratio` is wall time over wall time and
 * `memory_ratio` peak resident memory over peak resident memory: below 1 is better. The peak is reset
 * before each run. Needs n8n beside its tests: npm run test:n8n installs it.
 */
import { writeFile, readFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { startEmbeddedPostgres } from '../../control-plane/src/platform/db/embedded.ts';
import { ensureInstalled, startN8n } from '../e2e/n8n/n8n.ts';
import type { N8n, Workflow } from '../e2e/n8n/n8n.ts';
import { median, round, startService } from './service.ts';
import type { BenchResult } from './main.ts';

const rows = 100_000;
const turns = 6;

export async function run(): Promise<BenchResult> {
  await ensureInstalled();
  const directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-bench-'));
  const server = await startEmbeddedPostgres({ directory, durable: false });
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  await sql`create database n8n`;
  await sql`create table orders (id bigint primary key, customer text not null, status text, amount numeric(12, 2), quantity integer, paid boolean, placed_at timestamptz, note text)`;
  await sql`insert into orders select n, 'customer ' || n % 1000, (array['new', 'paid', 'sent'])[1 + n % 3], n * 1.07, n % 17, n % 2 = 0,
    timestamptz '2026-01-01' + n * interval '1 minute', case when n % 5 = 0 then null else 'a note of order ' || n end from generate_series(1, ${rows}) n`;
  await sql.end();
  const address = new URL(server.url);
  const password = decodeURIComponent(address.password);
  const service = await startService();
  await service.call('POST', '/api/tenants', { slug: 'acme', name: 'Acme' });
  await service.call('POST', '/api/connectors', {
    name: 'Orders', kind: 'postgresql', is_default: true,
    config: { host: address.hostname, port: Number(address.port), database: address.pathname.slice(1), username: address.username, password, sslmode: 'disable' },
  });
  const store = new URL(server.url);
  store.pathname = '/n8n';
  const n8n = await startN8n(store.href);
  try {
    const ours = await activate(n8n, 'ours', {
      type: 'n8n-nodes-patchbay.postgresql', typeVersion: 1,
      parameters: { operation: 'read', backend: 'tenantDefault', tenant: { __rl: true, mode: 'id', value: 'acme' }, model: { __rl: true, mode: 'name', value: 'public.orders' }, returnAll: true },
      credentials: { patchbayApi: { name: 'Patchbay', id: await n8n.credential('Patchbay', 'patchbayApi', { baseUrl: service.url, apiKey: service.key, defaultTenant: '' }) } },
    });
    const builtIn = await activate(n8n, 'built-in', {
      type: 'n8n-nodes-base.postgres', typeVersion: 2.6,
      parameters: { resource: 'database', operation: 'select', schema: { __rl: true, mode: 'name', value: 'public' }, table: { __rl: true, mode: 'name', value: 'orders' }, returnAll: true, options: {} },
      credentials: { postgres: { name: 'Postgres', id: await n8n.credential('Postgres', 'postgres', { host: address.hostname, port: Number(address.port), database: address.pathname.slice(1), user: address.username, password, ssl: 'disable', allowUnauthorizedCerts: false, sshTunnel: false, maxConnections: 10 }) } },
    });
    const figures = { ours: { seconds: [] as number[], mib: [] as number[] }, builtIn: { seconds: [] as number[], mib: [] as number[] } };
    for (let turn = 0; turn <= turns; turn += 1) {
      // In turn the first: n8n's memory grows from run to run, whoever reads.
      const first = turn % 2 === 0 ? await measure(n8n, ours) : await measure(n8n, builtIn);
      const second = turn % 2 === 0 ? await measure(n8n, builtIn) : await measure(n8n, ours);
      const measured = turn % 2 === 0 ? { ours: first, builtIn: second } : { ours: second, builtIn: first };
      console.log(`turn ${turn}: built-in ${measured.builtIn.seconds.toFixed(2)} s, ${Math.round(measured.builtIn.mib)} MiB; ours ${measured.ours.seconds.toFixed(2)} s, ${Math.round(measured.ours.mib)} MiB`);
      if (turn === 0) continue;
      for (const name of ['ours', 'builtIn'] as const) {
        figures[name].seconds.push(measured[name].seconds);
        figures[name].mib.push(measured[name].mib);
      }
    }
    return {
      rows,
      seconds: round(median(figures.ours.seconds), 2), reference_seconds: round(median(figures.builtIn.seconds), 2),
      peak_mib: Math.round(median(figures.ours.mib)), reference_peak_mib: Math.round(median(figures.builtIn.mib)),
      ratio: round(median(figures.ours.seconds) / median(figures.builtIn.seconds)),
      memory_ratio: round(median(figures.ours.mib) / median(figures.builtIn.mib)),
    };
  } finally {
    await n8n.stop();
    await service.stop();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A workflow that reads when its address is called, and answers with one row. @returns the address */
async function activate(n8n: N8n, name: string, node: Record<string, unknown>): Promise<string> {
  const workflow = {
    name,
    nodes: [
      { id: 'hook', name: 'Hook', type: 'n8n-nodes-base.webhook', typeVersion: 2, position: [0, 0], webhookId: name, parameters: { path: name, responseMode: 'lastNode', options: {} } },
      { id: 'read', name: 'Read', position: [200, 0], ...node },
      { id: 'one', name: 'One', type: 'n8n-nodes-base.limit', typeVersion: 1, position: [400, 0], parameters: { maxItems: 1 } },
    ],
    connections: { Hook: { main: [[{ node: 'Read', type: 'main', index: 0 }]] }, Read: { main: [[{ node: 'One', type: 'main', index: 0 }]] } },
    settings: { saveDataSuccessExecution: 'none', saveDataErrorExecution: 'none' },
  } as unknown as Workflow;
  await n8n.activate(await n8n.importWorkflow(workflow, {}));
  const address = `${n8n.url}/webhook/${name}`;
  for (let tries = 0; (await fetch(address)).status === 404; tries += 1) {
    if (tries > 60) throw new Error(`the workflow "${name}" is not reachable:\n${n8n.log().slice(-2000)}`);
    await sleep(500);
  }
  return address;
}

async function measure(n8n: N8n, address: string): Promise<{ seconds: number; mib: number }> {
  // 5 resets the peak of the resident memory: proc(5).
  await writeFile(`/proc/${n8n.process_id}/clear_refs`, '5');
  const started = performance.now();
  const response = await fetch(address);
  const text = await response.text();
  const seconds = (performance.now() - started) / 1000;
  if (!response.ok || !text.includes('customer 1')) throw new Error(`the workflow answered ${response.status}: ${text.slice(0, 500)}`);
  const status = await readFile(`/proc/${n8n.process_id}/status`, 'utf8');
  return { seconds, mib: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024 };
}
