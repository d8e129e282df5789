/** The dashboard’s figures and the matrix of defaults: what they say, and to whom. */
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { expectProblem, must } from '../setup/client.ts';
import type { Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let peer: HttpPeer;
let inherited: Json;
let own: Json;

beforeAll(async () => {
  peer = await startHttpPeer(({ url }) => (url.pathname === '/broken' ? { status: 500, body: {} } : { body: { ok: true } }));
  service = await startTestService({ settings: { PATCHBAY_STATISTICS_DAYS: '1' } });
  await service.tenant('globex');
  await service.tenant('acme', { parent: 'globex' });
  await service.tenant('alone', { parent: 'globex', inherits_defaults: false });
  await service.tenant('other');
  const api = (tenant: string, name: string, path: string) => service.connector({ tenant, name, kind: 'api_rest', is_default: true, config: { base_url: peer.url, test_path: path } });
  inherited = await api('globex', 'Globex API', '/');
  own = await api('other', 'Other API', '/broken');
});
afterAll(async () => {
  await service.stop();
  await peer.stop();
});

const totals = (statistics: Json) => statistics.buckets.reduce((sum: Json, bucket: Json) => ({
  count: sum.count + bucket.count, errors: sum.errors + bucket.errors,
}), { count: 0, errors: 0 });

test('operations are counted, with their failures, for those who may see them', async () => {
  await must(service.admin.post(`/api/connectors/${inherited.id}/test`, {}));
  await must(service.admin.post(`/api/connectors/${own.id}/test`, {}));
  for (let times = 0; times < 3; times += 1) await must(service.admin.post('/api/tenants/acme/api/request', { method: 'GET', path: '/' }));
  const read = async (query: string, client = service.admin): Promise<Json> => must(client.get(`/api/statistics?window=1h${query}`));
  // The sums are written every few seconds; stopping writes them at once, and another service reads them.
  for (let tries = 0; tries < 100 && totals(await read('')).count < 5; tries += 1) await new Promise((resolve) => setTimeout(resolve, 200));
  const all = await read('');
  expect(all.buckets).toHaveLength(60);
  expect(totals(all)).toEqual({ count: 5, errors: 1 });
  expect(all.health).toEqual({ healthy: 1, failing: 1, untested: 0, inactive: 0 });
  expect(all.slowest.map(({ connector_name, operation, count }: Json) => [connector_name, operation, count])).toEqual(expect.arrayContaining([
    ['Globex API', 'request', 3], ['Globex API', 'test', 1], ['Other API', 'test', 1],
  ]));
  const viewer = await service.as('viewer', 'other');
  expect(totals(await read('', viewer))).toEqual({ count: 1, errors: 1 });
  expect(totals(await read(`&connector=${inherited.id}`))).toEqual({ count: 4, errors: 0 });
  expectProblem(await viewer.get('/api/statistics?tenant=globex'), 404, 'tenant_not_found');
  expectProblem(await viewer.get(`/api/statistics?connector=${inherited.id}`), 404, 'connector_not_found');
});

test('health over time is what it is now, less what has changed since; connectors are listed by it', async () => {
  const tenant = (await service.tenant('changing')).slug;
  const read = async (): Promise<Json> => must(service.admin.get(`/api/statistics?window=1h&tenant=${tenant}`));
  const connector = await service.connector({ tenant, name: 'Changing', kind: 'api_rest', config: { base_url: peer.url, test_path: '/' } });
  const id = connector.id;
  expect(connector.health).toBe('untested');
  const counts = { healthy: 0, failing: 0, untested: 0, inactive: 0 };
  // As if it had been made 30 minutes ago, tested well 20 minutes ago, failed 10 minutes ago, and been deactivated now.
  const ago = (minutes: number) => service.sql`update health_changes set at = now() - make_interval(mins => ${minutes}) where connector_id = ${id} and at > now() - interval '1 minute'`;
  await ago(30);
  await must(service.admin.post(`/api/connectors/${id}/test`, {}));
  await must(service.admin.post(`/api/connectors/${id}/test`, {}));
  await ago(20);
  await must(service.admin.patch(`/api/connectors/${id}`, { config: { test_path: '/broken' } }));
  await must(service.admin.post(`/api/connectors/${id}/test`, {}));
  await ago(10);
  const { connectors } = await must(service.admin.get(`/api/connectors?tenant=${tenant}&health=failing`));
  expect(connectors).toMatchObject([{ id, health: 'failing' }]);
  expect((await must(service.admin.get(`/api/connectors?tenant=${tenant}&health=healthy`))).connectors).toEqual([]);
  await service.tenant('below-changing', { parent: tenant });
  await service.connector({ tenant: 'below-changing', name: 'Below', kind: 'api_rest', config: { base_url: peer.url } });
  expect((await must(service.admin.get(`/api/connectors?tenant=${tenant}&below=true`))).connectors.map(({ name }: Json) => name)).toEqual(['Changing', 'Below']);
  await must(service.admin.delete(`/api/connectors/${(await must(service.admin.get('/api/connectors?tenant=below-changing'))).connectors[0].id}`));
  await must(service.admin.post(`/api/connectors/${id}/deactivate`, {}));
  const { health, buckets } = await read();
  expect(health).toEqual({ ...counts, inactive: 1 });
  const at = (minutes: number) => buckets[59 - minutes].health;
  expect([at(35), at(25), at(15), at(5), at(0)]).toEqual([
    counts, { ...counts, untested: 1 }, { ...counts, healthy: 1 }, { ...counts, failing: 1 }, { ...counts, inactive: 1 },
  ]);
  await must(service.admin.delete(`/api/connectors/${id}`));
  const after = await read();
  expect(after.health).toEqual(counts);
  expect(after.buckets[59].health).toEqual(counts);
  expect(after.buckets[54].health).toEqual({ ...counts, failing: 1 });
  expectProblem(await service.admin.get('/api/connectors?health=ill'), 400, 'invalid_request');
});

test('the last operations of a connector tell who asked, for whom, and what came of it', async () => {
  const { key, ...caller } = await must(service.admin.post('/api/keys', { name: 'Workflows of Acme', role: 'builder', tenant: 'acme' }));
  const builder = service.client(key);
  const read = async (): Promise<Json[]> => (await must(service.admin.get(`/api/connectors/${inherited.id}/recent_operations`))).operations;
  const answer = await builder.post('/api/tenants/acme/api/request', { method: 'GET', path: '/' });
  await builder.post('/api/tenants/acme/api/request', { method: 'GET', path: '/broken' });
  const rows = await builder.post('/api/tenants/acme/api/read', { model: '/' });
  expect(rows.status).toBe(200);
  let found: Json[] = [];
  for (let tries = 0; tries < 100 && found.filter(({ caller: { name } }) => name === 'Workflows of Acme').length < 3; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    found = await read();
  }
  const [readOne, failed, first] = found;
  const shared = { tenant: 'acme', how: 'inherited', caller: { id: `key:${caller.id}`, name: 'Workflows of Acme' } };
  expect(first).toMatchObject({ ...shared, operation: 'request', ok: true, request_id: answer.headers.get('x-request-id') });
  expect(failed).toMatchObject({ ...shared, operation: 'request', ok: false, code: 'backend_error' });
  expect(readOne).toMatchObject({ ...shared, operation: 'read', ok: true, records: 1 });
  expect(found.length).toBeLessThanOrEqual(25);
  expectProblem(await builder.get(`/api/connectors/${inherited.id}/recent_operations`), 404, 'connector_not_found');
  // Of many, the newest are kept.
  for (let times = 0; times < 30; times += 1) await builder.post('/api/tenants/acme/api/request', { method: 'GET', path: '/' });
  for (let tries = 0; tries < 100 && found.filter(({ operation, caller: { name } }) => operation === 'request' && name === 'Workflows of Acme').length < 25; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    found = await read();
  }
  expect(found).toHaveLength(25);
  expect(found.map(({ at }) => at)).toEqual(found.map(({ at }) => at).sort().reverse());
});

test('a read that breaks off half-way has failed', async () => {
  const paging = await startHttpPeer(({ url }) => (url.searchParams.get('page') === '1' ? { body: [{ id: 1 }, { id: 2 }] } : { status: 500, body: {} }));
  try {
    const connector = await service.connector({ tenant: 'other', name: 'Breaking', kind: 'api_rest', config: { base_url: paging.url, retries: 0, endpoints: [{ name: 'pages', path: '/', pagination: 'page' }] } });
    const answer = await service.admin.post(`/api/connectors/${connector.id}/read`, { model: 'pages' }).catch(() => undefined);
    expect(answer?.status ?? 200).toBe(200);
    let operations: Json[] = [];
    for (let tries = 0; tries < 100 && operations.length === 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      ({ operations } = await must(service.admin.get(`/api/connectors/${connector.id}/recent_operations`)));
    }
    expect(operations).toMatchObject([{ operation: 'read', ok: false, code: 'backend_error', records: 2, how: 'named', tenant: 'other' }]);
    expect(totals(await must(service.admin.get(`/api/statistics?window=1h&connector=${connector.id}`)))).toEqual({ count: 1, errors: 1 });
  } finally {
    await paging.stop();
  }
});

test('who depends on a connector: those whose default it is, and its place among the fallbacks', async () => {
  const usage = (id: string, query = '', client = service.admin): Promise<Json> => must(client.get(`/api/connectors/${id}/usage${query}`));
  expect(await usage(inherited.id)).toMatchObject({ tenants: [{ slug: 'globex', how: 'own' }, { slug: 'acme', how: 'inherited' }], count: 2, fallback: null });
  await service.tenant('below-acme', { parent: 'acme' });
  await service.tenant('below-alone', { parent: 'alone' });
  expect((await usage(inherited.id)).tenants.map(({ slug }: Json) => slug)).toEqual(['globex', 'acme', 'below-acme']);
  const page = await usage(inherited.id, '?limit=2');
  expect([page.tenants.length, page.count]).toEqual([2, 3]);
  expect((await usage(inherited.id, `?limit=2&cursor=${page.next_cursor}`)).tenants.map(({ slug }: Json) => slug)).toEqual(['below-acme']);
  // One with a default of its own no longer depends on it, nor does who is below that one.
  const acmes = await service.connector({ tenant: 'acme', name: 'Acme API', kind: 'api_rest', is_default: true, config: { base_url: peer.url } });
  expect((await usage(inherited.id)).tenants.map(({ slug }: Json) => slug)).toEqual(['globex']);
  expect((await usage(acmes.id)).tenants.map(({ slug }: Json) => slug)).toEqual(['acme', 'below-acme']);
  await must(service.admin.delete('/api/tenants/acme/api/default'));
  expect((await usage(acmes.id))).toMatchObject({ tenants: [], count: 0 });
  const second = await service.connector({ tenant: 'globex', name: 'Second', kind: 'api_rest', config: { base_url: peer.url } });
  await must(service.admin.put('/api/tenants/globex/api/fallbacks', { connectors: [second.id] }));
  expect(await usage(second.id)).toEqual({ tenants: [], count: 0, fallback: 1 });
  // A fallback that is deleted leaves its place.
  await must(service.admin.delete(`/api/connectors/${second.id}`));
  expect((await must(service.admin.get('/api/tenants/globex/api/fallbacks'))).connectors).toEqual([]);
  expectProblem(await (await service.as('viewer', 'acme')).get(`/api/connectors/${inherited.id}/usage`), 404, 'connector_not_found');
});

test('the matrix agrees with resolution, tenant by tenant, page by page', async () => {
  const rows: Json[] = [];
  let cursor: string | undefined;
  do {
    const page: Json = await must(service.admin.get(`/api/defaults/matrix?limit=1${cursor === undefined ? '' : `&cursor=${cursor}`}`));
    rows.push(...page.tenants);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  expect(rows.map(({ slug, depth }) => [slug, depth])).toEqual([['globex', 0], ['acme', 1], ['below-acme', 2], ['alone', 1], ['below-alone', 2], ['other', 0], ['changing', 0], ['below-changing', 1]]);
  expect(rows.map(({ cells }) => [cells.api.state, cells.api.connector?.name])).toEqual([
    ['own', 'Globex API'], ['inherited', 'Globex API'], ['inherited', 'Globex API'], ['missing', undefined], ['missing', undefined], ['own', 'Other API'], ['missing', undefined], ['missing', undefined],
  ]);
  for (const { slug, cells } of rows) {
    const resolution = await must(service.admin.get(`/api/tenants/${slug}/api`));
    expect(cells.api.connector?.id).toBe(resolution.connector?.id);
  }
  await must(service.admin.post(`/api/connectors/${inherited.id}/deactivate`, {}));
  const { tenants } = await must(service.admin.get('/api/defaults/matrix?search=ACME&limit=1'));
  expect(tenants).toMatchObject([{ slug: 'acme', cells: { api: { state: 'inactive', connector: { name: 'Globex API', tenant_slug: 'globex' } } } }]);
  const builder = await service.as('builder', 'other');
  expect((await must(builder.get('/api/defaults/matrix'))).tenants.map(({ slug }: Json) => slug)).toEqual(['other']);
});
