/** Whatever is wrong with a request: a problem document that names the field and says what to do, nothing kept, no secret in it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { expectProblem, must } from '../setup/client.ts';
import type { Client, Json, SendOptions } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

const canary = 'Canary-wrong-input-91b7';
const rest = { base_url: 'https://api.example.com', authentication: 'bearer', token: canary };

let service: TestService;
let admin: Client;
let connector: Json;
let foreign: Json;
let acmeAdmin: Client;
beforeAll(async () => {
  service = await startTestService({ settings: { PATCHBAY_BODY_LIMIT_MB: '1' } });
  admin = service.admin;
  await Promise.all(['acme', 'globex'].map((slug) => service.tenant(slug)));
  connector = await service.connector({ tenant: 'acme', name: 'Shop', kind: 'api_rest', config: rest, is_default: true });
  foreign = await service.connector({ tenant: 'globex', name: 'Theirs', kind: 'api_rest', config: rest });
  acmeAdmin = await service.as('admin', 'acme');
  await must(acmeAdmin.get('/api/whoami'));
});
afterAll(() => service.stop());

/** The rows and what is in them, `last_used_at` aside. */
async function state(): Promise<string> {
  const tables = await Promise.all([
    service.sql`select * from tenants order by id`, service.sql`select * from connectors order by id`, service.sql`select id, revoked_at from api_keys order by id`,
    service.sql`select id from audit_events order by id`, service.sql`select id from checks order by id`,
  ]);
  return createHash('sha256').update(JSON.stringify(tables)).digest('hex');
}

interface Wrong extends SendOptions {
  method?: string;
  path: string | (() => string);
  code: string;
  status: number;
  field?: string;
  says?: RegExp;
}
const newConnector = (changes: object) => ({ tenant: 'acme', name: 'New', kind: 'api_rest', config: rest, ...changes });
const post = (body: unknown, more: Omit<Wrong, 'path' | 'body'>): Wrong => ({ path: '/api/connectors', body, ...more });
const invalid = (field: string, says?: RegExp) => ({ status: 400, code: 'invalid_request', field, ...(says && { says }) });
const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

const wrongs: Record<string, Wrong> = {
  'an unknown kind': post(newConnector({ kind: 'fax' }), { status: 404, code: 'kind_not_found', field: 'kind', says: /api_rest/ }),
  'no kind': post({ tenant: 'acme', name: 'New', config: {} }, invalid('kind', /required/)),
  'a kind and a type that differ': post(newConnector({ type: 's3' }), invalid('type', /differs from kind/)),
  'a category that is not the kind’s': post(newConnector({ category: 'email' }), invalid('category')),
  'a missing field': post(newConnector({ config: {} }), invalid('config.base_url', /required/)),
  'a missing name': post({ tenant: 'acme', kind: 'api_rest', config: rest }, invalid('name', /required/)),
  'a mistyped field': post(newConnector({ config: { ...rest, timeout: 'soon' } }), invalid('config.timeout')),
  'a mistyped member': post(newConnector({ is_default: 'yes' }), invalid('is_default')),
  'a field that there is not': post(newConnector({ config: { ...rest, tokn: canary } }), invalid('config.tokn', /no such field/)),
  'a member that there is not': post(newConnector({ colour: 'red' }), invalid('colour', /no such field/)),
  'a field that another requires': post(newConnector({ config: { ...rest, token: null } }), invalid('config.token', /required/)),
  'a name without a slug in it': post(newConnector({ name: '株式会社' }), invalid('slug')),
  'a taken slug': post(newConnector({ name: 'Shop' }), { status: 409, code: 'conflict', field: 'slug' }),
  'a second default': post(newConnector({ is_default: true }), { status: 409, code: 'default_exists', field: 'is_default', says: /default/ }),
  'a tenant that there is not': post(newConnector({ tenant: 'nobody' }), { status: 404, code: 'tenant_not_found' }),
  'no tenant where there are several': post({ name: 'New', kind: 'api_rest', config: rest }, invalid('tenant')),
  'a reference that is not allowed': post(newConnector({ config: { ...rest, token: '$ENV:HOME' } }), { status: 422, code: 'env_reference_refused', field: 'config.token', says: /PATCHBAY_ENV_ALLOW/ }),
  'a schedule that is none': { path: '/api/connectors/bootstrap', body: newConnector({ schedule_cron: 'nightly' }), ...invalid('schedule_cron') },
  'a schedule mode that is none': { path: '/api/connectors/bootstrap', body: newConnector({ schedule_mode: 'often' }), ...invalid('schedule_mode') },
  'a changed destination with a kept secret': {
    method: 'PATCH', path: () => `/api/connectors/${connector.id}`, body: { config: { base_url: 'https://evil.example.com' } },
    status: 422, code: 'destination_changed', field: 'config.token', says: /send|sent/,
  },
  'a test of a changed destination with a kept secret': {
    path: () => `/api/connectors/${connector.id}/test`, body: { config: { base_url: 'https://evil.example.com' } },
    status: 422, code: 'destination_changed', field: 'config.token',
  },
  'an old version': { method: 'PATCH', path: () => `/api/connectors/${connector.id}`, body: { name: 'Late', version: 0 }, status: 409, code: 'version_conflict' },
  'a default deleted without a successor': { method: 'DELETE', path: () => `/api/connectors/${connector.id}`, status: 409, code: 'default_in_use', field: 'query.successor', says: /successor/ },
  'a default deleted with itself as the successor': { method: 'DELETE', path: () => `/api/connectors/${connector.id}?successor=${connector.id}`, status: 409, code: 'conflict', field: 'query.successor' },
  'a default deleted with a foreign successor': { method: 'DELETE', path: () => `/api/connectors/${connector.id}?successor=${foreign.id}`, status: 409, code: 'conflict', field: 'connector' },
  'a foreign connector as default': { method: 'PUT', path: '/api/tenants/acme/api/default', body: () => ({ connector: foreign.id }), status: 409, code: 'conflict', field: 'connector' },
  'a default of another category': { method: 'PUT', path: '/api/tenants/acme/email/default', body: () => ({ connector: connector.id }), status: 409, code: 'conflict', field: 'connector' },
  'a default of no category': { method: 'DELETE', path: '/api/tenants/acme/fax/default', status: 404, code: 'category_not_found', says: /email/ },
  'a resolution of no category': { method: 'GET', path: '/api/tenants/acme/fax', status: 404, code: 'category_not_found', says: /email/ },
  'a resolution of what every object has': { method: 'GET', path: '/api/tenants/acme/constructor', status: 404, code: 'category_not_found' },
  'an operation of what every object has': { path: '/api/tenants/acme/constructor/request', body: {}, status: 404, code: 'category_not_found' },
  'an operation called as what every object has': { path: '/api/tenants/acme/api/constructor', body: {}, status: 404, code: 'operation_not_found' },
  'a kind called as what every object has': { method: 'GET', path: '/api/connectors/catalog/constructor', status: 404, code: 'kind_not_found' },
  'an operation that there is not': { path: '/api/tenants/acme/api/dance', body: {}, status: 404, code: 'operation_not_found', says: /request/ },
  'an operation that the connector has not': { path: () => `/api/connectors/${connector.id}/send`, body: {}, status: 404, code: 'operation_not_found', says: /request/ },
  'an operation that the kind has not': { path: '/api/connectors/catalog/api_rest/send', body: { config: rest }, status: 404, code: 'operation_not_found' },
  'an operation without a default': { path: '/api/tenants/globex/email/send', body: {}, status: 409, code: 'no_default', says: /default/ },
  'a default of another kind than expected': { path: '/api/tenants/acme/api/request?kind=s3', body: {}, status: 409, code: 'conflict' },
  'an operation’s wrong input': { path: '/api/tenants/acme/api/request', body: { method: 'BREW' }, ...invalid('method') },
  'an operation’s unknown input': { path: '/api/tenants/acme/api/request', body: { colour: 'red' }, ...invalid('colour') },
  'an operation’s body that is no object': { path: '/api/tenants/acme/api/request', body: '[1]', ...invalid('') },
  'an inline config that is wrong': { path: '/api/connectors/catalog/api_rest/request', body: { config: { token: canary } }, ...invalid('config.base_url') },
  'an inline reference without a tenant': { path: '/api/connectors/catalog/api_rest/request', body: { config: { ...rest, token: '$ENV:HOME' } }, status: 422, code: 'env_reference_refused', field: 'tenant' },
  'a source that cannot be imported': { path: '/api/connectors/catalog/api_rest/import_config', body: { source: `gopher://${canary}` }, ...invalid('source') },

  'broken JSON': { path: '/api/connectors', body: `{"name": "${canary}", `, status: 400, code: 'malformed_json', says: /quotes, commas/ },
  'broken JSON for an operation': { path: '/api/tenants/acme/api/request', body: `{"path": "${canary}`, status: 400, code: 'malformed_json' },
  'a body that is not UTF-8': { path: '/api/tenants', body: Buffer.concat([Buffer.from('{"slug":"x","name":"caf'), Buffer.from([0xe9]), Buffer.from('"}')]), status: 400, code: 'malformed_json' },
  'JSON that is no object': { path: '/api/connectors', body: '[]', ...invalid('') },
  'JSON null': { path: '/api/connectors', body: 'null', ...invalid('') },
  'no body': { method: 'POST', path: '/api/connectors', ...invalid('name') },
  'a wrong content type': { path: '/api/connectors', body: 'name=New', headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 415, code: 'unsupported_media_type', says: /application\/json/ },
  'an encoded body': { path: '/api/connectors', body: Buffer.from([31, 139, 8]), headers: { 'content-encoding': 'gzip' }, status: 415, code: 'unsupported_media_type', says: /Content-Encoding/ },
  'a body that is too large': { path: '/api/connectors', body: `{"name":"${canary.repeat(60_000)}"}`, status: 413, code: 'payload_too_large', says: /PATCHBAY_BODY_LIMIT_MB/ },
  'a JSON body that is too large for an operation': { path: '/api/tenants/acme/api/request', body: `{"body":"${'x'.repeat(1_100_000)}"}`, status: 413, code: 'payload_too_large' },
  'a prototype as a member': { path: '/api/connectors', body: '{"name":"New","kind":"api_rest","tenant":"acme","config":{"base_url":"https://x.example","__proto__":{"token":"x"}}}', ...invalid('config.__proto__') },
  'a prototype as the config': { path: '/api/connectors', body: '{"name":"New","kind":"api_rest","tenant":"acme","__proto__":{"config":{"base_url":"https://x.example"}}}', ...invalid('__proto__') },
  'a prototype for an operation': { path: '/api/tenants/acme/api/request', body: '{"headers":{"__proto__":{"a":"b"}}}', ...invalid('headers.__proto__') },
  'a constructor as a field': post(newConnector({ config: { ...rest, constructor: { prototype: {} } } }), invalid('config.constructor')),
  'JSON that is very deep': { path: '/api/connectors', body: deep(50_000), ...invalid('a.a.a', /levels deep/) },
  'an operation’s input that is very deep': { path: '/api/tenants/acme/api/request', body: `{"body":${deep(50_000)}}`, ...invalid('body.a.a') },
  'a NUL in a name': post(newConnector({ name: 'Ne\0w' }), invalid('name', /NUL/)),
  'a NUL in a config': post(newConnector({ config: { ...rest, headers: { a: 'b\0' } } }), invalid('config.headers.a')),
  'half a surrogate pair': { path: '/api/tenants', body: '{"slug":"half","name":"\\ud800"}', ...invalid('name') },
  'a NUL in an address': { method: 'GET', path: '/api/tenants/ac%00me', ...invalid('path.tenant') },
  'a NUL in a query': { method: 'GET', path: '/api/connectors?search=%00', ...invalid('query.search') },

  'a bad id': { method: 'GET', path: '/api/connectors/17', ...invalid('path.id') },
  'an id that is nothing’s': { method: 'GET', path: '/api/connectors/00000000-0000-7000-8000-000000000000', status: 404, code: 'connector_not_found' },
  'a tenant’s id that is nothing’s': { method: 'GET', path: '/api/tenants/00000000-0000-7000-8000-000000000000', status: 404, code: 'tenant_not_found' },
  'a bad cursor': { method: 'GET', path: '/api/connectors?cursor=bm9wZQ', ...invalid('query.cursor', /next_cursor/) },
  'a bad limit': { method: 'GET', path: '/api/connectors?limit=many', ...invalid('query.limit') },
  'a limit out of bounds': { method: 'GET', path: '/api/audit?limit=100000', ...invalid('query.limit') },
  'a bad filter': { method: 'GET', path: '/api/connectors?active=perhaps', ...invalid('query.active') },
  'an unknown filter': { method: 'GET', path: '/api/connectors?colour=red', ...invalid('query.colour') },
  'a repeated filter': { method: 'GET', path: '/api/connectors?kind=a&kind=b', ...invalid('query.kind') },
  'an expiry in the past': { path: '/api/keys', body: { name: 'Old', role: 'viewer', expires_at: '2001-01-01T00:00:00Z' }, ...invalid('expires_at') },
  'an expiry that is no time': { path: '/api/keys', body: { name: 'Old', role: 'viewer', expires_at: 'tomorrow' }, ...invalid('expires_at') },
  'a role that is none': { path: '/api/keys', body: { name: 'God', role: 'god' }, ...invalid('role') },
  'a key that is nothing’s': { method: 'DELETE', path: '/api/keys/00000000-0000-7000-8000-000000000000', status: 404, code: 'not_found' },
  'a slug of capitals': { path: '/api/tenants', body: { slug: 'ACME', name: 'Acme' }, ...invalid('slug', /small letters/) },

  'an address that is nothing’s': { method: 'GET', path: '/api/nonsense', status: 404, code: 'not_found', says: /docs/ },
  'an address that is badly encoded': { method: 'GET', path: '/api/tenants/%E0%A4%A', ...invalid('path', /encoded/) },
  'an address that climbs': { method: 'GET', path: '/docs/..%2f..%2fpackage.json', status: 404, code: 'not_found' },
  'a method that the address has not': { method: 'PUT', path: '/api/connectors', body: {}, status: 405, code: 'method_not_allowed', says: /GET, POST/ },
};

test.each(Object.entries(wrongs))('%s', async (_name, wrong) => {
  const before = await state();
  const options = { body: typeof wrong.body === 'function' ? (wrong.body as () => unknown)() : wrong.body, ...(wrong.headers && { headers: wrong.headers }) };
  const answer = await admin.send(wrong.method ?? 'POST', typeof wrong.path === 'function' ? wrong.path() : wrong.path, options);
  const problem = expectProblem(answer, wrong.status, wrong.code, wrong.field);
  expect(problem.hint).toEqual(expect.stringMatching(/\.$/));
  if (wrong.says) expect(`${problem.detail} ${problem.hint}`).toMatch(wrong.says);
  expect(answer.text).not.toContain(canary);
  expect(await state()).toBe(before);
});

test('a body in chunks that is too large is answered, not cut off', async () => {
  const before = await state();
  const body = new ReadableStream({
    start(controller) {
      for (let part = 0; part < 20; part += 1) controller.enqueue(new TextEncoder().encode('x'.repeat(100_000)));
      controller.close();
    },
  });
  expectProblem(await admin.send('POST', '/api/connectors', { body, headers: { 'content-type': 'application/json' } }), 413, 'payload_too_large');
  expect(await state()).toBe(before);
});

test('a foreign tenant’s id is no more than one that does not exist', async () => {
  const nothing = '00000000-0000-7000-8000-000000000000';
  const withoutIds = ({ body }: { body: Json }) => JSON.stringify({ ...body, request_id: undefined }).replaceAll(foreign.id, 'ID').replaceAll(foreign.tenant_id, 'ID').replaceAll(nothing, 'ID');
  for (const path of ['/api/connectors/', '/api/tenants/']) {
    const id = path.includes('tenants') ? foreign.tenant_id : foreign.id;
    expect(withoutIds(await acmeAdmin.get(path + id))).toBe(withoutIds(await acmeAdmin.get(path + nothing)));
  }
  const before = await state();
  expectProblem(await acmeAdmin.post('/api/connectors', newConnector({ tenant: foreign.tenant_id })), 404, 'tenant_not_found');
  expectProblem(await acmeAdmin.post('/api/connectors', newConnector({ tenant: undefined, organization_id: 'globex' })), 404, 'tenant_not_found');
  expectProblem(await acmeAdmin.put('/api/tenants/acme/api/default', { connector: foreign.id }), 404, 'connector_not_found');
  expect(await state()).toBe(before);
});

describe('headers', () => {
  test.each([
    ['none', undefined], ['empty', ''], ['another scheme', 'Basic YTpi'], ['nothing behind the scheme', 'Bearer '], ['an unknown key', `Bearer ${canary}`],
    ['what looks like a JWT', 'Bearer a.b.c'], ['two keys', 'Bearer a b'], ['a very long key', `Bearer ${'x'.repeat(8000)}`],
  ])('authorization: %s', async (_name, authorization) => {
    const answer = await service.client().send('GET', '/api/tenants', { headers: authorization === undefined ? {} : { authorization } });
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="patchbay"');
    expect(answer.text).not.toContain(canary.slice(0, 7));
  });

  test('the scheme’s name is written as one likes', async () => {
    expect((await service.client().send('GET', '/api/whoami', { headers: { authorization: `bearer ${service.admin_key}` } })).status).toBe(200);
  });

  test('a request id is taken over when it is one, and made when it is not', async () => {
    expect((await admin.send('GET', '/api/whoami', { headers: { 'x-request-id': 'run:42' } })).headers.get('x-request-id')).toBe('run:42');
    expect((await admin.send('GET', '/api/whoami', { headers: { 'x-request-id': '<script>' } })).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    ['no HTTP', 'nonsense\r\n\r\n'],
    ['a broken header', 'GET /healthz HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n'],
    ['two lengths', 'POST /api/tenants HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
    ['a length and chunks', 'POST /api/tenants HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a length that is none', 'POST /api/tenants HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'],
    ['too many headers', `GET /healthz HTTP/1.1\r\nHost: x\r\n${'x-filler: y\r\n'.repeat(5000)}\r\n`],
  ])('%s is refused by 400 and the connection is closed', async (_name, bytes) => {
    const socket = net.connect(Number(new URL(service.url).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => void (received += chunk.toString())).on('error', () => undefined);
    socket.write(bytes);
    await once(socket, 'close');
    expect(received).toMatch(/^HTTP\/1\.1 4(00|31) /);
    expect((await admin.get('/healthz')).status).toBe(200);
  });
});

test('nothing of what was sent was logged', () => {
  expect(service.logs().length).toBeGreaterThan(1000);
  expect(service.logs()).not.toContain(canary);
});

test('what fields demand of each other is told together with what is wrong with single ones', async () => {
  const answer = await admin.post('/api/connectors', { tenant: 'acme', name: 'Half', kind: 'api_rest', config: { authentication: 'basic', username: 'ada', endpoints: [{ name: 'orders' }, { name: 'lines', path: '/lines', pagination: 'cursor' }] } });
  expectProblem(answer, 400, 'invalid_request');
  expect((answer.body as Json).errors).toEqual([
    { path: 'config.base_url', message: 'is required' },
    { path: 'config.endpoints.0.path', message: 'is required' },
    { path: 'config.password', message: 'is required with the authentication "basic"' },
    { path: 'config.endpoints.1.cursor_path', message: 'is required with the pages "cursor", or the header that holds the cursor' },
  ]);
});
