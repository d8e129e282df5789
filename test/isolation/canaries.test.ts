/** Secrets are planted wherever one can be given; then everything that comes out of the service, or stays in it, is searched for them. */
import { randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { freePort } from '../peers/process.ts';
import { startBadServer } from '../peers/proxy.ts';
import type { BadServer } from '../peers/proxy.ts';
import { createClient } from '../setup/client.ts';
import type { Answer, Client, Json, SendOptions } from '../setup/client.ts';
import { sampleOf } from '../setup/samples.ts';
import { backendConfig, startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

const issuer = 'https://identity.example.com';
const planted = new Map<string, string>();
/** A secret that looks like nothing else. @param what for the report */
function canary(what: string): string {
  const value = `Canary${randomBytes(9).toString('hex')}`;
  planted.set(value, what);
  return value;
}
const jwtSecret = canary('the JWT secret').repeat(2);
const environmentValue = canary('an environment variable');

let service: TestService;
let echo: HttpPeer;
let silent: BadServer;
let dead: number;
let recorder: (key?: string) => Client;
let catalog: Json[];
const outputs: { where: string; text: string }[] = [];

/** A client whose every answer is kept; what may hold a secret is sent past it. */
function recording(inner: Client): Client {
  const send = async (method: string, path: string, options?: SendOptions): Promise<Answer> => {
    const answer = await inner.send(method, path, options);
    outputs.push({ where: `${method} ${path} → ${answer.status}`, text: `${answer.text}\n${JSON.stringify([...answer.headers])}` });
    return answer;
  };
  return {
    key: inner.key, send, get: (path) => send('GET', path), post: (path, body) => send('POST', path, { body }), put: (path, body) => send('PUT', path, { body }),
    patch: (path, body) => send('PATCH', path, { body }), delete: (path) => send('DELETE', path),
  };
}

beforeAll(async () => {
  // It sends back whatever it was sent: headers, address and body, as careless backends do in their errors.
  echo = await startHttpPeer(({ headers, url, body }) => ({
    status: Number(url.searchParams.get('status') ?? /status-(\d+)/.exec(url.pathname)?.[1] ?? 401),
    headers: { 'x-echo': String(headers.authorization ?? headers['x-api-key'] ?? 'none'), location: `/?seen=${encodeURIComponent(String(headers.authorization))}` },
    body: { error: `refused ${JSON.stringify(headers)} ${url.href} ${body.toString()}` },
  }));
  silent = await startBadServer((socket) => void socket.resume());
  dead = await freePort();
  service = await startTestService({
    settings: { PATCHBAY_JWT_ISSUER: issuer, PATCHBAY_JWT_SECRET: jwtSecret, PATCHBAY_ENV_ALLOW: 'CANARY_*' }, environment: { CANARY_VALUE: environmentValue },
  });
  planted.set(service.master_key, 'the master key');
  planted.set(service.admin_key, 'the admin key');
  await service.tenant('acme');
  recorder = (key) => recording(createClient(service.url, key));
  catalog = (await service.admin.get('/api/connectors/catalog')).body.kinds;
});
afterAll(async () => {
  await service.stop();
  await Promise.all([echo.stop(), silent.stop()]);
});

/** A config of this kind with a canary in each secret field, that leads to 127.0.0.1. */
function configOf({ kind, config_schema: schema }: Json, port: number, authentication?: string): Record<string, unknown> {
  const url = `http://127.0.0.1:${port}`;
  const given: Record<string, unknown> = { host: '127.0.0.1', port, endpoint: url, base_url: url, url, webhook_url: url, timeout: 1, bucket: 'sample', region: 'us-east-1', ...(authentication && { authentication }) };
  const secrets = Object.entries<Json>(schema.properties).filter(([, property]) => property.writeOnly && (property.type ?? 'string') === 'string');
  const sample = sampleOf(schema, given) as Record<string, unknown>;
  return { ...sample, ...('username' in schema.properties && { username: 'someone' }), ...Object.fromEntries(secrets.map(([name]) => [name, canary(`${kind}.${name}`)])) };
}

test('every kind: created, shown, tested, used, changed, copied, deleted', async () => {
  const admin = recorder(service.admin_key);
  const created: string[] = [];
  const operations: Json[] = (await service.admin.get('/api/categories')).body.categories;
  await Promise.all(catalog.map(async (kind) => {
    const methods: (string | undefined)[] = kind.config_schema.properties.authentication?.enum ?? [undefined];
    for (const [index, authentication] of methods.entries()) {
      for (const port of [dead, echo.port, silent.port]) {
        const config = configOf(kind, port, authentication);
        const input = { tenant: 'acme', name: `${kind.kind} ${index} ${port}`, kind: kind.kind, config };
        const { status, body } = await admin.post('/api/connectors', input);
        const wrong = { ...input, name: 'wrong', config: { ...config, timeout: 'never' } };
        await admin.post('/api/connectors', wrong);
        if (status !== 201) continue;
        created.push(kind.kind);
        const path = `/api/connectors/${body.id}`;
        await Promise.all([
          admin.post('/api/connectors', input),
          admin.get(path),
          admin.post(`${path}/test`, {}),
          admin.post(`${path}/test`, { config: configOf(kind, port, authentication) }),
          admin.post(`/api/connectors/catalog/${kind.kind}/test`, { config }),
          admin.get(`${path}/models`),
          ...kind.operations.filter((name: string) => name !== 'test').flatMap((name: string) => {
            const definition = operations.find(({ category }) => category === kind.category).operations.find(({ operation }: Json) => operation === name);
            const given = { to: kind.category === 'messaging' ? '+4915112345678' : 'ada@example.com', text: 'hello', content: 'hello', path: '/status-500' };
            const sample = sampleOf(definition.input_schema, given) as Json;
            return [admin.post(`${path}/${name}`, sample), admin.post(`/api/connectors/catalog/${kind.kind}/${name}`, { ...sample, config })];
          }),
        ]);
        const secrets = Object.keys(config).filter((name) => planted.has(String(config[name])));
        await admin.patch(path, { config: Object.fromEntries(secrets.map((name) => [name, canary(`${kind.kind}.${name}, changed`)])) });
        await admin.patch(path, { config: { host: 'elsewhere.example.com', base_url: 'https://elsewhere.example.com' } });
        await admin.patch(path, { config: Object.fromEntries(secrets.map((name) => [name, { nested: canary(`${kind.kind}.${name}, mistyped`) }])) });
        await admin.get(`${path}/checks`);
        if (port === silent.port) await admin.delete(path);
      }
    }
  }));
  // Most kinds take what is made from their schema alone.
  expect(new Set(created).size).toBeGreaterThanOrEqual(Math.ceil(catalog.length / 2));
  await admin.get('/api/connectors?limit=1000');
}, 300_000);

test('a real server refuses a wrong password', async () => {
  const admin = recorder(service.admin_key);
  const config = { ...backendConfig(service.database_url), password: canary('a wrong password'), username: 'nobody-of-this-name', timeout: 5 };
  const { body: { id } } = await admin.post('/api/connectors', { tenant: 'acme', name: 'Real', kind: 'postgresql', config, is_default: true });
  await admin.post(`/api/connectors/${id}/test`, {});
  await admin.post('/api/tenants/acme/database/query', { query: 'select 1' });
  const right = backendConfig(service.database_url);
  if (right['password'] !== undefined) planted.set(String(right['password']), 'the database’s password');
  await admin.patch(`/api/connectors/${id}`, { config: { ...right, password: right['password'] ?? null } });
  expect((await admin.post('/api/tenants/acme/database/query', { query: 'select 1 as one' })).body).toEqual([{ one: 1 }]);
  await admin.post('/api/tenants/acme/database/query', { query: 'selec' });
});

test('a backend that repeats what it was sent', async () => {
  const admin = recorder(service.admin_key);
  for (const [authentication, fields] of Object.entries({ basic: ['username', 'password'], bearer: ['token'], api_key: ['api_key'] })) {
    for (const api_key_in of ['header', 'query']) {
      const config = { base_url: echo.url, authentication, api_key_in, timeout: 2, ...Object.fromEntries(fields.map((field) => [field, field === 'username' ? 'someone' : canary(`api_rest.${field}`)])) };
      const { body: { id } } = await admin.post('/api/connectors', { tenant: 'acme', name: `Echo ${authentication} ${api_key_in}`, kind: 'api_rest', config });
      for (const status of [301, 400, 401, 403, 404, 422, 429, 500, 503]) await admin.post(`/api/connectors/${id}/request`, { path: `/status-${status}`, method: 'POST', body: {} });
      await admin.post(`/api/connectors/${id}/read`, { model: '/status-500' });
      await admin.post(`/api/connectors/${id}/test`, {});
    }
  }
});

test('references, sources to import, and what is no config at all', async () => {
  const admin = recorder(service.admin_key);
  const { body: { id } } = await admin.post('/api/connectors', { tenant: 'acme', name: 'Reference', kind: 'api_rest', config: { base_url: echo.url, authentication: 'bearer', token: '$ENV:CANARY_VALUE', timeout: 2 } });
  await admin.get(`/api/connectors/${id}`);
  await admin.post(`/api/connectors/${id}/test`, {});
  await admin.post(`/api/connectors/${id}/request`, { path: '/status-500' });
  for (const { kind, has_import } of catalog) {
    if (!has_import) continue;
    const password = canary(`the password in a source for ${kind}`);
    // What is imported is given back to be reviewed; only refusals must not repeat it.
    for (const source of [`postgres://u:${password}@127.0.0.1/db`, `https://u:${password}@127.0.0.1/`, `nonsense ${password}`]) {
      const answer = await service.admin.post(`/api/connectors/catalog/${kind}/import_config`, { source });
      if (answer.status !== 200) outputs.push({ where: `import of ${kind}`, text: answer.text });
    }
  }
  await admin.post('/api/connectors', { tenant: 'acme', name: 'x', kind: canary('a kind'), password: canary('a member') }).then(() => outputs.pop());
  for (const body of [`{"config":{"password":"${canary('broken JSON')}"`, `[{"password":"${canary('a list')}"}]`]) await admin.send('POST', '/api/connectors', { body });
});

test('keys and tokens', async () => {
  const { key: viewerKey } = await service.as('viewer', 'acme');
  planted.set(viewerKey!, 'a key');
  const token = await new SignJWT({ role: 'admin', tenant: 'acme' }).setProtectedHeader({ alg: 'HS256' }).setSubject('ada').setIssuer(issuer).setAudience('patchbay').setExpirationTime('1m').sign(new TextEncoder().encode(jwtSecret));
  planted.set(token.split('.')[2]!, 'a JWT’s signature');
  for (const key of [viewerKey, token, `${token}x`, canary('an unknown key'), `${canary('half a JWT')}.${canary('half a JWT')}.x`]) {
    const client = recorder(key);
    for (const path of ['/api/whoami', '/api/connectors', '/api/keys', '/api/audit', '/api/tenants']) await client.get(path);
    await client.post('/api/connectors', { tenant: 'acme', name: 'No', kind: 'api_rest', config: { base_url: 'https://a.example', token: canary('a refused token') } });
  }
});

test('what the service says of itself', async () => {
  const admin = recorder(service.admin_key);
  for (const path of ['/metrics', '/openapi.json', '/healthz', '/readyz', '/docs', '/api/audit?limit=1000', '/api/tenants/acme/defaults', '/api/tenants/acme/api', '/api/connectors/catalog', '/api/keys']) {
    expect((await admin.get(path)).status).toBe(200);
  }
});

describe('none of them is found', () => {
  const found = (where: string, text: string): string[] => [...planted].flatMap(([secret, what]) =>
    [secret, Buffer.from(secret).toString('base64').replace(/=+$/, ''), Buffer.from(secret).toString('hex'), encodeURIComponent(secret)]
      .filter((form) => text.includes(form)).map(() => `${what} in ${where}`));

  test('though they were used: the backend saw them', () => {
    const received = echo.received.map(({ headers, url }) => JSON.stringify(headers) + url.href).join('\n');
    expect(found('what the backend received', received).length).toBeGreaterThan(10);
  });

  test('in any answer or its headers', () => {
    expect(outputs.length).toBeGreaterThan(300);
    expect(planted.size).toBeGreaterThan(100);
    expect(outputs.flatMap(({ where, text }) => found(where, text))).toEqual([]);
  });

  test('in the log', () => {
    const log = service.logs();
    expect(log.length).toBeGreaterThan(50_000);
    expect(found('the log', log)).toEqual([]);
  });

  test('in the database, audit events and checks included', async () => {
    const tables = await service.sql<{ name: string }[]>`select table_name as name from information_schema.tables where table_schema = 'public'`;
    let size = 0;
    for (const { name } of tables) {
      const dump = (await service.sql`select t::text as line from ${service.sql(name)} t`).map(({ line }) => line as string).join('\n');
      size += dump.length;
      expect(found(`the table ${name}`, dump)).toEqual([]);
    }
    expect(size).toBeGreaterThan(20_000);
  });
});
