/** Tenants with databases of their own, real ones, in one workflow. */
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { runNode, runWorkflow, search, testOwnCredential } from './engine.ts';
import { describeWith, startPeer } from './peer-process.ts';
import type { PeerProcess } from './peer-process.ts';

const byTenant = { mode: 'id', value: '={{ $json.tenant }}', __rl: true };
const orders = { mode: 'name', value: 'orders', __rl: true };

describeWith([
  { name: 'PostgreSQL (initdb, postgres, psql) or openssl', module: 'postgresql', available: 'hasPostgresql' },
  { name: 'MariaDB (mariadbd, mariadb-install-db, mariadb) or openssl', module: 'mariadb', available: 'hasMariadb' },
])('databases of different makers', () => {
  let plane: ControlPlane;
  let servers: Record<string, PeerProcess>;
  const configs: Record<string, Record<string, unknown>> = {};

  beforeAll(async () => {
    const [started, acme, globex] = await Promise.all([startControlPlane(), startPeer('postgresql', 'startPostgresql'), startPeer('mariadb', 'startMariadb')]);
    plane = started;
    servers = { acme, globex };
    await acme.call('run', "create table orders (id int primary key, customer text); insert into orders select n, 'acme-' || n from generate_series(1, 1200) n");
    await globex.call('run', `use ${globex.peer.database}; create table orders (id int primary key, customer text); insert into orders select seq, concat('globex-', seq) from seq_1_to_1200`);
    for (const [tenant, kind] of [['acme', 'postgresql'], ['globex', 'mariadb']] as const) {
      const { host, port, database, username, password, ca_certificate } = servers[tenant]!.peer;
      configs[tenant] = { host, port, database, username, password, ca_certificate, sslmode: 'verify-full', read_only: false };
      await plane.tenant(tenant);
      await plane.connector(tenant, `${tenant} orders`, kind, configs[tenant]);
    }
  }, 180_000);

  afterAll(async () => {
    await plane?.stop();
    await Promise.all(Object.values(servers ?? {}).map((server) => server.stop()));
  });

  const credentials = () => ({ patchbayApi: plane.credential });
  const items = (...tenants: string[]) => tenants.map((tenant) => ({ json: { tenant } }));
  const base = { backend: 'tenantDefault', tenant: byTenant };

  test('one node reads each tenant’s own table, all of it or up to a limit', async () => {
    const read = { ...base, operation: 'read', model: orders, additionalFields: { fields: 'id, customer', order_by: { entries: [{ field: 'id', direction: 'desc' }] } } };
    const limited = await runNode({ type: 'database', credentials: credentials(), items: items('acme', 'globex'), parameters: { ...read, limit: 2 } });
    expect(limited.items).toEqual([
      { json: { id: 1200, customer: 'acme-1200' }, pairedItem: { item: 0 } }, { json: { id: 1199, customer: 'acme-1199' }, pairedItem: { item: 0 } },
      { json: { id: 1200, customer: 'globex-1200' }, pairedItem: { item: 1 } }, { json: { id: 1199, customer: 'globex-1199' }, pairedItem: { item: 1 } },
    ]);
    expect(limited.hints).toEqual(['Served by “acme orders” (postgresql of acme): 1 request, “globex orders” (mariadb of globex): 1 request']);
    const all = await runNode({ type: 'database', credentials: credentials(), items: items('acme', 'globex'), parameters: { ...read, returnAll: true } });
    expect(all.items).toHaveLength(2400);
    expect(new Set(all.items.map(({ json, pairedItem }) => `${String(json.customer).split('-')[0]} ${JSON.stringify(pairedItem)}`))).toEqual(
      new Set(['acme {"item":0}', 'globex {"item":1}']),
    );
  });

  test('filters and writes go to the item’s own database alone', async () => {
    const at = (tenant: string) => ({ ...base, tenant: { mode: 'id', value: tenant, __rl: true } });
    const { items: output, itemsOf } = await runWorkflow({
      credentials: credentials(), items: items('globex'),
      steps: [
        { name: 'Write', type: 'database', parameters: { ...base, operation: 'write', model: orders, mode: 'upsert', key: 'id', records: '=[{"id": 1, "customer": "{{ $json.tenant }} changed"}, {"id": 5000, "customer": "new"}]' } },
        { name: 'Query', type: 'mariadb', parameters: { ...at('globex'), operation: 'query', query: 'select customer from orders where id in (?, ?) order by id', parameters: '[1, 5000]', returnAll: true } },
        { name: 'Read', type: 'postgresql', parameters: { ...at('acme'), operation: 'read', model: orders, returnAll: true, additionalFields: { where: { entries: [{ field: 'id', operator: 'in', value: '[1, 5000]' }] } } } },
      ],
    });
    expect(itemsOf('Write').map(({ json }) => json)).toEqual([{ affected_records: 2 }]);
    expect(itemsOf('Query').map(({ json }) => json)).toEqual([{ customer: 'globex changed' }, { customer: 'new' }]);
    expect(output.map(({ json }) => json.customer)).toEqual(['acme-1', 'acme-1']);
  });

  test('a node of one kind refuses a tenant’s default of another before anything runs', async () => {
    const { items: output } = await runNode({
      type: 'postgresql', credentials: credentials(), items: items('globex', 'acme'), onError: 'continueRegularOutput',
      parameters: { ...base, operation: 'query', query: 'select count(*)::int as count from orders' },
    });
    expect(output).toMatchObject([
      { json: { error: expect.stringContaining('of the kind mariadb, not postgresql'), details: { code: 'conflict', hint: expect.stringContaining('which takes any kind') } }, pairedItem: { item: 0 } },
      { json: { count: 1200 }, pairedItem: { item: 1 } },
    ]);
  });

  test('an error of the database names the query’s mistake', async () => {
    const { error } = await runNode({ type: 'database', credentials: credentials(), items: items('acme'), parameters: { ...base, operation: 'query', query: 'select * from nowhere' } });
    expect(error).toMatchObject({ message: expect.stringContaining('nowhere'), description: expect.stringContaining('Request id') });
  });

  test('a parameter that is not JSON is refused before anything is sent', async () => {
    const { error } = await runNode({ type: 'database', credentials: credentials(), items: items('acme'), parameters: { ...base, operation: 'query', query: 'select 1', parameters: '[1,' } });
    expect(error?.message).toBe('The parameter "parameters" must be valid JSON.');
  });

  test('lists the tables of the chosen tenant', async () => {
    const parameters = { backend: 'tenantDefault', tenant: { mode: 'list', value: 'acme', __rl: true } };
    const { results } = await search({ type: 'postgresql', method: 'searchModels', parameters, credentials: credentials(), filter: 'ord' });
    expect(results).toEqual([{ name: 'public.orders', value: 'public.orders', description: 'table' }]);
  });

  test('the node’s own credential: a certificate, a password and a number travel as the kind wants them', async () => {
    const { ca_certificate, read_only, ...plain } = configs.acme!;
    const own = { ...plain, publicCaCertificate: ca_certificate as string, readOnly: read_only, patchbayUrl: plane.url, patchbayApiKey: plane.adminKey } as never;
    const { items: output, error } = await runNode({
      type: 'postgresql', credentials: { patchbayPostgresqlApi: own },
      parameters: { operation: 'query', backend: 'own', query: 'select count(*)::int as count from orders where id <= 1200' },
    });
    expect([error?.message, output.map(({ json }) => json)]).toEqual([undefined, [{ count: 1200 }]]);
    expect(await testOwnCredential('postgresql', 'patchbayPostgresqlApi', own)).toMatchObject({ status: 'OK', message: expect.stringContaining('PostgreSQL') });
    const wrong = await testOwnCredential('postgresql', 'patchbayPostgresqlApi', { ...(own as object), password: 'wrong' });
    expect(wrong).toMatchObject({ status: 'Error', message: expect.stringMatching(/password|credentials/i) });
  });
});
