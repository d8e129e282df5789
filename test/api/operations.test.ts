/** One request resolves and runs: the same operation by the tenant's default, by a named connector, by a config that is brought along. */
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { createTestDatabase } from '../setup/database.ts';
import type { TestDatabase } from '../setup/database.ts';
import { expectProblem, must } from '../setup/client.ts';
import type { Answer, Client } from '../setup/client.ts';
import { backendConfig, startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let admin: Client;
let shop: HttpPeer;
let backend: TestDatabase;
let config: Record<string, unknown>;
let id: string;
let databaseId: string;
beforeAll(async () => {
  [service, backend] = await Promise.all([startTestService(), createTestDatabase()]);
  admin = service.admin;
  shop = await startHttpPeer(({ method, url, headers }) =>
    (url.pathname === '/orders' ? { body: [{ id: 1 }, { id: 2 }] } : { body: { method, path: url.pathname, authorization: headers.authorization ?? null } }));
  config = { base_url: shop.url, authentication: 'bearer', token: 'shop-token', endpoints: [{ name: 'orders', path: '/orders' }] };
  await service.tenant('globex');
  await service.tenant('oslo', { parent: 'globex' });
  ({ id } = await service.connector({ tenant: 'globex', name: 'Größe & Shop', kind: 'api_rest', config, is_default: true }));
  ({ id: databaseId } = await service.connector({ tenant: 'globex', name: 'Data', kind: 'postgresql', config: backendConfig(backend.url), is_default: true }));
});
afterAll(async () => {
  await service.stop();
  await Promise.all([shop.stop(), backend.drop()]);
});

const servedBy = ({ headers }: Answer) => Object.fromEntries(['connector', 'connector-name', 'kind', 'resolution', 'tenant'].map((name) => [name, headers.get(`patchbay-${name}`)]));
const asked = { status: 200, headers: expect.any(Object), body: { method: 'GET', path: '/stock', authorization: 'Bearer shop-token' } };
const shopHeaders = () => ({ connector: id, 'connector-name': 'Gr%C3%B6%C3%9Fe%20%26%20Shop', kind: 'api_rest', tenant: 'globex' });

describe('three ways to the same backend', () => {
  test('the tenant’s own default', async () => {
    const answer = await admin.post('/api/tenants/globex/api/request', { path: '/stock' });
    expect(answer.body).toEqual(asked);
    expect(servedBy(answer)).toEqual({ ...shopHeaders(), resolution: 'own' });
    expect(answer.headers.get('x-request-id')).toEqual(expect.any(String));
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('an inherited default', async () => {
    const builder = await service.as('builder', 'oslo');
    const answer = await builder.post('/api/tenants/oslo/api/request', { path: '/stock' });
    expect(answer.body).toEqual(asked);
    expect(servedBy(answer)).toEqual({ ...shopHeaders(), resolution: 'inherited' });
  });

  test('a connector by its id', async () => {
    const answer = await admin.post(`/api/connectors/${id}/request`, { path: '/stock' });
    expect(answer.body).toEqual(asked);
    expect(servedBy(answer)).toEqual({ ...shopHeaders(), resolution: 'named' });
  });

  test('a config brought along, which is not kept', async () => {
    const before = await service.rows();
    const answer = await admin.post('/api/connectors/catalog/api_rest/request', { config, path: '/stock' });
    expect(answer.body).toEqual(asked);
    expect(servedBy(answer)).toEqual({ connector: null, 'connector-name': null, kind: 'api_rest', resolution: 'inline', tenant: null });
    expect(await service.rows()).toEqual(before);
  });

  test('the kind that is expected is the one that serves', async () => {
    expect((await admin.post('/api/tenants/globex/api/request?kind=api_rest', { path: '/stock' })).status).toBe(200);
    expectProblem(await admin.post('/api/tenants/globex/database/query?kind=mysql', { query: 'select 1' }), 409, 'conflict');
  });
});

describe('answers', () => {
  test('records are NDJSON, one a line', async () => {
    const answer = await admin.post(`/api/connectors/${id}/read`, { model: 'orders' });
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(answer.text).toBe('{"id":1}\n{"id":2}\n');
  });

  test('no record is an empty answer', async () => {
    const answer = await admin.post('/api/tenants/oslo/database/query', { query: 'select 1 where false' });
    expect({ status: answer.status, text: answer.text, type: answer.headers.get('content-type') }).toEqual({ status: 200, text: '', type: 'application/x-ndjson' });
  });

  test('values keep what they are', async () => {
    const query = "select 9007199254740993::bigint as large, 1.10::numeric as exact, true as yes, null as nothing, '{\"a\": [1]}'::jsonb as document, 'ü' as text";
    const [row] = (await admin.post(`/api/connectors/${databaseId}/query`, { query })).body;
    expect(row).toEqual({ large: '9007199254740993', exact: '1.10', yes: true, nothing: null, document: { a: [1] }, text: 'ü' });
  });

  test('parameters are bound, never pasted', async () => {
    expect((await admin.post(`/api/connectors/${databaseId}/query`, { query: 'select $1::text as word', parameters: ["'; drop table tenants; --"] })).body).toEqual([{ word: "'; drop table tenants; --" }]);
  });

  test('a long answer streams in order, whole', async () => {
    const { body } = await admin.post(`/api/connectors/${databaseId}/query`, { query: 'select i from generate_series(1, 20000) i' });
    expect(body).toHaveLength(20_000);
    expect([body[0], body[19_999]]).toEqual([{ i: 1 }, { i: 20_000 }]);
  });

  test('a statement that is wrong is the caller’s fault, and says why', async () => {
    const problem = expectProblem(await admin.post(`/api/connectors/${databaseId}/query`, { query: 'selec 1' }), 422, 'invalid_query');
    expect(problem).toMatchObject({ fault: 'caller', detail: expect.stringMatching(/selec/i), details: { connector: { id: databaseId, name: 'Data', kind: 'postgresql', tenant: 'globex' } } });
  });
});

describe('models', () => {
  test('GET /models lists what a connector exposes, within output_schemas', async () => {
    const list = async (query = '') => (await must(admin.get(`/api/connectors/${databaseId}/models${query}`))).models;
    const all = await list('?limit=1000');
    expect(all.map(({ name }: { name: string }) => name)).toEqual(expect.arrayContaining(['public.connectors', 'public.tenants']));
    expect(await list('?search=tenant_ke')).toEqual([expect.objectContaining({ name: 'public.tenant_keys', schema: 'public', type: 'table' })]);
    const [described] = await list('?model=public.tenants');
    expect(described.fields).toContainEqual(expect.objectContaining({ name: 'slug', type: 'text', nullable: false }));
    await must(admin.patch(`/api/connectors/${databaseId}`, { output_schemas: ['elsewhere'] }));
    expect(await list()).toEqual([]);
    // Not even whether it is there.
    expect((await admin.post(`/api/connectors/${databaseId}/read`, { model: 'public.tenants' })).status).toBe(404);
    await must(admin.patch(`/api/connectors/${databaseId}`, { output_schemas: [] }));
  });

  test('a page leads to the next', async () => {
    const first = await must(admin.get(`/api/connectors/${databaseId}/models?limit=2`));
    const second = await must(admin.get(`/api/connectors/${databaseId}/models?limit=2&cursor=${encodeURIComponent(first.next_cursor)}`));
    expect(first.models).toHaveLength(2);
    expect(second.models[0].name > first.models[1].name).toBe(true);
  });
});

test('a changed connector serves at once as changed', async () => {
  const { id: changing } = await service.connector({ tenant: 'globex', name: 'Changing', kind: 'api_rest', config });
  expect((await admin.post(`/api/connectors/${changing}/request`, { path: '/stock' })).body.body.authorization).toBe('Bearer shop-token');
  await must(admin.patch(`/api/connectors/${changing}`, { config: { token: 'another-token' } }));
  expect((await admin.post(`/api/connectors/${changing}/request`, { path: '/stock' })).body.body.authorization).toBe('Bearer another-token');
});

test('a config is imported from what the provider prints', async () => {
  expect(await must(admin.post('/api/connectors/catalog/postgresql/import_config', { source: 'postgres://ada:pass%40word@db.example.com:6432/shop' }))).toEqual({
    config: expect.objectContaining({ host: 'db.example.com', port: 6432, database: 'shop', username: 'ada', password: 'pass@word' }),
  });
  expect(await must(admin.post('/api/connectors/catalog/api_rest/import_config', { source: "curl https://api.example.com/v1 -H 'Authorization: Bearer abc'" }))).toEqual({
    config: expect.objectContaining({ base_url: 'https://api.example.com', authentication: 'bearer', token: 'abc' }),
  });
});
