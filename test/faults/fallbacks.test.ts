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
    return [get('patchbay-connector-name'), get('patchbay-resolution')];
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
});
