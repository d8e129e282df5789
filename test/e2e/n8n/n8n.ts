/** A real n8n as a process: on a PostgreSQL, with the packed node pack installed as a user installs it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../../peers/process.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const program = path.join(import.meta.dirname, 'node_modules/n8n/bin/n8n');
const run = promisify(execFile);
const owner = { email: 'owner@example.com', password: 'Patchbay-e2e-1' };

export interface N8n {
  url: string;
  process_id: number;
  /** The public API, as the owner; throws with the answer when it is refused. */
  call<T>(method: string, route: string, body?: unknown): Promise<T>;
  /** Makes a credential. @returns its id */
  credential(name: string, type: string, data: Record<string, unknown>): Promise<string>;
  /** Imports a workflow file as n8n exports them, its credentials found by their type. @returns its id */
  importWorkflow(workflow: Workflow, credentials: Record<string, { id: string; name: string }>): Promise<string>;
  /** "Execute workflow" of the editor, to the end. @param trigger the name of a manual trigger @returns what the run holds */
  execute(id: string, trigger: string): Promise<Execution>;
  /** "Execute workflow" of the editor: its trigger listens for one event. @param trigger the step's name */
  listen(id: string, trigger: string): Promise<void>;
  activate(id: string): Promise<void>;
  deactivate(id: string): Promise<void>;
  /** Newest first. */
  executions(id: string): Promise<Execution[]>;
  log(): string;
  stop(): Promise<void>;
}

export interface Workflow {
  id?: string;
  name: string;
  nodes: { name: string; type: string; parameters: Record<string, unknown>; webhookId?: string; credentials?: Record<string, { id: string; name: string }> }[];
  connections: object;
  settings?: object;
  pinData?: Record<string, { json: Record<string, unknown> }[]>;
}

export interface Execution {
  id?: string;
  status?: string;
  data: {
    resultData: {
      error?: { message: string; description?: string };
      runData: Record<string, { data?: { main: ({ json: Record<string, unknown>; binary?: Record<string, { fileName?: string; mimeType: string; data?: string }>; pairedItem?: unknown }[] | null)[] }; error?: { message: string } }[]>;
    };
  };
}

/** What a step put out. */
export function itemsOf(execution: Execution, step: string): Record<string, unknown>[] {
  return (execution.data.resultData.runData[step]?.[0]?.data?.main[0] ?? []).map(({ json }) => json);
}

/** The workflow with these items in place of what its trigger brings. */
export function withItems(workflow: Workflow, items: Record<string, unknown>[]): Workflow {
  const trigger = workflow.nodes[0]!;
  const source = { ...trigger, id: 'items', name: `${trigger.name} (items)`, type: 'n8n-nodes-base.code', typeVersion: 2, position: [0, 100], parameters: { jsCode: `return ${JSON.stringify(items.map((json) => ({ json })))};` }, credentials: undefined };
  const connections = workflow.connections as Record<string, unknown>;
  return {
    ...workflow,
    nodes: [{ ...trigger, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {}, credentials: undefined }, source, ...workflow.nodes.slice(1)] as Workflow['nodes'],
    connections: { ...connections, [source.name]: connections[trigger.name], [trigger.name]: { main: [[{ node: source.name, type: 'main', index: 0 }]] } },
  };
}

/** Builds and packs the pack, and puts what users would get into a community-nodes folder. */
async function installPack(home: string): Promise<void> {
  await run(process.execPath, [path.join(root, 'control-plane/scripts/build.mjs')], { cwd: root });
  const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', home], { cwd: root });
  const folder = path.join(home, '.n8n/nodes/node_modules/n8n-nodes-patchbay');
  await mkdir(folder, { recursive: true });
  await run('tar', ['-xzf', path.join(home, stdout.trim()), '--strip-components=1', '-C', folder]);
}

/** @param database_url an empty database that is n8n's own */
export async function startN8n(database_url: string, environment: Record<string, string> = {}): Promise<N8n> {
  const home = await mkdtemp(path.join(os.tmpdir(), 'patchbay-n8n-'));
  await installPack(home);
  const [port, broker] = [await freePort(), await freePort()];
  const database = new URL(database_url);
  const settings: Record<string, string> = {
    PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HOME: home, N8N_USER_FOLDER: home,
    DB_TYPE: 'postgresdb', DB_POSTGRESDB_HOST: database.hostname, DB_POSTGRESDB_PORT: database.port, DB_POSTGRESDB_DATABASE: database.pathname.slice(1),
    DB_POSTGRESDB_USER: database.username, DB_POSTGRESDB_PASSWORD: decodeURIComponent(database.password),
    N8N_ENCRYPTION_KEY: 'e2e-encryption-key', N8N_LISTEN_ADDRESS: '127.0.0.1', N8N_PORT: String(port), N8N_RUNNERS_BROKER_PORT: String(broker),
    N8N_WEBHOOK_URL: `http://127.0.0.1:${port}/`, N8N_SECURE_COOKIE: 'false', N8N_DISABLED_MODULES: 'mcp-registry,instance-ai',
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true', N8N_INSTANCE_OWNER_EMAIL: owner.email, N8N_INSTANCE_OWNER_FIRST_NAME: 'Ada', N8N_INSTANCE_OWNER_LAST_NAME: 'Lovelace',
    N8N_INSTANCE_OWNER_PASSWORD_HASH: await passwordHash(owner.password),
    ...Object.fromEntries(['DIAGNOSTICS', 'VERSION_NOTIFICATIONS', 'TEMPLATES', 'PERSONALIZATION', 'DYNAMIC_BANNERS'].map((name) => [`N8N_${name}_ENABLED`, 'false'])),
    N8N_UNVERIFIED_PACKAGES_ENABLED: 'true', EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all', ...environment,
  };
  const child = spawn(process.execPath, [program, 'start'], { env: settings, stdio: ['ignore', 'pipe', 'pipe'], cwd: home });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { printed = (printed + String(chunk)).slice(-200_000); });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (child.exitCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await Promise.race([exited, sleep(15_000).then(() => child.kill('SIGKILL'))]);
    }
    await rm(home, { recursive: true, force: true });
  };
  try {
    for (let tries = 0; !(await fetch(`${url}/healthz/readiness`).then(({ ok }) => ok, () => false)); tries += 1) {
      if (child.exitCode !== null || tries > 240) throw new Error(`n8n did not start:\n${printed}`);
      await sleep(500);
    }
    return connected({ url, ...(await signIn(url)), child: child.pid!, settings, stop, log: () => printed });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function passwordHash(password: string): Promise<string> {
  const { stdout } = await run(process.execPath, ['-e', `require('bcryptjs').hash(process.argv[1], 10).then((hash) => console.log(hash))`, password], { cwd: path.join(import.meta.dirname, 'node_modules/n8n') });
  return stdout.trim();
}

/** What the editor asks of n8n, as the owner who signed in. */
type Send = (method: string, route: string, body?: unknown) => Promise<Response>;

/** Signs in as the owner and makes a key of the public API. */
async function signIn(url: string): Promise<{ send: Send; key: string }> {
  let cookie = '';
  const send: Send = async (method, route, body) => {
    const response = await fetch(`${url}/rest${route}`, { method, headers: { 'content-type': 'application/json', cookie, 'browser-id': 'e2e', 'push-ref': 'e2e' }, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
    return response;
  };
  const answer = await send('POST', '/login', { emailOrLdapLoginId: owner.email, password: owner.password });
  cookie = answer.headers.getSetCookie().map((text) => text.split(';')[0]).join('; ');
  const { data: scopes } = (await (await send('GET', '/api-keys/scopes')).json()) as { data: string[] };
  const made = (await (await send('POST', '/api-keys', { label: 'e2e', expiresAt: null, scopes })).json()) as { data: { rawApiKey: string } };
  return { send, key: made.data.rawApiKey };
}

interface Connection { url: string; key: string; send: Send; child: number; settings: Record<string, string>; stop(): Promise<void>; log(): string }

function connected({ url, key, send, child, settings, stop, log }: Connection): N8n {
  const call = async <T>(method: string, route: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}/api/v1${route}`, { method, headers: { 'X-N8N-API-KEY': key, 'content-type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}\n${log().slice(-3000)}`);
    return (await response.json()) as T;
  };
  return {
    url, process_id: child, call, stop, log,
    credential: async (name, type, data) => (await call<{ id: string }>('POST', '/credentials', { name, type, data })).id,
    async importWorkflow(workflow, credentials) {
      const file = path.join(settings['HOME']!, `${workflow.id ?? 'workflow'}-${Math.random().toString(36).slice(2)}.json`);
      const id = `e2e${Math.random().toString(36).slice(2, 14)}`;
      const nodes = workflow.nodes.map((node) => ({
        ...node, ...(node.credentials && { credentials: Object.fromEntries(Object.keys(node.credentials).map((type) => [type, credentials[type] ?? node.credentials![type]])) }),
      }));
      await writeFile(file, JSON.stringify([{ ...workflow, nodes, id, active: false, settings: { executionOrder: 'v1', ...workflow.settings } }]));
      await run(process.execPath, [program, 'import:workflow', `--input=${file}`], { env: settings, cwd: settings['HOME'] });
      return id;
    },
    async execute(id, trigger) {
      const { data } = (await (await send('POST', `/workflows/${id}/run`, { triggerToStartFrom: { name: trigger } })).json()) as { data: { executionId: string } };
      for (;;) {
        const execution = await call<Execution>('GET', `/executions/${data.executionId}?includeData=true`);
        if (!['new', 'running', 'waiting'].includes(execution.status!)) return execution;
        await sleep(200);
      }
    },
    listen: async (id, trigger) => { await send('POST', `/workflows/${id}/run`, { triggerToStartFrom: { name: trigger } }); },
    activate: async (id) => { await call('POST', `/workflows/${id}/activate`); },
    deactivate: async (id) => { await call('POST', `/workflows/${id}/deactivate`); },
    executions: async (id) => (await call<{ data: Execution[] }>('GET', `/executions?workflowId=${id}&includeData=true&limit=50`)).data,
  };
}

/** Installs n8n where it is not, or where that broke off; takes some minutes and 2 GB. */
export async function ensureInstalled(): Promise<void> {
  const modules = path.join(import.meta.dirname, 'node_modules');
  const lock = await readFile(path.join(import.meta.dirname, 'package-lock.json'), 'utf8');
  const mark = path.join(modules, '.complete');
  if ((await readFile(mark, 'utf8').catch(() => undefined)) === lock) return;
  console.log('Installing n8n (2 GB, some minutes) …');
  await npm('ci', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund');
  // n8n itself runs on PostgreSQL here, but its AI agent loads the driver of SQLite; of all native modules only this one has to be built.
  await npm('rebuild', 'sqlite3');
  await writeFile(mark, lock);
}

async function npm(...parameters: string[]): Promise<void> {
  const child = spawn('npm', parameters, { cwd: import.meta.dirname, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`n8n cannot be installed here: npm ${parameters[0]} failed.`);
}

