/** Backends that are dead, slow, refusing, half open or that die: a typed error in time, and nobody else waits. */
import http from 'node:http';
import { createTestDatabase } from '../setup/database.ts';
import type { TestDatabase } from '../setup/database.ts';
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { freePort } from '../peers/process.ts';
import { startBadServer, startSilentServer } from '../peers/proxy.ts';
import type { BadServer } from '../peers/proxy.ts';
import { expectProblem, must } from '../setup/client.ts';
import type { Client } from '../setup/client.ts';
import { backendConfig, startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';
import { until } from '../setup/until.ts';

let service: TestService;
let admin: Client;
let backend: TestDatabase;
let shop: HttpPeer;
const bad: Record<string, BadServer> = {};
let dead: number;

beforeAll(async () => {
  [service, backend] = await Promise.all([startTestService(), createTestDatabase()]);
  admin = service.admin;
  shop = await startHttpPeer(({ url }) => ({ status: Number(url.searchParams.get('status') ?? 200), body: { shop: 'open' } }));
  bad['silent'] = await startSilentServer();
  bad['closing'] = await startBadServer((socket) => socket.destroy());
  bad['half-open'] = await startBadServer((socket) => void socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\nContent-Type: application/json\r\n\r\n{"half":')));
  bad['babbling'] = await startBadServer((socket) => void socket.end('220 this is something else altogether\r\n'));
  dead = await freePort();
  await Promise.all(['acme', 'globex'].map((slug) => service.tenant(slug)));
  await service.connector({ tenant: 'globex', name: 'Shop', kind: 'api_rest', config: { base_url: shop.url }, is_default: true });
});
afterAll(async () => {
  await service.stop();
  await Promise.all([backend.drop(), shop.stop(), ...Object.values(bad).map((server) => server.stop())]);
});

const rest = (port: number, more: object = {}) => ({ kind: 'api_rest', config: { base_url: `http://127.0.0.1:${port}`, timeout: 1, ...more } });
const database = (port: number) => ({ kind: 'postgresql', config: { ...backendConfig(backend.url), port, timeout: 1 } });
const make = (name: string, input: object) => service.connector({ tenant: 'acme', name, ...input });

describe.each([
  ['api_rest', 'request', {}, rest],
  ['postgresql', 'query', { query: 'select 1' }, database],
] as const)('%s', (kind, operation, input, connectorTo) => {
  test.each([
    ['dead', () => dead, [502], /^backend_unreachable$/],
    ['silent', () => bad['silent']!.port, [504], /^backend_timeout$/],
    // A database's driver may try again for as long as it may.
    ['closing', () => bad['closing']!.port, kind === 'postgresql' ? [502, 504] : [502], /^backend_(unreachable|timeout)$/],
  ] as const)('a %s backend is a typed error for an operation, an outcome for a test', async (state, port, statuses, code) => {
    const { id } = await make(`${kind} ${state}`, connectorTo(port()));
    const saved = await admin.post(`/api/connectors/${id}/${operation}`, input);
    expect(statuses).toContain(saved.status);
    expect(expectProblem(saved, saved.status, saved.body.code)).toMatchObject({ code: expect.stringMatching(code), fault: 'backend', hint: expect.any(String), details: { connector: { id, kind, tenant: 'acme' } } });
    const check = await must(admin.post(`/api/connectors/${id}/test`, {}));
    expect(check).toEqual({ ok: false, latency_ms: expect.any(Number), error: expect.objectContaining({ code: expect.stringMatching(code) }) });
    const inline = await admin.post(`/api/connectors/catalog/${kind}/${operation}`, { ...input, config: connectorTo(port()).config });
    expect(statuses).toContain(inline.status);
    expect(expectProblem(inline, inline.status, inline.body.code).code).toMatch(code);
  });

  test('a backend that speaks something else is a typed error', async () => {
    const { id } = await make(`${kind} babbling`, connectorTo(bad['babbling']!.port));
    const answer = await admin.post(`/api/connectors/${id}/${operation}`, input);
    expect([502, 504]).toContain(answer.status);
    expect(answer.body.fault).toBe('backend');
  });
});

test('an answer that stops halfway is given up at the timeout', async () => {
  const { id } = await make('half open', rest(bad['half-open']!.port));
  expectProblem(await admin.post(`/api/connectors/${id}/request`, {}), 504, 'backend_timeout');
});

test.each([[401, 502, 'backend_authentication_failed'], [403, 502, 'backend_permission_denied'], [429, 503, 'backend_rate_limited'], [503, 503, 'backend_unavailable'], [500, 502, 'backend_error']] as const)(
  'HTTP %d of a backend is a typed error', async (status, answered, code) => {
    const { id } = await make(`status ${status}`, rest(shop.port, { timeout: 20 }));
    expectProblem(await admin.post(`/api/connectors/${id}/request`, { path: `/?status=${status}` }), answered, code);
  },
);

test('other tenants are answered while one waits for a backend that is slow', async () => {
  const slow = { timeout: 600 };
  const { id } = await make('slow', rest(bad['silent']!.port, slow));
  const { id: slowDatabase } = await make('slow database', { kind: 'postgresql', config: { ...database(bad['silent']!.port).config, ...slow } });
  const before = bad['silent']!.connections();
  const leaving = new AbortController();
  let ended = 0;
  // More of them than there are connections to the store, so that one held by each would be seen.
  const waiting = Array.from({ length: 40 }, (_, index) => {
    const [path, body] = index % 2 === 0 ? [`/api/connectors/${id}/request`, {}] : [`/api/connectors/${slowDatabase}/query`, { query: 'select 1' }];
    return admin.send('POST', path, { body, signal: leaving.signal }).finally(() => void (ended += 1));
  });
  const outcomes = Promise.allSettled(waiting);
  await until('slow calls', () => bad['silent']!.connections() >= before + 20);
  const quick = await Promise.all(Array.from({ length: 60 }, (_, index) =>
    (index % 3 === 0 ? admin.post('/api/tenants/globex/api/request', {}) : admin.get(index % 3 === 1 ? '/api/tenants/globex/api' : '/api/connectors?tenant=globex'))));
  expect(quick.find(({ status }) => status !== 200)?.body).toBeUndefined();
  expect(quick.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, () => 200));
  expect(ended).toBe(0);
  leaving.abort();
  await outcomes;
});

describe('streams', () => {
  let id: string;
  const running = async (marker: string): Promise<number | undefined> => {
    const [row] = await service.sql`select pid from pg_stat_activity where query like ${`%${marker}%`} and state = 'active' and pid <> pg_backend_pid()`;
    return row?.['pid'] as number | undefined;
  };
  /** Reads as a program would: line by line, and sees when the connection is cut. */
  const read = (query: string): { lines: string[]; request: http.ClientRequest; started: Promise<void>; ended: Promise<'complete' | 'cut'> } => {
    const lines: string[] = [];
    const { promise: started, resolve: start } = Promise.withResolvers<void>();
    const { promise: ended, resolve: end } = Promise.withResolvers<'complete' | 'cut'>();
    const request = http.request(`${service.url}/api/connectors/${id}/query`, {
      method: 'POST', headers: { authorization: `Bearer ${service.admin_key}`, 'content-type': 'application/json' },
    }, (response) => {
      let rest = '';
      response.on('data', (chunk: Buffer) => {
        start();
        const parts = (rest + chunk.toString()).split('\n');
        rest = parts.pop()!;
        lines.push(...parts);
      });
      response.on('error', () => undefined).on('close', () => end(response.complete ? 'complete' : 'cut'));
    });
    request.on('error', () => end('cut')).end(JSON.stringify({ query }));
    return { lines, request, started, ended };
  };
  beforeAll(async () => {
    ({ id } = await make('stream', { kind: 'postgresql', config: backendConfig(backend.url) }));
  });

  test('a caller that leaves in the middle ends the query at the backend', async () => {
    const { request, started } = read('select generate_series(1, 100000000) as i, repeat($$x$$, 200) as filler /* left-midway */');
    await started;
    expect(await running('left-midway')).toEqual(expect.any(Number));
    request.destroy();
    await until('the end of the query', async () => (await running('left-midway')) === undefined);
    expect((await admin.post(`/api/connectors/${id}/query`, { query: 'select 1 as one' })).body).toEqual([{ one: 1 }]);
  });

  test('a caller that leaves before the first row ends it too', async () => {
    const { request } = read('select pg_sleep(600) /* left-early */');
    await until('the query', () => running('left-early'));
    request.destroy();
    await until('the end of the query', async () => (await running('left-early')) === undefined);
  });

  test('a backend that dies in the middle leaves an error as the last line, and a cut connection', async () => {
    const { lines, started, ended } = read('select generate_series(1, 100000000) as i, repeat($$x$$, 200) as filler /* killed */');
    await started;
    await service.sql`select pg_terminate_backend(${await until('the query', () => running('killed'))})`;
    expect(await ended).toBe('cut');
    const last = JSON.parse(lines.at(-1)!) as unknown;
    expect(last).toEqual({ $error: expect.objectContaining({ code: expect.stringMatching(/^backend_/), request_id: expect.any(String), details: { connector: expect.objectContaining({ id }) } }) });
    expect(JSON.parse(lines[0]!)).toMatchObject({ i: 1 });
    expect((await admin.post(`/api/connectors/${id}/query`, { query: 'select 1 as one' })).body).toEqual([{ one: 1 }]);
  });
});
