/** The packed node pack in a real n8n: workflows are imported with credentials, run, and their executions looked at. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { createHmac, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { hasPostgresql, startPostgresql } from '../../peers/postgresql.ts';
import { startSmtpPeer } from '../../peers/smtp.ts';
import type { SmtpPeer } from '../../peers/smtp.ts';
import { startSwift } from '../../peers/swift.ts';
import type { SwiftServer } from '../../peers/swift.ts';
import { startHttpPeer } from '../../peers/http.ts';
import type { HttpAnswer } from '../../peers/http.ts';
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

const subscriptions = async () => ((await service.admin.get('/api/subscriptions')).body as unknown as { subscriptions: unknown[] }).subscriptions;
const errorOf = ({ data }: Execution) => data.resultData.error?.message;

describe('workflows', () => {
  beforeAll(async () => {
    for (const tenant of tenants) await tenantWithDatabase(tenant);
  });

  test('every item of fifty tenants reaches its own tenant’s database, in parallel executions, and by a key of its own too', async () => {
    const workflow = await read('test/demo/workflow.json');
    const keys = Object.fromEntries(await Promise.all(tenants.map(async (tenant) => [tenant, ((await service.admin.post('/api/keys', { name: tenant, role: 'builder', tenant })).body as unknown as { key: string }).key] as const)));
    const ofItem = { name: 'Of each item', id: await n8n.credential('Of each item', 'patchbayApi', { baseUrl: service.url, apiKey: '={{ $json.key }}', defaultTenant: '={{ $json.owner }}' }) };
    const shuffled = tenants.map((_, index) => tenants[(index * 17) % tenants.length]!);
    const [front, back] = [shuffled.slice(0, 25), shuffled.slice(25)];
    // By one credential the parameter chooses the tenant; with a key in each item, that item's credential does.
    const runs = [
      { served: front, credential: credentials['patchbayApi']!, items: front.map((tenant) => ({ tenant, customer: 'Ada' })) },
      { served: back, credential: credentials['patchbayApi']!, items: back.map((tenant) => ({ tenant, customer: 'Ada' })) },
      { served: shuffled, credential: ofItem, items: shuffled.map((tenant) => ({ tenant: '', owner: tenant, key: keys[tenant]!, customer: 'Ada' })) },
      { served: shuffled.toReversed(), credential: ofItem, items: shuffled.toReversed().map((tenant) => ({ tenant: '', owner: tenant, key: keys[tenant]!, customer: 'Ada' })) },
    ];
    const ids: string[] = [];
    for (const { items, credential } of runs) ids.push(await n8n.importWorkflow(withItems(workflow, items), { patchbayApi: credential }));
    const executions = await Promise.all(ids.map((id) => n8n.execute(id, 'Customers')));
    expect(executions.map(errorOf)).toEqual(runs.map(() => undefined));
    expect(executions.map((execution) => itemsOf(execution, 'Their orders').map(({ owner }) => owner))).toEqual(runs.map(({ served }) => served));
    const stored = JSON.stringify(executions);
    for (const tenant of tenants) expect(stored).not.toContain(`password of ${tenant}`);
  });

  test('an error of a backend reaches the builder as a sentence', async () => {
    const workflow = await read('test/demo/workflow.json');
    const id = await n8n.importWorkflow(withItems(workflow, [{ tenant: 'nobody', customer: 'Ada' }]), credentials);
    expect(errorOf(await n8n.execute(id, 'Customers'))).toBe('There is no tenant "nobody", or you have no right to it.');
  });
});

describe('the trigger', () => {
  test('subscribes on activation, starts a workflow for an event, and unsubscribes on deactivation', async () => {
    await service.tenant('eventful');
    const id = await n8n.importWorkflow(onDefault({ tenant: { __rl: true, mode: 'id', value: 'eventful' }, filters: { categories: ['api'] } }), credentials);
    await n8n.activate(id);
    await until(async () => (await subscriptions()).length === 1);
    // Of these only the last fits: one is of another tenant, one of another category.
    await newDefault('uneventful', 'api_rest', { base_url: 'https://example.com' });
    await newDefault('eventful', 'smtp', { host: 'mail.example.com', from: 'hello@example.com' });
    await newDefault('eventful', 'api_rest', { base_url: 'https://example.com' });
    await until(async () => (await n8n.executions(id)).length > 0);
    await n8n.deactivate(id);
    await until(async () => (await subscriptions()).length === 0);
    const executions = await n8n.executions(id);
    expect(executions.flatMap((execution) => itemsOf(execution, 'Patchbay Trigger'))).toEqual([expect.objectContaining({ type: 'default.changed', tenant: 'eventful', category: 'api' })]);
  });

  test('shows the latest event in the editor, and leaves no subscription behind', async () => {
    await newDefault('tried', 'api_rest', { base_url: 'https://example.com' });
    const id = await n8n.importWorkflow(onDefault({ tenant: { __rl: true, mode: 'id', value: 'tried' } }), credentials);
    await n8n.listen(id, 'Patchbay Trigger');
    await until(async () => (await n8n.executions(id)).some(({ status }) => status === 'success'));
    const [execution] = await n8n.executions(id);
    expect(itemsOf(execution!, 'Patchbay Trigger')).toEqual([expect.objectContaining({ type: 'default.changed', tenant: 'tried' })]);
    await until(async () => (await subscriptions()).length === 0);
  });
});

/** A workflow as the editor saves it: n8n makes the webhook's address from webhookId. */
const onDefault = (parameters: object): Workflow => ({
  name: 'On a change of a default', connections: {},
  nodes: [{ id: 'trigger', name: 'Patchbay Trigger', type: 'n8n-nodes-patchbay.patchbayTrigger', typeVersion: 1, position: [0, 0], webhookId: randomUUID(), parameters: { events: ['default.changed'], ...parameters }, credentials: { patchbayApi: { id: '', name: '' } } } as Workflow['nodes'][number]],
});

async function newDefault(tenant: string, kind: string, config: object): Promise<void> {
  await service.admin.post('/api/tenants', { slug: tenant, name: tenant });
  await service.connector({ tenant, name: `${tenant} ${kind}`, kind, config, is_default: true });
}

describe('the examples', () => {
  const mail: Record<string, SmtpPeer> = {};
  const example = (name: string) => read(`examples/${name}.json`);
  const ran = async (name: string, trigger: string): Promise<Execution> => n8n.execute(await n8n.importWorkflow(await example(name), credentials), trigger);
  let swift: SwiftServer;
  let twilio: TwilioPeer;

  beforeAll(async () => {
    await service.tenant('umbrella');
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
    const execution = await ran('per-tenant-email', 'Start');
    expect(errorOf(execution)).toBeUndefined();
    for (const tenant of ['acme', 'globex']) expect(mail[tenant]!.received.at(-1)).toMatchObject({ from: `hello@${tenant}.example`, to: [`owner@${tenant}.example`] });
    expect(itemsOf(execution, 'Send').filter(({ details }) => (details as { code?: string } | undefined)?.code === 'no_default').length).toBeGreaterThan(0);
  });

  test('nightly export of every tenant’s orders to its own bucket', async () => {
    const execution = await ran('nightly-export', 'By hand');
    expect(errorOf(execution)).toBeUndefined();
    expect(itemsOf(execution, 'Store').map(({ key }) => key)).toEqual(Array(2).fill(expect.stringMatching(/^exports\/orders-.*\.parquet$/)));
    for (const tenant of ['acme', 'globex']) {
      const { body } = await service.admin.post(`/api/tenants/${tenant}/storage/read`, { model: String(itemsOf(execution, 'Store')[0]!['key']), fields: ['owner'] });
      expect(body).toEqual([{ owner: tenant }, { owner: tenant }]);
    }
  });

  test('onboarding, started by a real request', async () => {
    const workflow = await example('onboarding');
    const { body } = workflow.pinData!['Sign-up']![0]!.json as { body: Record<string, unknown> };
    const id = await n8n.importWorkflow(workflow, credentials);
    await n8n.activate(id);
    const answer = await postUntilThere(`${n8n.url}/webhook/onboard-tenant`, { ...body, smtp_host: '127.0.0.1', smtp_port: mail['initech']!.port });
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
    await until(async () => (await subscriptions()).length === 1);
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

  test('the agent asks the database of the tenant that chats, by a tool', async () => {
    const model = await startHttpPeer(({ body }) => answerOfModel(JSON.parse(String(body)) as ModelRequest));
    try {
      const workflow = await example('agent-over-a-tenants-database');
      const openAi = { name: 'OpenAI', id: await n8n.credential('OpenAI', 'openAiApi', { apiKey: 'sk-e2e', url: `${model.url}/v1`, header: false }) };
      const chat = workflow.nodes.find(({ name }) => name === 'Chat')!;
      chat.parameters['public'] = true;
      const id = await n8n.importWorkflow(workflow, { ...credentials, openAiApi: openAi });
      await n8n.activate(id);
      for (const tenant of ['acme', 'globex']) {
        const answer = await postUntilThere(`${n8n.url}/webhook/${chat.webhookId!}/chat`, { action: 'sendMessage', sessionId: tenant, chatInput: 'Whose orders are these?', metadata: { tenant } });
        expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining(tenant)]);
      }
      await n8n.deactivate(id);
    } finally {
      await model.stop();
    }
  });
});

interface ModelRequest { stream?: boolean; messages: { role: string; content: unknown }[]; tools?: { function: { name: string } }[] }

/** OpenAI's chat completions by a model that asks the database once, then repeats what the tool said. */
function answerOfModel({ stream, messages, tools = [] }: ModelRequest): HttpAnswer {
  const said = messages.findLast(({ role }) => role === 'tool')?.content;
  const name = tools.map(({ function: { name } }) => name).find((tool) => /ask/i.test(tool));
  const call = { id: 'call_1', type: 'function', function: { name, arguments: JSON.stringify({ query: 'select distinct owner from orders' }) } };
  const message = said === undefined ? { role: 'assistant', content: null, tool_calls: [{ index: 0, ...call }] } : { role: 'assistant', content: `The tool says: ${JSON.stringify(said)}` };
  const rest = { id: 'chatcmpl-1', created: 1, model: 'gpt-4.1-mini' };
  const finish_reason = said === undefined ? 'tool_calls' : 'stop';
  if (stream !== true) return { body: { ...rest, object: 'chat.completion', choices: [{ index: 0, message, finish_reason }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } } };
  const chunks = [{ delta: message, finish_reason: null }, { delta: {}, finish_reason }].map((choice) => ({ ...rest, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] }));
  return { headers: { 'content-type': 'text/event-stream' }, body: [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('') };
}

/** n8n opens a webhook's address a little after it has said that the workflow is active. */
async function postUntilThere(url: string, body: object): Promise<Response> {
  for (;;) {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (answer.status !== 404) return answer;
    await sleep(300);
  }
}

/** Waits until it holds; the test's own time limit ends a wait in vain. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(300);
}
