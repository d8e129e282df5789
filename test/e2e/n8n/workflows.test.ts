/** The packed node pack in a real n8n: workflows are imported with credentials, run, and their executions looked at. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { hasPostgresql, startPostgresql } from '../../peers/postgresql.ts';
import { startSmtpPeer } from '../../peers/smtp.ts';
import type { SmtpPeer } from '../../peers/smtp.ts';
import { startSwift } from '../../peers/swift.ts';
import type { SwiftServer } from '../../peers/swift.ts';
import { startTwilioPeer } from '../../peers/twilio.ts';
import type { TwilioPeer } from '../../peers/twilio.ts';
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

describe('the examples', () => {
  const mail: Record<string, SmtpPeer> = {};
  const example = (name: string) => read(`examples/${name}.json`);
  const ran = async (name: string): Promise<Execution> => n8n.execute(await n8n.importWorkflow(await example(name), credentials));
  let swift: SwiftServer;
  let twilio: TwilioPeer;

  beforeAll(async () => {
    for (const tenant of ['acme', 'globex', 'initech']) mail[tenant] = await startSmtpPeer(undefined, { authOptional: true, disabledCommands: ['STARTTLS'] });
    swift = await startSwift();
    twilio = await startTwilioPeer();
    for (const tenant of ['acme', 'globex']) {
      await tenantWithDatabase(tenant);
      await service.connector({ tenant, name: `${tenant} mail`, kind: 'smtp', is_default: true, config: { host: '127.0.0.1', port: mail[tenant]!.port, security: 'none', from: `hello@${tenant}.example` } });
      const { endpoint, region, access_key_id, secret_access_key } = swift;
      const storage = { region, endpoint, access_key_id, secret_access_key };
      const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId: access_key_id, secretAccessKey: secret_access_key } });
      await client.send(new CreateBucketCommand({ Bucket: `${tenant}-files` }));
      client.destroy();
      await service.connector({ tenant, name: `${tenant} files`, kind: 's3_storage', is_default: true, config: { bucket: `${tenant}-files`, ...storage } });
    }
  });
  afterAll(async () => {
    await Promise.all(Object.values(mail).map((server) => server.stop()));
    await swift?.stop();
    await twilio?.stop();
  });

  test('per-tenant e-mail', async () => {
    const execution = await ran('per-tenant-email');
    expect(errorOf(execution)).toBeUndefined();
    for (const tenant of ['acme', 'globex']) expect(mail[tenant]!.received.at(-1)).toMatchObject({ from: `hello@${tenant}.example`, to: [`owner@${tenant}.example`] });
    expect(itemsOf(execution, 'Send').filter(({ details }) => (details as { code?: string } | undefined)?.code === 'no_default').length).toBeGreaterThan(0);
  });

  test('nightly export of every tenant’s orders to its own bucket', async () => {
    const execution = await ran('nightly-export');
    expect(errorOf(execution)).toBeUndefined();
    expect(itemsOf(execution, 'Store').map(({ key }) => key)).toEqual(Array(2).fill(expect.stringMatching(/^exports\/orders-.*\.parquet$/)));
    for (const tenant of ['acme', 'globex']) {
      const { body } = await service.admin.post(`/api/tenants/${tenant}/storage/read`, { model: String(itemsOf(execution, 'Store')[0]!['key']), fields: ['owner'] });
      expect(String(body)).toContain(tenant);
    }
  });

  test('onboarding, started by a real request', async () => {
    const workflow = await example('onboarding');
    const { body } = workflow.pinData!['Sign-up']![0]!.json as { body: Record<string, unknown> };
    const id = await n8n.importWorkflow(workflow, credentials);
    await n8n.activate(id);
    const post = () => fetch(`${n8n.url}/webhook/onboard-tenant`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...body, smtp_host: '127.0.0.1', smtp_port: mail['initech']!.port }) });
    let answer = await post();
    while (answer.status === 404) {
      await sleep(300);
      answer = await post();
    }
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('accepted')]);
    expect(mail['initech']!.received.at(-1)).toMatchObject({ from: 'hello@initech.example' });
    await n8n.deactivate(id);
  });

  test('WhatsApp auto-reply, started by a message that Twilio signs', async () => {
    const { account_sid, auth_token, url } = twilio;
    const sender = '+14155238886';
    await service.connector({ tenant: 'acme', name: 'WhatsApp', kind: 'twilio_messaging', config: { account_sid, auth_token, from_number: '+15005550006', whatsapp_sender: sender, base_url: url } });
    const id = await n8n.importWorkflow(await example('whatsapp-auto-reply'), credentials);
    await n8n.activate(id);
    const address = `${service.url}/hooks/acme/whatsapp`;
    const message = { AccountSid: account_sid, MessageSid: `SM${'7'.repeat(32)}`, SmsStatus: 'received', From: 'whatsapp:+4915112345678', To: `whatsapp:${sender}`, Body: 'Is it in stock?', ProfileName: 'Ada', NumMedia: '0' };
    const signed = address + Object.entries(message).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => name + value).join('');
    const accepted = await fetch(address, {
      method: 'POST', body: new URLSearchParams(message),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': createHmac('sha1', auth_token).update(signed).digest('base64') },
    });
    expect(accepted.status).toBe(200);
    await until(async () => (await n8n.executions(id)).some(({ status }) => status === 'success' || status === 'error'));
    const [execution] = await n8n.executions(id);
    expect(errorOf(execution!)).toBeUndefined();
    expect(itemsOf(execution!, 'Reply')).toMatchObject([{ channel: 'whatsapp', from: sender, to: '+4915112345678', text: expect.stringContaining('Hello Ada') }]);
    await n8n.deactivate(id);
  });

  test('the agent over a tenant’s own database imports with its tools', async () => {
    const workflow = await example('agent-over-a-tenants-database');
    const id = await n8n.importWorkflow(workflow, credentials);
    const imported = await n8n.call<{ nodes: { type: string }[] }>('GET', `/workflows/${id}`);
    expect(imported.nodes.map(({ type }) => type)).toEqual(workflow.nodes.map(({ type }) => type));
  });
});

/** Waits until it holds; the test's own time limit ends a wait in vain. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(300);
}
