import path from 'node:path';
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { startOAuthPeer } from '../peers/oauth.ts';
import type { OAuthPeer } from '../peers/oauth.ts';
import { freePort, startServer } from '../peers/process.ts';
import { createClient, expectProblem, must } from '../setup/client.ts';
import type { Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

let service: TestService;
let provider: OAuthPeer;
let backend: HttpPeer;
let number = 0;

beforeAll(async () => {
  service = await startTestService({ settings: { PATCHBAY_CHECK_HISTORY_DAYS: '1' } });
  await service.tenant('acme');
  await service.tenant('globex');
});
afterAll(() => service.stop());
beforeEach(async () => {
  provider = await startOAuthPeer();
  backend = await startHttpPeer(({ headers }) => (provider.isValid(headers.authorization) ? { body: { ok: true } } : { status: 401, body: { message: 'no' } }));
});
afterEach(async () => {
  await backend.stop();
  await provider.stop();
});

const configOf = (more: object = {}) => ({
  base_url: backend.url, authentication: 'oauth2_authorization_code', authorization_url: provider.authorization_url, token_url: provider.token_url,
  client_id: provider.client_id, client_secret: provider.client_secret, scopes: 'openid mail.send', ...more,
});
const connector = async (more: object = {}): Promise<Json> => service.connector({ tenant: 'acme', kind: 'api_rest', name: `Shop ${(number += 1)}`, config: configOf(more) });
const call = (id: string, client = service.admin) => client.post(`/api/connectors/${id}/request`, { path: '/x' });
const connection = (id: string) => must(service.admin.get(`/api/connectors/${id}/connection`));

/** A browser that keeps its cookie and follows nothing by itself. */
function browser() {
  let cookie = '';
  return {
    async open(url: string, method = 'GET') {
      const response = await fetch(url, { method, redirect: 'manual', headers: cookie ? { cookie } : {} });
      cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
      return { status: response.status, headers: response.headers, location: response.headers.get('location') ?? '', text: await response.text() };
    },
  };
}

/** Goes the whole way. @returns the page at its end */
async function connect(id: string) {
  const { connect_url } = await must(service.admin.post(`/api/connectors/${id}/connect`));
  const person = browser();
  const { location } = await person.open(connect_url);
  return person.open((await person.open(location)).location);
}

describe('a connect link', () => {
  test('leads to the provider and back, with PKCE and a state; the connector then works', async () => {
    const { id, version } = await connector();
    expect(await connection(id)).toEqual({
      grant: 'authorization_code', connected: false, account: null, scopes: [], expires_at: null, connected_at: null, refreshed_at: null, last_error: null, link_expires_at: null, redirect_uri: `${service.url}/oauth/callback`,
    });
    expectProblem(await call(id), 502, 'oauth_reconnect_required');

    const made = await must(service.admin.post(`/api/connectors/${id}/connect`));
    expect(made).toEqual({ connect_url: expect.stringMatching(/\/oauth\/connect\/[\w-]{43}$/), expires_at: expect.any(String), redirect_uri: `${service.url}/oauth/callback` });
    expect((await connection(id)).link_expires_at).toBe(made.expires_at);
    const person = browser();
    const away = await person.open(made.connect_url);
    expect([away.status, away.headers.get('referrer-policy'), away.headers.get('cache-control')]).toEqual([303, 'no-referrer', 'no-store']);
    expect(away.headers.getSetCookie()[0]).toMatch(/^patchbay-connect=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=1800$/);
    expect(Object.fromEntries(new URL(away.location).searchParams)).toEqual({
      response_type: 'code', client_id: provider.client_id, redirect_uri: made.redirect_uri, scope: 'openid mail.send', state: expect.any(String),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/), code_challenge_method: 'S256',
    });
    const page = await person.open((await person.open(away.location)).location);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'/);
    expect(page.text).toContain('is connected as ada@example.com.');
    expect(page.text).toContain(`<a href="/connectors/${id}">`);
    expect(page.text).not.toMatch(/<script/i);

    expect((await call(id)).status).toBe(200);
    expect(await connection(id)).toMatchObject({ connected: true, account: 'ada@example.com', scopes: ['openid', 'mail.send'], expires_at: expect.any(String), connected_at: expect.any(String), last_error: null, link_expires_at: null });
    expect((await must(service.admin.get(`/api/connectors/${id}`))).version).toBe(version + 1);
    expect(provider.grants).toEqual(['authorization_code']);
    const { events } = await must(service.admin.get('/api/audit?tenant=acme&limit=1'));
    expect(events[0]).toMatchObject({ action: 'connector.connected', resource: { id } });
  });

  test('is good once, and only in the browser that opened it', async () => {
    const { id } = await connector();
    const { connect_url } = await must(service.admin.post(`/api/connectors/${id}/connect`));
    const person = browser();
    expect((await person.open(connect_url, 'HEAD')).status).toBe(200);
    const { location } = await person.open(connect_url);
    const again = await browser().open(connect_url);
    expect([again.status, again.text]).toEqual([404, expect.stringContaining('This link is not valid any more')]);
    const back = (await person.open(location)).location;
    expect((await browser().open(back)).status).toBe(404);
    expect((await person.open(back)).status).toBe(200);
    expect((await person.open(back)).status).toBe(404);
    expect(provider.grants).toEqual(['authorization_code']);
  });

  test('ends by time', async () => {
    const { id } = await connector();
    const { connect_url } = await must(service.admin.post(`/api/connectors/${id}/connect`));
    await service.sql`update oauth_attempts set expires_at = now() - interval '1 second' where connector_id = ${id}`;
    expect((await browser().open(connect_url)).status).toBe(404);
  });

  test('is void once the destination has changed', async () => {
    const { id } = await connector();
    const other = await startHttpPeer(() => ({ body: {} }));
    const { connect_url } = await must(service.admin.post(`/api/connectors/${id}/connect`));
    const { connect_url: second } = await must(service.admin.post(`/api/connectors/${id}/connect`));
    const person = browser();
    const { location } = await person.open(second);
    await must(service.admin.patch(`/api/connectors/${id}`, { config: { base_url: other.url, client_secret: provider.client_secret } }));
    for (const page of [await browser().open(connect_url), await person.open((await person.open(location)).location)]) {
      expect([page.status, page.text]).toEqual([409, expect.stringContaining('The connector was changed after this link was made')]);
    }
    expect(provider.grants).toEqual([]);
    await other.stop();
  });

  test('tells a refusal, and escapes whatever stands in an address', async () => {
    const { id } = await connector();
    provider.behave({ refuses: true });
    const page = await connect(id);
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('Access was not granted.')]);
    // Whoever made the link may be somebody else.
    expect(await connection(id)).toMatchObject({ connected: false, link_expires_at: null, last_error: { code: 'forbidden', message: 'Access was not granted.' } });
    expect(expectProblem(await call(id), 502, 'oauth_reconnect_required').detail).toBe('No account is connected yet.');
    provider.behave({ refuses: false });
    await connect(id);
    expect(await connection(id)).toMatchObject({ connected: true, last_error: null });
    // An account that is connected stays so.
    provider.behave({ refuses: true });
    expect((await connect(id)).status).toBe(403);
    expect(await connection(id)).toMatchObject({ connected: true, last_error: null });
    expect((await call(id)).status).toBe(200);
    const forged = await browser().open(`${service.url}/oauth/callback?state=x&error=${encodeURIComponent('<script>alert(1)</script>')}`);
    expect([forged.status, forged.text.includes('alert(1)')]).toEqual([404, false]);
    expect((await browser().open(`${service.url}/oauth/connect/${encodeURIComponent('<b>')}`)).text).not.toContain('<b>');
  });

  test('is made by admins of the tenant alone, where there is something to connect', async () => {
    const { id } = await connector();
    const [builder, foreign] = await Promise.all([service.as('builder', 'acme'), service.as('admin', 'globex')]);
    expectProblem(await builder.post(`/api/connectors/${id}/connect`), 403, 'forbidden');
    expectProblem(await builder.delete(`/api/connectors/${id}/connection`), 403, 'forbidden');
    expectProblem(await foreign.post(`/api/connectors/${id}/connect`), 404, 'connector_not_found');
    expectProblem(await foreign.get(`/api/connectors/${id}/connection`), 404, 'connector_not_found');
    const plain = await service.connector({ tenant: 'acme', kind: 'api_rest', name: 'Plain', config: { base_url: backend.url } });
    expectProblem(await service.admin.post(`/api/connectors/${plain.id}/connect`), 409, 'conflict');
    const robot = await connector({ authentication: 'oauth2_client_credentials' });
    expectProblem(await service.admin.post(`/api/connectors/${robot.id}/connect`), 409, 'conflict');
  });
});

describe('tokens', () => {
  test('are encrypted, bound to their connector, and in no log', async () => {
    const [{ id }, other] = [await connector(), await connector()];
    await connect(id);
    const [row] = await service.sql`select * from oauth_tokens where connector_id = ${id}`;
    expect(JSON.stringify(row)).not.toMatch(/access-|refresh-/);
    expect(service.logs()).not.toMatch(/access-[\w-]{20}|refresh-[\w-]{20}|code-[\w-]{20}/);
    await service.sql`insert into oauth_tokens ${service.sql({ ...row, connector_id: other.id } as never)}`;
    const [same] = await service.sql`select fingerprint from oauth_tokens where connector_id = ${other.id}`;
    expect(same!['fingerprint']).toBe(row!['fingerprint']);
    expectProblem(await call(other.id), 502, 'oauth_reconnect_required');
    expect((await call(id)).status).toBe(200);
  });

  test.each([
    ['base_url', () => ({ base_url: `${backend.url}/other` })],
    ['token_url', () => ({ token_url: `${provider.token_url}?x=1` })],
    ['client_id', () => ({ client_id: 'another' })],
  ])('are void under another %s', async (_field, change) => {
    const { id } = await connector();
    await connect(id);
    await must(service.admin.patch(`/api/connectors/${id}`, { config: { ...change(), client_secret: provider.client_secret } }));
    expect((await connection(id)).connected).toBe(false);
    expectProblem(await call(id), 502, 'oauth_reconnect_required');
    expect(backend.received).toHaveLength(0);
  });

  test('stay where nothing of it has changed', async () => {
    const { id } = await connector();
    await connect(id);
    await must(service.admin.patch(`/api/connectors/${id}`, { name: `Renamed ${id}`, config: { timeout: 20 } }));
    expect((await call(id)).status).toBe(200);
    expect(provider.grants).toEqual(['authorization_code']);
  });

  test('are forgotten on request, and with their connector', async () => {
    const { id } = await connector();
    await connect(id);
    expect((await call(id)).status).toBe(200);
    await must(service.admin.delete(`/api/connectors/${id}/connection`));
    expectProblem(await call(id), 502, 'oauth_reconnect_required');
    await connect(id);
    expect((await call(id)).status).toBe(200);
    await must(service.admin.delete(`/api/connectors/${id}`));
    expect(await service.sql`select * from oauth_tokens where connector_id = ${id}`).toHaveLength(0);
  });

  test('of a config that is not saved are kept nowhere', async () => {
    const before = await service.rows();
    const config = configOf({ authentication: 'oauth2_refresh_token', refresh_token: provider.refresh_token });
    expect((await service.admin.post('/api/connectors/catalog/api_rest/request', { path: '/x', config })).status).toBe(200);
    expectProblem(await service.admin.post('/api/connectors/catalog/api_rest/request', { path: '/x', config: configOf() }), 502, 'oauth_reconnect_required');
    expect(await service.rows()).toEqual(before);
  });

  test('are neither used nor replaced by a test of another config', async () => {
    const { id } = await connector({ authentication: 'oauth2_refresh_token', refresh_token: provider.refresh_token });
    expect((await call(id)).status).toBe(200);
    const [before] = await service.sql`select * from oauth_tokens where connector_id = ${id}`;
    const tried = await must(service.admin.post(`/api/connectors/${id}/test`, { config: { client_id: 'another' } }));
    expect(tried).toMatchObject({ ok: false, error: { code: 'backend_authentication_failed' } });
    expect(await must(service.admin.post(`/api/connectors/${id}/test`, { config: { timeout: 9, test_path: '/y' } }))).toMatchObject({ ok: true });
    expect((await service.sql`select * from oauth_tokens where connector_id = ${id}`)[0]).toEqual(before);
  });
});

describe('a refresh', () => {
  /** Connected, its token expired. */
  const stale = async (): Promise<string> => {
    provider.behave({ lifetime: 0.001 });
    const { id } = await connector();
    await connect(id);
    provider.behave({ lifetime: 3600 });
    provider.grants.splice(0);
    return id;
  };

  test('happens once for ten calls at the same time, over two processes', async () => {
    const id = await stale();
    const main = path.resolve(import.meta.dirname, '../../control-plane/src/cli/main.ts');
    const processes = await Promise.all([0, 1].map(async () => {
      const port = await freePort();
      const environment = {
        ...process.env, NODE_OPTIONS: '', DATABASE_URL: service.database_url, PATCHBAY_MASTER_KEY: service.master_key, PATCHBAY_PORT: String(port), PATCHBAY_EGRESS_ALLOW: '127.0.0.0/8',
      };
      return { port, server: await startServer(process.execPath, [main, 'serve'], { port, env: environment }) };
    }));
    try {
      const gate = provider.hold();
      const answers = processes.flatMap(({ port }) => {
        const client = createClient(`http://127.0.0.1:${port}`, service.admin_key);
        return Array.from({ length: 5 }, () => call(id, client));
      });
      await gate.arrived;
      gate.release();
      expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
      expect(provider.grants).toEqual(['refresh_token']);
      expect(provider.reused).toBe(0);
      expect((await call(id)).status).toBe(200);
      expect(provider.grants).toHaveLength(1);
    } finally {
      await Promise.all(processes.map(({ server }) => server.stop()));
    }
  });

  test('keeps the rotated refresh token, each time', async () => {
    const id = await stale();
    provider.behave({ lifetime: 0.001 });
    for (let round = 0; round < 3; round += 1) expect((await call(id)).status).toBe(200);
    expect([provider.grants.length, provider.reused]).toEqual([3, 0]);
    // One that the provider keeps as it is.
    provider.behave({ rotates: false });
    for (let round = 0; round < 2; round += 1) expect((await call(id)).status).toBe(200);
    expect((await connection(id)).account).toBe('ada@example.com');
  });

  test('outlives the caller who asked for it', async () => {
    const id = await stale();
    const gate = provider.hold();
    const controller = new AbortController();
    const gone = service.admin.send('POST', `/api/connectors/${id}/request`, { body: { path: '/x' }, signal: controller.signal });
    await gate.arrived;
    controller.abort();
    await expect(gone).rejects.toThrow();
    gate.release();
    expect((await call(id)).status).toBe(200);
    expect([provider.grants, provider.reused]).toEqual([['refresh_token'], 0]);
  });

  test('that the provider refuses shows as a failed check, is not repeated, and is cured by connecting again', async () => {
    const id = await stale();
    provider.withdraw();
    const check = await must(service.admin.post(`/api/connectors/${id}/test`));
    expect(check).toMatchObject({ ok: false, error: { code: 'oauth_reconnect_required', fault: 'connector', retryable: false, hint: expect.stringContaining('/connect') } });
    expectProblem(await call(id), 502, 'oauth_reconnect_required');
    expect(provider.grants).toEqual(['refresh_token']);
    expect(await connection(id)).toMatchObject({ connected: false, last_error: { code: 'oauth_reconnect_required', message: expect.stringContaining('invalid_grant') } });
    expect(JSON.stringify(await connection(id))).not.toMatch(/refresh-/);
    expect((await must(service.admin.get(`/api/connectors/${id}`))).last_check).toMatchObject({ ok: false, error: { code: 'oauth_reconnect_required' } });
    await connect(id);
    expect((await call(id)).status).toBe(200);
    expect(await connection(id)).toMatchObject({ connected: true, last_error: null });
  });

  test('that the provider refuses in an ordinary call is a failed check too, told once', async () => {
    const id = await stale();
    provider.withdraw();
    for (let time = 0; time < 2; time += 1) expectProblem(await call(id), 502, 'oauth_reconnect_required');
    const failed = { ok: false, latency_ms: expect.any(Number), error: expect.objectContaining({ code: 'oauth_reconnect_required', hint: expect.stringContaining('/connect') }) };
    expect((await must(service.admin.get(`/api/connectors/${id}`))).last_check).toMatchObject(failed);
    expect((await must(service.admin.get(`/api/connectors/${id}/checks`))).checks).toEqual([expect.objectContaining(failed)]);
    expect((await must(service.admin.get(`/api/events?type=check.failed&connector=${id}`))).events).toMatchObject([{ connector: { id }, data: { error: { code: 'oauth_reconnect_required' } } }]);
    await connect(id);
    expect(await must(service.admin.post(`/api/connectors/${id}/test`))).toMatchObject({ ok: true });
    expect((await must(service.admin.get(`/api/events?type=check.recovered&connector=${id}`))).events).toHaveLength(1);
  });

  test('that fails is not tried again at once; a change of the connector is a new beginning', async () => {
    const id = await stale();
    provider.behave({ failure: { status: 503, body: 'down' } });
    expectProblem(await call(id), 503, 'backend_unavailable');
    const repeated = expectProblem(await call(id), 503, 'backend_unavailable');
    expect(repeated.retry_after).toBeGreaterThan(0);
    expect(provider.grants).toHaveLength(1);
    provider.behave({ failure: undefined });
    await must(service.admin.patch(`/api/connectors/${id}`, { config: { timeout: 25 } }));
    expect((await call(id)).status).toBe(200);
    expect(provider.grants).toHaveLength(2);
  });

  test('comes ahead of expiry, and while it fails the old token serves', async () => {
    const { id } = await connector();
    const person = browser();
    const { location } = await person.open((await must(service.admin.post(`/api/connectors/${id}/connect`))).connect_url);
    const back = (await person.open(location)).location;
    const now = Date.now;
    // The token was given out 56 minutes ago: it is good for four more.
    Date.now = () => now() - 56 * 60_000;
    try {
      expect((await person.open(back)).status).toBe(200);
    } finally {
      Date.now = now;
    }
    provider.behave({ failure: { status: 500 } });
    expect((await call(id)).status).toBe(200);
    expect((await call(id)).status).toBe(200);
    expect(provider.grants).toEqual(['authorization_code', 'refresh_token']);
    expect(await connection(id)).toMatchObject({ connected: true, last_error: { code: 'backend_error' } });
    provider.behave({ failure: undefined });
    await must(service.admin.patch(`/api/connectors/${id}`, { config: { timeout: 25 } }));
    expect((await call(id)).status).toBe(200);
    expect(provider.grants).toHaveLength(3);
    expect(await connection(id)).toMatchObject({ connected: true, last_error: null });
  });

  test('follows a token that the backend refuses before its time', async () => {
    const { id } = await connector();
    await connect(id);
    expect((await call(id)).status).toBe(200);
    provider.revokeAccess();
    expect((await call(id)).status).toBe(200);
    expect(provider.grants).toEqual(['authorization_code', 'refresh_token']);
  });

  test('of a process that died while it held the lease is taken over', async () => {
    const id = await stale();
    await service.sql`update oauth_tokens set worker = gen_random_uuid(), worker_until = now() - interval '1 second' where connector_id = ${id}`;
    expect((await call(id)).status).toBe(200);
    expect(provider.grants).toEqual(['refresh_token']);
  });

  test('without a refresh token is not possible', async () => {
    provider.behave({ lifetime: 0.001, withholds: true });
    const { id } = await connector();
    await connect(id);
    expect(expectProblem(await call(id), 502, 'oauth_reconnect_required').detail).toContain('gave no refresh token');
    expect(provider.grants).toEqual(['authorization_code']);
  });
});

test('works with a server that others have written', async () => {
  const port = await freePort();
  const program = path.resolve(import.meta.dirname, '../../node_modules/oauth2-mock-server/dist/oauth2-mock-server.mjs');
  const server = await startServer(process.execPath, [program, '-a', '127.0.0.1', '-p', String(port)], { port, env: { ...process.env, NODE_OPTIONS: '' } });
  const issuer = `http://127.0.0.1:${port}`;
  const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: { kid: string }[] };
  const guarded = await startHttpPeer(({ headers }) => {
    const [head = ''] = (headers.authorization ?? '').replace('Bearer ', '').split('.');
    return JSON.parse(Buffer.from(head, 'base64url').toString() || '{}').kid === keys[0]!.kid ? { body: {} } : { status: 401 };
  });
  const config = { base_url: guarded.url, authorization_url: `${issuer}/authorize`, token_url: `${issuer}/token`, client_id: 'patchbay', client_secret: 'a secret/with:signs', scopes: 'openid' };
  try {
    for (const authentication of ['oauth2_client_credentials', 'oauth2_authorization_code']) {
      const { id } = await service.connector({ tenant: 'acme', kind: 'api_rest', name: `Foreign ${authentication}`, config: { ...config, authentication } });
      if (authentication === 'oauth2_authorization_code') expect((await connect(id)).text).toContain('The account is connected');
      expect((await call(id)).status).toBe(200);
      expect(await connection(id)).toMatchObject({ connected: true, scopes: [expect.any(String)] });
    }
  } finally {
    await guarded.stop();
    await server.stop();
  }
});
