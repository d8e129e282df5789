/** Who subscribes is told: of what they chose, in order, signed, again and again until they take it. */
import { Webhook } from 'standardwebhooks';
import { signedBy, startSubscriber } from '../peers/subscriber.ts';
import type { Received, Subscriber } from '../peers/subscriber.ts';
import { expectProblem, must } from '../setup/client.ts';
import type { Client, Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let admin: Client;
let subscriber: Subscriber;

beforeAll(async () => {
  service = await startTestService({ settings: { PATCHBAY_DELIVERY_PAUSES: '0.2,0.2,0.2', PATCHBAY_BREAKER_SECONDS: '0.5' } });
  admin = service.admin;
  await service.tenant('agency');
  await service.tenant('acme', { parent: 'agency' });
  await service.tenant('globex');
});
afterAll(() => service.stop());
beforeEach(async () => { subscriber = await startSubscriber(); });
afterEach(async () => {
  for (const { id } of (await must(admin.get('/api/subscriptions'))).subscriptions) await must(admin.delete(`/api/subscriptions/${id}`));
  await subscriber.stop();
});

let count = 0;
const subscribe = (more: Record<string, unknown> = {}): Promise<Json> => must(admin.post('/api/subscriptions', { url: `${subscriber.url}/events`, ...more }));
const newConnector = (tenant: string, more: Record<string, unknown> = {}): Promise<Json> =>
  service.connector({ tenant, name: `Connector ${(count += 1)}`, kind: 'api_rest', config: { base_url: 'https://api.example.com' }, ...more });
const rename = (connector: Json, name: string): Promise<Json> => must(admin.patch(`/api/connectors/${connector.id}`, { name }));
const names = (received: Received[]) => received.map(({ event }) => event.connector.name);
const deliveriesOf = async ({ id }: Json, query = ''): Promise<Json[]> => (await must(admin.get(`/api/deliveries?subscription=${id}${query}`))).deliveries;
/** The deliveries of a subscription once none of them waits any more. */
async function settled(subscription: Json): Promise<Json[]> {
  for (;;) {
    const all = await deliveriesOf(subscription);
    if (all.length > 0 && all.every(({ status }) => status !== 'pending')) return all;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** So many deliveries of a subscription are there, whatever became of them. */
async function queued(subscription: Json, number: number): Promise<void> {
  while ((await deliveriesOf(subscription)).length < number) await new Promise((resolve) => setTimeout(resolve, 20));
}

test('a subscription is created, shown, changed and deleted; its secret is shown once', async () => {
  const created = await admin.post('/api/subscriptions', { url: 'https://n8n.example.com/webhook/1', tenant: 'acme', events: ['check.failed'], kinds: ['rds'], categories: ['database'] });
  expect(created.status).toBe(201);
  const { secret, ...shown } = created.body;
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
  expect(shown).toEqual({
    id: expect.any(String), tenant_id: expect.any(String), tenant_slug: 'acme', name: 'n8n.example.com', url: 'https://n8n.example.com/webhook/1',
    events: ['check.failed'], categories: ['database'], kinds: ['postgresql'], connectors: [], active: true, disabled_reason: null, secret_id: expect.any(String), secret_expires_at: null,
    created_at: expect.any(String), updated_at: expect.any(String),
  });
  expect((await admin.get(`/api/subscriptions/${shown.id}`)).body).toEqual(shown);
  expect((await must(admin.get('/api/subscriptions?tenant=agency'))).subscriptions).toEqual([shown]);
  const changed = await must(admin.patch(`/api/subscriptions/${shown.id}`, { name: 'Alerts', events: [] }));
  expect(changed).toEqual({ ...shown, name: 'Alerts', events: [], updated_at: expect.any(String) });
  const [stored] = await service.sql`select secrets::text from subscriptions where id = ${shown.id}`;
  expect(stored!['secrets']).not.toContain(secret.slice('whsec_'.length));
  expect((await admin.delete(`/api/subscriptions/${shown.id}`)).body).toEqual({ deleted: true });
  expectProblem(await admin.get(`/api/subscriptions/${shown.id}`), 404, 'not_found');
  const actions = (await must(admin.get(`/api/audit?resource=${shown.id}`))).events.map(({ action }: Json) => action);
  expect(actions).toEqual(['subscription.deleted', 'subscription.updated', 'subscription.created']);
});

test('what cannot be subscribed to is refused with the field', async () => {
  expectProblem(await admin.post('/api/subscriptions', { url: 'ftp://example.com' }), 400, 'invalid_request', 'url');
  expectProblem(await admin.post('/api/subscriptions', { url: 'https://user:pass@example.com' }), 400, 'invalid_request', 'url');
  expectProblem(await admin.post('/api/subscriptions', { url: 'https://example.com', events: ['nothing.happened'] }), 400, 'invalid_request', 'events.0');
  // Nothing raises it yet.
  expectProblem(await admin.post('/api/subscriptions', { url: 'https://example.com', events: ['check.failed', 'sync.completed'] }), 400, 'invalid_request', 'events.1');
  expect((await must(admin.get('/api/events/types'))).types.map(({ type }: Json) => type)).not.toContain('records.changed');
  expectProblem(await admin.post('/api/subscriptions', { url: 'https://example.com', kinds: ['nothing'] }), 404, 'kind_not_found', 'kind');
  expectProblem(await admin.post('/api/subscriptions', { url: 'https://example.com', categories: ['nothing'] }), 404, 'category_not_found', 'categories');
});

test('an event arrives as Standard Webhooks says, with the tenant and the connector', async () => {
  const { secret, id } = await subscribe({ tenant: 'acme' });
  const connector = await newConnector('acme');
  const [received] = await subscriber.until(1) as [Received];
  expect(new Webhook(secret).verify(received.text, received.headers)).toEqual(received.event);
  expect(received.event).toEqual({
    id: received.headers['webhook-id'], type: 'connector.created', timestamp: expect.stringMatching(/Z$/), tenant: { id: connector.tenant_id, slug: 'acme' },
    connector: { id: connector.id, slug: connector.slug, name: connector.name, kind: 'api_rest', category: 'api' }, subject: `connector:${connector.id}`, data: {},
  });
  expect((await must(admin.get(`/api/events/${received.event.id}`)))).toEqual(received.event);
  const [delivery] = await settled({ id }) as [Json];
  expect(delivery).toEqual({
    id: expect.any(String), subscription_id: id, subscription_name: new URL(subscriber.url).host, event_id: received.event.id, event_type: 'connector.created', subject: received.event.subject, status: 'delivered',
    attempts: [{ at: expect.any(String), latency_ms: expect.any(Number), status_code: 200 }], next_attempt_at: null, replay_of: null,
    created_at: expect.any(String), completed_at: expect.any(String),
  });
});

test('changes become events: of defaults, connectors, tenants', async () => {
  await subscribe({ tenant: 'globex' });
  const first = await newConnector('globex', { is_default: true });
  const second = await newConnector('globex');
  await must(admin.put('/api/tenants/globex/api/default', { connector: second.id }));
  await rename(second, 'Renamed');
  await must(admin.post(`/api/connectors/${first.id}/deactivate`));
  await must(admin.delete(`/api/connectors/${second.id}?successor=none`));
  await service.tenant('globex-north', { parent: 'globex' });
  const told = (await subscriber.until(9)).map(({ event }) => [event.type, event.data]);
  expect(told).toHaveLength(9);
  expect(told).toEqual(expect.arrayContaining([
    ['connector.created', {}], ['default.changed', { category: 'api', from: null, to: first.slug, how: 'own' }], ['default.changed', { category: 'api', from: first.slug, to: second.slug, how: 'own' }],
    ['connector.updated', { changed: ['name'] }], ['connector.updated', { changed: ['active'] }], ['connector.deleted', {}],
    ['default.changed', { category: 'api', from: second.slug, to: null, how: null }], ['tenant.created', { name: 'globex-north', parent: 'globex' }],
  ]));
});

test('whoever then uses another connector is told that a default has changed: its own, or one that it inherits', async () => {
  for (const [slug, more] of [['top', {}], ['middle', { parent: 'top' }], ['leaf', { parent: 'middle' }], ['elsewhere', {}]] as const) await service.tenant(slug, more);
  await subscribe({ events: ['default.changed'] });
  const told: unknown[] = [];
  /** What a change is told of, by tenant. */
  const of = async (count: number, change: Promise<unknown>): Promise<unknown> => {
    await change;
    const fresh = (await subscriber.until(told.length + count)).slice(told.length);
    told.push(...fresh);
    return fresh.map(({ event: { tenant, connector, data: { from, to, how } } }) => [tenant.slug, from, to, how, connector.slug]).sort();
  };
  const top = await newConnector('top', { name: 'Top' });
  const middle = await newConnector('middle', { name: 'Middle' });
  const place = (tenant: string, connector: Json | null) => connector ? must(admin.put(`/api/tenants/${tenant}/api/default`, { connector: connector.id })) : must(admin.delete(`/api/tenants/${tenant}/api/default`));
  expect(await of(3, place('top', top))).toEqual([['leaf', null, 'top', 'inherited', 'top'], ['middle', null, 'top', 'inherited', 'top'], ['top', null, 'top', 'own', 'top']]);
  expect(await of(2, place('middle', middle))).toEqual([['leaf', 'top', 'middle', 'inherited', 'middle'], ['middle', 'top', 'middle', 'own', 'middle']]);
  // A deactivated default ends the search: those below do not fall through to the one above.
  expect(await of(2, must(admin.post(`/api/connectors/${middle.id}/deactivate`)))).toEqual([['leaf', 'middle', null, null, 'middle'], ['middle', 'middle', null, null, 'middle']]);
  expect(await of(2, must(admin.post(`/api/connectors/${middle.id}/activate`)))).toEqual([['leaf', null, 'middle', 'inherited', 'middle'], ['middle', null, 'middle', 'own', 'middle']]);
  expect(await of(2, must(admin.delete(`/api/connectors/${middle.id}?successor=none`)))).toEqual([['leaf', 'middle', 'top', 'inherited', 'top'], ['middle', 'middle', 'top', 'inherited', 'top']]);
  expect(await of(1, must(admin.patch('/api/tenants/leaf', { inherits_defaults: false })))).toEqual([['leaf', 'top', null, null, 'top']]);
  expect(await of(1, must(admin.patch('/api/tenants/middle', { parent: 'elsewhere' })))).toEqual([['middle', 'top', null, null, 'top']]);
  const created = await of(2, newConnector('elsewhere', { name: 'Elsewhere', is_default: true }));
  expect(created).toEqual([['elsewhere', null, 'elsewhere', 'own', 'elsewhere'], ['middle', null, 'elsewhere', 'inherited', 'elsewhere']]);
});

test('a check is told of when it turns, not each time', async () => {
  let works = false;
  const backend = await startSubscriber();
  const answer = () => (works ? 200 : 500);
  const connector = await newConnector('acme', { config: { base_url: `${subscriber.url}/health`, timeout: 5 } });
  await subscribe({ tenant: 'acme', events: ['check.failed', 'check.recovered'], url: `${backend.url}/events` });
  // The connector's backend answers GET without a body; it is the subscriber's own server.
  subscriber.always(answer);
  for (const state of [false, false, true, true, false]) {
    works = state;
    await must(admin.post(`/api/connectors/${connector.id}/test`));
  }
  const told = await backend.until(3);
  await backend.stop();
  expect(told.map(({ event }) => [event.type, event.data.error?.code])).toEqual([['check.failed', 'backend_error'], ['check.recovered', undefined], ['check.failed', 'backend_error']]);
});

test('scope and filters decide who is told', async () => {
  const other = await startSubscriber();
  const connector = await newConnector('acme');
  await subscribe({ tenant: 'globex', url: `${other.url}/globex` });
  await subscribe({ tenant: 'acme', categories: ['email'], url: `${other.url}/email` });
  await subscribe({ tenant: 'acme', events: ['check.failed'], url: `${other.url}/checks` });
  await subscribe({ tenant: 'agency', connectors: [connector.id], categories: ['api'], kinds: ['api_rest'], url: `${other.url}/agency` });
  await subscribe({ url: `${other.url}/everyone` });
  await rename(connector, 'Told');
  await other.until(2);
  await rename(connector, 'Told again');
  await other.until(4);
  expect(other.received.map(({ path }) => path).sort()).toEqual(['/agency', '/agency', '/everyone', '/everyone']);
  await other.stop();
});

test('what is refused comes again until it is taken, and those behind it wait', async () => {
  const connector = await newConnector('acme');
  const subscription = await subscribe({ tenant: 'acme', connectors: [connector.id] });
  subscriber.answers.push(() => ({ status: 400, body: 'not\0yet' }), () => ({ status: 302, headers: { location: `${subscriber.url}/elsewhere` } }));
  for (const name of ['A', 'B', 'C']) await rename(connector, name);
  await subscriber.until(5);
  expect(names(subscriber.received)).toEqual(['A', 'A', 'A', 'B', 'C']);
  expect(new Set(subscriber.received.slice(0, 3).map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  const first = (await settled(subscription)).at(-1)!;
  expect(first.attempts).toEqual([
    { at: expect.any(String), latency_ms: expect.any(Number), status_code: 400, error: 'The target answered 400.', response: 'notyet' },
    { at: expect.any(String), latency_ms: expect.any(Number), status_code: 302, error: expect.stringContaining('not followed') },
    { at: expect.any(String), latency_ms: expect.any(Number), status_code: 200 },
  ]);
});

test('one subject does not wait for another', async () => {
  const [stuck, free] = [await newConnector('acme'), await newConnector('acme')];
  const subscription = await subscribe({ tenant: 'acme', connectors: [stuck.id, free.id] });
  subscriber.always(({ event }) => (event.connector.id === stuck.id ? 422 : 200));
  await rename(stuck, 'stuck');
  await subscriber.until(1);
  for (const name of ['1', '2', '3']) await rename(free, name);
  const log = await settled(subscription);
  expect(names(subscriber.received).filter((name) => name !== 'stuck')).toEqual(['1', '2', '3']);
  // After the last attempt it is given up.
  expect([log.at(-1)!.status, log.at(-1)!.attempts.length]).toEqual(['failed', 4]);
});

test('410 ends a subscription and cancels what waits', async () => {
  const connector = await newConnector('acme');
  const subscription = await subscribe({ tenant: 'acme', connectors: [connector.id] });
  subscriber.always(() => 400);
  for (const name of ['A', 'B']) await rename(connector, name);
  await queued(subscription, 2);
  subscriber.always(() => 410);
  const log = await settled(subscription);
  expect(log.map(({ status }) => status)).toEqual(['cancelled', 'failed']);
  expect(await must(admin.get(`/api/subscriptions/${subscription.id}`))).toMatchObject({ active: false, disabled_reason: 'The target answered 410: it is there no more.' });
  expect((await must(admin.get(`/api/audit?resource=${subscription.id}`))).events[0]).toMatchObject({ action: 'subscription.ended', actor: { id: 'system' } });
  await rename(connector, 'C');
  await expectNothingQueued(subscription, 2);
  expectProblem(await admin.post(`/api/deliveries/${log[0]!.id}/replay`), 409, 'conflict');
  subscriber.always(() => 200);
  expect(await must(admin.patch(`/api/subscriptions/${subscription.id}`, { active: true }))).toMatchObject({ active: true, disabled_reason: null });
  const again = await must(admin.post(`/api/deliveries/${log[0]!.id}/replay`));
  expect(again).toMatchObject({ event_id: log[0]!.event_id, replay_of: log[0]!.id });
  await settled(subscription);
  expect(subscriber.received.at(-1)!.event.connector.name).toBe('B');
});

/** Every event has been fanned out, and this subscription has no more deliveries than it had. */
async function expectNothingQueued(subscription: Json, deliveries: number): Promise<void> {
  while ((await service.sql`select from events where not fanned_out`).count > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await deliveriesOf(subscription)).toHaveLength(deliveries);
}

test('deactivating cancels what waits', async () => {
  const connector = await newConnector('acme');
  const subscription = await subscribe({ tenant: 'acme', connectors: [connector.id] });
  subscriber.always(() => 404);
  for (const name of ['A', 'B']) await rename(connector, name);
  await queued(subscription, 2);
  await must(admin.patch(`/api/subscriptions/${subscription.id}`, { active: false }));
  expect((await settled(subscription)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  expect((await service.sql`select from delivery_lanes where subscription_id = ${subscription.id}`).count).toBe(0);
});

test('a target that keeps failing is left alone, then asked by one, then by all', async () => {
  const connectors = await Promise.all(Array.from({ length: 8 }, () => newConnector('acme')));
  const subscription = await subscribe({ tenant: 'acme', connectors: connectors.map(({ id }) => id) });
  let down = true;
  const asked: number[] = [];
  subscriber.always(() => { asked.push(performance.now()); return down ? 503 : 200; });
  await Promise.all(connectors.map((connector) => rename(connector, 'down')));
  // Five failures open it, those under way with them; then nothing comes, whatever is due, until the pause is over and one is let through.
  await subscriber.until(5);
  down = false;
  const log = await settled(subscription);
  expect(log.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'delivered'));
  const pauses = asked.slice(1).map((at, index) => at - asked[index]!);
  expect(Math.max(...pauses)).toBeGreaterThan(400);
});

test('one tenant’s dead target does not silence another’s on the same host', async () => {
  // Once left alone, the dead one is not tried again while this lasts.
  const patient = await startTestService({ settings: { PATCHBAY_DELIVERY_PAUSES: '0.01,0.01,0.01,0.01,0.01', PATCHBAY_BREAKER_SECONDS: '3600' } });
  const made = await Promise.all(['acme', 'globex'].map(async (slug) => {
    await patient.tenant(slug);
    const connector = await patient.connector({ tenant: slug, name: slug, kind: 'api_rest', config: { base_url: 'https://api.example.com' } });
    await must(patient.admin.post('/api/subscriptions', { url: `${subscriber.url}/${slug}`, tenant: slug }));
    return connector;
  }));
  subscriber.always(({ path }) => (path === '/globex' ? 503 : 200));
  const change = ({ id }: Json, description: string) => must(patient.admin.patch(`/api/connectors/${id}`, { description }));
  await change(made[1]!, 'refused until it is left alone');
  await subscriber.until(5);
  for (const description of ['first', 'second']) await change(made[0]!, description);
  await subscriber.until(7);
  await patient.stop();
  expect(subscriber.received.map(({ path }) => path)).toEqual([...Array.from({ length: 5 }, () => '/globex'), '/acme', '/acme']);
});

test('a rotated secret signs beside the new one until its time is over', async () => {
  const connector = await newConnector('acme');
  const { id, secret: former, secret_id } = await subscribe({ tenant: 'acme', connectors: [connector.id] });
  const rotated = await must(admin.post(`/api/subscriptions/${id}/rotate_secret`, { overlap_hours: 1 }));
  expect(Date.parse(rotated.secret_expires_at)).toBeGreaterThan(Date.now() + 3_500_000);
  await rename(connector, 'both');
  await subscriber.until(1);
  const last = await must(admin.post(`/api/subscriptions/${id}/rotate_secret`, { overlap_hours: 0 }));
  expect(last.secret_expires_at).toBeNull();
  await rename(connector, 'one');
  const [both, one] = await subscriber.until(2) as [Received, Received];
  const all = [former, rotated.secret, last.secret];
  expect(new Set([secret_id, rotated.secret_id, last.secret_id]).size).toBe(3);
  expect((await must(admin.get(`/api/subscriptions/${id}`))).secret_id).toBe(last.secret_id);
  expect([signedBy(both, all), signedBy(one, all)]).toEqual([[true, true, false], [false, false, true]]);
});

test('a subscription is tested at once', async () => {
  const { id, secret } = await subscribe({ tenant: 'acme', events: ['check.failed'] });
  const good = await must(admin.post(`/api/subscriptions/${id}/test`));
  expect(good).toEqual({ ok: true, event_id: subscriber.received[0]!.headers['webhook-id'], latency_ms: expect.any(Number), status_code: 200 });
  expect(new Webhook(secret).verify(subscriber.received[0]!.text, subscriber.received[0]!.headers)).toMatchObject({ type: 'subscription.test', tenant: { slug: 'acme' } });
  subscriber.answers.push(() => ({ status: 500, body: 'broken' }));
  expect(await must(admin.post(`/api/subscriptions/${id}/test`))).toMatchObject({ ok: false, status_code: 500, response: 'broken' });
  const nowhere = await subscribe({ url: 'http://10.1.2.3/hook' });
  expect(await must(admin.post(`/api/subscriptions/${nowhere.id}/test`))).toMatchObject({ ok: false, error: expect.stringContaining('does not dial') });
  expect(await deliveriesOf({ id })).toEqual([]);
});

test('an event is replayed to all that match, or to one', async () => {
  const connector = await newConnector('acme');
  const [left, right] = [await subscribe({ tenant: 'acme', connectors: [connector.id] }), await subscribe({ tenant: 'agency', connectors: [connector.id] })];
  await rename(connector, 'told');
  const [first] = await subscriber.until(2) as [Received];
  await Promise.all([settled(left), settled(right)]);
  const all = await must(admin.post(`/api/events/${first.event.id}/replay`, {}));
  expect(all.deliveries.map(({ subscription_id }: Json) => subscription_id).sort()).toEqual([left.id, right.id].sort());
  await subscriber.until(4);
  const one = await must(admin.post(`/api/events/${first.event.id}/replay`, { subscription: left.id }));
  expect(one.deliveries).toEqual([expect.objectContaining({ subscription_id: left.id, event_id: first.event.id })]);
  await subscriber.until(5);
  expect(new Set(subscriber.received.map(({ text }) => text)).size).toBe(1);
  const foreign = await subscribe({ tenant: 'globex' });
  expectProblem(await admin.post(`/api/events/${first.event.id}/replay`, { subscription: foreign.id }), 409, 'conflict', 'subscription');
});

test('several processes share the work, and none overtakes another', async () => {
  const other = await startTestService({ database_url: service.database_url, master_key: service.master_key });
  const connectors = await Promise.all(Array.from({ length: 6 }, () => newConnector('acme')));
  const subscription = await subscribe({ tenant: 'acme', connectors: connectors.map(({ id }) => id) });
  const steps = Array.from({ length: 15 }, (_, index) => `step ${index}`);
  await Promise.all(connectors.map(async ({ id }, index) => {
    for (const [step, name] of steps.entries()) await must((step % 2 === 0 ? admin : other.client(service.admin_key)).patch(`/api/connectors/${id}`, { name: `${name} of ${index}` }));
  }));
  await subscriber.until(connectors.length * steps.length);
  await settled(subscription);
  await other.stop();
  const told = Map.groupBy(subscriber.received, ({ event }) => event.connector.id as string);
  expect(connectors.map(({ id }) => names(told.get(id)!))).toEqual(connectors.map((_, index) => steps.map((step) => `${step} of ${index}`)));
});

test('rights: one sees and changes what is of one’s own tenants', async () => {
  const mine = await subscribe({ tenant: 'acme' });
  const everyones = await subscribe();
  const builder = await service.as('builder', 'agency');
  expect((await must(builder.get('/api/subscriptions'))).subscriptions.map(({ id }: Json) => id)).toEqual([mine.id]);
  for (const foreigner of [await service.as('admin', 'globex'), builder]) {
    const target = foreigner === builder ? everyones : mine;
    expectProblem(await foreigner.get(`/api/subscriptions/${target.id}`), 404, 'not_found');
    expectProblem(await foreigner.patch(`/api/subscriptions/${target.id}`, { name: 'Mine' }), 404, 'not_found');
    expectProblem(await foreigner.delete(`/api/subscriptions/${target.id}`), 404, 'not_found');
    expectProblem(await foreigner.post(`/api/subscriptions/${target.id}/rotate_secret`, {}), 404, 'not_found');
    expectProblem(await foreigner.post(`/api/subscriptions/${target.id}/test`), 404, 'not_found');
  }
  expectProblem(await builder.post('/api/subscriptions', { url: 'https://example.com', tenant: null }), 403, 'forbidden', 'tenant');
  expectProblem(await builder.post('/api/subscriptions', { url: 'https://example.com', tenant: 'globex' }), 404, 'tenant_not_found');
  expect((await must(builder.post('/api/subscriptions', { url: 'https://example.com' }))).tenant_slug).toBe('agency');
  const [delivery] = await (async () => { await newConnector('acme'); return settled(mine); })() as [Json];
  const foreigner = await service.as('admin', 'globex');
  expectProblem(await foreigner.get(`/api/deliveries/${delivery.id}`), 404, 'not_found');
  expectProblem(await foreigner.post(`/api/deliveries/${delivery.id}/replay`), 404, 'not_found');
  expectProblem(await foreigner.post(`/api/events/${delivery.event_id}/replay`, {}), 404, 'not_found');
  expect((await must(foreigner.get('/api/deliveries'))).deliveries).toEqual([]);
  expectProblem(await (await service.as('viewer', 'acme')).get('/api/subscriptions'), 403, 'forbidden');
});

test('deliveries of a tenant are those to its subscriptions and to those of tenants below it', async () => {
  const made = [await subscribe({ tenant: 'acme', name: 'Of Acme' }), await subscribe({ tenant: 'agency', name: 'Of the agency' }), await subscribe({ tenant: 'globex', name: 'Of Globex' })];
  await newConnector('acme');
  await newConnector('globex');
  await Promise.all(made.map(settled));
  const listed = async (client: Client, query = '') => (await must(client.get(`/api/deliveries${query}`))).deliveries.map(({ subscription_name }: Json) => subscription_name).sort();
  expect(await listed(admin)).toEqual(['Of Acme', 'Of Globex', 'Of the agency']);
  expect(await listed(admin, '?tenant=agency')).toEqual(['Of Acme', 'Of the agency']);
  expect(await listed(admin, '?tenant=acme&status=delivered')).toEqual(['Of Acme']);
  expect(await listed(admin, `?tenant=acme&subscription=${made[1]!.id}`)).toEqual([]);
  const [agency, globex] = [await service.as('builder', 'agency'), await service.as('admin', 'globex')];
  expect(await listed(agency, '?tenant=acme')).toEqual(['Of Acme']);
  expect(await listed(globex)).toEqual(['Of Globex']);
  for (const tenant of ['agency', 'acme']) expectProblem(await globex.get(`/api/deliveries?tenant=${tenant}`), 404, 'tenant_not_found');
});

test('a tenant takes its subscriptions along', async () => {
  await service.tenant('brief');
  const { id } = await subscribe({ tenant: 'brief' });
  await must(admin.delete('/api/tenants/brief'));
  expectProblem(await admin.get(`/api/subscriptions/${id}`), 404, 'not_found');
});
