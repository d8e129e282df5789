/** 10,000 webhooks while the service is killed and restarted: each is told of, once or twice, never not, and in its order. */
import path from 'node:path';
import postgres from 'postgres';
import { webhookHeaders } from '../../control-plane/src/platform/standard-webhooks.ts';
import { freePort, startServer } from '../peers/process.ts';
import type { ServerProcess } from '../peers/process.ts';
import { startSubscriber } from '../peers/subscriber.ts';
import type { Subscriber } from '../peers/subscriber.ts';
import { createClient, must } from '../setup/client.ts';
import { createTestDatabase } from '../setup/database.ts';
import type { TestDatabase } from '../setup/database.ts';
import { newMasterKey } from '../setup/service.ts';

const senders = 50;
const each = 200;
const total = senders * each;
const kills = 5;
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const command = path.resolve(import.meta.dirname, '../../control-plane/src/cli/main.ts');

let database: TestDatabase;
let subscriber: Subscriber;
let service: ServerProcess | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
  subscriber = await startSubscriber();
});
afterAll(async () => {
  await service?.stop();
  await subscriber.stop();
  await database.drop();
});

test('none is lost, none overtakes another, and what comes twice has the same id', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    ...process.env, NODE_OPTIONS: '', DATABASE_URL: database.url, PATCHBAY_PORT: String(port), PATCHBAY_MASTER_KEY: newMasterKey(), PATCHBAY_ADMIN_KEY: 'pb_test_faults_webhooks_faults',
    PATCHBAY_EGRESS_ALLOW: '127.0.0.0/8', PATCHBAY_LOG_LEVEL: 'error', PATCHBAY_DELIVERY_PAUSES: '0.1,0.1,0.1,1,1,1,1,1', PATCHBAY_BREAKER_SECONDS: '0.5', PATCHBAY_DATA_DIRECTORY: path.join(import.meta.dirname, '.patchbay'),
  };
  const start = () => startServer(process.execPath, [command, 'serve'], { port, env: environment });
  service = await start();
  const admin = createClient(url, environment.PATCHBAY_ADMIN_KEY);
  for (const slug of ['acme', 'globex']) {
    await must(admin.post('/api/tenants', { slug, name: slug }));
    await must(admin.post('/api/connectors', {
      tenant: slug, name: 'Shop', kind: 'api_rest', config: { base_url: 'https://shop.example.com', webhook_verification: 'standard_webhooks', webhook_secret: secret, webhook_subject: 'order' },
    }));
  }
  await must(admin.post('/api/subscriptions', { url: subscriber.url, events: ['webhook.received'] }));
  // Now and then the subscriber refuses one, too, when it first comes.
  const refused = new Set<string>();
  subscriber.always(({ event }) => {
    if (event.data.body.number % 97 !== 0 || refused.has(event.id)) return 200;
    refused.add(event.id);
    return 409;
  });

  let accepted = 0;
  let attempts = 0;
  /** The events that the answers named. */
  const answered = new Map<string, string>();
  let onAccepted = (): void => undefined;
  /** As a provider does: again until it is taken, each time signed anew. */
  const send = async (order: string, number: number, tenant: string): Promise<void> => {
    const body = JSON.stringify({ order, number });
    const id = `${order}-${number}`;
    for (let time = Math.floor(Date.now() / 1000); ; time = Math.max(time + 1, Math.floor(Date.now() / 1000))) {
      attempts += 1;
      try {
        const answer = await createClient(url).send('POST', `/hooks/${tenant}/shop`, { body, headers: webhookHeaders(id, time, body, [secret]) });
        if (answer.status === 200) {
          answered.set(id, answer.body.events[0]);
          accepted += 1;
          onAccepted();
          return;
        }
      } catch {
        // Killed, or not yet there again.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const sending = Promise.all(Array.from({ length: senders }, async (_, sender) => {
    for (let number = 1; number <= each; number += 1) await send(`order-${sender}`, number, sender % 2 === 0 ? 'acme' : 'globex');
  }));
  for (let kill = 1; kill <= kills; kill += 1) {
    await new Promise<void>((resolve) => {
      onAccepted = () => { if (accepted >= (kill * total) / (kills + 1)) resolve(); };
      onAccepted();
    });
    await service.kill();
    service = await start();
  }
  await sending;

  // Until every event has been delivered, and nothing more is on its way.
  const sql = postgres(database.url, { max: 1 });
  for (;;) {
    const [left] = await sql<[{ events: number; deliveries: number }]>`
      select (select count(*)::int from events where not fanned_out) as events, (select count(*)::int from deliveries where status = 'pending') as deliveries`;
    if (left.events + left.deliveries === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const stored = await sql<{ external_id: string; id: string }[]>`select external_id, id from events where type = 'webhook.received'`;
  const logged = await sql<{ status: string; count: number }[]>`select status, count(*)::int from deliveries group by 1`;
  await sql.end();

  expect(attempts).toBeGreaterThan(total);
  expect(new Map(stored.map(({ external_id, id }) => [external_id, id]))).toEqual(answered);
  expect([stored.length, answered.size, [...logged]]).toEqual([total, total, [{ status: 'delivered', count: total }]]);

  const ids = new Map<string, Set<string>>();
  const order = new Map<string, number[]>();
  for (const { headers, event } of subscriber.received) {
    const { order: subject, number } = event.data.body as { order: string; number: number };
    const name = `${subject}-${number}`;
    const seen = ids.get(name);
    if (seen) seen.add(headers['webhook-id']!);
    else {
      ids.set(name, new Set([headers['webhook-id']!]));
      order.set(subject, [...(order.get(subject) ?? []), number]);
    }
  }
  expect(new Map([...ids].map(([name, same]) => [name, [...same]]))).toEqual(new Map([...answered].map(([name, id]) => [name, [id]])));
  const inOrder = Array.from({ length: each }, (_, index) => index + 1);
  expect([...order.values()]).toEqual(Array.from({ length: senders }, () => inOrder));
}, 240_000);
