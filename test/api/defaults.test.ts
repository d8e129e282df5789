/** Defaults and resolution: which backend a tenant's category is, and why. */
import { expectProblem, must } from '../setup/client.ts';
import type { Client, Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let admin: Client;
const made: Record<string, Json> = {};
beforeAll(async () => {
  service = await startTestService();
  admin = service.admin;
  await service.tenant('globex');
  await service.tenant('north', { parent: 'globex' });
  await service.tenant('oslo', { parent: 'north' });
  for (const [tenant, name] of [['globex', 'Group'], ['north', 'North'], ['oslo', 'Oslo'], ['oslo', 'Oslo Two']] as const) {
    made[name] = await service.connector({ tenant, name, kind: 'api_rest', config: { base_url: 'https://api.example.com', authentication: 'bearer', token: 'secret' } });
  }
});
afterAll(() => service.stop());

const resolve = (tenant: string, client = admin) => must(client.get(`/api/tenants/${tenant}/api`));
const setDefault = (tenant: string, name: string) => must(admin.put(`/api/tenants/${tenant}/api/default`, { connector: made[name].id }));
const unset = (tenant: string) => must(admin.delete(`/api/tenants/${tenant}/api/default`));
const step = (tenant_slug: string, reason: string, name?: string) => ({ tenant_id: expect.any(String), tenant_slug, reason, ...(name && { connector_id: made[name].id, connector_name: name }) });

test('no default anywhere is an answer, not an error', async () => {
  expect(await resolve('oslo')).toEqual({
    tenant: { id: expect.any(String), slug: 'oslo' }, category: 'api', connector: null, how: null,
    chain: [step('oslo', 'no_default'), step('north', 'no_default'), step('globex', 'no_default')],
    explanation: 'oslo has no default api; parent north has none; parent globex has none',
  });
  const problem = expectProblem(await admin.post('/api/tenants/oslo/api/request', {}), 409, 'no_default');
  expect(problem).toMatchObject({ fault: 'connector', hint: expect.stringContaining('PUT /api/tenants/oslo/api/default'), details: { chain: expect.any(Array) } });
});

test('the nearest default above is inherited, the own one comes first', async () => {
  await setDefault('globex', 'Group');
  expect(await resolve('oslo')).toMatchObject({
    how: 'inherited', connector: { id: made['Group'].id, tenant_slug: 'globex' }, explanation: "oslo has no default api; parent north has none; parent globex has: 'Group'",
  });
  const replaced = await setDefault('oslo', 'Oslo');
  expect(replaced).toEqual({ connector: expect.objectContaining({ id: made['Oslo'].id, is_default: true }), replaced: null });
  expect(await resolve('oslo')).toMatchObject({ how: 'own', connector: { id: made['Oslo'].id }, chain: [step('oslo', 'has_default', 'Oslo')], explanation: "oslo has its own default api: 'Oslo'" });
  expect(await setDefault('oslo', 'Oslo Two')).toMatchObject({ replaced: { id: made['Oslo'].id, name: 'Oslo' } });
  expect(await setDefault('oslo', 'Oslo Two')).toMatchObject({ replaced: null });
  expect(await must(admin.get('/api/tenants/oslo/defaults'))).toEqual({ defaults: { api: expect.objectContaining({ id: made['Oslo Two'].id }) } });
  expect(await unset('oslo')).toEqual({ connector: null, replaced: { id: made['Oslo Two'].id, name: 'Oslo Two' } });
  expect((await resolve('oslo')).how).toBe('inherited');
});

test('make_default does the same by the connector’s id', async () => {
  expect(await must(admin.post(`/api/connectors/${made['Oslo'].id}/make_default`))).toMatchObject({ connector: { id: made['Oslo'].id }, replaced: null });
  await unset('oslo');
});

test('inheritance stops where a tenant says so', async () => {
  await must(admin.patch('/api/tenants/north', { inherits_defaults: false }));
  expect(await resolve('oslo')).toMatchObject({ connector: null, chain: [step('oslo', 'no_default'), step('north', 'does_not_inherit')] });
  await must(admin.patch('/api/tenants/north', { inherits_defaults: true }));
  expect((await resolve('oslo')).connector.id).toBe(made['Group'].id);
});

test('a deactivated default ends the search: nobody chose the one above for this tenant', async () => {
  await setDefault('oslo', 'Oslo');
  await must(admin.post(`/api/connectors/${made['Oslo'].id}/deactivate`));
  expect(await resolve('oslo')).toMatchObject({ connector: null, how: null, chain: [step('oslo', 'default_inactive', 'Oslo')], explanation: "oslo has 'Oslo', which is deactivated" });
  await must(admin.post(`/api/connectors/${made['Oslo'].id}/activate`));
  expect((await resolve('oslo')).connector.id).toBe(made['Oslo'].id);
});

test('a default is deleted with its successor in its place', async () => {
  const going = await service.connector({ tenant: 'north', name: 'Going', kind: 'api_rest', config: { base_url: 'https://api.example.com' }, is_default: true });
  expectProblem(await admin.delete(`/api/connectors/${going.id}`), 409, 'default_in_use', 'query.successor');
  await must(admin.delete(`/api/connectors/${going.id}?successor=${made['North'].id}`));
  expect((await resolve('north')).connector.id).toBe(made['North'].id);
  await unset('north');
});

test('a connector of a parent cannot be made a child’s own default', async () => {
  expect(expectProblem(await admin.put('/api/tenants/north/api/default', { connector: made['Group'].id }), 409, 'conflict', 'connector').hint).toContain('inherit');
});

test('who may use an inherited connector does not see its config', async () => {
  await unset('oslo');
  const builder = await service.as('builder', 'oslo');
  const seen = await resolve('oslo', builder);
  expect(seen.connector).toMatchObject({ id: made['Group'].id, config: {}, output_schemas: [] });
  const whole = await resolve('oslo');
  expect(whole.connector.config).toMatchObject({ base_url: 'https://api.example.com', token: { set: true } });
  expectProblem(await builder.get(`/api/connectors/${made['Group'].id}`), 404, 'connector_not_found');
  expectProblem(await builder.post(`/api/connectors/${made['Group'].id}/request`, {}), 404, 'connector_not_found');
});
