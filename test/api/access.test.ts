/** Who is calling: API keys, and JWTs by a shared secret or by the issuer's published keys. */
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { expectProblem, must } from '../setup/client.ts';
import type { Client, Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

type CryptoKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

const issuer = 'https://identity.example.com';
const secret = new TextEncoder().encode('a-shared-secret-of-32-characters-or-more');

interface Claims { role?: unknown; tenant?: unknown; issuer?: string; audience?: string; expires?: string | number; subject?: string; algorithm?: string }

async function token(key: CryptoKey | Uint8Array, { role = 'viewer', tenant = 'acme', issuer: by = issuer, audience = 'patchbay', expires = '5m', subject = 'ada', algorithm = 'HS256' }: Claims = {}, kid?: string): Promise<string> {
  const jwt = new SignJWT({ ...(role !== null && { role }), ...(tenant !== null && { tenant }), name: 'Ada' }).setProtectedHeader({ alg: algorithm, ...(kid && { kid }) }).setIssuer(by).setAudience(audience);
  if (subject) jwt.setSubject(subject);
  if (expires) jwt.setExpirationTime(expires);
  return jwt.sign(key);
}

describe('keys', () => {
  let service: TestService;
  let admin: Client;
  beforeAll(async () => {
    service = await startTestService();
    admin = service.admin;
    await service.tenant('acme');
    await service.tenant('acme-east', { parent: 'acme' });
    await service.tenant('globex');
  });
  afterAll(() => service.stop());

  test('a key is shown once, works, is listed without itself, and is revoked at once', async () => {
    const { body: made, status } = await admin.post('/api/keys', { name: 'n8n', role: 'builder', tenant: 'acme', expires_at: '2099-01-01T00:00:00Z' });
    const view = {
      id: expect.any(String), name: 'n8n', role: 'builder', tenant_id: expect.any(String), prefix: made.key.slice(0, 7),
      created_at: expect.any(String), expires_at: '2099-01-01T00:00:00.000Z', last_used_at: null,
    };
    expect([status, made]).toEqual([201, { ...view, key: expect.stringMatching(/^pb_[\w-]{43}$/) }]);
    const client = service.client(made.key);
    expect(await must(client.get('/api/whoami'))).toEqual({ id: `key:${made.id}`, name: 'n8n', role: 'builder', tenant: { id: view.tenant_id, slug: 'acme', name: 'acme' } });
    const { keys } = await must(admin.get('/api/keys?tenant=acme'));
    expect(keys).toEqual([{ ...view, last_used_at: keys[0].last_used_at }]);
    expect(await must(admin.delete(`/api/keys/${made.id}`))).toEqual({ revoked: true });
    expectProblem(await client.get('/api/whoami'), 401, 'unauthenticated');
    expectProblem(await admin.delete(`/api/keys/${made.id}`), 404, 'not_found');
  });

  test('an admin makes keys for their own tenant and those below, up to their own role', async () => {
    const acme = await service.as('admin', 'acme');
    expect((await must(acme.post('/api/keys', { name: 'Own', role: 'admin' }))).tenant_id).toEqual((await must(admin.get('/api/tenants/acme'))).id);
    expect((await acme.post('/api/keys', { name: 'East', role: 'viewer', tenant: 'acme-east' })).status).toBe(201);
    expectProblem(await acme.post('/api/keys', { name: 'Globex', role: 'viewer', tenant: 'globex' }), 404, 'tenant_not_found');
    expectProblem(await acme.post('/api/keys', { name: 'All', role: 'viewer', tenant: null }), 403, 'forbidden', 'tenant');
    expectProblem(await acme.post('/api/keys', { name: 'God', role: 'platform_admin' }), 403, 'forbidden', 'role');
    expectProblem(await acme.delete(`/api/keys/${(await service.as('viewer')).key_id}`), 404, 'not_found');
    const { keys } = await must(acme.get('/api/keys'));
    expect(keys.map(({ name }: Json) => name)).toEqual(expect.arrayContaining(['Own', 'East']));
    expect(keys.some(({ tenant_id }: Json) => tenant_id === null)).toBe(false);
  });

  test('a platform admin’s key is for no tenant', async () => {
    expect(await must(admin.get('/api/whoami'))).toMatchObject({ role: 'platform_admin', tenant: null });
    expectProblem(await admin.post('/api/keys', { name: 'Odd', role: 'platform_admin', tenant: 'acme' }), 403, 'forbidden', 'role');
  });

  test('JWTs are not accepted where no issuer is set', async () => {
    expectProblem(await service.client(await token(secret)).get('/api/whoami'), 401, 'unauthenticated');
  });

  test('too many requests are told when to come back', async () => {
    const limited = await startTestService({ settings: { PATCHBAY_RATE_LIMIT: '1' } });
    try {
      const answers = await Promise.all(Array.from({ length: 40 }, () => limited.admin.get('/api/whoami')));
      const refused = answers.find(({ status }) => status === 429)!;
      expectProblem(refused, 429, 'rate_limited');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect((await limited.client().get('/healthz')).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });
});

describe('JWTs by a shared secret', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ settings: { PATCHBAY_JWT_ISSUER: issuer, PATCHBAY_JWT_SECRET: new TextDecoder().decode(secret) } });
    await service.tenant('acme');
  });
  afterAll(() => service.stop());

  test('role and tenant come from its claims', async () => {
    expect(await must(service.client(await token(secret)).get('/api/whoami'))).toEqual({ id: 'jwt:ada', name: 'Ada', role: 'viewer', tenant: { id: expect.any(String), slug: 'acme', name: 'acme' } });
    expect(await must(service.client(await token(secret, { role: 'platform_admin', tenant: null })).get('/api/whoami'))).toMatchObject({ role: 'platform_admin', tenant: null });
  });

  test.each<[string, Claims]>([
    ['of another issuer', { issuer: 'https://evil.example.com' }], ['for another audience', { audience: 'others' }], ['expired', { expires: 1 }], ['without an expiry', { expires: '' }],
    ['without a subject', { subject: '' }], ['without a role', { role: null }], ['of an unknown role', { role: 'god' }], ['with a role that is no text', { role: ['admin'] }],
    ['without a tenant', { tenant: null }], ['of an unknown tenant', { tenant: 'nobody' }], ['by another algorithm', { algorithm: 'HS512' }],
  ])('one %s is refused', async (_what, claims) => {
    expectProblem(await service.client(await token(secret, claims)).get('/api/whoami'), 401, 'unauthenticated');
  });

  test('one of another secret, changed, or unsigned is refused', async () => {
    const good = await token(secret);
    const [header, , signature] = good.split('.');
    const claims = Buffer.from(JSON.stringify({ iss: issuer, aud: 'patchbay', sub: 'eve', exp: 4e9, role: 'platform_admin' })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const bad of [await token(new TextEncoder().encode('another-secret-of-32-characters-or-more')), `${header}.${claims}.${signature}`, `${none}.${claims}.`, `${none}.${claims}.x`]) {
      expectProblem(await service.client(bad).get('/api/whoami'), 401, 'unauthenticated');
    }
  });
});

describe('JWTs by the issuer’s published keys', () => {
  let service: TestService;
  let identity: HttpPeer;
  const published: Json[] = [];
  const publish = async (kid: string, algorithm: string) => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
    published.push({ ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' });
    return privateKey;
  };
  let first: CryptoKey;
  beforeAll(async () => {
    first = await publish('first', 'ES256');
    identity = await startHttpPeer(() => ({ body: { keys: published } }));
    service = await startTestService({ settings: { PATCHBAY_JWT_ISSUER: issuer, PATCHBAY_JWT_JWKS_URL: `${identity.url}/jwks` } });
    await service.tenant('acme');
  });
  afterAll(async () => {
    await service.stop();
    await identity.stop();
  });

  test('one that such a key has signed is accepted, by keys fetched once', async () => {
    for (let count = 0; count < 3; count += 1) {
      expect((await service.client(await token(first, { algorithm: 'ES256' }, 'first')).get('/api/whoami')).status).toBe(200);
    }
    expect(identity.received).toHaveLength(1);
  });

  test('a public key is never taken for a shared secret', async () => {
    const disguised = await token(new TextEncoder().encode(JSON.stringify(published[0])), { algorithm: 'HS256' }, 'first');
    expectProblem(await service.client(disguised).get('/api/whoami'), 401, 'unauthenticated');
  });

  test('one of a key that is not published is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    expectProblem(await service.client(await token(privateKey, { algorithm: 'ES256' }, 'first')).get('/api/whoami'), 401, 'unauthenticated');
    expectProblem(await service.client(await token(privateKey, { algorithm: 'ES256' }, 'other')).get('/api/whoami'), 401, 'unauthenticated');
  });
});
