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
  count: sum.count + bucket.count, errors: sum.errors + bucket.errors, ok: sum.ok + bucket.checks_ok, failed: sum.failed + bucket.checks_failed,
}), { count: 0, errors: 0, ok: 0, failed: 0 });

test('operations and checks are counted, with their failures, for those who may see them', async () => {
  await must(service.admin.post(`/api/connectors/${inherited.id}/test`, {}));
  await must(service.admin.post(`/api/connectors/${own.id}/test`, {}));
  for (let times = 0; times < 3; times += 1) await must(service.admin.post('/api/tenants/acme/api/request', { method: 'GET', path: '/' }));
  const read = async (query: string, client = service.admin): Promise<Json> => must(client.get(`/api/statistics?window=1h${query}`));
  // The sums are written every few seconds; stopping writes them at once, and another service reads them.
  for (let tries = 0; tries < 100 && totals(await read('')).count < 5; tries += 1) await new Promise((resolve) => setTimeout(resolve, 200));
  const all = await read('');
  expect(all.buckets).toHaveLength(60);
  expect(totals(all)).toEqual({ count: 5, errors: 1, ok: 1, failed: 1 });
  expect(all.health).toEqual({ healthy: 1, failing: 1, untested: 0, inactive: 0 });
  expect(all.slowest.map(({ connector_name, operation, count }: Json) => [connector_name, operation, count])).toEqual(expect.arrayContaining([
    ['Globex API', 'request', 3], ['Globex API', 'test', 1], ['Other API', 'test', 1],
  ]));
  const viewer = await service.as('viewer', 'other');
  expect(totals(await read('', viewer))).toEqual({ count: 1, errors: 1, ok: 0, failed: 1 });
  expect(totals(await read(`&connector=${inherited.id}`))).toEqual({ count: 4, errors: 0, ok: 1, failed: 0 });
  expectProblem(await viewer.get('/api/statistics?tenant=globex'), 404, 'tenant_not_found');
  expectProblem(await viewer.get(`/api/statistics?connector=${inherited.id}`), 404, 'connector_not_found');
});

test('the matrix agrees with resolution, tenant by tenant, page by page', async () => {
  const rows: Json[] = [];
  let cursor: string | undefined;
  do {
    const page: Json = await must(service.admin.get(`/api/defaults/matrix?limit=1${cursor === undefined ? '' : `&cursor=${cursor}`}`));
    rows.push(...page.tenants);
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  expect(rows.map(({ slug, depth }) => [slug, depth])).toEqual([['globex', 0], ['acme', 1], ['alone', 1], ['other', 0]]);
  expect(rows.map(({ cells }) => [cells.api.state, cells.api.connector?.name])).toEqual([
    ['own', 'Globex API'], ['inherited', 'Globex API'], ['missing', undefined], ['own', 'Other API'],
  ]);
  for (const { slug, cells } of rows) {
    const resolution = await must(service.admin.get(`/api/tenants/${slug}/api`));
    expect(cells.api.connector?.id).toBe(resolution.connector?.id);
  }
  await must(service.admin.post(`/api/connectors/${inherited.id}/deactivate`, {}));
  const { tenants } = await must(service.admin.get('/api/defaults/matrix?search=ACME'));
  expect(tenants).toMatchObject([{ slug: 'acme', cells: { api: { state: 'inactive', connector: { name: 'Globex API', tenant_slug: 'globex' } } } }]);
  const builder = await service.as('builder', 'other');
  expect((await must(builder.get('/api/defaults/matrix'))).tenants.map(({ slug }: Json) => slug)).toEqual(['other']);
});
