/** What providers send: verified, stored once, told to whoever subscribed. */
import { createHmac } from 'node:crypto';
import { webhookHeaders } from '../../control-plane/src/platform/standard-webhooks.ts';
import { startSubscriber } from '../peers/subscriber.ts';
import { startTwilioPeer } from '../peers/twilio.ts';
import { expectProblem, must } from '../setup/client.ts';
import type { Answer, Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const public_url = 'https://patchbay.example.com';
const base_url = 'https://shop.example.com';
let service: TestService;

beforeAll(async () => {
  service = await startTestService({ settings: { PATCHBAY_PUBLIC_URL: public_url, PATCHBAY_WEBHOOK_LIMIT_KB: '128' } });
  await service.tenant('acme');
  await service.tenant('globex');
  await service.connector({ tenant: 'acme', name: 'Shop', kind: 'api_rest', config: { base_url, webhook_verification: 'standard_webhooks', webhook_secret: secret, webhook_subject: 'order' } });
});
afterAll(() => service.stop());

const now = () => Math.floor(Date.now() / 1000);
const post = (path: string, body: string, headers: Record<string, string>): Promise<Answer> => service.client().send('POST', path, { body, headers });
const signed = (id: string, body = '{"order":"o-1"}', { time = now(), path = '/hooks/acme/shop', headers = {} as Record<string, string> } = {}) =>
  post(path, body, { ...webhookHeaders(id, time, body, [secret]), ...headers });
const events = async (query: string): Promise<Json[]> => (await must(service.admin.get(`/api/events?${query}`))).events;
const countOf = async (id: string) => (await service.sql`select from events where external_id = ${id}`).count;
const metric = async (outcome: string, kind = 'api_rest') => Number(new RegExp(`patchbay_webhooks_total{kind="${kind}",outcome="${outcome}"} (\\d+)`).exec((await service.client().get('/metrics')).text)?.[1] ?? 0);

test('a signed request is stored and answered with its event', async () => {
  const answer = await signed('msg_1', '{"order":"o-1","total":12.5}', { headers: { cookie: 'session=1' } });
  expect([answer.status, answer.body]).toEqual([200, { received: true, events: [expect.any(String)], duplicate: false }]);
  const event = await must(service.admin.get(`/api/events/${answer.body.events[0]}`));
  const { connector } = event;
  expect(event).toEqual({
    id: answer.body.events[0], type: 'webhook.received', timestamp: expect.any(String), tenant: { id: expect.any(String), slug: 'acme' },
    connector: { id: expect.any(String), slug: 'shop', name: 'Shop', kind: 'api_rest', category: 'api' }, subject: `connector:${connector.id}/o-1`,
    data: { method: 'POST', query: {}, headers: expect.objectContaining({ 'webhook-id': 'msg_1' }), content_type: 'application/json', body: { order: 'o-1', total: 12.5 } },
  });
  expect(event.data.headers).not.toHaveProperty('cookie');
  expect((await events('tenant=acme&type=webhook.received'))[0]).toEqual(event);
});

test('ids and slugs name the same address', async () => {
  const [{ tenant, connector }] = await events('type=webhook.received') as [Json];
  expect((await signed('msg_ids', '{}', { path: `/hooks/${tenant.id}/${connector.id}` })).body.duplicate).toBe(false);
  expect((await signed('msg_ids', '{}', { time: now() + 1 })).body.duplicate).toBe(true);
});

test('the address that was told outlives new names of connector and tenant', async () => {
  await service.tenant('hooli');
  const connector = await service.connector({ tenant: 'hooli', name: 'Shop', kind: 'api_rest', config: { base_url, webhook_verification: 'standard_webhooks', webhook_secret: secret } });
  const { url } = await must(service.admin.get(`/api/connectors/${connector.id}/webhook`));
  await must(service.admin.patch(`/api/connectors/${connector.id}`, { slug: 'store' }));
  await must(service.admin.patch('/api/tenants/hooli', { slug: 'hooli-xyz' }));
  expect((await signed('msg_renamed', '{}', { path: new URL(url).pathname })).status).toBe(200);
});

test('a provider’s retry is taken for what it is: no second event', async () => {
  const first = await signed('msg_retry', '{}', { time: now() - 10 });
  const again = await signed('msg_retry', '{}', { time: now() });
  expect([again.status, again.body]).toEqual([200, { received: true, events: first.body.events, duplicate: true }]);
  expect(await countOf('msg_retry')).toBe(1);
});

describe('refused and counted', () => {
  const refused = (answer: Answer, reason: string) => expect(expectProblem(answer, 401, 'webhook_refused').details).toEqual({ reason });

  test('a replayed request, also of a retry', async () => {
    const time = now() - 60;
    const before = await metric('replayed');
    await must(signed('msg_replay', '{}', { time }));
    refused(await signed('msg_replay', '{}', { time }), 'replayed');
    expect((await signed('msg_replay', '{}', { time: time + 30 })).body.duplicate).toBe(true);
    refused(await signed('msg_replay', '{}', { time: time + 30 }), 'replayed');
    refused(await signed('msg_replay', '{}', { time }), 'replayed');
    expect(await countOf('msg_replay')).toBe(1);
    expect(await metric('replayed') - before).toBe(3);
  });

  test('two of the same at once: one is stored', async () => {
    const time = now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signed('msg_race', '{}', { time })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
    expect(await countOf('msg_race')).toBe(1);
  });

  test('a tampered, a late and an unsigned one', async () => {
    const body = '{"amount":1}';
    const headers = webhookHeaders('msg_bad', now(), body, [secret]);
    const before = await metric('tampered');
    refused(await post('/hooks/acme/shop', '{"amount":100}', headers), 'tampered');
    refused(await post('/hooks/acme/shop', body, { ...headers, 'webhook-id': 'msg_other' }), 'tampered');
    refused(await signed('msg_bad', body, { time: now() - 301 }), 'late');
    refused(await signed('msg_bad', body, { time: now() + 330 }), 'late');
    refused(await post('/hooks/acme/shop', body, {}), 'unsigned');
    refused(await service.client().get('/hooks/acme/shop'), 'unsigned');
    expect([await countOf('msg_bad'), await countOf('msg_other'), await metric('tampered') - before]).toEqual([0, 0, 2]);
  });

  test('what is too large', async () => {
    expectProblem(await signed('msg_large', JSON.stringify('x'.repeat(140_000))), 413, 'payload_too_large');
  });

  test('what nobody takes: another tenant’s, an unknown, a deactivated connector, one without verification', async () => {
    const off = await service.connector({ tenant: 'globex', name: 'Off', kind: 'api_rest', config: { base_url } });
    const gone = await service.connector({ tenant: 'globex', name: 'Gone', kind: 'api_rest', config: { base_url, webhook_verification: 'standard_webhooks', webhook_secret: secret } });
    expect((await signed('msg_gone', '{}', { path: '/hooks/globex/gone' })).status).toBe(200);
    await must(service.admin.post(`/api/connectors/${gone.id}/deactivate`));
    for (const path of ['/hooks/globex/shop', '/hooks/acme/nothing', '/hooks/nobody/shop', '/hooks/globex/off', '/hooks/globex/gone', `/hooks/acme/${off.id}`]) {
      expectProblem(await signed('msg_nowhere', '{}', { path }), 404, 'not_found');
    }
    expect(await countOf('msg_nowhere')).toBe(0);
  });
});

test('a changed secret holds at once', async () => {
  const connector = await service.connector({ tenant: 'acme', name: 'Rolling', kind: 'api_rest', config: { base_url, webhook_verification: 'standard_webhooks', webhook_secret: secret } });
  expect((await signed('msg_old', '{}', { path: '/hooks/acme/rolling' })).status).toBe(200);
  await must(service.admin.patch(`/api/connectors/${connector.id}`, { config: { webhook_secret: 'whsec_bmV3LXNlY3JldC1uZXctc2VjcmV0' } }));
  expectProblem(await signed('msg_new', '{}', { path: '/hooks/acme/rolling' }), 401, 'webhook_refused');
});

test('the address is told, and whether it takes anything', async () => {
  const [{ tenant, connector }] = await events('type=webhook.received&tenant=acme') as [Json];
  const viewer = await service.as('viewer', 'acme');
  expect((await viewer.get(`/api/connectors/${connector.id}/webhook`)).body).toEqual({ url: `${public_url}/hooks/${tenant.id}/${connector.id}`, enabled: true, takes_webhooks: true });
  const silent = await service.connector({ tenant: 'acme', name: 'Silent', kind: 'api_rest', config: { base_url } });
  expect((await viewer.get(`/api/connectors/${silent.id}/webhook`)).body).toMatchObject({ enabled: false, takes_webhooks: true, hint: expect.any(String) });
  const other = await service.as('viewer', 'globex');
  expectProblem(await other.get(`/api/connectors/${silent.id}/webhook`), 404, 'connector_not_found');
  expect((await must(service.admin.get(`/api/connectors/${silent.id}`))).config.webhook_secret).toEqual({ set: false });
});

test('Twilio: signed for the public address, answered with TwiML, told as a message', async () => {
  const auth_token = 'twilio-auth-token';
  await service.connector({ tenant: 'acme', name: 'SMS', kind: 'twilio_messaging', config: { account_sid: `AC${'1'.repeat(32)}`, auth_token, from_number: '+15005550006' } });
  const subscriber = await startSubscriber();
  await must(service.admin.post('/api/subscriptions', { url: subscriber.url, tenant: 'acme', events: ['message.received', 'message.status'] }));
  const send = (fields: Record<string, string>, path = '/hooks/acme/sms?source=sms') => {
    const text = `${public_url}${path}${Object.keys(fields).sort().map((name) => name + fields[name]).join('')}`;
    return post('/hooks/acme/sms?source=sms', new URLSearchParams(fields).toString(), {
      'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': createHmac('sha1', auth_token).update(text).digest('base64'),
    });
  };
  const message = { MessageSid: `SM${'2'.repeat(32)}`, SmsStatus: 'received', From: '+4915112345678', To: '+15005550006', Body: 'Hello' };
  const answer = await send(message);
  expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([200, 'text/xml; charset=utf-8', '<?xml version="1.0" encoding="UTF-8"?><Response/>']);
  // The same once more: Twilio's retry, or a replay, cannot be told apart; neither is a second message.
  expect((await send(message)).status).toBe(200);
  expectProblem(await send({ ...message, Body: 'Hello' }, '/hooks/globex/sms?source=sms'), 401, 'webhook_refused');
  await must(send({ MessageSid: `SM${'3'.repeat(32)}`, MessageStatus: 'delivered', From: '+15005550006', To: '+4915112345678' }));
  await subscriber.until(2);
  await subscriber.stop();
  expect(subscriber.received.map(({ event }) => [event.type, event.data.message_id, event.data.text ?? event.data.status]).sort()).toEqual([
    ['message.received', message.MessageSid, 'Hello'], ['message.status', `SM${'3'.repeat(32)}`, 'delivered'],
  ]);
});

test('Twilio is told to report what becomes of a message at the connector’s own address', async () => {
  const twilio = await startTwilioPeer();
  const { account_sid, auth_token, url } = twilio;
  const connector = await service.connector({ tenant: 'globex', name: 'Reporting', kind: 'twilio_messaging', config: { account_sid, auth_token, from_number: '+15005550006', base_url: url } });
  await must(service.admin.post(`/api/connectors/${connector.id}/send`, { to: '+4915112345678', text: 'Hello' }));
  expect(new URLSearchParams(twilio.received.at(-1)!.body.toString()).get('StatusCallback')).toBe((await must(service.admin.get(`/api/connectors/${connector.id}/webhook`))).url);
  await twilio.stop();
});

test.each([
  ['github', (body: string, key: string) => ({ 'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}` })],
  ['shopify', (body: string, key: string) => ({ 'x-shopify-hmac-sha256': createHmac('sha256', key).update(body).digest('base64') })],
  ['stripe', (body: string, key: string) => { const time = now(); return { 'stripe-signature': `t=${time},v1=${createHmac('sha256', key).update(`${time}.${body}`).digest('hex')}` }; }],
  ['bearer', (_body: string, key: string) => ({ authorization: `Bearer ${key}` })],
] as const)('%s is a matter of choosing it', async (preset, sign) => {
  const key = `a-secret-for-${preset}`;
  await service.connector({ tenant: 'globex', name: preset, kind: 'api_rest', config: { base_url, webhook_verification: preset, webhook_secret: key } });
  const body = JSON.stringify({ id: `evt_${preset}`, text: 'Grüße' });
  expect((await post(`/hooks/globex/${preset}`, body, sign(body, key))).body).toMatchObject({ received: true, duplicate: false });
  if (preset === 'bearer') expect((await post(`/hooks/globex/${preset}`, body, { authorization: `bearer ${key}` })).status).toBe(200);
  expectProblem(await post(`/hooks/globex/${preset}`, body, sign(body, 'another-secret')), 401, 'webhook_refused');
  const stored = JSON.stringify((await events(`tenant=globex&type=webhook.received`))[0]);
  expect(stored).toContain('Grüße');
  expect(stored).not.toContain(key);
});

test.each([
  ['github', { 'x-github-event': 'push', 'x-github-delivery': 'd-1' }, { 'x-github-delivery': 'd-2' }, { 'x-github-event': 'watch' }],
  ['shopify', { 'x-shopify-topic': 'orders/create', 'x-shopify-event-id': 'e-1' }, { 'x-shopify-event-id': 'e-2' }, { 'x-shopify-topic': 'orders/paid' }],
] as const)('%s: deliveries with one body are told apart by their ids', async (preset, delivery, another, otherEvent) => {
  const key = `a-secret-for-${preset}`;
  await service.connector({ tenant: 'globex', name: `${preset} ids`, kind: 'api_rest', config: { base_url, webhook_verification: preset, webhook_secret: key } });
  const body = '{"id":1}';
  const send = (headers: Record<string, string>) => post(`/hooks/globex/${preset}-ids`, body, {
    'x-hub-signature-256': `sha256=${createHmac('sha256', key).update(body).digest('hex')}`, 'x-shopify-hmac-sha256': createHmac('sha256', key).update(body).digest('base64'), ...headers,
  });
  const answers = [await send(delivery), await send(delivery), await send({ ...delivery, ...another }), await send({ ...delivery, ...otherEvent })];
  expect(answers.map((answer) => [answer.status, answer.body.duplicate])).toEqual([[200, false], [200, true], [200, false], [200, false]]);
  expect(answers[1]!.body.events).toEqual(answers[0]!.body.events);
});

test('HMAC with a time: a retry is a duplicate, with the same signature or signed anew; a late one is refused', async () => {
  const key = 'a-secret-for-timed-hmac';
  await service.connector({
    tenant: 'globex', name: 'Timed', kind: 'api_rest', config: { base_url, webhook_verification: 'hmac', webhook_secret: key, webhook_timestamp_header: 'X-Time', webhook_id_path: 'event' },
  });
  const send = (time: number, event = 'timed-1') => {
    const body = JSON.stringify({ event });
    return post('/hooks/globex/timed', body, { 'x-time': String(time), 'x-signature': createHmac('sha256', key).update(`${time}.${body}`).digest('hex') });
  };
  const time = now() - 10;
  const first = await must(send(time));
  expect(first).toMatchObject({ duplicate: false });
  for (const again of [await send(time), await send(time + 5), await send(time)]) expect([again.status, again.body]).toEqual([200, { received: true, events: first.events, duplicate: true }]);
  expect((await must(send(time, 'timed-2'))).duplicate).toBe(false);
  expectProblem(await send(now() - 310), 401, 'webhook_refused');
  expect(await countOf('timed-1')).toBe(1);
});

test('a workflow of n8n answers by its own authentication', async () => {
  await service.connector({ tenant: 'globex', name: 'Flow', kind: 'n8n_webhook', config: { url: 'https://n8n.example.com/webhook/x', authentication: 'header', header_name: 'X-Key', header_value: 'n8n-header-value' } });
  expect((await post('/hooks/globex/flow', '{"done":true}', { 'x-key': 'n8n-header-value' })).body.duplicate).toBe(false);
  expectProblem(await post('/hooks/globex/flow', '{"done":true}', { 'x-key': 'wrong' }), 401, 'webhook_refused');
  expect(JSON.stringify(await events('tenant=globex&type=webhook.received&limit=1'))).not.toContain('n8n-header-value');
});

test('what is no text, or holds what databases refuse, is kept all the same', async () => {
  const answer = await signed('msg_nul', '{"text":"a\\u0000b"}');
  expect((await must(service.admin.get(`/api/events/${answer.body.events[0]}`))).data.body).toEqual({ text: 'a\0b' });
  const strange = await signed('msg_subject', '{"order":"a\\u0000b"}');
  expect(strange.body.duplicate).toBe(false);
});

test('nobody reads another tenant’s events', async () => {
  const [event] = await events('tenant=acme') as [Json];
  const builder = await service.as('builder', 'globex');
  expectProblem(await builder.get(`/api/events/${event.id}`), 404, 'not_found');
  expectProblem(await builder.get('/api/events?tenant=acme'), 404, 'tenant_not_found');
  expect((await must(builder.get('/api/events'))).events.every(({ tenant }: Json) => tenant.slug === 'globex')).toBe(true);
  expectProblem(await (await service.as('viewer', 'globex')).get('/api/events'), 403, 'forbidden');
});

test('a long list goes by pages, and large data stays out of it', async () => {
  const large = await signed('msg_64k', JSON.stringify({ order: 'large', text: 'é'.repeat(40_000) }));
  const first = await must(service.admin.get('/api/events?limit=1'));
  expect(first.events).toEqual([expect.objectContaining({ id: large.body.events[0], data: null, data_omitted: true })]);
  const second = await must(service.admin.get(`/api/events?limit=1&cursor=${first.next_cursor}`));
  expect(second.events[0].id).not.toBe(first.events[0].id);
  expect((await must(service.admin.get(`/api/events/${large.body.events[0]}`))).data.body.order).toBe('large');
});
