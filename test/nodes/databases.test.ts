/** Tenants with databases of their own, real ones, in one workflow. */
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { mappedFields, runNode, runWorkflow, search, testOwnCredential } from './engine.ts';
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
        { name: 'Write', type: 'database', parameters: { ...base, operation: 'write', model: orders, mode: 'upsert', recordsFrom: 'json', key: 'id', records: '=[{"id": 1, "customer": "{{ $json.tenant }} changed"}, {"id": 5000, "customer": "new"}]' } },
        { name: 'Query', type: 'mariadb', parameters: { ...at('globex'), operation: 'query', query: 'select customer from orders where id in (?, ?) order by id', parameters: '[1, 5000]', returnAll: true } },
        { name: 'Read', type: 'postgresql', parameters: { ...at('acme'), operation: 'read', model: orders, returnAll: true, additionalFields: { where: { entries: [{ field: 'id', operator: 'in', value: '[1, 5000]' }] } } } },
      ],
    });
    expect(itemsOf('Write').map(({ json }) => json)).toEqual([{ affected_records: 2 }]);
    expect(itemsOf('Query').map(({ json }) => json)).toEqual([{ customer: 'globex changed' }, { customer: 'new' }]);
    expect(output.map(({ json }) => json.customer)).toEqual(['acme-1', 'acme-1']);
  });

  describe('writing items', () => {
    const columns = (value: Record<string, unknown> | null, matchingColumns: string[] = [], schema: { id: string }[] = []) => ({ mappingMode: value ? 'defineBelow' : 'autoMapInputData', value, matchingColumns, schema });
    const write = { ...base, operation: 'write', model: orders } as const;
    const count = async (tenant: string, where = 'true') => {
      const { items: [row] } = await runNode({
        type: 'database', credentials: credentials(), items: items(tenant), parameters: { ...base, operation: 'query', query: `select count(*) as count from orders where ${where}` },
      });
      return Number(row!.json.count);
    };

    test('puts those of one tenant in one request, and keeps which items they were', async () => {
      const given = Array.from({ length: 9 }, (_, index) => ({ json: { tenant: index % 2 === 0 ? 'acme' : 'globex', number: 7000 + index, name: `new ${index}` } }));
      const { items: output, hints, error } = await runNode({
        type: 'database', credentials: credentials(), items: given,
        parameters: { ...write, mode: 'insert', columns: columns({ id: '={{ $json.number }}', customer: '={{ $json.name }}' }), options: { batchSize: 3 } } as never,
      });
      expect(error).toBeUndefined();
      expect(output).toEqual([
        { json: { affected_records: 3 }, pairedItem: [{ item: 0 }, { item: 2 }, { item: 4 }] },
        { json: { affected_records: 3 }, pairedItem: [{ item: 1 }, { item: 3 }, { item: 5 }] },
        { json: { affected_records: 2 }, pairedItem: [{ item: 6 }, { item: 8 }] },
        { json: { affected_records: 1 }, pairedItem: [{ item: 7 }] },
      ]);
      expect(hints).toEqual(['Served by “acme orders” (postgresql of acme): 2 requests, “globex orders” (mariadb of globex): 2 requests']);
      expect([await count('acme', "id >= 7000 and customer = concat('new ', id - 7000)"), await count('globex', 'id >= 7000')]).toEqual([5, 4]);
    });

    test('maps the item’s fields to columns of the same name, and matches by the columns chosen', async () => {
      const given = [{ json: { tenant: 'acme', id: 1, customer: 'mapped' } }, { json: { tenant: 'acme', id: 8000, customer: 'added' } }];
      const mapped = columns(null, ['id'], [{ id: 'id' }, { id: 'customer' }]);
      const run = async (mode: string) => await runNode({ type: 'postgresql', credentials: credentials(), items: given, parameters: { ...write, mode, columns: mapped } as never });
      expect((await run('upsert')).items).toEqual([{ json: { affected_records: 2 }, pairedItem: [{ item: 0 }, { item: 1 }] }]);
      expect(await count('acme', "customer in ('mapped', 'added')")).toBe(2);
      expect((await run('delete')).items).toMatchObject([{ json: { affected_records: 2 } }]);
      expect(await count('acme', 'id in (1, 8000)')).toBe(0);
      await servers.acme!.call('run', "insert into orders values (1, 'acme-1')");
    });

    test('a batch that fails says so for each of its items, and leaves the others alone', async () => {
      const given = [{ json: { tenant: 'acme', id: 2 } }, { json: { tenant: 'globex', id: 9000 } }, { json: { tenant: 'nobody', id: 1 } }, { json: { tenant: 'acme', id: 9000 } }];
      const { items: output } = await runNode({
        type: 'database', credentials: credentials(), items: given, onError: 'continueRegularOutput',
        parameters: { ...write, mode: 'insert', columns: columns({ id: '={{ $json.id }}', customer: 'again' }) } as never,
      });
      const failed = (item: number) => ({ json: { error: expect.any(String), details: { code: expect.any(String) } }, pairedItem: { item } });
      expect(output).toMatchObject([failed(0), failed(3), { json: { affected_records: 1 }, pairedItem: [{ item: 1 }] }, failed(2)]);
      expect([await count('acme', 'id = 9000'), await count('globex', 'id = 9000')]).toEqual([0, 1]);
    });

    test.each(['defineBelow', 'autoMapInputData'])('texts become what the columns hold: %s', async (mappingMode) => {
      await servers.acme!.call('run', 'drop table if exists typed; create table typed (id int primary key, document jsonb, list int[], flag boolean, lasts interval, at timestamp)');
      await servers.globex!.call('run', `use ${servers.globex!.peer.database}; drop table if exists typed; create table typed (id int primary key, document json, flag tinyint(1), at datetime(6))`);
      const model = { mode: 'name', value: 'typed', __rl: true };
      const texts = { id: '1', document: '{"a":1}', list: '[1,2]', flag: 'true', lasts: '1 day', at: '2024-05-06 07:08:09.123456' };
      const run = async (tenant: string, names: (keyof typeof texts)[]) => {
        const at = { backend: 'tenantDefault', tenant: { mode: 'list', value: tenant, __rl: true }, model: { mode: 'list', value: 'typed', __rl: true } };
        const { fields: schema } = await mappedFields({ type: 'database', method: 'mapColumns', parameters: at, credentials: credentials() });
        const value = mappingMode === 'defineBelow' ? Object.fromEntries(names.map((name) => [name, `={{ $json.${name} }}`])) : null;
        const { error } = await runNode({
          type: 'database', credentials: credentials(), items: [{ json: { tenant, ...texts } }],
          parameters: { ...write, model, mode: 'insert', columns: { mappingMode, value, matchingColumns: [], schema } } as never,
        });
        expect(error).toBeUndefined();
        return (await runNode({ type: 'database', credentials: credentials(), items: items(tenant), parameters: { ...base, operation: 'read', model, returnAll: true } })).items.map(({ json }) => json);
      };
      expect(await run('acme', ['id', 'document', 'list', 'flag', 'lasts', 'at'])).toEqual([
        { id: 1, document: { a: 1 }, list: [1, 2], flag: true, lasts: 'P1D', at: '2024-05-06T07:08:09.123456' },
      ]);
      expect(await run('globex', ['id', 'document', 'flag', 'at'])).toEqual([{ id: 1, document: { a: 1 }, flag: 1, at: expect.stringContaining('07:08:09.123456') }]);
    });

    test('a text that is no JSON is refused where a column takes JSON', async () => {
      await servers.acme!.call('run', 'drop table if exists documents; create table documents (document jsonb)');
      const schema = [{ id: 'document', displayName: 'document', type: 'object', required: false, display: true, defaultMatch: false }];
      const { error } = await runNode({
        type: 'postgresql', credentials: credentials(), items: [{ json: { tenant: 'acme', note: '{"a":' } }],
        parameters: { ...write, model: { mode: 'name', value: 'documents', __rl: true }, mode: 'insert', columns: { mappingMode: 'defineBelow', value: { document: '={{ $json.note }}' }, matchingColumns: [], schema } } as never,
      });
      expect(error).toMatchObject({ message: 'The column "document" must be valid JSON.', description: expect.stringContaining('in double quotes') });
    });

    test('the editor shows the columns of the tenant’s table, its key ready to match by', async () => {
      const parameters = { backend: 'tenantDefault', tenant: { mode: 'list', value: 'acme', __rl: true }, model: { mode: 'list', value: 'public.orders', __rl: true } };
      const { fields } = await mappedFields({ type: 'database', method: 'mapColumns', parameters, credentials: credentials() });
      expect(fields).toMatchObject([{ id: 'id', type: 'number', defaultMatch: true }, { id: 'customer', type: 'string', defaultMatch: false }]);
    });
  });

  describe('a file of all records', () => {
    const file = { ...base, operation: 'query', query: 'select id, customer from orders where id between 100 and 102 order by id', output: 'file' } as const;

    test.each([
      ['ndjson', 'query.jsonl', 'application/x-ndjson', '{"id":100,"customer":"acme-100"}\n{"id":101,"customer":"acme-101"}\n{"id":102,"customer":"acme-102"}\n'],
      ['csv', 'query.csv', 'text/csv', 'id,customer\r\n100,acme-100\r\n101,acme-101\r\n102,acme-102\r\n'],
    ])('as %s', async (fileFormat, fileName, mimeType, text) => {
      const { items: output, error } = await runNode({ type: 'database', credentials: credentials(), items: items('acme'), parameters: { ...file, fileFormat, binaryField: 'rows' } });
      expect(error).toBeUndefined();
      expect(output).toMatchObject([{ json: { file_name: fileName, content_type: mimeType }, binary: { rows: { fileName, mimeType } }, pairedItem: { item: 0 } }]);
      expect(Buffer.from(output[0]!.binary!.rows!.data, 'base64').toString()).toBe(text);
    });

    test('as Parquet, of each tenant its own, under a name of one’s own', async () => {
      const { items: output } = await runNode({
        type: 'database', credentials: credentials(), items: items('acme', 'globex'),
        parameters: { ...base, operation: 'read', model: orders, limit: 5, output: 'file', fileFormat: 'parquet', binaryField: 'data', options: { fileName: '={{ $json.tenant }}.parquet' } },
      });
      expect(output.map(({ binary, pairedItem }) => [binary!.data!.fileName, Buffer.from(binary!.data!.data, 'base64').toString('latin1', 0, 4), pairedItem])).toEqual([
        ['acme.parquet', 'PAR1', { item: 0 }], ['globex.parquet', 'PAR1', { item: 1 }],
      ]);
    });

    test('is no file when the backend fails midway', async () => {
      for (const fileFormat of ['ndjson', 'csv']) {
        const { error, items: output } = await runNode({
          type: 'database', credentials: credentials(), items: items('acme'),
          parameters: { ...file, fileFormat, query: 'select repeat(md5(n::text), 100) as filler, 1 / (50000 - n) as x from generate_series(1, 60000) n' },
        });
        expect(error).toMatchObject({ message: expect.stringMatching(fileFormat === 'csv' ? /division by zero/ : /broke off before all records had come/) });
        expect(output).toEqual([]);
      }
    });
  });

  test('waits between two requests as long as the builder wants', async () => {
    const before = Date.now();
    await runNode({ type: 'database', credentials: credentials(), items: items('acme', 'acme', 'acme'), parameters: { ...base, operation: 'query', query: 'select 1 as one', options: { pause: 300 } } });
    expect(Date.now() - before).toBeGreaterThanOrEqual(600);
  });

  test('a node of one kind refuses a tenant’s default of another before anything runs', async () => {
    const { items: output } = await runNode({
      type: 'postgresql', credentials: credentials(), items: items('globex', 'acme'), onError: 'continueRegularOutput',
      parameters: { ...base, operation: 'query', query: 'select count(*)::int as count from orders where id <= 1200' },
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
