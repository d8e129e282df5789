/** What is asked of the service itself: health, metrics, catalog, audit, its OpenAPI document and the page to read it. */
import { Validator } from '@seriousme/openapi-schema-validator';
import { categories } from '../../control-plane/src/categories/index.ts';
import { operationsOf } from '../../control-plane/src/kinds/contract.ts';
import { registerBuiltInKinds } from '../../control-plane/src/kinds/index.ts';
import { createRegistry } from '../../control-plane/src/kinds/registry.ts';
import { expectProblem, must } from '../setup/client.ts';
import type { Client, Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let admin: Client;
let nobody: Client;
beforeAll(async () => {
  service = await startTestService({ settings: { PATCHBAY_PUBLIC_URL: 'https://patchbay.example.com' } });
  admin = service.admin;
  nobody = service.client();
  await service.tenant('acme');
});
afterAll(() => service.stop());

test('health and readiness need no key', async () => {
  for (const path of ['/healthz', '/readyz']) expect(await must(nobody.get(path))).toEqual({ status: 'ok', version: '0.1.0' });
});

test('metrics count by route and status, and name no tenant and no connector', async () => {
  const { id } = await service.connector({ tenant: 'acme', name: 'Counted', kind: 'api_rest', config: { base_url: 'http://127.0.0.1:9', timeout: 1 } });
  await admin.post(`/api/connectors/${id}/request`, {});
  const { text, headers } = await nobody.get('/metrics');
  expect(headers.get('content-type')).toContain('text/plain');
  const lines = text.split('\n').filter((line) => line.startsWith('patchbay_') && line.includes('_count'));
  expect(lines).toContain('patchbay_http_request_seconds_count{method="post",route="/api/connectors/{id}/{operation}",status="502"} 1');
  expect(lines.filter((line) => line.startsWith('patchbay_operation'))).toEqual([expect.stringMatching(/operation="request",outcome="backend_\w+"\} 1$/)]);
  expect(text).toContain('process_resident_memory_bytes');
  expect(text).not.toContain('acme');
  expect(text).not.toContain(id);
});

describe('OpenAPI', () => {
  let document: Json;
  beforeAll(async () => {
    document = await must(nobody.get('/openapi.json'));
  });

  test('the document is OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./), servers: [{ url: 'https://patchbay.example.com' }] });
  });

  test('each endpoint is in it, with its parameters, its permission and its problems', () => {
    const operations = Object.entries<Json>(document.paths).flatMap(([path, methods]) => Object.entries<Json>(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })));
    expect(operations.map(({ name }) => name).sort()).toEqual(service.patchbay.endpoints.map(({ method, path }) => `${method} ${path}`).sort());
    for (const { path, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(operation.parameters.filter((parameter: Json) => parameter.in === 'path').map((parameter: Json) => parameter.name).sort()).toEqual(named.sort());
      expect(operation.responses.default.content).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } });
    }
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  test('every reference leads somewhere', () => {
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(document.components.schemas).toHaveProperty([name!]);
    expect(JSON.stringify(document)).not.toContain('#/$defs/');
  });

  test('there is a page to read it, whose scripts come from here alone', async () => {
    const page = await nobody.get('/docs');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    for (const [, path] of page.text.matchAll(/(?:src|href)="([^"]+)"/g)) expect((await nobody.get(path!)).status).toBe(200);
  });
});

describe('catalog', () => {
  const registry = createRegistry();
  registerBuiltInKinds(registry);

  test('every kind with its config schema and what it can', async () => {
    const { kinds } = await must(admin.get('/api/connectors/catalog'));
    expect(kinds.map(({ kind, operations }: Json) => ({ kind, operations }))).toEqual(registry.list().map((kind) => ({ kind: kind.kind, operations: operationsOf(kind) })));
    const postgresql = kinds.find(({ kind }: Json) => kind === 'postgresql');
    expect(postgresql).toMatchObject({ category: 'database', aliases: expect.arrayContaining(['rds']), is_queryable: true, has_import: true, config_schema: { type: 'object', additionalProperties: false } });
    expect(postgresql.config_schema.properties.password).toMatchObject({ writeOnly: true });
    expect(postgresql.config_schema.properties.host).toMatchObject({ destination: true });
    expect(await must(admin.get('/api/connectors/catalog/rds'))).toEqual(postgresql);
    // What one has to know before a provider gives out a client id, of kinds to which accounts are connected, and of those alone.
    expect(kinds.filter(({ redirect_uri }: Json) => redirect_uri !== null).map(({ kind, redirect_uri }: Json) => [kind, redirect_uri])).toEqual(
      ['api_rest', 'gmail_oauth2', 'google_drive'].map((kind) => [kind, 'https://patchbay.example.com/oauth/callback']));
    expect((await must(admin.get('/api/connectors/catalog?category=email'))).kinds.every(({ category }: Json) => category === 'email')).toBe(true);
  });

  test('kinds that are no source of data say so', async () => {
    const { kinds } = await must(admin.get('/api/connectors/catalog'));
    const queryable = Object.fromEntries(kinds.map(({ kind, is_queryable }: Json) => [kind, is_queryable]));
    expect(queryable).toMatchObject({ postgresql: true, mysql: true, mariadb: true, api_rest: true, s3_storage: true, n8n_webhook: false, twilio_messaging: false });
  });

  test('every category with its operations', async () => {
    const { categories: listed } = await must(admin.get('/api/categories'));
    expect(listed.map(({ category, operations }: Json) => [category, operations.map(({ operation }: Json) => operation)]))
      .toEqual(Object.values(categories).map(({ category, operations }) => [category, Object.keys(operations)]));
  });
});

describe('audit', () => {
  test('each change says who, what and which fields, never a value', async () => {
    const connector = await service.connector({ tenant: 'acme', name: 'Audited', kind: 'api_rest', config: { base_url: 'https://api.example.com', authentication: 'bearer', token: 'hush' } });
    const path = `/api/connectors/${connector.id}`;
    await must(admin.patch(path, { description: 'x', config: { token: 'hush-hush' } }));
    await must(admin.post(`${path}/make_default`));
    await must(admin.post(`${path}/deactivate`));
    await must(admin.post(`${path}/activate`));
    await must(admin.delete(`${path}?successor=none`));
    const { events } = await must(admin.get(`/api/audit?resource=${connector.id}`));
    expect(events.map(({ action, details }: Json) => ({ action, details }))).toEqual([
      { action: 'default.changed', details: { category: 'api', from: 'audited', to: null } },
      { action: 'connector.deleted', details: { kind: 'api_rest' } },
      { action: 'connector.activated', details: {} },
      { action: 'connector.deactivated', details: {} },
      { action: 'default.changed', details: { category: 'api', from: null, to: 'audited' } },
      { action: 'connector.updated', details: { changed: ['description', 'config.token'] } },
      { action: 'connector.created', details: { kind: 'api_rest', is_default: false } },
    ]);
    const who = await must(admin.get('/api/whoami'));
    expect(events[0]).toEqual({
      id: expect.any(String), at: expect.any(String), tenant_id: connector.tenant_id, actor: { id: who.id, name: who.name }, action: 'default.changed',
      resource: { id: connector.id, name: 'audited' }, details: expect.any(Object), request_id: expect.any(String),
    });
    expect(JSON.stringify(events)).not.toContain('hush');
  });

  test('is filtered by what was done, by whom and when', async () => {
    const { id } = await service.tenant('filtered');
    const other = await service.as('admin', 'filtered');
    const connector = await service.connector({ tenant: 'filtered', name: 'Filtered', kind: 'api_rest', config: { base_url: 'https://api.example.com' } });
    await must(admin.post(`/api/connectors/${connector.id}/make_default`));
    await must(other.patch(`/api/connectors/${connector.id}`, { description: 'By another' }));
    const listed = async (query: string, client = admin): Promise<Json[]> => (await must(client.get(`/api/audit?tenant=filtered${query}`))).events;
    const actions = async (query: string, client = admin) => (await listed(query, client)).map(({ action }) => action);
    const all = await listed('');
    expect(all.map(({ action }) => action)).toEqual(['connector.updated', 'default.changed', 'connector.created', 'key.created', 'tenant.created']);
    expect(await actions('&action=connector')).toEqual(['connector.updated', 'connector.created']);
    expect(await actions('&action=connector.created')).toEqual(['connector.created']);
    expect(await actions('&action=default,fallbacks,tenant.created')).toEqual(['default.changed', 'tenant.created']);
    expectProblem(await admin.get('/api/audit?action=connector.painted'), 400, 'invalid_request', 'query.action.0');
    expect(await actions(`&actor=${encodeURIComponent(`key:${other.key_id}`)}`)).toEqual(['connector.updated']);
    expect(await actions(`&actor=${encodeURIComponent(all[1]!.actor.id)}&action=connector`)).toEqual(['connector.created']);
    expect(await actions('&actor=nobody')).toEqual([]);
    // At its time, but no later: what happened at the second one is left out.
    expect(await actions(`&since=${all[3]!.at}&until=${all[0]!.at}`)).toEqual(['default.changed', 'connector.created', 'key.created'].filter((_, index) => all[index + 1]!.at < all[0]!.at));
    expect(await actions(`&since=${new Date(Date.parse(all[0]!.at) + 1).toISOString()}`)).toEqual([]);
    expectProblem(await admin.get('/api/audit?since=yesterday'), 400, 'invalid_request', 'query.since');
    // A row that is older than what it is asked with, whatever its id says.
    await service.sql`update audit_events set at = now() - interval '5 minutes' where id = ${all[4]!.id}`;
    expect(await actions(`&until=${new Date(Date.now() - 240_000).toISOString()}`)).toEqual(['tenant.created']);
    await service.tenant('filtered-out');
    const foreigner = await service.as('admin', 'filtered-out');
    expect((await must(foreigner.get(`/api/audit?actor=${encodeURIComponent(all[0]!.actor.id)}&resource=${id}`))).events).toEqual([]);
    expect((await must(foreigner.get('/api/audit?action=connector,default,key'))).events.map(({ tenant_id }: Json) => tenant_id)).not.toContain(id);
  });

  test('an admin reads that of their own tenant, a builder none', async () => {
    await service.tenant('globex');
    const acme = await service.as('admin', 'acme');
    const { events } = await must(acme.get('/api/audit?limit=1000'));
    const { id } = await must(admin.get('/api/tenants/acme'));
    expect(new Set(events.map(({ tenant_id }: Json) => tenant_id))).toEqual(new Set([id]));
    expectProblem(await acme.get('/api/audit?tenant=globex'), 404, 'tenant_not_found');
    expectProblem(await (await service.as('builder', 'acme')).get('/api/audit'), 403, 'forbidden');
  });
});
