import { apiRest } from '../../control-plane/src/kinds/api_rest/index.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { canMakeCertificates, testCertificate } from '../peers/certificate.ts';
import { startHttpPeer } from '../peers/http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from '../peers/http.ts';
import { peerAvailable } from '../peers/peer.ts';
import { freePort } from '../peers/process.ts';
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
    const closed = await freePort();
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
      faults: {
        wrong_credentials: { token: 'wrong-token' },
        unreachable: { base_url: `http://127.0.0.1:${closed}` },
        silent: ({ host, port }) => ({ base_url: `http://${host}:${port}` }),
        tls: { base_url: `https://127.0.0.1:${peer.port}` },
      },
      restart: () => peer.restart(),
      stop: () => peer.stop(),
    };
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
  long_read: { operation: 'read', input: { model: 'events' } },
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
