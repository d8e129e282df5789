/** The Patchbay node: onboarding a tenant as a workflow, against the real service. */
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { loadOptions, mappedFields, runNode, runWorkflow, search, testOwnCredential } from './engine.ts';
import { startRestBackend } from './rest-backend.ts';
import type { RestBackend } from './rest-backend.ts';

const locate = (value: string) => ({ mode: 'id', value, __rl: true });
const mapped = (value: Record<string, unknown>, mappingMode = 'defineBelow') => ({ mappingMode, value: mappingMode === 'defineBelow' ? value : null, matchingColumns: [], schema: [] });

describe('Patchbay', () => {
  let plane: ControlPlane;
  let backend: RestBackend;

  beforeAll(async () => {
    plane = await startControlPlane({ PATCHBAY_ENV_ALLOW: 'NODE_TEST_*', NODE_TEST_TOKEN: 'token-of-backend' });
    backend = await startRestBackend('backend', 'token-of-backend');
    await plane.tenant('globex');
  }, 120_000);

  afterAll(async () => {
    await backend?.stop();
    await plane?.stop();
  });

  const credentials = () => ({ patchbayApi: plane.credential });
  const run = async (resource: string, operation: string, parameters: Record<string, unknown> = {}, more: { items?: { json: Record<string, never> }[]; onError?: 'continueRegularOutput' } = {}) =>
    await runNode({ type: 'patchbay', credentials: credentials(), parameters: { resource, operation, ...parameters } as never, ...more });
  const jsonOf = async (...given: Parameters<typeof run>) => {
    const { items, error } = await run(...given);
    expect(error).toBeUndefined();
    return items.map(({ json }) => json);
  };

  test('onboards tenants in one workflow: created, connected, tested, and found by the nodes that follow', async () => {
    const step = (name: string, parameters: Record<string, unknown>) => ({ name, type: 'patchbay', parameters: parameters as never });
    const { itemsOf, items, error } = await runWorkflow({
      credentials: credentials(),
      items: ['acme', 'initech'].map((slug) => ({ json: { slug, company: slug.toUpperCase(), token: 'token-of-backend', base_url: backend.url } })),
      steps: [
        step('Tenant', { resource: 'tenant', operation: 'create', slug: '={{ $json.slug }}', name: '={{ $json.company }}', additionalFields: { parent: 'globex' } }),
        step('Connector', {
          resource: 'connector', operation: 'create', tenant: locate('={{ $json.slug }}'), name: '={{ $json.name }} API', kind: 'api_rest', is_default: true, configFrom: 'fields',
          configFields: mapped({ base_url: '={{ $("Start").item.json.base_url }}', authentication: 'bearer', token: '={{ $("Start").item.json.token }}' }),
        }),
        step('Test', { resource: 'connector', operation: 'test', connector: locate('={{ $json.id }}') }),
        step('Resolve', { resource: 'default', operation: 'resolve', tenant: locate('={{ $("Tenant").item.json.slug }}'), category: 'api' }),
        { name: 'Request', type: 'api', parameters: { operation: 'request', backend: 'tenantDefault', tenant: locate('={{ $json.tenant.slug }}'), method: 'GET', path: '/who' } as never },
      ],
    });
    expect(error).toBeUndefined();
    expect(itemsOf('Tenant')).toMatchObject([{ json: { slug: 'acme', name: 'ACME', inherits_defaults: true }, pairedItem: { item: 0 } }, { json: { slug: 'initech' }, pairedItem: { item: 1 } }]);
    expect(itemsOf('Connector')).toMatchObject([{ json: { tenant_slug: 'acme', is_default: true, config: { token: { set: true } } } }, { json: { tenant_slug: 'initech' } }]);
    expect(itemsOf('Test').map(({ json }) => json.ok)).toEqual([true, true]);
    expect(itemsOf('Resolve')).toMatchObject([{ json: { tenant: { slug: 'acme' }, connector: { name: 'ACME API' } } }, { json: { connector: { name: 'INITECH API' } } }]);
    expect(items).toHaveLength(2);
    expect(backend.tokens.slice(-2)).toEqual(['token-of-backend', 'token-of-backend']);
  });

  test('lists, changes and deletes tenants', async () => {
    await jsonOf('tenant', 'create', { slug: 'hooli', name: 'Hooli', additionalFields: { inherits_defaults: false } });
    expect(await jsonOf('tenant', 'update', { tenant: locate('hooli'), additionalFields: { name: 'Hooli Inc' } })).toMatchObject([{ name: 'Hooli Inc', inherits_defaults: false }]);
    expect(await jsonOf('tenant', 'get', { tenant: locate('hooli') })).toMatchObject([{ slug: 'hooli' }]);
    expect((await jsonOf('tenant', 'getAll', { limit: 2 }))).toHaveLength(2);
    expect((await jsonOf('tenant', 'getAll', { returnAll: true, additionalFields: { search: 'hooli' } })).map(({ slug }) => slug)).toEqual(['hooli']);
    expect(await jsonOf('tenant', 'delete', { tenant: locate('hooli') })).toEqual([{ deleted: true }]);
  });

  describe('a connector’s config', () => {
    const create = { name: 'API', tenant: locate('globex'), kind: 'api_rest', is_default: false };

    test('refuses a secret that is typed into the workflow, and takes it from Patchbay’s environment', async () => {
      const typed = { base_url: backend.url, authentication: 'bearer', token: 'token-of-backend' };
      for (const given of [{ configFrom: 'fields', configFields: mapped(typed) }, { configFrom: 'json', configJson: JSON.stringify(typed) }]) {
        const { error } = await run('connector', 'create', { ...create, ...given });
        expect(error).toMatchObject({ message: expect.stringContaining('is typed into the workflow'), context: { problem: { code: 'secret_in_workflow' } } });
      }
      const named = { ...typed, token: '$ENV:NODE_TEST_TOKEN' };
      expect(await jsonOf('connector', 'testConfig', { ...create, configFrom: 'json', configJson: `=${JSON.stringify(typed)}` })).toMatchObject([{ ok: true }]);
      const [made] = await jsonOf('connector', 'create', { ...create, configFrom: 'fields', configFields: mapped(named) });
      expect(await jsonOf('connector', 'test', { connector: locate(String(made!.id)) })).toMatchObject([{ ok: true }]);
      expect(await jsonOf('check', 'getAll', { connector: locate(String(made!.id)), returnAll: true })).toMatchObject([{ ok: true }]);
    });

    test('comes out of the item by its fields’ names', async () => {
      const { items, error } = await runNode({
        type: 'patchbay', credentials: credentials(), items: [{ json: { base_url: backend.url, authentication: 'bearer', token: 'token-of-backend', company: 'not of the config' } }],
        parameters: { resource: 'connector', operation: 'create', ...create, name: 'Mapped', configFrom: 'fields', configFields: mapped({}, 'autoMapInputData') } as never,
      });
      expect(error).toBeUndefined();
      expect(items).toMatchObject([{ json: { config: { base_url: backend.url, token: { set: true } } } }]);
    });

    test.each(['defineBelow', 'autoMapInputData'])('texts become what the kind’s fields hold: %s', async (mappingMode) => {
      const texts = { host: '127.0.0.1', port: '1', database: 'db', username: 'user', sslmode: 'disable', read_only: 'FALSE', timeout: '7' };
      const value = Object.fromEntries(Object.keys(texts).map((name) => [name, `={{ $json.${name} }}`]));
      const { items, error } = await runNode({
        type: 'patchbay', credentials: credentials(), items: [{ json: texts }],
        parameters: { resource: 'connector', operation: 'create', ...create, kind: 'postgresql', name: `Of texts, ${mappingMode}`, configFrom: 'fields', configFields: mapped(value, mappingMode) } as never,
      });
      expect(error).toBeUndefined();
      expect(items).toMatchObject([{ json: { config: { port: 1, read_only: false, timeout: 7 } } }]);
    });

    test('comes out of the kind’s own credential', async () => {
      const own = { baseUrl: backend.url, authentication: 'bearer', token: 'token-of-backend', patchbayUrl: plane.url, patchbayApiKey: plane.adminKey };
      const { items, error } = await runNode({
        type: 'patchbay', credentials: { ...credentials(), patchbayApiRestApi: own },
        parameters: { resource: 'connector', operation: 'create', ...create, name: 'From a credential', configFrom: 'credential' } as never,
      });
      expect(error).toBeUndefined();
      expect(items).toMatchObject([{ json: { config: { base_url: backend.url, token: { set: true } } } }]);
      expect(await jsonOf('connector', 'update', { connector: locate(String(items[0]!.json.id)), configFrom: 'fields', configFields: mapped({ timeout: 7 }), additionalFields: { description: 'changed' } }))
        .toMatchObject([{ description: 'changed', config: { timeout: 7, token: { set: true } } }]);
      expect(await jsonOf('connector', 'test', { connector: locate(String(items[0]!.json.id)) })).toMatchObject([{ ok: true }]);
    });

    test('out of a credential is tested by whichever node n8n asks', async () => {
      const own = { baseUrl: backend.url, authentication: 'bearer', token: 'token-of-backend', patchbayUrl: plane.url, patchbayApiKey: plane.adminKey };
      expect(await testOwnCredential('patchbay', 'patchbayApiRestApi', own)).toMatchObject({ status: 'OK' });
      expect(await testOwnCredential('patchbay', 'patchbayApiRestApi', { ...own, baseUrl: 'nowhere' })).toMatchObject({ status: 'Error' });
    });

    test('is offered field by field, secrets marked', async () => {
      const { fields } = await mappedFields({ type: 'patchbay', method: 'configFields', parameters: { operation: 'create', kind: 'api_rest' }, credentials: credentials() });
      expect(fields.find(({ id }) => id === 'base_url')).toMatchObject({ required: true, type: 'string', removed: false });
      expect(fields.find(({ id }) => id === 'token')).toMatchObject({ displayName: expect.stringContaining('secret'), type: 'string' });
      expect(fields.find(({ id }) => id === 'authentication')).toMatchObject({ type: 'options', options: expect.arrayContaining([{ name: 'bearer', value: 'bearer' }]) });
    });
  });

  test('moves a default, and says so', async () => {
    const config = { base_url: backend.url };
    const first = await plane.connector('globex', 'First', 'api_rest', config);
    const { id: second } = await plane.api<{ id: string }>('POST', '/api/connectors', { tenant: 'globex', name: 'Second', kind: 'api_rest', config });
    const of = { tenant: locate('globex'), category: 'api' };
    expect(await jsonOf('default', 'set', { ...of, connector: locate(second) })).toMatchObject([{ connector: { id: second }, replaced: { id: first } }]);
    expect(await jsonOf('connector', 'makeDefault', { connector: locate(first) })).toMatchObject([{ connector: { id: first } }]);
    expect(await jsonOf('default', 'getAll', { tenant: locate('globex'), returnAll: true })).toMatchObject([{ id: first, category: 'api' }]);
    expect(await jsonOf('default', 'remove', of)).toMatchObject([{ connector: null, replaced: { id: first } }]);
    expect(await jsonOf('connector', 'deactivate', { connector: locate(first) })).toMatchObject([{ active: false }]);
    expect(await jsonOf('connector', 'activate', { connector: locate(first) })).toMatchObject([{ active: true }]);
    expect(await jsonOf('connector', 'getWebhook', { connector: locate(first) })).toMatchObject([{ url: expect.stringMatching(new RegExp(`/hooks/[\\w-]+/${first}$`)) }]);
    expect((await jsonOf('connector', 'getAll', { returnAll: true, additionalFields: { tenant: 'globex', search: 'Second', active: true } })).map(({ id }) => id)).toEqual([second]);
    expect(await jsonOf('connector', 'delete', { connector: locate(second) })).toEqual([{ deleted: true }]);
  });

  test('subscribes and replays without letting a signing secret into the output', async () => {
    const [made] = await jsonOf('subscription', 'create', { url: backend.url, tenant: locate('globex'), additionalFields: { events: ['check.failed'], active: true } });
    expect(made).toMatchObject({ url: backend.url, tenant_slug: 'globex', events: ['check.failed'], active: true });
    expect(made).not.toHaveProperty('secret');
    const subscription = locate(String(made!.id));
    expect(await jsonOf('subscription', 'test', { subscription })).toMatchObject([{ ok: expect.any(Boolean), event_id: expect.any(String) }]);
    expect(await jsonOf('subscription', 'update', { subscription, additionalFields: { name: 'Renamed', active: false } })).toMatchObject([{ name: 'Renamed', active: false }]);
    expect((await jsonOf('subscription', 'getAll', { returnAll: true })).map(({ name }) => name)).toEqual(['Renamed']);
    const [latest] = await jsonOf('event', 'getAll', { limit: 1, additionalFields: { type: 'tenant.created' } });
    expect(await jsonOf('event', 'get', { event: locate(String(latest!.id)) })).toEqual([latest]);
    expect(await jsonOf('event', 'replay', { event: locate(String(latest!.id)) })).toEqual([]);
    expect(await jsonOf('subscription', 'delete', { subscription })).toEqual([{ deleted: true }]);
  });

  test('an item that fails leaves the others alone, when the node is to go on', async () => {
    const { items } = await runNode({
      type: 'patchbay', credentials: credentials(), onError: 'continueRegularOutput', items: [{ json: { slug: 'nobody' } }, { json: { slug: 'globex' } }],
      parameters: { resource: 'tenant', operation: 'get', tenant: locate('={{ $json.slug }}') } as never,
    });
    expect(items).toMatchObject([{ json: { error: expect.stringContaining('nobody'), details: { code: 'tenant_not_found' } }, pairedItem: { item: 0 } }, { json: { slug: 'globex' }, pairedItem: { item: 1 } }]);
  });

  test('the editor lists kinds, categories, connectors, subscriptions and events', async () => {
    const offered = async (method: string) => (await loadOptions({ type: 'patchbay', method, parameters: {}, credentials: credentials() })).map(({ value }) => value);
    expect(await offered('getKinds')).toEqual(expect.arrayContaining(['postgresql', 'smtp']));
    expect(await offered('getCategories')).toEqual(expect.arrayContaining(['database', 'email']));
    const found = async (method: 'searchConnectors' | 'searchSubscriptions' | 'searchEvents', filter?: string) => await search({ type: 'patchbay', method, parameters: {}, credentials: credentials(), filter });
    expect((await found('searchConnectors', 'ACME')).results).toMatchObject([{ name: 'ACME API (api_rest, acme)' }]);
    expect((await found('searchEvents', 'tenant.created, acme')).results).toHaveLength(1);
    expect((await found('searchSubscriptions')).results).toEqual([]);
  });
});
