import { apiRest } from '../../control-plane/src/kinds/api_rest/index.ts';
import { runTest } from '../../control-plane/src/kinds/run.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { canMakeCertificates, testCertificate } from '../peers/certificate.ts';
import { startHttpPeer } from '../peers/http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from '../peers/http.ts';
import { startOAuthPeer } from '../peers/oauth.ts';
import type { OAuthPeer } from '../peers/oauth.ts';
import { peerAvailable } from '../peers/peer.ts';
import { freePort } from '../peers/process.ts';
import { startSilentServer } from '../peers/proxy.ts';
import { openKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const pageSize = 500;
const pages = 40;
const token = 'tok-3cr3t-bearer';
const customers = [
  { id: 1, name: 'Ada', city: 'London', note: null }, { id: 2, name: 'Bob', city: 'Paris' }, { id: 3, name: 'Cem', city: 'London' },
];

const echo = ({ method, url, headers, body }: ReceivedRequest) => ({
  method, path: url.pathname + url.search, type: headers['content-type'] ?? null, tenant: headers['x-tenant'] ?? null, body: body.toString(),
});

function answer(request: ReceivedRequest): HttpAnswer {
  const { url, headers, method } = request;
  if (headers.authorization !== `Bearer ${token}`) return { status: 401, body: { error: `unknown token ${headers.authorization}` } };
  switch (url.pathname) {
    case '/v1/': return { body: { version: 1 } };
    case '/v1/large': return { headers: { 'content-type': 'application/json' }, body: '[{"id":12345678901234567890,"small":7}]' };
    case '/v1/customers': return { body: customers };
    case '/v1/wrapped': return { body: { meta: {}, result: { rows: customers } } };
    case '/v1/events': {
      const page = Number(url.searchParams.get('page') ?? 1);
      const rows = Array.from({ length: pageSize }, (_, index) => ({ event: (page - 1) * pageSize + index }));
      const next = `</v1/events?page=${page + 1}>; rel="next", </v1/events?page=1>; rel="first"`;
      return { headers: page < pages ? { link: next } : {}, body: { data: rows } };
    }
    case '/v1/elsewhere': return { headers: { link: '<http://127.0.0.2:1/steal>; rel=next' }, body: [{ id: 1 }] };
    case '/v1/echo': return method === 'DELETE' ? { status: 204 } : { body: echo(request) };
    case '/v1/text': return { headers: { 'content-type': 'text/plain' }, body: 'hello' };
    case '/v1/forbidden': return { status: 403, body: { message: 'not for this plan' } };
    case '/v1/busy': return { status: 429, headers: { 'retry-after': '7' }, body: { message: 'slow down' } };
    case '/v1/broken': return { status: 500 };
    case '/v1/invalid': return { status: 422, body: { errors: [{ message: `name is missing (${token})` }] } };
    default: return { status: 404, body: { message: 'no route' } };
  }
}

testKind(apiRest, {
  async start() {
    const peer = await startHttpPeer(answer);
    return {
      config: {
        base_url: `${peer.url}/v1`,
        authentication: 'bearer',
        token,
        headers: { 'x-tenant': 'acme' },
        endpoints: [
          { name: 'customers', path: '/customers', description: 'All customers' },
          { name: 'wrapped', path: '/wrapped', records_path: 'result.rows' },
          { name: 'events', path: '/events' },
          { name: 'misplaced', path: '/wrapped', records_path: 'result.items' },
        ],
      },
      backend: peer,
      stop: () => peer.stop(),
    };
  },
  wrong_configs: { base_url: { base_url: 'api.example.com' }, token: { token: undefined }, endpoints: { endpoints: [{ name: 'nameless' }] } },
  faults: {
    at: (port) => ({ base_url: `http://127.0.0.1:${port}/v1` }),
    wrong_credentials: { token: 'wrong-token' },
    tls: (port) => ({ base_url: `https://127.0.0.1:${port}/v1` }),
  },
  operations: {
    discover: [
      {
        input: { search: 'ust', limit: 1 },
        expect: (result) => expect(result).toEqual({ models: [{ name: 'customers', type: 'endpoint', label: 'All customers' }] }),
      },
      { input: { limit: 3 }, expect: (result) => expect([result.models.length, result.next_cursor]).toEqual([3, '3']) },
      { input: { limit: 3, cursor: '3' }, expect: (result) => expect(result.models.map(({ name }: { name: string }) => name)).toEqual(['misplaced']) },
      {
        input: { model: 'customers' },
        expect: (result) => expect(result.models[0].fields).toEqual([
          { name: 'id', type: 'number', nullable: false }, { name: 'name', type: 'string', nullable: false },
          { name: 'city', type: 'string', nullable: false }, { name: 'note', type: 'null', nullable: true },
        ]),
      },
    ],
    read: [
      { input: { model: 'customers' }, expect: (rows) => expect(rows).toEqual(customers) },
      {
        input: { model: '/customers', fields: ['name'], where: [{ field: 'city', operator: '=', value: 'London' }] },
        expect: (rows) => expect(rows).toEqual([{ name: 'Ada' }, { name: 'Cem' }]),
      },
      { input: { model: 'wrapped', limit: 2 }, expect: (rows) => expect(rows).toEqual(customers.slice(0, 2)) },
      { input: { model: '/?one=record' }, expect: (rows) => expect(rows).toEqual([{ version: 1 }]) },
      { input: { model: '/large' }, expect: (rows) => expect(rows).toEqual([{ id: '12345678901234567890', small: 7 }]) },
      {
        input: { model: 'events' },
        expect: (rows) => expect(rows.map(({ event }: { event: number }) => event)).toEqual(Array.from({ length: pages * pageSize }, (_, index) => index)),
      },
      {
        input: { model: 'events', where: [{ field: 'event', operator: '>=', value: '501' }], limit: 2 },
        expect: (rows) => expect(rows).toEqual([{ event: 501 }, { event: 502 }]),
      },
    ],
    request: [
      {
        input: { method: 'POST', path: '/echo', query: { a: 1, b: ['x', 'y'] }, body: { name: 'Ada' } },
        expect: (result) => {
          expect(result.status).toBe(200);
          expect(result.headers['content-type']).toBe('application/json');
          expect(result.body).toEqual({ method: 'POST', path: '/v1/echo?a=1&b=x&b=y', type: 'application/json', tenant: 'acme', body: '{"name":"Ada"}' });
        },
      },
      {
        input: { method: 'PUT', path: 'echo', headers: { 'content-type': 'text/csv', 'x-tenant': 'other' }, body: 'a,b' },
        expect: (result) => expect(result.body).toMatchObject({ type: 'text/csv', tenant: 'other', body: 'a,b' }),
      },
      { input: { method: 'DELETE', path: '/echo' }, expect: ({ status, body }) => expect([status, body]).toEqual([204, '']) },
      { input: { path: '/large' }, expect: (result) => expect(result.body).toEqual([{ id: '12345678901234567890', small: 7 }]) },
      { input: { path: '/text' }, expect: (result) => expect(result.body).toBe('hello') },
      { input: { method: 'HEAD', path: '/customers' }, expect: ({ status, body }) => expect([status, body]).toEqual([200, '']) },
    ],
  },
  refusals: [
    { operation: 'read', input: { model: 'unknown' }, code: 'model_not_found', says: /no endpoint "unknown"/ },
    { operation: 'read', input: { model: '/nowhere' }, code: 'model_not_found' },
    { operation: 'read', input: { model: 'misplaced' }, code: 'invalid_config', says: /no list at "result.items"/ },
    { operation: 'read', input: { model: 'customers', order_by: [{ field: 'id' }] }, code: 'invalid_request' },
    { operation: 'read', input: { model: '/text' }, code: 'backend_error', says: /not JSON/ },
    { operation: 'read', input: { model: '/elsewhere' }, code: 'backend_error', says: /another host/ },
    { operation: 'read', input: { model: '/../admin' }, code: 'invalid_request' },
    { operation: 'discover', input: { cursor: 'x' }, code: 'invalid_request' },
    { operation: 'discover', input: { model: 'unknown' }, code: 'model_not_found' },
    { operation: 'request', input: { path: 'https://evil.example/' }, code: 'invalid_request' },
    { operation: 'request', input: { path: '//evil.example/' }, code: 'invalid_request' },
    { operation: 'request', input: { path: '/a\r\nx: y' }, code: 'invalid_request' },
    { operation: 'request', input: { path: '/echo', headers: { host: 'evil.example' } }, code: 'invalid_request', says: /"host"/ },
    { operation: 'request', input: { path: '/echo', body: {} }, code: 'invalid_request', says: /GET request has no body/ },
    { operation: 'request', input: { method: 'TRACE', path: '/' }, code: 'invalid_request' },
    { operation: 'request', input: { path: '/nowhere' }, code: 'object_not_found', says: /no route/ },
    { operation: 'request', input: { path: '/forbidden' }, code: 'backend_permission_denied', says: /not for this plan/ },
    { operation: 'request', input: { path: '/busy' }, code: 'backend_rate_limited', says: /slow down/ },
    { operation: 'request', input: { path: '/broken' }, code: 'backend_error' },
    { operation: 'request', input: { path: '/invalid', method: 'POST' }, code: 'rejected_by_backend', says: /name is missing \(\[redacted\]\)/ },
  ],
  long_operations: [
    { operation: 'read', input: { model: 'events' }, expect: (rows) => expect(rows).toHaveLength(pages * pageSize) },
    { operation: 'request', input: { path: '/events' }, expect: ({ body }) => expect(body.data).toHaveLength(pageSize) },
  ],
  imports: [
    { source: 'https://ada:s3cr%3At@api.example.com/v1/', config: { base_url: 'https://api.example.com/v1', authentication: 'basic', username: 'ada', password: 's3cr:t' } },
    {
      source: 'https://api.example.com/v2?api_key=k-1&x=1',
      config: { base_url: 'https://api.example.com/v2', authentication: 'api_key', api_key_in: 'query', api_key_name: 'api_key', api_key: 'k-1' },
    },
    {
      source: `curl -X GET "https://api.example.com/v1/customers?limit=3" \\\n  -H 'Authorization: Bearer t-1' \\\n  --header "Accept: application/json"`,
      config: { base_url: 'https://api.example.com', authentication: 'bearer', token: 't-1', headers: { Accept: 'application/json' }, test_path: '/v1/customers' },
    },
    {
      source: `curl -u 'ada:pass word' -d '{"a":1}' -H 'Content-Type: application/json' https://api.example.com/v1/orders`,
      config: { base_url: 'https://api.example.com', authentication: 'basic', username: 'ada', password: 'pass word' },
    },
    {
      source: 'curl --url=api.example.com/ping -H"X-Api-Key: k-2" -s',
      config: { base_url: 'https://api.example.com', authentication: 'api_key', api_key_in: 'header', api_key_name: 'X-Api-Key', api_key: 'k-2', test_path: '/ping' },
    },
  ],
});

describe('api_rest: authentication', () => {
  const egress = createEgress({ allow: ['127.0.0.0/8'] });
  const call = { signal: AbortSignal.timeout(20_000), log: silentLogger };
  let peer: HttpPeer;
  beforeAll(async () => void (peer = await startHttpPeer(() => ({ body: {} }))));
  afterAll(async () => { await peer.stop(); await egress.close(); });

  test.each([
    [{ authentication: 'none' }, { authorization: undefined, path: '/x' }],
    [{ authentication: 'basic', username: 'ada', password: 'pä:ss' }, { authorization: `Basic ${Buffer.from('ada:pä:ss').toString('base64')}`, path: '/x' }],
    [{ authentication: 'api_key', api_key: 'k-1' }, { authorization: undefined, key: 'k-1', path: '/x' }],
    [{ authentication: 'api_key', api_key: 'k 1', api_key_in: 'query', api_key_name: 'key' }, { authorization: undefined, path: '/x?key=k+1' }],
  ])('%j', async (config, expected) => {
    const session = await apiRest.open(apiRest.config.parse({ base_url: peer.url, ...config }), { egress, log: silentLogger, output_schemas: [] });
    await session.request({ method: 'GET', path: '/x' }, call);
    const { headers, url } = peer.received.at(-1)!;
    expect({ authorization: headers.authorization, key: headers['x-api-key'], path: url.pathname + url.search }).toEqual({ key: undefined, ...expected });
  });

  test.each([
    [{ authentication: 'basic', username: 'ada' }, 'password'],
    [{ authentication: 'bearer' }, 'token'],
    [{ authentication: 'api_key' }, 'api_key'],
    [{ base_url: 'https://ada:secret@api.example.com' }, 'base_url'],
    [{ base_url: 'ftp://api.example.com' }, 'base_url'],
  ])('the config %j lacks or mistakes %s', (config, field) => {
    const parsed = apiRest.config.safeParse({ base_url: peer.url, ...config });
    expect(parsed.error?.issues.map(({ path }) => path)).toEqual([[field]]);
  });
});

(peerAvailable('openssl', canMakeCertificates) ? describe : describe.skip)('api_rest: TLS', () => {
  const egress = createEgress({ allow: ['127.0.0.0/8'] });
  const call = { signal: AbortSignal.timeout(20_000), log: silentLogger };
  afterAll(() => egress.close());

  test('trusts the connector’s own authority, and no other without it', async () => {
    const certificate = await testCertificate();
    const peer = await startHttpPeer(() => ({ body: {} }), certificate);
    const open = (config: object) => apiRest.open(apiRest.config.parse({ base_url: peer.url, ...config }), { egress, log: silentLogger, output_schemas: [] });
    await expect((await open({ ca_certificate: certificate.ca })).test(call)).resolves.toEqual({ message: `127.0.0.1:${peer.port} answered with HTTP 200` });
    await expect((await open({})).test(call)).rejects.toMatchObject({ code: 'backend_tls_failed' });
    await peer.stop();
  });
});

describe('api_rest: OAuth 2.0', () => {
  let provider: OAuthPeer;
  let backend: HttpPeer;
  beforeEach(async () => {
    provider = await startOAuthPeer();
    backend = await startHttpPeer(({ headers }) => (provider.isValid(headers.authorization) ? { body: [{ id: 1 }] } : { status: 401, body: { message: `unknown ${headers.authorization}` } }));
  });
  afterEach(async () => {
    await backend.stop();
    await provider.stop();
  });
  const open = (config: object = {}) => openKind(apiRest, {
    base_url: backend.url, authentication: 'oauth2_client_credentials', token_url: provider.token_url, client_id: provider.client_id, client_secret: provider.client_secret, ...config,
  });
  const formOf = (index: number) => Object.fromEntries(new URLSearchParams(provider.received.at(index)!.body.toString()));

  test('client credentials: one token for all calls', async () => {
    const opened = await open({ scopes: 'a b', token_parameters: { audience: 'https://api.example.com' } });
    await opened.test();
    await Promise.all(Array.from({ length: 10 }, () => opened.run('request', { path: '/x' })));
    expect(provider.grants).toEqual(['client_credentials']);
    expect(formOf(0)).toEqual({ grant_type: 'client_credentials', scope: 'a b', audience: 'https://api.example.com' });
    expect(provider.received[0]!.headers.authorization).toMatch(/^Basic /);
    await opened.close();
  });

  test('a provider that is silent, or not there, is a typed error', async () => {
    const silent = await startSilentServer();
    for (const [port, code] of [[silent.port, 'backend_timeout'], [await freePort(), 'backend_unreachable']] as const) {
      const opened = await open({ token_url: `http://127.0.0.1:${port}/token` });
      await expect(runTest(opened.session, { ...opened.call(), timeout: 0.3 })).rejects.toMatchObject({ code });
      await opened.close();
    }
    await silent.stop();
  });

  test('the secret in the form', async () => {
    const opened = await open({ client_authentication: 'body' });
    await opened.test();
    expect(formOf(0)).toEqual({ grant_type: 'client_credentials', client_id: provider.client_id, client_secret: provider.client_secret });
    expect(provider.received[0]!.headers.authorization).toBeUndefined();
    await opened.close();
  });

  test('a refresh token that is rotated is followed, ahead of expiry', async () => {
    provider.behave({ lifetime: 0.001 });
    const opened = await open({ authentication: 'oauth2_refresh_token', refresh_token: provider.refresh_token });
    for (let round = 0; round < 3; round += 1) await opened.test();
    expect(provider.grants).toEqual(['refresh_token', 'refresh_token', 'refresh_token']);
    expect(new Set([0, 1, 2].map((index) => formOf(index)['refresh_token'])).size).toBe(3);
    expect(provider.reused).toBe(0);
    await opened.close();
  });

  test('a token that the backend refuses is replaced, and the request sent once more', async () => {
    const opened = await open();
    await opened.test();
    provider.revokeAccess();
    expect(await opened.records('read', { model: '/x' })).toEqual([{ id: 1 }]);
    expect(provider.grants).toHaveLength(2);
    // A backend that takes none at all is not asked for ever.
    provider.revokeAccess();
    backend.received.splice(0);
    const error: unknown = await opened.run('request', { path: '/x' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'backend_authentication_failed', message: expect.stringContaining('unknown Bearer [redacted]') });
    expect([provider.grants.length, backend.received.length]).toEqual([2, 1]);
    await opened.close();
  });

  test.each([
    [{ client_secret: 'wrong-secret' }, 'backend_authentication_failed'],
    [{ authentication: 'oauth2_refresh_token', refresh_token: 'wrong-token' }, 'oauth_reconnect_required'],
    [{ authentication: 'oauth2_authorization_code', authorization_url: 'http://127.0.0.1/x' }, 'oauth_reconnect_required'],
    [{ scopes: 'forbidden' }, 'invalid_config'],
  ])('with %j: %s, without a secret', async (config, code) => {
    const opened = await open(config);
    const error: unknown = await opened.test().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    for (const hidden of [provider.client_secret, 'wrong-secret', 'wrong-token']) expect(JSON.stringify([String(error), error])).not.toContain(hidden);
    await opened.close();
  });

  test.each([
    [{ status: 503, headers: { 'retry-after': '9' } }, { code: 'backend_unavailable', retry_after: 9 }],
    [{ status: 200, body: { error: 'bad_verification_code', error_description: 'The code passed is incorrect' } }, { code: 'backend_authentication_failed', message: expect.stringContaining('The code passed is incorrect') }],
    [{ status: 200, body: { hello: 'world' } }, { code: 'backend_error' }],
    [{ status: 200, body: '<html>' }, { code: 'backend_error' }],
  ])('a token address that answers %j', async (failure, expected) => {
    provider.behave({ failure });
    const opened = await open();
    await expect(opened.test()).rejects.toMatchObject(expected);
    await opened.close();
  });

  test.each([
    [{ authentication: 'oauth2_client_credentials' }, ['client_id', 'client_secret', 'token_url']],
    [{ authentication: 'oauth2_refresh_token', client_id: 'x' }, ['refresh_token', 'token_url']],
    [{ authentication: 'oauth2_authorization_code', client_id: 'x' }, ['authorization_url', 'token_url']],
  ])('the config %j lacks %j', (config, fields) => {
    const parsed = apiRest.config.safeParse({ base_url: 'https://api.example.com', ...config });
    expect(parsed.error?.issues.map(({ path }) => path.join('.')).sort()).toEqual(fields);
  });
});

describe('api_rest: pages', () => {
  const all = Array.from({ length: 7 }, (_, index) => ({ id: index + 1 }));
  const numberOf = (url: URL, name: string, fallback: number) => Number(url.searchParams.get(name) ?? fallback);
  const slice = (from: number, size: number) => all.slice(from, from + size);
  let peer: HttpPeer;
  beforeAll(async () => {
    peer = await startHttpPeer(({ url }): HttpAnswer => {
      const size = numberOf(url, 'limit', 3);
      switch (url.pathname) {
        case '/page': return { body: slice((numberOf(url, 'page', 1) - 1) * size, size) };
        case '/zero': return numberOf(url, 'p', 0) > 2 ? { status: 404 } : { body: { items: slice(numberOf(url, 'p', 0) * size, size) } };
        case '/offset': return { body: slice(numberOf(url, 'offset', 0), size) };
        case '/cursor': {
          const from = numberOf(url, 'cursor', 0);
          return { body: { data: slice(from, size), meta: { next: from + size < all.length ? from + size : null } } };
        }
        case '/last': {
          const after = numberOf(url, 'starting_after', 0);
          return { body: { data: slice(after, size), has_more: after + size < all.length } };
        }
        case '/header': {
          const from = numberOf(url, 'token', 0);
          return { ...(from + size < all.length && { headers: { 'x-next': String(from + size) } }), body: slice(from, size) };
        }
        case '/address': {
          const from = numberOf(url, 'from', 0);
          return { body: { value: slice(from, size), 'next.link': from + size < all.length ? `${url.origin}/address?from=${from + size}` : undefined } };
        }
        case '/link': return { headers: { link: `<${url.origin}/link?limit=${size}&after=1>; rel="next"` }, body: url.searchParams.has('after') ? [] : slice(0, size) };
        default: return { body: slice(0, 3) };
      }
    });
  });
  afterAll(() => peer.stop());

  test.each([
    [{ path: '/page', pagination: 'page' }, ['?page=1', '?page=2', '?page=3', '?page=4']],
    [{ path: '/page?x=1&page=9', pagination: 'page', page_size: 3 }, ['?x=1&page=1', '?x=1&page=2', '?x=1&page=3']],
    [{ path: '/zero', pagination: 'page', page_parameter: 'p', first_page: 0 }, ['?p=0', '?p=1', '?p=2', '?p=3']],
    [{ path: '/offset', pagination: 'offset', page_size: 4, page_size_parameter: 'limit' }, ['?limit=4&offset=0', '?limit=4&offset=4']],
    [{ path: '/cursor', pagination: 'cursor', cursor_path: 'meta.next' }, ['', '?cursor=3', '?cursor=6']],
    [{ path: '/cursor', pagination: 'cursor', cursor_path: '/meta/next' }, ['', '?cursor=3', '?cursor=6']],
    [{ path: '/last', pagination: 'cursor', cursor_path: 'data.-1.id', cursor_parameter: 'starting_after' }, ['', '?starting_after=3', '?starting_after=6', '?starting_after=7']],
    [{ path: '/header', pagination: 'cursor', cursor_header: 'X-Next', cursor_parameter: 'token' }, ['', '?token=3', '?token=6']],
    [{ path: '/address', pagination: 'cursor', cursor_path: '/next.link' }, ['', '?from=3', '?from=6']],
  ])('%j', async (endpoint, queries) => {
    const before = peer.received.length;
    const opened = await openKind(apiRest, { base_url: peer.url, endpoints: [{ name: 'rows', ...endpoint }] });
    expect(await opened.records('read', { model: 'rows' })).toEqual(all);
    expect(peer.received.slice(before).map(({ url }) => url.search)).toEqual(queries);
    await opened.close();
  });

  test('the API’s own pages hold for every endpoint and path that does not say otherwise', async () => {
    const opened = await openKind(apiRest, { base_url: peer.url, pagination: 'offset', page_size: 5, page_size_parameter: 'limit', endpoints: [{ name: 'one', path: '/offset', pagination: 'none' }] });
    expect(await opened.records('read', { model: '/offset' })).toEqual(all);
    expect(await opened.records('read', { model: 'one' })).toEqual(all.slice(0, 3));
    await opened.close();
  });

  test('a size goes along where links lead on', async () => {
    const opened = await openKind(apiRest, { base_url: peer.url, page_size: 2, page_size_parameter: 'limit' });
    expect(await opened.records('read', { model: '/link' }).catch((error: unknown) => (error as { code: string }).code)).toBe('backend_error');
    expect(peer.received.at(-1)!.url.search).toBe('?limit=2&after=1');
    await opened.close();
  });

  test('an API that does not know the parameter is told apart from one that never ends', async () => {
    const opened = await openKind(apiRest, { base_url: peer.url, pagination: 'page' });
    await expect(opened.records('read', { model: '/same' })).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.pagination', message: expect.any(String) }] });
    await opened.close();
  });

  test.each([
    [{ pagination: 'cursor' }, 'cursor_path'],
    [{ page_size_parameter: 'limit' }, 'page_size'],
    [{ endpoints: [{ name: 'x', path: '/x', pagination: 'cursor' }] }, 'endpoints.0.cursor_path'],
  ])('the config %j lacks %s', (config, field) => {
    const parsed = apiRest.config.safeParse({ base_url: peer.url, ...config });
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
});

describe('api_rest: limits', () => {
  test('what is busy is asked again, as it says; what changes something is not', async () => {
    let busy = 2;
    const peer = await startHttpPeer(() => ((busy -= 1) >= 0 ? { status: 503, headers: { 'retry-after': '0' } } : { body: [{ id: 1 }] }));
    const opened = await openKind(apiRest, { base_url: peer.url });
    expect(await opened.records('read', { model: '/x' })).toEqual([{ id: 1 }]);
    busy = 2;
    expect(await opened.run('request', { path: '/x' })).toMatchObject({ status: 200 });
    busy = 1;
    await expect(opened.run('request', { method: 'POST', path: '/x' })).rejects.toMatchObject({ code: 'backend_unavailable' });
    expect(peer.received).toHaveLength(7);
    const impatient = await openKind(apiRest, { base_url: peer.url, retries: 0 });
    busy = 1;
    await expect(impatient.records('read', { model: '/x' })).rejects.toMatchObject({ code: 'backend_unavailable', retry_after: 0 });
    await opened.close();
    await impatient.close();
    await peer.stop();
  });

  test('no more at once than allowed', async () => {
    let running = 0;
    let most = 0;
    const peer = await startHttpPeer(async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 10));
      running -= 1;
      return { body: {} };
    });
    const opened = await openKind(apiRest, { base_url: peer.url, max_concurrency: 3 });
    const controller = new AbortController();
    const gone = opened.run('request', { path: '/x' }, controller.signal);
    const many = Array.from({ length: 12 }, () => opened.run('request', { path: '/x' }));
    const waiting = opened.run('request', { path: '/x' }, controller.signal);
    controller.abort();
    await expect(gone).rejects.toMatchObject({ code: 'cancelled' });
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await Promise.all(many);
    expect(most).toBeLessThanOrEqual(3);
    await opened.close();
    await peer.stop();
  });
});
