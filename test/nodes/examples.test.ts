/** The example workflows: complete as files, and doing what they say, as far as their nodes are this pack's. */
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';
import { startSmtpPeer } from '../peers/smtp.ts';
import type { SmtpPeer } from '../peers/smtp.ts';
import { createTestDatabase } from '../setup/database.ts';
import type { TestDatabase } from '../setup/database.ts';
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { runNode } from './engine.ts';
import { describeWith, startPeer } from './peer-process.ts';
import type { PeerProcess } from './peer-process.ts';
import { complaintsOf, examples, isOurs, readWorkflow, runFile } from './workflow-file.ts';

const files = readdirSync(examples).filter((file) => file.endsWith('.json'));

describe.each(files)('%s', (file) => {
  const { nodes, connections, pinData } = readWorkflow(file);
  const names = nodes.map(({ name }) => name);

  test('has nodes of this pack whose parameters and credentials are all there', () => {
    expect(nodes.filter(isOurs).length).toBeGreaterThan(0);
    expect(nodes.filter(isOurs).map((node) => [node.name, complaintsOf(node)])).toEqual(nodes.filter(isOurs).map(({ name }) => [name, []]));
  });

  test('connects nodes that are there, each with an id of its own', () => {
    const targets = Object.values(connections).flatMap((byType) => Object.values(byType).flat(2)).map((connection) => connection?.node);
    expect([...Object.keys(connections), ...targets, ...Object.keys(pinData)].filter((name) => !names.includes(name!))).toEqual([]);
    expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
  });

  test('is told of where the examples are listed', () => {
    expect(readFileSync(path.join(examples, 'README.md'), 'utf8')).toContain(`(${file})`);
  });
});

describe('run', () => {
  let plane: ControlPlane;
  let database: TestDatabase;
  const mail: Record<string, SmtpPeer> = {};
  const tenants = ['acme', 'globex'];
  const credentials = () => ({ patchbayApi: plane.credential });
  const mailConfig = (tenant: string) => ({ host: '127.0.0.1', port: mail[tenant]!.port, security: 'none', from: `hello@${tenant}.example` });

  beforeAll(async () => {
    [plane, database] = await Promise.all([startControlPlane(), createTestDatabase()]);
    for (const tenant of [...tenants, 'initech']) mail[tenant] = await startSmtpPeer(undefined, { authOptional: true, disabledCommands: ['STARTTLS'] });
    const { hostname, port, pathname, username, password } = new URL(database.url);
    const config = { host: hostname, port: Number(port || 5432), database: pathname.slice(1), username: decodeURIComponent(username), sslmode: 'disable', read_only: false, ...(password && { password: decodeURIComponent(password) }) };
    for (const tenant of tenants) {
      await plane.tenant(tenant);
      await plane.connector(tenant, `${tenant} mail`, 'smtp', mailConfig(tenant));
      await plane.connector(tenant, `${tenant} data`, 'postgresql', config);
    }
    await runNode({
      type: 'postgresql', credentials: { patchbayApi: { ...plane.credential, defaultTenant: 'acme' } },
      parameters: { operation: 'query', backend: 'tenantDefault', query: "create table orders as select n as number, 'order ' || n as name from generate_series(1, 250) n" },
    });
    await plane.tenant('hooli');
  }, 120_000);

  afterAll(async () => {
    await plane?.stop();
    await Promise.all(Object.values(mail).map((server) => server.stop()));
    await database?.drop();
  });

  test('per-tenant e-mail leaves by each tenant’s own server, and says who has none', async () => {
    const { itemsOf, error } = await runFile(readWorkflow('per-tenant-email.json'), { name: 'Start', items: [{ json: {} }] }, credentials());
    expect(error).toBeUndefined();
    expect(itemsOf('Send')).toMatchObject([
      { json: { accepted: ['owner@acme.example'] } }, { json: { accepted: ['owner@globex.example'] } }, { json: { details: { code: 'no_default' } } },
    ]);
    for (const tenant of tenants) expect(mail[tenant]!.received.at(-1)).toMatchObject({ from: `hello@${tenant}.example`, source: expect.stringMatching(/^Subject: News for /m) });
  });

  test('onboarding makes a tenant that can send at once', async () => {
    const file = readWorkflow('onboarding.json');
    const { body } = file.pinData['Sign-up']![0]!.json as { body: Record<string, unknown> };
    const items = [{ json: { body: { ...body, smtp_host: '127.0.0.1', smtp_port: mail.initech!.port } } }] as INodeExecutionData[];
    const { itemsOf, error } = await runFile(file, { name: 'Sign-up', items }, credentials());
    expect(error).toBeUndefined();
    expect(itemsOf('Test it')).toMatchObject([{ json: { ok: true } }]);
    expect(itemsOf('Say hello')).toMatchObject([{ json: { accepted: ['bill@initech.example'] } }]);
    expect(mail.initech!.received.at(-1)).toMatchObject({ from: 'hello@initech.example' });
    await plane.api('DELETE', `/api/connectors/${String(itemsOf('Give it a mailbox')[0]!.json.id)}?successor=none`);
    await plane.api('DELETE', '/api/tenants/initech');
  });

  test('onboarding greets nobody by a mailbox that does not work, and answers why', async () => {
    const file = readWorkflow('onboarding.json');
    const { body } = file.pinData['Sign-up']![0]!.json as { body: Record<string, unknown> };
    const items = [{ json: { body: { ...body, slug: 'umbrella', smtp_host: '127.0.0.1', smtp_port: 1 } } }] as INodeExecutionData[];
    const { itemsOf, error } = await runFile(file, { name: 'Sign-up', items }, credentials());
    expect(error).toBeUndefined();
    expect(itemsOf('Mailbox does not work')).toMatchObject([{ json: { ok: false, error: { code: 'backend_unreachable' } } }]);
    expect(itemsOf('Say hello')).toEqual([]);
    await plane.api('DELETE', `/api/connectors/${String(itemsOf('Give it a mailbox')[0]!.json.id)}?successor=none`);
    await plane.api('DELETE', '/api/tenants/umbrella');
  });

  test('the agent’s tools reach the database of the tenant that chats', async () => {
    const file = readWorkflow('agent-over-a-tenants-database.json');
    const [{ json: chat } = { json: {} }] = file.pinData.Chat!;
    const run = async (name: string, answer: string) => {
      const { parameters } = file.nodes.find((node) => node.name === name)!;
      // What the model would fill in, and the chat as the item.
      const filled = JSON.parse(JSON.stringify(parameters).replaceAll(/\{\{ \$fromAI\(.*?\) \}\}/g, answer).replaceAll("$('Chat').first().json", '$json')) as typeof parameters;
      const { items, error } = await runNode({ type: 'database', credentials: credentials(), items: [{ json: chat }], parameters: filled });
      expect(error).toBeUndefined();
      return items.map(({ json }) => json);
    };
    expect(await run('Ask the database', 'select count(*)::int as orders from orders')).toEqual([{ orders: 250 }]);
    expect(await run('List tables', '')).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'public.orders' })]));
    expect(await run('List tables', 'orders')).toMatchObject([{ fields: [{ name: 'number' }, { name: 'name' }] }]);
  });

  test('a WhatsApp message is answered by the account and the number that it came to', async () => {
    const twilio = await startPeer('twilio', 'startTwilioPeer');
    try {
      const { account_sid, auth_token, url } = twilio.peer as unknown as Record<string, string>;
      const whatsapp_sender = '+14155238886';
      const connector = await plane.connector('acme', 'Acme WhatsApp', 'twilio_messaging', { account_sid, auth_token, from_number: '+15005550006', whatsapp_sender, base_url: url });
      const file = readWorkflow('whatsapp-auto-reply.json');
      const { json } = file.pinData['Message received']![0]! as { json: Record<string, unknown> };
      const items = [{ json: { ...json, connector_id: connector, data: { ...(json.data as object), to: whatsapp_sender } } }] as INodeExecutionData[];
      const { itemsOf, error } = await runFile(file, { name: 'Message received', items }, credentials());
      expect(error).toBeUndefined();
      expect(itemsOf('Reply')).toMatchObject([{ json: { channel: 'whatsapp', from: whatsapp_sender, to: '+4915112345678', text: expect.stringContaining('Hello Ada'), direction: 'outbound' } }]);
    } finally {
      await twilio.stop();
    }
  });

  describeWith([{ name: 'python3-swift and memcached', module: 'swift', available: 'findSwift' }])('nightly export', () => {
    let server: PeerProcess;
    let client: S3Client;
    beforeAll(async () => {
      server = await startPeer('swift', 'startSwift');
      const { endpoint, region, access_key_id, secret_access_key } = server.peer as unknown as Record<string, string>;
      client = new S3Client({ endpoint, region: region!, forcePathStyle: true, credentials: { accessKeyId: access_key_id!, secretAccessKey: secret_access_key! } });
      for (const tenant of tenants) {
        await client.send(new CreateBucketCommand({ Bucket: `${tenant}-files` }));
        await plane.connector(tenant, `${tenant} files`, 's3_storage', { bucket: `${tenant}-files`, region, endpoint, access_key_id, secret_access_key });
      }
    }, 180_000);
    afterAll(async () => {
      client?.destroy();
      await server?.stop();
    });

    test('puts every tenant’s orders into its own bucket, and sets aside who has none', async () => {
      const { itemsOf, error } = await runFile(readWorkflow('nightly-export.json'), { name: 'By hand', items: [{ json: {} }] }, credentials());
      expect(error).toBeUndefined();
      expect(itemsOf('Store').map(({ json }) => json.key)).toEqual(Array(2).fill(expect.stringMatching(/^exports\/orders-\d{4}-\d\d-\d\d\.parquet$/)));
      expect(itemsOf('Not exported')).toMatchObject([{ json: { slug: 'hooli', details: { code: 'no_default' } } }]);
      for (const tenant of tenants) {
        const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: `${tenant}-files` }));
        expect(Contents).toHaveLength(1);
        const { Body } = await client.send(new GetObjectCommand({ Bucket: `${tenant}-files`, Key: Contents![0]!.Key }));
        expect(Buffer.from(await Body!.transformToByteArray()).toString('latin1', 0, 4)).toBe('PAR1');
      }
    });
  });
});
