import { expectProblem, must } from '../setup/client.ts';
import type { Client, Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let admin: Client;
beforeAll(async () => {
  service = await startTestService();
  admin = service.admin;
});
afterAll(() => service.stop());

const slugs = ({ tenants }: Json): string[] => tenants.map(({ slug }: Json) => slug);

test('a tenant is created, shown by id and by slug, changed and deleted', async () => {
  const created = await admin.post('/api/tenants', { slug: 'acme', name: ' Acme Inc. ' });
  expect(created.status).toBe(201);
  expect(created.body).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/), slug: 'acme', name: 'Acme Inc.', parent_id: null, inherits_defaults: true,
    created_at: expect.stringMatching(/Z$/), updated_at: expect.stringMatching(/Z$/),
  });
  expect((await admin.get('/api/tenants/acme')).body).toEqual(created.body);
  expect((await admin.get(`/api/tenants/${created.body.id}`)).body).toEqual(created.body);
  const changed = await admin.patch('/api/tenants/acme', { slug: 'acme-inc', name: 'Acme', inherits_defaults: false });
  expect(changed.body).toEqual({ ...created.body, slug: 'acme-inc', name: 'Acme', inherits_defaults: false, updated_at: expect.any(String) });
  expectProblem(await admin.get('/api/tenants/acme'), 404, 'tenant_not_found');
  expect((await admin.delete('/api/tenants/acme-inc')).body).toEqual({ deleted: true });
  expectProblem(await admin.get('/api/tenants/acme-inc'), 404, 'tenant_not_found');
});

test('a slug is taken once', async () => {
  await service.tenant('once');
  expectProblem(await admin.post('/api/tenants', { slug: 'once', name: 'Again' }), 409, 'conflict', 'slug');
  await service.tenant('twice');
  expectProblem(await admin.patch('/api/tenants/twice', { slug: 'once' }), 409, 'conflict', 'slug');
});

describe('the tree', () => {
  beforeAll(async () => {
    await service.tenant('globex');
    await service.tenant('globex-north', { parent: 'globex' });
    await service.tenant('globex-oslo', { parent: 'globex-north' });
  });

  test('lists children by their parent, and whatever matches a search', async () => {
    expect(slugs(await must(admin.get('/api/tenants?parent=globex')))).toEqual(['globex-north']);
    expect(slugs(await must(admin.get('/api/tenants?search=LOBEX-')))).toEqual(['globex-north', 'globex-oslo']);
    expect(slugs(await must(admin.get('/api/tenants?search=%25')))).toEqual([]);
  });

  test('a page leads to the next', async () => {
    const first = await must(admin.get('/api/tenants?search=globex&limit=2'));
    expect(slugs(first)).toEqual(['globex', 'globex-north']);
    const second = await must(admin.get(`/api/tenants?search=globex&limit=2&cursor=${first.next_cursor}`));
    expect(slugs(second)).toEqual(['globex-oslo']);
    expect(second.next_cursor).toBeUndefined();
  });

  test('an admin sees their own tenant and those below it, and makes further ones there', async () => {
    const north = await service.as('admin', 'globex-north');
    expect(slugs(await must(north.get('/api/tenants')))).toEqual(['globex-north', 'globex-oslo']);
    expectProblem(await north.get('/api/tenants/globex'), 404, 'tenant_not_found');
    expectProblem(await north.post('/api/tenants', { slug: 'rogue', name: 'Rogue' }), 403, 'forbidden', 'parent');
    expect((await north.post('/api/tenants', { slug: 'globex-bergen', name: 'Bergen', parent: 'globex-north' })).status).toBe(201);
    expect((await north.delete('/api/tenants/globex-bergen')).status).toBe(200);
  });

  test('moves take their descendants along; rights follow at once', async () => {
    await service.tenant('initech');
    const before = await service.as('viewer', 'globex');
    const after = await service.as('viewer', 'initech');
    expect((await before.get('/api/tenants/globex-oslo')).status).toBe(200);
    await must(admin.patch('/api/tenants/globex-north', { parent: 'initech' }));
    expectProblem(await before.get('/api/tenants/globex-oslo'), 404, 'tenant_not_found');
    expect((await after.get('/api/tenants/globex-oslo')).status).toBe(200);
    await must(admin.patch('/api/tenants/globex-north', { parent: 'globex' }));
  });

  test('there are no circles, and nobody moves the tenant that their right comes from', async () => {
    expectProblem(await admin.patch('/api/tenants/globex', { parent: 'globex-oslo' }), 409, 'conflict', 'parent');
    expectProblem(await admin.patch('/api/tenants/globex', { parent: 'globex' }), 409, 'conflict', 'parent');
    const north = await service.as('admin', 'globex-north');
    expectProblem(await north.patch('/api/tenants/globex-north', { parent: 'globex-oslo' }), 403, 'forbidden', 'parent');
  });

  test('what others depend on is not deleted', async () => {
    expect(expectProblem(await admin.delete('/api/tenants/globex-north'), 409, 'conflict').details).toEqual({ children: 1, connectors: 0 });
    await service.connector({ tenant: 'globex-oslo', name: 'Shop', kind: 'api_rest', config: { base_url: 'https://shop.example.com' } });
    expect(expectProblem(await admin.delete('/api/tenants/globex-oslo'), 409, 'conflict').details).toEqual({ children: 0, connectors: 1 });
  });
});

test('a key dies with its tenant', async () => {
  await service.tenant('short-lived');
  const viewer = await service.as('viewer', 'short-lived');
  expect((await viewer.get('/api/whoami')).status).toBe(200);
  await must(admin.delete('/api/tenants/short-lived'));
  expectProblem(await viewer.get('/api/whoami'), 401, 'unauthenticated');
});

test('creating below a parent that moves leaves every path right', async () => {
  await Promise.all(['left', 'right'].map((slug) => service.tenant(slug)));
  await service.tenant('mover', { parent: 'left' });
  await Promise.all(Array.from({ length: 20 }, async (_, index) => {
    if (index % 4 === 0) await must(admin.patch('/api/tenants/mover', { parent: index % 8 === 0 ? 'right' : 'left' }));
    else await service.tenant(`child-${index}`, { parent: 'mover' });
  }));
  const wrong = await service.sql`select child.slug from tenants child join tenants parent on parent.id = child.parent_id where child.path <> parent.path || child.id`;
  expect([...wrong]).toEqual([]);
});
