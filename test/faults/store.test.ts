/** The service's own database goes and comes back; the service is asked to stop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { createTestDatabase } from '../setup/database.ts';
import { startBadServer } from '../peers/proxy.ts';
import { startProxy } from '../peers/proxy.ts';
import type { Proxy } from '../peers/proxy.ts';
import { freePort } from '../peers/process.ts';
import { createClient, expectProblem, must } from '../setup/client.ts';
import { newMasterKey, startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';
import { until } from '../setup/until.ts';

const rest = { kind: 'api_rest', config: { base_url: 'https://api.example.com' } };

describe('the database is lost', () => {
  let owner: TestService;
  let service: TestService;
  let proxy: Proxy;
  beforeAll(async () => {
    owner = await startTestService();
    const direct = new URL(owner.database_url);
    proxy = await startProxy({ host: direct.hostname, port: Number(direct.port || 5432) });
    const url = new URL(owner.database_url);
    url.port = String(proxy.port);
    url.hostname = '127.0.0.1';
    service = await startTestService({ database_url: url.href, master_key: owner.master_key });
    await owner.tenant('acme');
  });
  afterAll(async () => {
    await proxy.restore().catch(() => undefined);
    await service.stop();
    await proxy.stop();
    await owner.stop();
  });

  test('it says so, and works again by itself when the database is back', async () => {
    const first = await owner.connector({ tenant: 'acme', name: 'First', is_default: true, ...rest });
    expect((await must(service.admin.get('/api/tenants/acme/api'))).connector.id).toBe(first.id);
    await proxy.cut();
    expect(expectProblem(await service.admin.get('/readyz'), 503, 'unavailable')).toMatchObject({ fault: 'service', retryable: true, retry_after: 5 });
    expect((await service.admin.get('/healthz')).body.status).toBe('ok');
    const refused = await service.admin.get('/api/tenants');
    expectProblem(refused, 503, 'unavailable');
    expect(refused.headers.get('retry-after')).toBe('5');
    expectProblem(await service.admin.post('/api/tenants', { slug: 'lost', name: 'Lost' }), 503, 'unavailable');

    // Changed by another instance while this one was deaf.
    const second = await owner.connector({ tenant: 'acme', name: 'Second', ...rest });
    await must(owner.admin.post(`/api/connectors/${second.id}/make_default`));
    await proxy.restore();
    await until('readiness', async () => (await service.admin.get('/readyz')).status === 200);
    await until('the default that was set meanwhile', async () => (await service.admin.get('/api/tenants/acme/api')).body.connector?.id === second.id);
    expect((await owner.admin.get('/api/tenants/lost')).status).toBe(404);

    // It listens again: a change of another instance is heard, and does not wait for the cache to age.
    await must(owner.admin.post(`/api/connectors/${first.id}/make_default`));
    await until('the default that was set afterwards', async () => (await service.admin.get('/api/tenants/acme/api')).body.connector?.id === first.id);
  });

  test('a connection that breaks in a transaction leaves nothing half done', async () => {
    const before = await owner.rows();
    const pause = await owner.sql.reserve();
    await pause`begin`;
    await pause`lock table audit_events in exclusive mode`;
    const creating = service.admin.post('/api/connectors', { tenant: 'acme', name: 'Half', ...rest });
    await until('the insert of the audit event to wait', async () => (await owner.sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%audit_events%'`).length > 0);
    await proxy.cut();
    await pause`commit`;
    pause.release();
    expectProblem(await creating, 503, 'unavailable');
    await proxy.restore();
    await until('readiness', async () => (await service.admin.get('/readyz')).status === 200);
    expect(await owner.rows()).toEqual(before);
  });
});

test('a service that cannot read its keys does not start, says why, and leaves nothing open', async () => {
  const service = await startTestService();
  try {
    await service.tenant('acme');
    const sessions = async () => Number((await service.sql`select count(*) from pg_stat_activity where application_name = 'patchbay' and datname = current_database()`)[0]!['count']);
    const before = await sessions();
    await expect(startTestService({ database_url: service.database_url, master_key: newMasterKey() })).rejects.toThrow(/PATCHBAY_PREVIOUS_MASTER_KEYS/);
    await until('the end of its connections', async () => (await sessions()) <= before);
  } finally {
    await service.stop();
  }
});

test('asked to stop, it finishes what runs, takes nothing new, and ends with 0', async () => {
  const database = await createTestDatabase();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const backend = await startBadServer((socket) => void socket.once('data', () => {
    ask();
    void released.then(() => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"ok"'));
  }));
  const port = await freePort();
  const key = 'pb_stop_stop_stop_stop_stop_stop';
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../control-plane/src/cli/main.ts'), 'serve'], {
    env: {
      PATH: process.env['PATH'], DATABASE_URL: database.url, PATCHBAY_PORT: String(port), PATCHBAY_MASTER_KEY: newMasterKey(), PATCHBAY_ADMIN_KEY: key,
      PATCHBAY_EGRESS_ALLOW: '127.0.0.0/8', PATCHBAY_LOG_LEVEL: 'info',
    },
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => void (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (printed += chunk.toString()));
  const exited = once(child, 'exit');
  try {
    const client = createClient(`http://127.0.0.1:${port}`, key);
    await until('the service', () => printed.includes('Patchbay is ready'));
    expect(printed).not.toContain(key);
    const running = client.post('/api/connectors/catalog/api_rest/request', { config: { base_url: `http://127.0.0.1:${backend.port}` } });
    await asked;
    child.kill('SIGTERM');
    await until('refusal of new connections', () => refuses(port));
    release();
    const answer = await running;
    expect({ status: answer.status, body: answer.body.body, connection: answer.headers.get('connection') }).toEqual({ status: 200, body: 'ok', connection: 'close' });
    const stopping = Date.now();
    expect(await exited).toEqual([0, null]);
    // Ten seconds is the patience with callers that do not end; nobody is there to wait for.
    expect(Date.now() - stopping).toBeLessThan(8000);
  } finally {
    child.kill('SIGKILL');
    await backend.stop();
    await database.drop();
  }
});

async function refuses(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}
