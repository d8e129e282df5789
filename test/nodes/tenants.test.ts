/** The main job: one workflow, and each item reaches the backend of its own tenant. */
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { runNode, runWorkflow, search, testCredential, testOwnCredential } from './engine.ts';
import { startRestBackend } from './rest-backend.ts';
import type { RestBackend } from './rest-backend.ts';

const byTenant = { mode: 'id', value: '={{ $json.tenant }}', __rl: true };
const get = { operation: 'request', backend: 'tenantDefault', tenant: byTenant, method: 'GET', path: '/who' };

describe('tenants’ own backends', () => {
  let plane: ControlPlane;
  const backends: Record<string, RestBackend> = {};
  const connectors: Record<string, string> = {};

  const add = async (tenant: string): Promise<void> => {
    const token = `token-of-${tenant}`;
    const backend = await startRestBackend(tenant, token);
    backends[tenant] = backend;
    connectors[tenant] = await plane.connector(tenant, `${tenant} API`, 'api_rest', {
      base_url: backend.url, authentication: 'bearer', token,
      endpoints: [{ name: 'customers', path: '/customers' }],
    });
  };

  beforeAll(async () => {
    plane = await startControlPlane();
    await plane.tenant('acme');
    await plane.tenant('globex');
    await plane.tenant('initech', { parent: 'globex', inherits_defaults: true });
    await plane.tenant('hooli');
    await add('acme');
    await add('globex');
  }, 120_000);

  afterAll(async () => {
    await Promise.all(Object.values(backends).map((backend) => backend.stop()));
    await plane?.stop();
  });

  const credentials = () => ({ patchbayApi: plane.credential });
  const items = (...tenants: string[]) => tenants.map((tenant) => ({ json: { tenant } }));

  test.each(['api', 'apiRest'])('the %s node sends each item to its tenant’s default, inherited ones included', async (type) => {
    const { run, items: output, hints } = await runNode({ type, parameters: get, credentials: credentials(), items: items('globex', 'acme', 'initech') });
    expect(run.status).toBe('success');
    expect(output.map(({ json, pairedItem }) => [json.owner, pairedItem])).toEqual([
      ['globex', { item: 0 }], ['acme', { item: 1 }], ['globex', { item: 2 }],
    ]);
    expect(hints).toEqual([
      'Served by “globex API” (api_rest of globex): 1 request, “acme API” (api_rest of acme): 1 request, “globex API” (api_rest, inherited from globex): 1 request',
    ]);
  });

  test('fifty tenants, ten items each, and not one crossed', async () => {
    const tenants = Array.from({ length: 50 }, (_, index) => `tenant-${index}`);
    for (const tenant of tenants) {
      await plane.tenant(tenant);
      await add(tenant);
    }
    const shuffled = Array.from({ length: 500 }, (_, index) => tenants[(index * 37) % 50]!);
    const { items: output } = await runNode({ type: 'api', parameters: get, credentials: credentials(), items: items(...shuffled) });
    expect(output.map(({ json }) => json.owner)).toEqual(shuffled);
    for (const tenant of tenants) expect(backends[tenant]!.tokens).toEqual(Array(10).fill(`token-of-${tenant}`));
  }, 120_000);

  test('two steps of one workflow, each over its own category of node, keep the items’ tenants apart', async () => {
    const { itemsOf, items: output } = await runWorkflow({
      credentials: credentials(),
      items: items('acme', 'globex'),
      steps: [
        { name: 'Customers', type: 'apiRest', parameters: { operation: 'read', backend: 'tenantDefault', tenant: byTenant, model: { mode: 'name', value: 'customers', __rl: true }, returnAll: true } },
        { name: 'Who', type: 'api', parameters: { ...get, tenant: { mode: 'id', value: '={{ $json.owner }}', __rl: true }, path: '=/who/{{ $json.number }}' } },
      ],
    });
    expect(itemsOf('Customers').map(({ json, pairedItem }) => [json.owner, json.number, pairedItem])).toEqual([
      ['acme', 1, { item: 0 }], ['acme', 2, { item: 0 }], ['acme', 3, { item: 0 }],
      ['globex', 1, { item: 1 }], ['globex', 2, { item: 1 }], ['globex', 3, { item: 1 }],
    ]);
    expect(output.map(({ json }) => json)).toEqual([
      { owner: 'acme', path: '/who/1' }, { owner: 'acme', path: '/who/2' }, { owner: 'acme', path: '/who/3' },
      { owner: 'globex', path: '/who/1' }, { owner: 'globex', path: '/who/2' }, { owner: 'globex', path: '/who/3' },
    ]);
  });

  test('an expression in the credential is each item’s own: no key goes along with another’s item', async () => {
    const key = async (tenant: string) => (await plane.api<{ key: string }>('POST', '/api/keys', { name: tenant, role: 'builder', tenant })).key;
    const keys = { acme: await key('acme'), globex: await key('globex') };
    const { items: output } = await runNode({
      type: 'api', parameters: { ...get, tenant: { mode: 'id', value: '', __rl: true } },
      credentials: { patchbayApi: { baseUrl: plane.url, apiKey: '={{ $json.key }}', defaultTenant: '={{ $json.tenant }}' } },
      items: [
        { json: { tenant: 'acme', key: keys.acme } },
        { json: { tenant: 'globex', key: keys.globex } },
        { json: { tenant: 'globex', key: keys.acme } },
        { json: { tenant: 'acme', key: keys.acme } },
      ],
      onError: 'continueRegularOutput',
    });
    expect(output.map(({ json }) => json.owner ?? (json.details as { code: string }).code)).toEqual([
      'acme', 'globex', 'tenant_not_found', 'acme',
    ]);
  });

  test('what an HTTP answer wraps comes out alone, a list of it as items, and whole when it is not to simplify', async () => {
    const run = async (path: string, more = {}) => (await runNode({ type: 'api', parameters: { ...get, path, ...more }, credentials: credentials(), items: items('acme') })).items;
    expect(await run('/customers')).toEqual([1, 2, 3].map((number) => ({ json: { number, owner: 'acme' }, pairedItem: { item: 0 } })));
    expect(await run('/who', { simplify: false })).toMatchObject([{ json: { status: 200, headers: { 'content-type': 'application/json' }, body: { owner: 'acme', path: '/who' } } }]);
  });

  test('a named connector serves every item, whatever its tenant', async () => {
    const { items: output } = await runNode({
      type: 'apiRest', credentials: credentials(), items: items('globex', 'hooli'),
      parameters: { ...get, backend: 'connector', connector: { mode: 'list', value: connectors.acme!, __rl: true } },
    });
    expect(output.map(({ json }) => json.owner)).toEqual(['acme', 'acme']);
  });

  test('a node of one kind refuses a connector of another before anything runs', async () => {
    const asked = backends.acme!.tokens.length;
    const { error } = await runNode({
      type: 's3Storage', credentials: credentials(),
      parameters: { resource: 'object', operation: 'list', backend: 'connector', connector: { mode: 'id', value: connectors.acme!, __rl: true } },
    });
    expect(error).toMatchObject({ message: '"acme API" is of the kind api_rest, not s3_storage.', context: { problem: { code: 'conflict' } } });
    expect(backends.acme!.tokens).toHaveLength(asked);
  });

  test('a category without a default is a sentence', async () => {
    const { error } = await runNode({ type: 's3Storage', credentials: credentials(), items: items('acme'), parameters: { resource: 'object', operation: 'list', backend: 'tenantDefault', tenant: byTenant } });
    expect(error?.context).toMatchObject({ problem: { code: 'no_default', hint: expect.any(String) } });
  });

  test('the node’s own credential reaches its backend without anything being saved', async () => {
    const before = await plane.api<{ connectors: unknown[] }>('GET', '/api/connectors?limit=1000');
    const own = { baseUrl: backends.acme!.url, authentication: 'bearer', token: '=token-of-{{ $json.tenant }}', patchbayUrl: plane.url, patchbayApiKey: plane.adminKey };
    const { items: output, hints } = await runNode({
      type: 'apiRest', items: items('acme', 'globex'), credentials: { patchbayApiRestApi: own },
      parameters: { operation: 'request', backend: 'own', method: 'GET', path: '/own' }, onError: 'continueRegularOutput',
    });
    expect(output.map(({ json }) => json.owner ?? (json.details as { code: string }).code)).toEqual([
      'acme', 'backend_authentication_failed',
    ]);
    expect(hints).toEqual(['Served by this node’s own credential (api_rest): 1 request']);
    expect(await plane.api('GET', '/api/connectors?limit=1000')).toEqual(before);
  });

  describe('errors', () => {
    test('tell what happened and what to do, with the item and the request id', async () => {
      const { error, run } = await runNode({ type: 'api', parameters: get, credentials: credentials(), items: items('acme', 'nobody') });
      expect(run.status).toBe('error');
      expect(error?.message).toMatch(/nobody/);
      expect(error?.description).toMatch(/Request id: \S+/);
      expect(error?.context).toMatchObject({ itemIndex: 1, problem: { code: 'tenant_not_found' } });
    });

    test('of one item leave the others alone, when the node is to go on', async () => {
      const { items: output, run } = await runNode({
        type: 'api', parameters: get, credentials: credentials(), items: items('acme', 'hooli', 'globex'), onError: 'continueRegularOutput',
      });
      expect(run.status).toBe('success');
      expect(output).toMatchObject([
        { json: { owner: 'acme' }, pairedItem: { item: 0 } },
        { json: { error: expect.stringMatching(/hooli has no default api/i), details: { code: 'no_default', hint: expect.any(String) } }, pairedItem: { item: 1 } },
        { json: { owner: 'globex' }, pairedItem: { item: 2 } },
      ]);
    });

    test('a missing tenant is asked for', async () => {
      const { error } = await runNode({ type: 'api', parameters: { ...get, tenant: { mode: 'list', value: '', __rl: true } }, credentials: credentials() });
      expect(error).toMatchObject({ message: 'No tenant is given.', description: expect.stringContaining('default tenant') });
    });

    test('a wrong key and an address where nothing listens are told apart', async () => {
      const wrongKey = await runNode({ type: 'api', parameters: get, items: items('acme'), credentials: { patchbayApi: { ...plane.credential, apiKey: 'wrong' } } });
      expect(wrongKey.error?.context).toMatchObject({ problem: { code: 'unauthenticated' } });
      const nowhere = await runNode({ type: 'api', parameters: get, items: items('acme'), credentials: { patchbayApi: { ...plane.credential, baseUrl: 'http://127.0.0.1:9' } } });
      expect(nowhere.error?.message).toBe('Patchbay cannot be reached at http://127.0.0.1:9 (ECONNREFUSED).');
    });

    test('no secret is in what n8n keeps of a run, be it good or bad', async () => {
      const own = { baseUrl: backends.acme!.url, authentication: 'bearer', token: 'token-of-acme', patchbayUrl: plane.url, patchbayApiKey: plane.adminKey };
      const runs = [
        await runNode({ type: 'api', parameters: get, credentials: credentials(), items: items('acme', 'nobody'), onError: 'continueRegularOutput' }),
        await runNode({ type: 'api', parameters: get, credentials: credentials(), items: items('nobody') }),
        await runNode({ type: 'apiRest', parameters: { operation: 'request', backend: 'own', path: '/own' }, credentials: { patchbayApiRestApi: own } }),
        await runNode({ type: 'apiRest', parameters: { operation: 'request', backend: 'own', path: '/own' }, credentials: { patchbayApiRestApi: { ...own, patchbayUrl: 'http://127.0.0.1:9' } } }),
      ];
      for (const { run } of runs) {
        const kept = JSON.stringify(run, (_name, value: unknown) => (value instanceof Error ? { ...value, message: value.message, stack: value.stack, cause: String(value.cause) } : value));
        expect(kept).not.toContain(plane.adminKey);
        expect(kept).not.toContain('token-of-acme');
      }
    });
  });

  describe('the editor', () => {
    test('lists tenants page by page and by what is typed', async () => {
      const first = await search({ type: 'api', method: 'searchTenants', parameters: {}, credentials: credentials() });
      expect(first.results.length).toBeGreaterThan(3);
      const found = await search({ type: 'api', method: 'searchTenants', parameters: {}, credentials: credentials(), filter: 'glob' });
      expect(found).toEqual({ results: [{ name: 'Globex (globex)', value: 'globex' }] });
    });

    test('lists connectors of the node’s kind, and the models of the chosen backend', async () => {
      const { results } = await search({ type: 'apiRest', method: 'searchConnectors', parameters: { backend: 'connector' }, credentials: credentials(), filter: 'acme' });
      expect(results).toEqual([{ name: 'acme API (acme)', value: connectors.acme }]);
      const parameters = { backend: 'tenantDefault', tenant: { mode: 'list', value: 'acme', __rl: true } };
      const models = await search({ type: 'api', method: 'searchModels', parameters, credentials: credentials() });
      expect(models.results.map(({ value }) => value)).toEqual(['customers']);
    });

    test('says what to do when the tenant is an expression without a value', async () => {
      const parameters = { backend: 'tenantDefault', tenant: byTenant };
      await expect(search({ type: 'api', method: 'searchModels', parameters, credentials: credentials() })).rejects.toMatchObject({
        message: 'The expression under Tenant has no value yet.',
      });
    });

    test('tests the Patchbay credential by asking who it is', async () => {
      const right = await testCredential('patchbayApi', plane.credential);
      expect(right.items).toMatchObject([{ json: { role: 'platform_admin' } }]);
      const wrong = await testCredential('patchbayApi', { ...plane.credential, apiKey: 'wrong' });
      expect(wrong.error).toMatchObject({ httpCode: '401' });
    });

    test('tests a kind’s own credential through the control plane', async () => {
      const data = { baseUrl: backends.acme!.url, authentication: 'bearer', token: 'token-of-acme', patchbayUrl: plane.url, patchbayApiKey: plane.adminKey };
      const tested = async (changes: Record<string, string>) => await testOwnCredential('apiRest', 'patchbayApiRestApi', { ...data, ...changes });
      expect(await tested({})).toMatchObject({ status: 'OK' });
      expect(await tested({ token: 'other' })).toMatchObject({ status: 'Error', message: expect.stringMatching(/\w+\. .+\.$/) });
      expect(await tested({ baseUrl: 'not an address' })).toMatchObject({ status: 'Error', message: expect.stringContaining('base_url') });
      expect(await tested({ patchbayApiKey: 'wrong' })).toMatchObject({ status: 'Error' });
      expect(await tested({ patchbayUrl: 'http://127.0.0.1:9' })).toMatchObject({ status: 'Error', message: expect.stringContaining('cannot be reached') });
      expect(await tested({ patchbayUrl: '' })).toMatchObject({ status: 'Error', message: expect.stringContaining('Patchbay URL') });
    });
  });
});
