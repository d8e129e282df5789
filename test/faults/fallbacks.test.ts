/** Fallbacks stand in for a failing default; scheduled checks tell when a connector fails and recovers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { freePort } from '../peers/process.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

/** An API that says who it is, and can be made to refuse its service. */
async function startApi(name: string) {
  const state = { status: 200, requests: 0 };
  const server = createServer((_request, response) => {
    state.requests += 1;
    response.writeHead(state.status, { 'content-type': 'application/json' }).end(JSON.stringify([{ name }]));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, state, stop: async () => { server.closeAllConnections(); server.close(); await once(server, 'close'); } };
}

describe('fallbacks and scheduled checks', () => {
  let service: TestService;
  let main: Awaited<ReturnType<typeof startApi>>;
  let second: Awaited<ReturnType<typeof startApi>>;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    service = await startTestService();
    main = await startApi('main');
    second = await startApi('second');
    const closed = await freePort();
    await service.tenant('agency');
    await service.tenant('acme', { parent: 'agency' });
    const add = async (name: string, base_url: string, is_default = false) => {
      ids[name] = String((await service.connector({ tenant: 'agency', name, kind: 'api_rest', is_default, config: { base_url, timeout: 5 } }))['id']);
    };
    await add('main', main.url, true);
    await add('dead', `http://127.0.0.1:${closed}`);
    await add('second', second.url);
  });
  beforeEach(() => { main.state.status = 200; });
  afterAll(async () => {
    await service?.stop();
    await main?.stop();
    await second?.stop();
  });

  const path = '/api/tenants/agency/api/fallbacks';
  const read = () => service.admin.post('/api/tenants/acme/api/read', { model: '/' });
  const servedBy = ({ headers }: { headers: Headers | Record<string, string> }) => {
    const get = (name: string) => (headers instanceof Headers ? headers.get(name) : headers[name]);
    return [decodeURIComponent(get('patchbay-connector-name') ?? ''), get('patchbay-resolution')];
  };

  test('without any, a failing default fails', async () => {
    main.state.status = 503;
    expect(await read()).toMatchObject({ status: 503, body: { code: 'backend_unavailable' } });
  });

  test('a healthy default serves', async () => {
    expect(servedBy(await read())).toEqual(['main', 'inherited']);
  });

  test('are named by an admin, in order, and only connectors that fit', async () => {
    expect((await service.admin.get(path)).body).toEqual({ connectors: [] });
    const foreign = await service.connector({ tenant: 'acme', name: 'Acme own', kind: 'api_rest', config: { base_url: main.url } });
    expect(await service.admin.put(path, { connectors: [foreign['id']] })).toMatchObject({
      status: 409, body: { code: 'conflict', errors: [{ path: 'connectors.0', message: 'belongs to acme, not to agency' }] },
    });
    expect(await service.admin.put(path, { connectors: [ids['dead'], ids['dead']] })).toMatchObject({ status: 409, body: { errors: [{ path: 'connectors.1' }] } });
    const named = await service.admin.put(path, { connectors: [ids['dead'], ids['second']] });
    expect((named.body as unknown as { connectors: { name: string }[] }).connectors.map(({ name }) => name)).toEqual(['dead', 'second']);
    const builder = await service.as('builder', 'agency');
    expect((await builder.put(path, { connectors: [] })).status).toBe(403);
  });

  test('a failing one is stood in for by the next that works, and the answer says so', async () => {
    main.state.status = 503;
    const answer = await read();
    expect([answer.status, servedBy(answer)]).toEqual([200, ['second', 'fallback']]);
    const requests = main.state.requests;
    expect(servedBy(await read())).toEqual(['second', 'fallback']);
    // The default failed a moment ago: it is not asked before the others.
    expect(main.state.requests).toBe(requests);
  });

  test('what is not safe to repeat never falls back', async () => {
    main.state.status = 503;
    const requests = second.state.requests;
    const answer = await service.admin.post('/api/tenants/acme/api/request', { method: 'POST', path: '/orders', body: {} });
    expect([answer.status, second.state.requests]).toEqual([503, requests]);
  });

  test('an expired credential is a failure like another', async () => {
    main.state.status = 401;
    expect(servedBy(await read())).toEqual(['second', 'fallback']);
  });

  test('what changes a backend never moves to another, even what is safe to repeat', async () => {
    const { id: healthy } = (await service.connector({ tenant: 'agency', name: 'Healthy store', kind: 'faiss', config: {} })) as { id: string };
    const closed = await freePort();
    const dead = await service.connector({ tenant: 'agency', name: 'Dead store', kind: 'chroma', is_default: true, config: { base_url: `http://127.0.0.1:${closed}`, timeout: 2 } });
    expect((await service.admin.put('/api/tenants/agency/vector_store/fallbacks', { connectors: [healthy] })).status).toBe(200);
    const records = [{ id: 'a', vector: [1, 2] }];
    expect((await service.admin.post(`/api/connectors/${healthy}/upsert`, { collection: 'docs', records })).status).toBe(200);
    const call = (operation: string, body: object) => service.admin.post(`/api/tenants/agency/vector_store/${operation}`, { collection: 'docs', ...body });
    expect(await call('upsert', { records: [{ id: 'b', vector: [3, 4] }] })).toMatchObject({ status: 502, body: { code: 'backend_unreachable' } });
    expect(await call('delete', { ids: ['a'] })).toMatchObject({ status: 502, body: { code: 'backend_unreachable' } });
    const found = await call('search', { vector: [1, 2], limit: 10 });
    expect([servedBy(found), (found.body as unknown as { matches: { id: string }[] }).matches.map(({ id }) => id)]).toEqual([['Healthy store', 'fallback'], ['a']]);
    await service.admin.delete(`/api/connectors/${String(dead['id'])}?successor=none`);
  });

  test('a request that is wrong is wrong everywhere', async () => {
    expect(await service.admin.post('/api/tenants/acme/api/read', { model: '' })).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });

  test('when none works, the answer names all that were tried', async () => {
    main.state.status = 503;
    second.state.status = 503;
    const answer = await read();
    second.state.status = 200;
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect((answer.body as { details: { tried: string[] } }).details.tried.sort()).toEqual(['dead', 'main', 'second']);
  });

  test('a connector that asks for it is checked when due, and tells when it fails and recovers', async () => {
    const connector = await service.connector({ tenant: 'agency', name: 'Watched', kind: 'api_rest', config: { base_url: main.url }, check_every_minutes: 5 });
    const id = String(connector['id']);
    const overdue = () => service.sql`update connectors set last_check = jsonb_set(last_check, '{checked_at}', '"2026-01-01T00:00:00Z"') where id = ${id}`;
    expect(connector['check_every_minutes']).toBe(5);
    expect(await service.patchbay.runDueChecks()).toBe(1);
    expect(await service.patchbay.runDueChecks()).toBe(0);
    main.state.status = 503;
    await overdue();
    expect(await service.patchbay.runDueChecks()).toBe(1);
    main.state.status = 200;
    await overdue();
    expect(await service.patchbay.runDueChecks()).toBe(1);
    const history = (await service.admin.get(`/api/connectors/${id}/checks`)).body as unknown as { checks: { ok: boolean }[] };
    expect(history.checks.map(({ ok }) => ok)).toEqual([true, false, true]);
    const events = await service.sql`select type from events where connector_id = ${id} and type like 'check.%' order by id`;
    expect(events.map(({ type }) => String(type))).toEqual(['check.failed', 'check.recovered']);
    await service.admin.patch(`/api/connectors/${id}`, { check_every_minutes: null });
    await overdue();
    expect(await service.patchbay.runDueChecks()).toBe(0);
  });

  test('a connector that cannot even be opened is a failed check, and not due again at once', async () => {
    const { id } = (await service.connector({ tenant: 'agency', name: 'Of a kind that is gone', kind: 'api_rest', config: { base_url: main.url }, check_every_minutes: 5 })) as { id: string };
    await service.sql`update connectors set kind = 'gone' where id = ${id}`;
    expect([await service.patchbay.runDueChecks(), await service.patchbay.runDueChecks()]).toEqual([1, 0]);
    const checks = await service.sql`select ok, error->>'code' as code from checks where connector_id = ${id}`;
    expect([...checks]).toEqual([{ ok: false, code: 'kind_not_found' }]);
  });
});
