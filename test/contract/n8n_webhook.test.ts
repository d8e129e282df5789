import { createHmac } from 'node:crypto';
import { n8nWebhook } from '../../control-plane/src/kinds/n8n_webhook/index.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { n8nSecrets, startN8nPeer } from '../peers/n8n-webhook.ts';
import type { N8nPeer } from '../peers/n8n-webhook.ts';
import { testKind } from './test-kind.ts';

const { username, password } = n8nSecrets;
const signing_key = Buffer.from('the key that signs the events');
const madeId = expect.stringMatching(/^evt_[0-9a-f-]{36}$/);

testKind(n8nWebhook, {
  async start() {
    const peer = await startN8nPeer();
    return {
      config: { url: `${peer.url}/webhook/echo`, authentication: 'basic', username, password, signing_secret: `whsec_${signing_key.toString('base64')}` },
      backend: peer,
      stop: () => peer.stop(),
    };
  },
  wrong_configs: { url: { url: 'n8n.example.com/webhook/x' }, password: { password: undefined } },
  faults: {
    at: (port) => ({ url: `http://127.0.0.1:${port}/webhook/echo` }),
    wrong_credentials: 'n8n looks at them only when a workflow is fired, which a test never does; see below for firing',
    tls: (port) => ({ url: `https://127.0.0.1:${port}/webhook/echo` }),
  },
  long_operations: [{ operation: 'fire', input: { payload: 'All of it. '.repeat(20_000) }, expect: ({ body }) => expect(body.received.payload).toHaveLength(220_000) }],
  operations: {
    fire: [
      {
        input: { event: 'order.created', payload: { order: 7 } },
        expect: (result) => {
          expect(result).toEqual({
            status: 200, event_id: madeId,
            body: { id: result.event_id, received: { event: 'order.created', event_id: result.event_id, sent_at: expect.stringMatching(/Z$/), payload: { order: 7 } } },
          });
        },
      },
      { input: { idempotency_key: 'order-7' }, expect: ({ event_id, body }) => expect([event_id, body.id, body.received.payload]).toEqual(['order-7', 'order-7', null]) },
    ],
  },
  refusals: [
    { operation: 'fire', input: { event: '' }, code: 'invalid_request' },
    { operation: 'fire', input: { idempotency_key: 'a\r\nx: y' }, code: 'invalid_request', says: /idempotency key/ },
  ],
});

describe('n8n_webhook: what only it does', () => {
  const egress = createEgress({ allow: ['127.0.0.0/8'] });
  const call = { signal: AbortSignal.timeout(20_000), log: silentLogger };
  let peer: N8nPeer;
  const open = (path: string, config: object = {}) =>
    n8nWebhook.open(n8nWebhook.config.parse({ url: `${peer.url}/${path}`, ...config }), { egress, log: silentLogger, output_schemas: [] });

  beforeAll(async () => void (peer = await startN8nPeer()));
  afterAll(async () => { await peer.stop(); await egress.close(); });

  test('the test fires nothing and says what listens', async () => {
    const before = peer.runs.length;
    expect(await (await open('webhook/orders')).test(call)).toEqual({ message: `n8n listens for POST at 127.0.0.1:${peer.port}; it checks credentials only when an event is fired` });
    expect(await (await open('webhook/5cf1d3a4/orders/7')).test(call)).toMatchObject({ message: expect.stringContaining('listens for POST') });
    expect(await (await open('proxied')).test(call)).toMatchObject({ message: expect.stringContaining('does not say') });
    expect(peer.runs).toHaveLength(before);
  });

  test.each([
    ['webhook/nobody', {}, 'config.url', /Activate \(publish\) the workflow/],
    ['webhook-test/orders', {}, 'config.url', /test URL/],
    ['webhook/put', {}, 'config.method', /same method/],
    ['webhook/orders', { method: 'PUT' }, 'config.method', /same method/],
  ])('%s with %j listens to nothing: %s', async (path, config, field, hint) => {
    const session = await open(path, config);
    const expected = { code: 'invalid_config', fields: [{ path: field }], hint: expect.stringMatching(hint) };
    await expect(session.test(call)).rejects.toMatchObject(expected);
    await expect(session.fire({ payload: {} }, call)).rejects.toMatchObject(expected);
  });

  test.each([
    ['webhook/basic', { authentication: 'basic', username, password }],
    ['webhook/header', { authentication: 'header', header_name: 'X-N8N-Key', header_value: n8nSecrets.header_value }],
    ['webhook/jwt', { authentication: 'jwt', jwt_secret: n8nSecrets.jwt_secret }],
  ])('%s is started with the right credentials alone', async (path, config) => {
    expect(await (await open(path, config)).fire({ payload: 1 }, call)).toEqual({ status: 200, event_id: madeId, body: { message: 'Workflow was started' } });
    const wrong = Object.fromEntries(Object.entries(config).map(([name, value]) => [name, /password|value|secret/.test(name) ? `wrong-${value}` : value]));
    for (const changes of [wrong, { authentication: 'none' }]) {
      const error: unknown = await (await open(path, changes)).fire({ payload: 1 }, call).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'backend_authentication_failed' });
      expect(String(error)).not.toContain('wrong-');
    }
  });

  test('a JWT is signed with a private key', async () => {
    const config = { authentication: 'jwt', jwt_algorithm: 'RS256', jwt_private_key: peer.private_key };
    expect(await (await open('webhook/jwt-rsa', config)).fire({}, call)).toMatchObject({ status: 200 });
    await expect(open('webhook/jwt-rsa', { ...config, jwt_private_key: 'no key' })).rejects.toMatchObject({ code: 'invalid_config' });
    await expect((await open('webhook/jwt-rsa', { ...config, jwt_algorithm: 'ES256' })).fire({}, call)).rejects.toMatchObject({ code: 'invalid_config' });
  });

  test.each([
    [`whsec_${signing_key.toString('base64')}`, signing_key],
    ['plain words as a key', Buffer.from('plain words as a key')],
  ])('the signature with %s is that of Standard Webhooks', async (signing_secret, key) => {
    const { event_id } = await (await open('webhook/orders', { signing_secret })).fire({ event: 'täst', payload: { a: 'ü' } }, call);
    const { headers, body } = peer.runs.at(-1)!;
    const signed = `${event_id}.${headers['webhook-timestamp']}.${body.toString()}`;
    expect(headers).toMatchObject({ 'webhook-id': event_id, 'webhook-event': 't%C3%A4st', 'content-type': 'application/json' });
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))).toBeLessThan(60);
  });

  test('without a secret nothing is signed, and the payload may be the whole body', async () => {
    await (await open('webhook/put', { method: 'PATCH', body: 'payload' })).fire({ event: 'e', payload: [1, 'two'] }, call);
    const { headers, body, method } = peer.runs.at(-1)!;
    expect([method, body.toString(), headers['webhook-signature'], headers['webhook-event']]).toEqual(['PATCH', '[1,"two"]', undefined, 'e']);
  });

  test.each([
    ['closed', 'backend_permission_denied', /whitelisted/],
    ['failing', 'backend_error', /The n8n workflow failed \(HTTP 500\): Error in workflow\./],
    ['choosy', 'rejected_by_backend', /customer is missing/],
  ])('%s is %s', async (path, code, says) => {
    await expect((await open(`webhook/${path}`)).fire({}, call)).rejects.toMatchObject({ code, message: expect.stringMatching(says) });
  });

  test.each([
    [{ authentication: 'basic' }, ['password', 'username']],
    [{ authentication: 'header', header_name: 'x y', header_value: 'v' }, ['header_name']],
    [{ authentication: 'jwt' }, ['jwt_secret']],
    [{ authentication: 'jwt', jwt_algorithm: 'RS256', jwt_secret: 'x' }, ['jwt_private_key']],
  ])('the config %j lacks %j', (config, fields) => {
    const parsed = n8nWebhook.config.safeParse({ url: 'https://n8n.example.com/webhook/x', ...config });
    expect(parsed.error?.issues.map(({ path }) => path.join('.')).sort()).toEqual(fields);
  });
});
