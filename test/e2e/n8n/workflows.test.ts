/** The packed node pack in a real n8n: workflows are imported with credentials, run, and their executions looked at. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { hasPostgresql, startPostgresql } from '../../peers/postgresql.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { itemsOf, startN8n, withItems } from './n8n.ts';
import type { Execution, N8n, Workflow } from './n8n.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const read = async (file: string) => JSON.parse(await readFile(path.join(root, file), 'utf8')) as Workflow;
const tenants = Array.from({ length: 50 }, (_, index) => `tenant-${String(index).padStart(2, '0')}`);

let service: TestService;
let n8n: N8n;
let backend: Awaited<ReturnType<typeof startPostgresql>>;
const credentials: Record<string, { id: string; name: string }> = {};

beforeAll(async () => {
  if (!hasPostgresql) throw new Error('PostgreSQL is not on this machine');
  const server = process.env['PATCHBAY_TEST_DATABASE_URL']!;
  const sql = postgres(server, { max: 1, onnotice: () => undefined });
  const name = `n8n_${process.pid}`;
  await sql.unsafe(`create database ${name}`);
  await sql.end();
  const database = new URL(server);
  database.pathname = `/${name}`;
  service = await startTestService();
  backend = await startPostgresql();
  n8n = await startN8n(database.href);
  const { key } = (await service.admin.post('/api/keys', { name: 'n8n', role: 'admin' })).body as unknown as { key: string };
  credentials['patchbayApi'] = { name: 'Patchbay', id: await n8n.credential('Patchbay', 'patchbayApi', { baseUrl: service.url, apiKey: key, defaultTenant: '' }) };
}, 300_000);

afterAll(async () => {
  await n8n?.stop();
  await service?.stop();
  await backend?.stop();
}, 120_000);

/** A tenant with a database of its own: its table `orders` holds its name. */
async function tenantWithDatabase(tenant: string): Promise<void> {
  await backend.run(`
    create schema "${tenant}"; create table "${tenant}".orders (number int primary key, customer text, owner text);
    insert into "${tenant}".orders values (1, 'Ada', '${tenant}'), (2, 'Grace', '${tenant}');
    create role "${tenant}" login password 'password of ${tenant}'; alter role "${tenant}" set search_path to "${tenant}";
    grant usage on schema "${tenant}" to "${tenant}"; grant select on all tables in schema "${tenant}" to "${tenant}"`);
  const { host, port, database, ca_certificate } = backend;
  await service.tenant(tenant);
  await service.connector({ tenant, name: `${tenant} database`, kind: 'postgresql', is_default: true, config: { host, port, database, sslmode: 'verify-ca', ca_certificate, username: tenant, password: `password of ${tenant}` } });
}

const errorOf = ({ data }: Execution) => data.resultData.error?.message;

describe('workflows', () => {
  beforeAll(async () => {
    for (const tenant of tenants) await tenantWithDatabase(tenant);
  });

  test('every item of fifty tenants reaches its own tenant’s database, in parallel executions too', async () => {
    const workflow = await read('test/demo/workflow.json');
    const shuffled = tenants.map((_, index) => tenants[(index * 17) % tenants.length]!);
    const halves = [shuffled.slice(0, 25), shuffled.slice(25)];
    const executions = await Promise.all(halves.map(async (half) => {
      const id = await n8n.importWorkflow(withItems(workflow, half.map((tenant) => ({ tenant, customer: 'Ada' }))), credentials);
      return n8n.execute(id);
    }));
    expect(executions.map(errorOf)).toEqual([undefined, undefined]);
    expect(executions.map((execution) => itemsOf(execution, 'Their orders').map(({ owner }) => owner))).toEqual(halves);
    const stored = JSON.stringify(executions);
    for (const tenant of tenants) expect(stored).not.toContain(`password of ${tenant}`);
  });

  test('an error of a backend reaches the builder as a sentence', async () => {
    const workflow = await read('test/demo/workflow.json');
    const id = await n8n.importWorkflow(withItems(workflow, [{ tenant: 'nobody', customer: 'Ada' }]), credentials);
    expect(errorOf(await n8n.execute(id))).toBe('There is no tenant "nobody", or you have no right to it.');
  });
});

describe('the trigger', () => {
  test('subscribes on activation, starts a workflow for an event, and unsubscribes on deactivation', async () => {
    const workflow: Workflow = {
      name: 'On a change of a default',
      // As the editor saves it: n8n makes the webhook's address from webhookId.
      nodes: [{ id: 'trigger', name: 'Patchbay Trigger', type: 'n8n-nodes-patchbay.patchbayTrigger', typeVersion: 1, position: [0, 0], webhookId: '5d1f0f6e-0f55-4a57-9b07-0b7f5a0f2c11', parameters: { events: ['default.changed'] }, credentials: { patchbayApi: { id: '', name: '' } } } as Workflow['nodes'][number]],
      connections: {},
    };
    const id = await n8n.importWorkflow(workflow, credentials);
    const subscriptions = async () => ((await service.admin.get('/api/subscriptions')).body as unknown as { subscriptions: unknown[] }).subscriptions;
    await n8n.activate(id);
    await until(async () => (await subscriptions()).length === 1);
    await service.tenant('eventful');
    await service.connector({ tenant: 'eventful', name: 'First', kind: 'api_rest', config: { base_url: 'https://example.com' } }).then(({ id: connector }) => service.admin.post(`/api/connectors/${String(connector)}/make_default`, {}));
    await until(async () => (await n8n.executions(id)).length > 0);
    const [execution] = await n8n.executions(id);
    expect(itemsOf(execution!, 'Patchbay Trigger')).toEqual([expect.objectContaining({ type: 'default.changed' })]);
    await n8n.deactivate(id);
    await until(async () => (await subscriptions()).length === 0);
  });
});

/** Waits until it holds; the test's own time limit ends a wait in vain. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(300);
}
