import { createHmac } from 'node:crypto';
import type { WebhookRequest } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { webhookHeaders } from '../../platform/standard-webhooks.ts';
import { basicValue, createReceiver, credentialScheme, hmacScheme, standardWebhooksScheme, stripeScheme } from './index.ts';
import type { Scheme } from './index.ts';

const secret = 'It\'s a Secret to Everybody';
const now = () => Math.floor(Date.now() / 1000);
const request = (headers: Record<string, string>, body: string, method = 'POST'): WebhookRequest =>
  ({ method, url: 'https://patchbay.example.com/hooks/acme/crm?source=x', headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(body) });
const outcome = async (scheme: Scheme, given: WebhookRequest): Promise<unknown> => {
  try {
    return await scheme.verify(given);
  } catch (error) {
    return PatchbayError.is(error) ? error.details?.['reason'] : error;
  }
};

describe('HMAC', () => {
  const options = { secret, header: 'X-Hub-Signature-256', algorithm: 'sha256', encoding: 'hex', prefix: 'sha256=' } as const;
  const github = hmacScheme({ ...options, id_headers: ['X-GitHub-Event', 'X-GitHub-Delivery'] });
  // GitHub's own example.
  const signed = { 'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17' };

  test('takes what is signed; the same body has the same id, unless headers tell the two apart', async () => {
    const plain = hmacScheme(options);
    const first = await outcome(plain, request(signed, 'Hello, World!'));
    expect(first).toEqual({ id: expect.stringMatching(/^[\w-]{43}$/) });
    const delivery = (event: string, id: string) => request({ ...signed, 'x-github-event': event, 'x-github-delivery': id }, 'Hello, World!');
    expect(await outcome(plain, delivery('push', '1'))).toEqual(first);
    const ids = await Promise.all([delivery('push', '1'), delivery('push', '1'), delivery('push', '2'), delivery('ping', '1')].map(async (given) => (await github.verify(given)).id));
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
  });

  test('knows an event by the id in its body, however often and whenever it is signed', async () => {
    const scheme = hmacScheme({ ...options, header: 'X-Signature', prefix: '', timestamp_header: 'X-Time', id_path: 'event.id' });
    const at = (time: number, body: string) => request({ 'x-time': String(time), 'x-signature': createHmac('sha256', secret).update(`${time}.${body}`).digest('hex') }, body);
    const time = now();
    for (const given of [at(time, '{"event":{"id":7}}'), at(time - 5, '{"event":{"id":7},"attempt":2}')]) expect(await outcome(scheme, given)).toEqual({ id: '7' });
    for (const without of ['{}', '{broken']) expect(await outcome(scheme, at(time, without))).toEqual({ id: expect.stringMatching(/^[\w-]{43}$/) });
  });

  test('refuses what is not', async () => {
    expect(await outcome(github, request({}, 'Hello, World!'))).toBe('unsigned');
    expect(await outcome(github, request(signed, 'Hello, World?'))).toBe('tampered');
    expect(await outcome(github, request({ 'x-hub-signature-256': signed['x-hub-signature-256'].slice('sha256='.length) }, 'Hello, World!'))).toBe('tampered');
    expect(await outcome(github, request(signed, '', 'GET'))).toBe('unsigned');
  });

  test('holds a signed time to five minutes', async () => {
    const timed = hmacScheme({ secret, header: 'X-Signature', algorithm: 'sha512', encoding: 'base64', prefix: '', timestamp_header: 'X-Time' });
    const at = (time: number) => request({ 'x-time': String(time), 'x-signature': createHmac('sha512', secret).update(`${time}.{}`).digest('base64') }, '{}');
    const time = now();
    expect(await outcome(timed, at(time))).toEqual({ id: expect.any(String) });
    expect(await outcome(timed, at(time - 310))).toBe('late');
    expect(await outcome(timed, at(time + 310))).toBe('late');
    expect(await outcome(timed, { ...at(time), headers: { ...at(time).headers, 'x-time': String(time - 1) } })).toBe('tampered');
  });
});

describe('Standard Webhooks', () => {
  const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const scheme = standardWebhooksScheme(key);

  test('takes one good signature of several', async () => {
    const time = now();
    const headers = webhookHeaders('msg_1', time, '{}', ['whsec_b3RoZXI=', key]);
    expect(await outcome(scheme, request(headers, '{}'))).toEqual({ id: 'msg_1', signed_at: new Date(time * 1000) });
  });

  test('refuses another id, an old time, and the standard’s own example of 2021', async () => {
    const headers = webhookHeaders('msg_1', now(), '{}', [key]);
    expect(await outcome(scheme, request({ ...headers, 'webhook-id': 'msg_2' }, '{}'))).toBe('tampered');
    expect(await outcome(scheme, request({ ...headers, 'webhook-signature': '' }, '{}'))).toBe('unsigned');
    expect(await outcome(scheme, request(webhookHeaders('msg_1', 1614265330, '{}', [key]), '{}'))).toBe('late');
  });
});

test('Stripe: time and body are signed, the event names itself', async () => {
  const scheme = stripeScheme('whsec_stripe');
  const body = '{"id":"evt_1","type":"charge.succeeded"}';
  const header = (time: number) => `t=${time},v1=${createHmac('sha256', 'whsec_stripe').update(`${time}.${body}`).digest('hex')},v0=old`;
  const time = now();
  expect(await outcome(scheme, request({ 'stripe-signature': header(time) }, body))).toEqual({ id: 'evt_1', signed_at: new Date(time * 1000) });
  expect(await outcome(scheme, request({ 'stripe-signature': header(time - 600) }, body))).toBe('late');
  expect(await outcome(scheme, request({ 'stripe-signature': header(time) }, body.replace('succeeded', 'refunded')))).toBe('tampered');
  expect(await outcome(scheme, request({ 'stripe-signature': 't=1' }, body))).toBe('unsigned');
});

test('a credential is compared whole and kept out of the event', async () => {
  const scheme = credentialScheme({ header: 'Authorization', value: basicValue('shop', 'pass'), id_header: 'X-Event-Id' });
  const { event } = await createReceiver(scheme, 'order.id')(request({ authorization: basicValue('shop', 'pass'), 'x-event-id': 'e1', cookie: 'a=b' }, '{"order":{"id":7}}'));
  expect(event).toEqual({
    id: 'e1', type: 'webhook.received', subject: '7',
    data: { method: 'POST', query: { source: 'x' }, headers: { 'content-type': 'application/json', 'x-event-id': 'e1' }, content_type: 'application/json', body: { order: { id: 7 } } },
  });
  expect(await outcome(scheme, request({ authorization: basicValue('shop', 'pass').replace('Basic', 'basic'), 'x-event-id': 'e2' }, '{}'))).toEqual({ id: 'e2' });
  expect(await outcome(scheme, request({ authorization: basicValue('shop', 'pass').toLowerCase() }, '{}'))).toBe('tampered');
  expect(await outcome(scheme, request({ authorization: basicValue('shop', 'wrong') }, '{}'))).toBe('tampered');
  expect(await outcome(scheme, request({}, '{}'))).toBe('unsigned');
});

test('bodies are kept as what they are', async () => {
  const bodyOf = async (content_type: string, body: Uint8Array | string) => {
    const scheme: Scheme = { verify: () => ({ id: '1' }), secret_headers: [] };
    const { event } = await createReceiver(scheme)({ ...request({ 'content-type': content_type }, ''), body: Buffer.from(body) });
    return [event.data['body'], event.data['body_base64']];
  };
  expect(await bodyOf('application/x-www-form-urlencoded', 'a=1&b=2&b=3')).toEqual([{ a: '1', b: ['2', '3'] }, undefined]);
  expect(await bodyOf('application/vnd.api+json', '[1]')).toEqual([[1], undefined]);
  expect(await bodyOf('application/json', '{broken')).toEqual(['{broken', undefined]);
  expect((await bodyOf('application/json', '['.repeat(5000) + ']'.repeat(5000)))[0]).toMatch(/^\[{5000}/);
  expect(await bodyOf('text/plain', 'hé')).toEqual(['hé', undefined]);
  expect(await bodyOf('image/png', Buffer.from([0x89, 0x50, 0xff]))).toEqual([undefined, 'iVD/']);
});
