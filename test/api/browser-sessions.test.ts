/** Sign-in to the admin UI: by key, by an OpenID Connect provider, and what keeps foreign pages out. */
import { startIdentityProvider } from '../peers/identity-provider.ts';
import { expectProblem, must } from '../setup/client.ts';
import type { Answer } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

const own = { 'patchbay-request': 'ui' };
const cookieOf = (answer: { headers: Headers }): string => answer.headers.getSetCookie().map((line) => line.split(';')[0]!).find((pair) => pair.startsWith('patchbay='))!;

let service: TestService;
const signIn = (key: string, headers: Record<string, string> = own): Promise<Answer> => service.client().send('POST', '/api/session', { body: { key }, headers });

describe('by key', () => {
  beforeAll(async () => {
    service = await startTestService();
    await service.tenant('acme');
  });
  afterAll(() => service.stop());

  test('gives a cookie that no script reads, which has the key’s rights and no more', async () => {
    const viewer = await service.as('viewer', 'acme');
    const answer = await signIn(viewer.key!);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ role: 'viewer', tenant: { slug: 'acme' }, permissions: expect.arrayContaining(['connectors:read']) });
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^patchbay=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/)]);
    const headers = { cookie: cookieOf(answer), ...own };
    expect((await service.client().send('GET', '/api/whoami', { headers })).body).toMatchObject({ id: `key:${viewer.key_id}`, role: 'viewer' });
    expect((await service.client().send('GET', '/api/session', { headers })).body).toMatchObject({ session: { id: `key:${viewer.key_id}` }, sign_in: ['key'] });
    expectProblem(await service.client().send('POST', '/api/tenants', { headers, body: { slug: 'x', name: 'x' } }), 403, 'forbidden');
    const [{ hash }] = await service.sql<[{ hash: string }]>`select hash from browser_sessions where key_id = ${viewer.key_id}`;
    expect(headers.cookie).not.toContain(hash);
  });

  test('a wrong key opens nothing', async () => {
    const answer = await signIn('pb_nothing');
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  test('ends with sign-out, with the key, and with time', async () => {
    const keys = await Promise.all([service.as('admin', 'acme'), service.as('admin', 'acme'), service.as('admin', 'acme')]);
    const cookies = await Promise.all(keys.map(async ({ key }) => cookieOf(await signIn(key!))));
    const get = (cookie: string) => service.client().send('GET', '/api/whoami', { headers: { cookie } });
    for (const cookie of cookies) expect((await get(cookie)).status).toBe(200);
    const out = await service.client().send('DELETE', '/api/session', { headers: { cookie: cookies[0]!, ...own } });
    expect(out.headers.getSetCookie()).toEqual(['patchbay=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0']);
    await must(service.admin.delete(`/api/keys/${keys[1]!.key_id}`));
    await service.sql`update browser_sessions set expires_at = now() where key_id = ${keys[2]!.key_id}`;
    for (const cookie of cookies) expectProblem(await get(cookie), 401, 'unauthenticated');
    expect((await service.client().send('GET', '/api/session', { headers: { cookie: cookies[0]! } })).body.session).toBeNull();
  });

  test('a page of another origin changes nothing', async () => {
    const cookie = cookieOf(await signIn(service.admin_key));
    const attempts: Record<string, string>[] = [
      { cookie },
      { cookie, ...own, origin: 'https://evil.example' },
      { cookie, ...own, 'sec-fetch-site': 'same-site' },
      { cookie, ...own, origin: 'null' },
    ];
    for (const headers of attempts) {
      expectProblem(await service.client().send('POST', '/api/tenants', { headers, body: { slug: 'evil', name: 'evil' } }), 403, 'forbidden');
    }
    expectProblem(await signIn(service.admin_key, {}), 403, 'forbidden');
    expectProblem(await service.client().send('DELETE', '/api/session', { headers: { cookie } }), 403, 'forbidden');
    const mine = { cookie, ...own, origin: service.url, 'sec-fetch-site': 'same-origin' };
    expect((await service.client().send('POST', '/api/tenants', { headers: mine, body: { slug: 'mine', name: 'mine' } })).status).toBe(201);
    expect((await service.admin.get('/api/tenants/evil')).status).toBe(404);
  });
});

test('behind https the cookie is bound to the host', async () => {
  service = await startTestService({ settings: { PATCHBAY_PUBLIC_URL: 'https://patchbay.example' } });
  try {
    const answer = await signIn(service.admin_key, { ...own, origin: 'https://patchbay.example' });
    expect(answer.headers.getSetCookie()).toEqual([expect.stringMatching(/^__Host-patchbay=.*; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/)]);
  } finally {
    await service.stop();
  }
});

describe.each([{ small_tokens: false }, { small_tokens: true }])('by an OpenID Connect provider ($small_tokens)', ({ small_tokens }) => {
  let stop: () => Promise<void>;

  beforeAll(async () => {
    // The provider has to know the service’s address, and the service the provider’s: the callback is told last.
    const callback = 'https://patchbay.example/api/session/provider/callback';
    const peer = await startIdentityProvider({
      callback, small_tokens,
      people: { ada: { name: 'Ada', role: 'admin', tenant: 'acme' }, root: { name: 'Root', role: 'platform_admin' }, bob: { name: 'Bob' }, eve: { role: 'admin', tenant: 'nowhere' } },
    });
    service = await startTestService({
      settings: {
        PATCHBAY_PUBLIC_URL: 'https://patchbay.example', PATCHBAY_OIDC_ISSUER: peer.issuer, PATCHBAY_OIDC_CLIENT_ID: peer.client_id, PATCHBAY_OIDC_CLIENT_SECRET: peer.client_secret,
      },
    });
    await service.tenant('acme');
    stop = async () => {
      await service.stop();
      await peer.stop();
    };
  });
  afterAll(() => stop());

  /** Follows the redirects as a browser would, with its cookies, up to the service’s own last answer. */
  async function walk(login: string, tamper: (callback: URL) => void = () => undefined): Promise<{ location: string; cookies: Map<string, string> }> {
    const cookies = new Map<string, string>();
    let next: URL = new URL('/api/session/provider?return_to=/defaults%3Fsearch%3Dx', service.url);
    let form: URLSearchParams | undefined;
    for (let steps = 0; steps < 12; steps += 1) {
      const isOurs = next.origin === 'https://patchbay.example' || next.origin === service.url;
      const target = isOurs ? new URL(next.pathname + next.search, service.url) : next;
      const response: Response = await fetch(target, {
        redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }, ...(form && { method: 'POST', body: form }),
      });
      form = undefined;
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
        if (value === '') cookies.delete(name!);
        else cookies.set(name!, value!);
      }
      const location = response.headers.get('location');
      if (location === null) {
        next = new URL(/action="([^"]+)"/.exec(await response.text())![1]!, next);
        form = new URLSearchParams({ prompt: 'login', login, password: 'any' });
        continue;
      }
      if (isOurs && location.startsWith('/')) return { location, cookies };
      next = new URL(location, next);
      if (next.origin === 'https://patchbay.example') tamper(next);
    }
    throw new Error('The sign-in went in circles');
  }

  test('the claims give role and tenant, and the browser goes back to where it came from', async () => {
    const { location, cookies } = await walk('ada');
    expect(location).toBe('/defaults?search=x');
    expect([...cookies.keys()].filter((name) => name.includes('patchbay'))).toEqual(['__Host-patchbay']);
    const { body } = await service.client().send('GET', '/api/session', { headers: { cookie: `__Host-patchbay=${cookies.get('__Host-patchbay')}` } });
    expect(body).toMatchObject({ session: { id: 'oidc:ada', name: 'Ada', role: 'admin', tenant: { slug: 'acme' } }, sign_in: ['provider', 'key'] });
    expect((await walk('root')).location).toBe('/defaults?search=x');
  });

  test('who has no role or no known tenant is told, and not let in', async () => {
    for (const login of ['bob', 'eve']) {
      const { location, cookies } = await walk(login);
      expect({ login, location, cookie: cookies.get('__Host-patchbay') }).toEqual({ login, location: '/sign-in?problem=forbidden', cookie: undefined });
    }
  });

  test('an answer that belongs to no attempt, or to another one, is refused', async () => {
    const forged = await walk('ada', (callback) => callback.searchParams.set('state', 'another'));
    expect(forged.location).toBe('/sign-in?problem=unauthenticated');
    const stray = await fetch(`${service.url}/api/session/provider/callback?code=x&state=y`, { redirect: 'manual' });
    expect(stray.headers.get('location')).toBe('/sign-in?problem=expired');
    const away = await fetch(`${service.url}/api/session/provider?return_to=//evil.example`, { redirect: 'manual' });
    const attempt = /patchbay-sign-in=([^;]+)/.exec(away.headers.get('set-cookie')!)![1]!;
    expect(JSON.parse(Buffer.from(attempt, 'base64url').toString())).toMatchObject({ return_to: '/' });
  });
});
