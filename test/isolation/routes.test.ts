/**
 * Every route × every role × a foreign tenant, made from the service's own list of endpoints: whatever names
 * something foreign is refused, no list shows it, a role gets what the table of permissions says, and no more.
 */
import { SignJWT } from 'jose';
import { permissions, roles } from '../../control-plane/src/modules/access/index.ts';
import type { Endpoint, Permission, Role } from '../../control-plane/src/modules/access/index.ts';
import { must } from '../setup/client.ts';
import type { Answer, Client, Json } from '../setup/client.ts';
import { pathOf, sampleOf, schemaOf } from '../setup/samples.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';

const issuer = 'https://identity.example.com';
const secret = 'Canary-of-the-isolation-test-3c4d5e6f7a8b';
const rest = { kind: 'api_rest', config: { base_url: 'http://127.0.0.1:9', timeout: 1 } };
/** What needs no key, and why: what is asked about the service itself, signing in, where a browser is sent, what bears its own signature, and what only the holder of its address knows. */
const open = [/^get \/(healthz|readyz|metrics|openapi\.json)$/, /^\w+ \/api\/session(\/|$)/, /^get \/oauth\//, /^(get|post) \/hooks\/\{tenant\}\/\{connector\}$/, /^get \/media\/\{token\}$/];

/** What a tenant has, with the ids of each by its collection: `connectors`, `keys`, … */
interface Belongings { tenant: Json; connector: Json; viewer: Client; ids: Record<string, string> }

let service: TestService;
let endpoints: Endpoint[];
let globex: Belongings;
const callers: Partial<Record<Role, Client>> = {};

async function furnish(slug: string, parent?: string): Promise<Belongings> {
  const tenant = await service.tenant(slug, parent === undefined ? {} : { parent });
  const connector = await service.connector({ tenant: slug, name: `Connector of ${slug}`, is_default: true, ...rest });
  const viewer = await service.as('viewer', slug);
  await must(service.admin.post(`/api/connectors/${connector.id}/test`, {}));
  const subscription = await must(service.admin.post('/api/subscriptions', { tenant: slug, name: `Subscription of ${slug}`, url: 'http://127.0.0.1:9/' }));
  const { events } = await must(service.admin.get(`/api/events?tenant=${slug}`));
  const [delivery] = (await must(service.admin.post(`/api/events/${events[0].id}/replay`, { subscription: subscription.id }))).deliveries;
  return { tenant, connector, viewer, ids: { connectors: connector.id, keys: viewer.key_id, subscriptions: subscription.id, events: events[0].id, deliveries: delivery.id } };
}

beforeAll(async () => {
  service = await startTestService({ settings: { PATCHBAY_JWT_ISSUER: issuer, PATCHBAY_JWT_SECRET: secret } });
  endpoints = service.patchbay.endpoints;
  await furnish('acme');
  globex = await furnish('globex');
  await service.tenant('globex-below', { parent: 'globex' });
  for (const role of roles) {
    const token = await new SignJWT({ role, tenant: 'acme' }).setProtectedHeader({ alg: 'HS256' }).setSubject(role).setIssuer(issuer).setAudience('patchbay')
      .setExpirationTime('10m').sign(new TextEncoder().encode(secret));
    callers[role] = service.client(token);
  }
});
afterAll(() => service.stop());

/** Of what only a caller's request changes. */
async function rowsOf(): Promise<Record<string, number | undefined>> {
  const { tenants, connectors, api_keys, audit_events, subscriptions } = await service.rows();
  return { tenants, connectors, api_keys, audit_events, subscriptions };
}

const nameOf = ({ method, path }: Endpoint) => `${method} ${path}`;
const allows = (role: Role, permission: Permission) => (permissions[permission] as readonly Role[]).includes(role);

/** What stands for each parameter of a path. */
function parametersOf(endpoint: Endpoint, { tenant, ids }: Belongings): Record<string, string> {
  const collection = endpoint.path.split('/')[2]!;
  return { tenant: tenant.slug, category: 'api', operation: 'request', kind: 'api_rest', ...(collection in ids && { id: ids[collection]! }) };
}

/** Members of a body or a query that name something of a tenant's. */
function referencesOf({ tenant, connector, ids }: Belongings): Record<string, unknown> {
  return { tenant: tenant.id, organization_id: tenant.slug, parent: tenant.slug, connector: connector.id, successor: connector.id, subscription: ids['subscriptions'] };
}

let count = 0;
function bodyOf(endpoint: Endpoint, references: Record<string, unknown>, tenant: string): Json {
  if (!endpoint.body) return undefined;
  count += 1;
  return sampleOf(schemaOf(endpoint.body), {
    slug: `sample-${count}`, name: `Sample ${count}`, role: 'viewer', url: 'http://127.0.0.1:9/', ...rest, source: JSON.stringify([{ name: `Sample ${count}`, tenant, ...rest }]), ...references,
  });
}

const send = (client: Client, endpoint: Endpoint, path: string, body?: unknown): Promise<Answer> => client.send(endpoint.method.toUpperCase(), path, body === undefined ? {} : { body });

/** All ways in which this endpoint can be told to touch what is not the caller's. */
function attacks(endpoint: Endpoint, own: Belongings, foreign: Belongings): { what: string; path: string; body?: unknown }[] {
  const ownParameters = parametersOf(endpoint, own);
  const body = (references: Record<string, unknown>, tenant: string) => bodyOf(endpoint, references, tenant);
  const found: { what: string; path: string; body?: unknown }[] = [];
  if (/\{(tenant|id)\}/.test(endpoint.path)) {
    for (const tenant of [foreign.tenant.slug, foreign.tenant.id]) {
      found.push({ what: 'path', path: pathOf(endpoint, { ...parametersOf(endpoint, foreign), tenant }), body: body(referencesOf(own), own.tenant.slug) });
    }
  }
  const foreignReferences = Object.entries(referencesOf(foreign));
  for (const [name, value] of foreignReferences) {
    if (name in (schemaOf(endpoint.query).properties ?? {})) {
      found.push({ what: `query ${name}`, path: `${pathOf(endpoint, ownParameters)}?${name}=${String(value)}`, body: body(referencesOf(own), own.tenant.slug) });
    }
    if (name in (schemaOf(endpoint.body).properties ?? {})) {
      found.push({ what: `body ${name}`, path: pathOf(endpoint, ownParameters), body: body({ [name]: value }, foreign.tenant.slug) });
    }
  }
  return found;
}

test('what needs no key is what this test says', () => {
  const found = endpoints.filter(({ permission }) => permission === null).map(nameOf);
  expect(found.filter((name) => !open.some((pattern) => pattern.test(name)))).toEqual([]);
});

test('nothing else is answered without a valid key', async () => {
  const expired = await service.as('admin', 'acme', { expires_at: new Date(Date.now() + 300).toISOString() });
  const revoked = await service.as('admin', 'acme');
  expect((await revoked.get('/api/whoami')).status).toBe(200);
  await must(service.admin.delete(`/api/keys/${revoked.key_id}`));
  await new Promise((resolve) => setTimeout(resolve, 310));
  const own = await furnish('acme-unkeyed', 'acme');
  const outcomes: string[] = [];
  for (const endpoint of endpoints.filter(({ permission }) => permission !== null)) {
    for (const [who, client] of Object.entries({ nobody: service.client(), expired, revoked, unknown: service.client('pb_unknown') })) {
      const { status } = await send(client, endpoint, pathOf(endpoint, parametersOf(endpoint, own)), bodyOf(endpoint, {}, 'acme'));
      if (status !== 401) outcomes.push(`${who}: ${nameOf(endpoint)}: ${status}`);
    }
  }
  expect(outcomes).toEqual([]);
});

describe.each(roles)('%s of acme', (role) => {
  test('is refused whatever is foreign, by whatever way it is named', async () => {
    const own = await furnish(`acme-${role.replace('_', '-')}`, 'acme');
    const before = await rowsOf();
    const outcomes: string[] = [];
    let tried = 0;
    for (const endpoint of endpoints.filter(({ permission }) => permission !== null)) {
      for (const { what, path, body } of attacks(endpoint, own, globex)) {
        tried += 1;
        const answer = await send(callers[role]!, endpoint, path, body);
        const secrets = [globex.connector.name, globex.tenant.id, globex.ids['keys']!];
        const leaks = secrets.some((value) => !`${path}${JSON.stringify(body ?? '')}`.includes(value) && answer.text.includes(value));
        // A filter by what is foreign may find nothing instead of being refused.
        const isEmpty = endpoint.method === 'get' && what.startsWith('query') && answer.status === 200 && !Object.values(globex.ids).some((id) => answer.text.includes(id));
        if ((![401, 403, 404].includes(answer.status) && !isEmpty) || leaks) outcomes.push(`${nameOf(endpoint)} by ${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
      }
    }
    expect(outcomes).toEqual([]);
    expect(tried).toBeGreaterThan(40);
    expect(await rowsOf()).toEqual(before);
  });

  test('sees nothing foreign in any list', async () => {
    const lists = endpoints.filter(({ method, path, permission }) => method === 'get' && permission !== null && !path.includes('{'));
    for (const endpoint of lists.filter(({ permission }) => allows(role, permission!))) {
      for (const query of ['', ...Object.keys(schemaOf(endpoint.query).properties ?? {}).filter((name) => ['search', 'resource', 'limit'].includes(name)).map((name) => `?${name}=${{ search: 'globex', resource: globex.connector.id, limit: '1000' }[name]}`)]) {
        const answer = await send(callers[role]!, endpoint, endpoint.path + query);
        expect([nameOf(endpoint), query, answer.status]).toEqual([nameOf(endpoint), query, 200]);
        for (const value of [globex.tenant.id, globex.connector.id, globex.connector.name, 'globex-below', ...Object.values(globex.ids)]) expect(answer.text).not.toContain(value);
      }
    }
  });

  test('may do with their own what the table of permissions says', async () => {
    const outcomes: string[] = [];
    let allowed = 0;
    await Promise.all(endpoints.map(async (endpoint, index) => {
      if (endpoint.permission === null) return;
      const own = await furnish(`own-${index}-${role.replace('_', '-')}`, 'acme');
      const path = pathOf(endpoint, parametersOf(endpoint, own));
      // A test of a changed config is for those who may change it: wrong-input and checks try that.
      const answer = await send(callers[role]!, endpoint, path, endpoint.path.endsWith('{id}/test') ? {} : bodyOf(endpoint, { tenant: own.tenant.id, parent: 'acme', connector: own.connector.id }, own.tenant.slug));
      const isRefused = answer.status === 401 || answer.status === 403;
      if (!isRefused && answer.status < 300) allowed += 1;
      if (isRefused === allows(role, endpoint.permission) || answer.status === 500) outcomes.push(`${nameOf(endpoint)}: ${answer.status} ${answer.text.slice(0, 300)}`);
    }));
    expect(outcomes).toEqual([]);
    // So that what is refused above is refused for being foreign, not for being wrong.
    expect(allowed).toBeGreaterThanOrEqual({ viewer: 10, builder: 12, admin: 22, platform_admin: 22 }[role]);
  });
});

test('globex is as it was', async () => {
  expect((await must(service.admin.get(`/api/connectors/${globex.connector.id}`))).version).toBe(globex.connector.version);
  expect((await must(service.admin.get('/api/tenants/globex'))).updated_at).toBe(globex.tenant.updated_at);
  expect((await globex.viewer.get('/api/whoami')).body.tenant.slug).toBe('globex');
});
