/** Events that are stored together do not fall together. */
import { randomUUID } from 'node:crypto';
import { createInbox } from '../../control-plane/src/modules/webhooks/index.ts';
import { openStore } from '../../control-plane/src/platform/db/index.ts';
import type { Store } from '../../control-plane/src/platform/db/index.ts';
import { createTestDatabase } from '../setup/database.ts';
import type { TestDatabase } from '../setup/database.ts';

let database: TestDatabase;
let store: Store;
beforeAll(async () => {
  database = await createTestDatabase();
  store = openStore(database.url, { pool_size: 3 });
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

const tenant = { id: randomUUID(), slug: 'acme' };
const connector = { id: randomUUID(), slug: 'shop', name: 'Shop', kind: 'api_rest', category: 'api' };
const event = (external_id: string, more: object = {}) => ({
  tenant, connector, id: randomUUID(), type: 'webhook.received', subject: 'connector:x', data: { text: 'quotes " and \\ and {braces}, \u001e and ☃' }, occurred_at: '2026-01-02T03:04:05.678Z', external_id, signed_at: undefined, ...more,
});

test('many at once are each stored, as they are', async () => {
  const inbox = createInbox(store.sql);
  const sent = Array.from({ length: 500 }, (_, index) => event(`many-${index}`));
  const stored = await Promise.all(sent.map((one) => inbox.put(one)));
  expect(stored).toEqual(sent.map(({ id }) => ({ id, duplicate: false, replayed: false })));
  const rows = await store.sql`select id, data, connector from events where external_id like 'many-%' `;
  expect(rows.map(({ id }) => id).sort()).toEqual(sent.map(({ id }) => id).sort());
  expect([rows[0]!['data'], rows[499]!['connector']]).toEqual([sent[0]!.data, connector]);
});

test('those of one statement are in the order in which they came', async () => {
  const inbox = createInbox(store.sql);
  const sent = Array.from({ length: 50 }, (_, index) => event(`few-${index}`));
  await Promise.all(sent.map((one) => inbox.put(one)));
  const rows = await store.sql`select id from events where external_id like 'few-%' order by position`;
  expect(rows.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
});

test('one that cannot be stored fails alone', async () => {
  const inbox = createInbox(store.sql);
  const outcomes = await Promise.allSettled([event('good-1'), event('bad', { subject: 'no database keeps \0' }), event('good-2')].map((one) => inbox.put(one)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect((await store.sql`select from events where external_id in ('good-1', 'good-2', 'bad')`).count).toBe(2);
});

test('the same twice in one statement is kept once', async () => {
  const inbox = createInbox(store.sql);
  const [first, second] = [event('same'), event('same')];
  expect(await Promise.all([inbox.put(first), inbox.put(second)])).toEqual([{ id: first.id, duplicate: false, replayed: false }, { id: first.id, duplicate: true, replayed: false }]);
});
