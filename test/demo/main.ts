/**
 * `npm run demo`: two tenants with a database each, one workflow over items of both, and which backend
 * each item reached. The workflow is workflow.json, which imports into n8n as it is; here it runs in
 * n8n's own engine, its pinned items standing for what a trigger would bring.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../control-plane/src/platform/db/embedded.ts';
import { hasMariadb, startMariadb } from '../peers/mariadb.ts';
import { startScript } from '../bench/service.ts';
import { runImportedWorkflow } from './engine.ts';
import type { WorkflowFile } from './engine.ts';

const root = path.resolve(import.meta.dirname, '../..');
const key = 'pb_demo_demo_demo_demo_demo_demo';
const say = (text: string) => console.log(text);
const step = (text: string) => console.log(`\n▸ ${text}`);

/** A database of one tenant, as an admin would describe it to Patchbay. */
interface Backend {
  name: string;
  kind: string;
  config: Record<string, unknown>;
}

const orders: Record<string, [number, string, string, number][]> = {
  acme: [[1, 'Ada', 'difference engine', 1200], [2, 'Alan', 'paper tape', 17], [3, 'Ada', 'punched cards', 80]],
  globex: [[9, 'Grace', 'nanosecond of wire', 1], [10, 'Edsger', 'shortest path', 42], [11, 'Grace', 'moth trap', 5]],
};

const cleanUps: (() => Promise<unknown>)[] = [];

async function main(): Promise<void> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-demo-'));
  cleanUps.push(() => rm(directory, { recursive: true, force: true }));

  step('Building the n8n nodes');
  await build();

  step('Starting what the tenants own');
  const backends: Record<string, Backend> = {
    acme: await startPostgresBackend(directory, 'acme'),
    globex: hasMariadb ? await startMariadbBackend('globex') : await startPostgresBackend(directory, 'globex'),
  };
  for (const [tenant, { name, kind, config }] of Object.entries(backends)) say(`  ${tenant.padEnd(7)} ${name} (${kind}, port ${String(config['port'])})`);

  step('Starting Patchbay');
  const store = await startEmbeddedPostgres({ directory: path.join(directory, 'patchbay'), durable: false });
  cleanUps.push(() => store.stop());
  const service = await startScript('control-plane/src/cli/main.ts', ['serve'], {
    DATABASE_URL: store.url, PATCHBAY_PORT: '0', PATCHBAY_DATA_DIRECTORY: directory, PATCHBAY_ADMIN_KEY: key,
    PATCHBAY_EGRESS_ALLOW: '127.0.0.0/8', PATCHBAY_LOG_LEVEL: 'warn',
  });
  cleanUps.push(() => service.stop());
  say(`  ${service.url}`);

  step('Making the tenants and their defaults');
  const call = async <T>(method: string, route: string, body?: unknown): Promise<T> => {
    const response = await fetch(service.url + route, {
      method, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as T;
  };
  for (const [tenant, backend] of Object.entries(backends)) {
    await call('POST', '/api/tenants', { slug: tenant, name: tenant });
    const { id } = await call<{ id: string }>('POST', '/api/connectors', { tenant, ...backend, is_default: true });
    const check = await call<{ ok: boolean; message?: string; error?: { detail: string } }>('POST', `/api/connectors/${id}/test`, {});
    const { explanation } = await call<{ explanation: string }>('GET', `/api/tenants/${tenant}/database`);
    say(`  ${explanation}; ${check.ok ? check.message : check.error?.detail}`);
  }
  const builder = await call<{ key: string }>('POST', '/api/keys', { name: 'n8n', role: 'builder' });

  step('Running one workflow over items of both');
  const workflow = JSON.parse(await readFile(path.join(import.meta.dirname, 'workflow.json'), 'utf8')) as WorkflowFile;
  const { inputs, outputs, hints } = await runImportedWorkflow(workflow, {
    patchbayApi: { baseUrl: service.url, apiKey: builder.key, defaultTenant: '' },
  }, path.join(root, 'dist'));
  for (const [index, input] of inputs.entries()) {
    const answers = outputs.filter(({ pairedItem }) => (pairedItem as { item: number }).item === index).map(({ json }) => json);
    const owner = ownerOf(answers);
    say(`\n  item ${index}: ${JSON.stringify(input.json)} reached ${owner === undefined ? 'no tenant’s database' : backends[owner]!.name}`);
    for (const answer of answers) say(`    ${JSON.stringify(answer)}`);
    if (owner !== input.json['tenant']) throw new Error(`item ${index} of ${String(input.json['tenant'])} reached the database of ${owner ?? 'nobody'}`);
  }
  say(`\n  What the node says of it: ${hints.join(' ')}`);
  step('Cleaning up');
}

/** The tenant whose database holds all of these rows, told by the rows alone. */
function ownerOf(rows: Record<string, unknown>[]): string | undefined {
  if (rows.length === 0) return undefined;
  return Object.keys(orders).find((tenant) => rows.every((row) => orders[tenant]!.some(([number, , item]) => number === row['number'] && item === row['item'])));
}

async function build(): Promise<void> {
  const child = spawn(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '--project', root], { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error('The nodes do not compile.');
}

const table = 'create table orders (number int primary key, customer varchar(40), item varchar(80), price int)';
const insert = (tenant: string) => `insert into orders values ${orders[tenant]!.map(([number, customer, item, price]) => `(${number}, '${customer}', '${item}', ${price})`).join(', ')}`;

async function startPostgresBackend(directory: string, tenant: string): Promise<Backend> {
  const { default: postgres } = await import('postgres');
  const server = await startEmbeddedPostgres({ directory: path.join(directory, tenant), durable: false });
  cleanUps.push(() => server.stop());
  const url = new URL(server.url);
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  await sql.unsafe(table);
  await sql.unsafe(insert(tenant));
  await sql.end();
  return {
    name: `${tenant} PostgreSQL`, kind: 'postgresql',
    config: { host: url.hostname, port: Number(url.port), database: url.pathname.slice(1), username: url.username, password: decodeURIComponent(url.password), sslmode: 'disable' },
  };
}

async function startMariadbBackend(tenant: string): Promise<Backend> {
  const server = await startMariadb();
  cleanUps.push(() => server.stop());
  await server.run(`use ${server.database}; ${table}; ${insert(tenant)}`);
  const { host, port, database, username, password, ca_certificate } = server;
  return { name: `${tenant} MariaDB`, kind: 'mariadb', config: { host, port, database, username, password, sslmode: 'verify-ca', ca_certificate } };
}

try {
  await main();
} catch (error) {
  console.error(`\nThe demo failed: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  for (const cleanUp of cleanUps.reverse()) await cleanUp().catch((error: unknown) => console.error(error));
}
if (process.exitCode === undefined) say('\nDone: one workflow, every item in its own tenant’s database, and no secret in n8n.\n');
