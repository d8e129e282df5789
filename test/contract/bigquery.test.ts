/** BigQuery: the suite of every kind against a peer of its REST API, then what only this kind promises. */
import { generateKeyPairSync } from 'node:crypto';
import { bigquery } from '../../control-plane/src/kinds/bigquery/index.ts';
import { startBigquery } from '../peers/bigquery/server.ts';
import type { BigqueryPeer } from '../peers/bigquery/server.ts';
import { canMakeCertificates } from '../peers/certificate.ts';
import { peerAvailable } from '../peers/peer.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const schema = `
  create schema shop;
  create schema marts;
  create table shop.customers (id bigint primary key, email varchar not null, active boolean, credit decimal(12, 2), created_at timestamptz);
  insert into shop.customers select i, 'person' || i || '@example.com', i % 2 = 0, i * 1.25, timestamptz '2026-01-01 12:00:00.123456+02' from range(1, 4) t(i);
  create table shop.numbers as select i::bigint as id, 'row ' || i as label from range(1, 50001) t(i);
  create view marts.active as select id, email from shop.customers where active;
`;
const configOf = ({ service_account_json, url, ca_certificate }: BigqueryPeer) => ({ service_account_json, url, ca_certificate, dataset: 'shop', read_only: false });
const created_at = '2026-01-01T10:00:00.123456+00:00';
const anotherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });

(peerAvailable('openssl', canMakeCertificates) ? describe : describe.skip)('bigquery', () => {
  testKind(bigquery, {
    async start() {
      const server = await startBigquery();
      await server.run(schema);
      return { config: configOf(server), backend: server, stop: server.stop };
    },
    wrong_configs: { service_account_json: { service_account_json: '{"type":"user"}' }, maximum_bytes_billed: { maximum_bytes_billed: 0 } },
    faults: {
      at: (port) => ({ url: `https://127.0.0.1:${port}` }),
      wrong_credentials: ({ config }) => ({ service_account_json: JSON.stringify({ ...(JSON.parse(String(config['service_account_json'])) as object), private_key: anotherKey }) }),
      tls: { ca_certificate: undefined },
    },
    operations: {
      discover: [
        {
          input: {},
          expect: ({ models }) => expect(models).toEqual([
            { name: 'marts.active', type: 'view', schema: 'marts' }, { name: 'shop.customers', type: 'table', schema: 'shop' }, { name: 'shop.numbers', type: 'table', schema: 'shop' },
          ]),
        },
        {
          input: { model: 'customers' },
          expect: ({ models }) => expect(models).toEqual([{
            name: 'shop.customers', type: 'table', schema: 'shop', estimated_rows: 3,
            fields: [
              { name: 'id', type: 'INT64', nullable: false, primary_key: true },
              { name: 'email', type: 'STRING', nullable: false, primary_key: false },
              { name: 'active', type: 'BOOL', nullable: true, primary_key: false },
              { name: 'credit', type: 'NUMERIC(12,2)', nullable: true, primary_key: false },
              { name: 'created_at', type: 'TIMESTAMP', nullable: true, primary_key: false },
            ],
          }]),
        },
        { input: { search: 'CUSTOM' }, expect: ({ models }) => expect(models.map(({ name }: { name: string }) => name)).toEqual(['shop.customers']) },
      ],
      read: [
        {
          input: { model: 'shop.customers', order_by: [{ field: 'id', direction: 'desc' }], limit: 2 },
          expect: (records) => expect(records).toEqual([
            { id: '3', email: 'person3@example.com', active: false, credit: '3.75', created_at },
            { id: '2', email: 'person2@example.com', active: true, credit: '2.50', created_at },
          ]),
        },
        {
          input: { model: 'customers', fields: ['email'], where: [{ field: 'id', operator: 'in', value: [1, '3'] }, { field: 'email', operator: 'contains', value: 'n3@' }, { field: 'created_at', operator: '<', value: '2026-02-01T00:00:00Z' }] },
          expect: (records) => expect(records).toEqual([{ email: 'person3@example.com' }]),
        },
        { input: { model: 'customers', fields: ['email'], limit: 2 }, expect: (records) => expect(records).toEqual([{ email: 'person1@example.com' }, { email: 'person2@example.com' }]) },
        { input: { model: 'marts.active' }, expect: (records) => expect(records).toEqual([{ id: '2', email: 'person2@example.com' }]) },
        { input: { model: 'shop.numbers' }, expect: (records) => expect(records).toHaveLength(50_000) },
      ],
      query: [
        {
          input: { query: 'select id, email from `shop`.`customers` where id > ? order by id', parameters: [1], limit: 1 },
          expect: (records) => expect(records).toEqual([{ id: '2', email: 'person2@example.com' }]),
        },
        { input: { query: '-- a comment;\nselect ? + 1 as next, ? as word, "it\'s" as text', parameters: [41, "it's ?"] }, expect: (records) => expect(records).toEqual([{ next: '42', word: "it's ?", text: "it's" }]) },
        { input: { query: 'select 1 as one where false' }, expect: (records) => expect(records).toEqual([]) },
        { input: { query: 'select * from shop.numbers', limit: 12_345 }, expect: (records) => expect(records).toHaveLength(12_345) },
      ],
      write: [
        {
          input: { model: 'shop.customers', records: [{ id: '9007199254740993', email: 'big@example.com', credit: '12345.67' }, { id: 10, email: 'ten@example.com', credit: null }] },
          expect: (result) => expect(result).toEqual({ affected_records: 2 }),
        },
        {
          input: { model: 'customers', mode: 'upsert', records: [{ id: 10, email: 'a@example.com' }, { id: 10, email: 'b@example.com' }, { id: 11, email: 'c@example.com' }] },
          expect: (result) => expect(result).toEqual({ affected_records: 2 }),
        },
        { input: { model: 'customers', mode: 'update', records: [{ id: 11, active: null }, { id: 99, active: true }] }, expect: (result) => expect(result).toEqual({ affected_records: 1 }) },
        {
          input: { model: 'customers', mode: 'delete', key: ['email'], records: [{ email: 'b@example.com' }, { email: 'c@example.com' }, { email: 'big@example.com' }, { email: 'nobody' }] },
          expect: (result) => expect(result).toEqual({ affected_records: 3 }),
        },
      ],
    },
    refusals: [
      { operation: 'read', input: { model: 'shop.nothing' }, code: 'model_not_found', says: /shop\.nothing/ },
      { operation: 'read', input: { model: 'customers', fields: ['nope'] }, code: 'invalid_request', says: /fields\.0: there is no field "nope"/ },
      { operation: 'read', input: { model: 'customers', where: [{ field: 'id', value: 'abc' }] }, code: 'invalid_query', says: /Bad value/ },
      { operation: 'discover', input: { model: 'nothing' }, code: 'model_not_found' },
      { operation: 'discover', input: { cursor: 'bm9wZQ' }, code: 'invalid_request', says: /cursor/ },
      { operation: 'query', input: { query: 'selec 1' }, code: 'invalid_query', says: /invalidQuery/ },
      { operation: 'query', input: { query: 'select * from shop.nothing' }, code: 'invalid_query', says: /nothing.*notFound/ },
      { operation: 'query', input: { query: 'select 1 as a; select 2 as b' }, code: 'invalid_query', says: /several statements/ },
      { operation: 'query', input: { query: 'commit' }, code: 'invalid_query' },
      { operation: 'write', input: { model: 'customers', records: [{ id: 20, email: null }] }, code: 'rejected_by_backend' },
      { operation: 'write', input: { model: 'customers', records: [{ id: 20, nope: 1 }] }, code: 'invalid_request', says: /records\.0\.nope/ },
      { operation: 'write', input: { model: 'customers', records: [{ id: 20, email: 'x' }, { id: 21, email: 'y', active: true }] }, code: 'invalid_request', says: /only one statement/ },
      { operation: 'write', input: { model: 'numbers', mode: 'upsert', records: [{ id: 1 }] }, code: 'invalid_request', says: /no primary key/ },
    ],
    long_operations: [
      { operation: 'read', input: { model: 'shop.numbers' }, expect: (records) => expect(records).toHaveLength(50_000) },
      { operation: 'query', input: { query: 'select * from shop.numbers', limit: 20_000 }, expect: (records) => expect(records).toHaveLength(20_000) },
    ],
    imports: [
      {
        source: '{"type":"service_account","project_id":"acme","private_key":"k","client_email":"a@b"}',
        config: { service_account_json: '{"type":"service_account","project_id":"acme","private_key":"k","client_email":"a@b"}', project_id: 'acme' },
      },
    ],
  });

  describe('bigquery: its own promises', () => {
    let peer: BigqueryPeer;
    let kind: OpenedKind;
    let reader: OpenedKind;
    beforeAll(async () => {
      peer = await startBigquery();
      await peer.run(schema);
      kind = await openKind(bigquery, configOf(peer));
      reader = await openKind(bigquery, { ...configOf(peer), read_only: true });
    }, 60_000);
    afterAll(async () => {
      await kind?.close();
      await reader?.close();
      await peer?.stop();
    });

    test('nothing is lost on the way into JSON, whichever way it is read', async () => {
      await peer.run(`
        create table shop.types (id bigint, exact decimal(38, 9), double double, infinite double, truth boolean, words varchar, bytes blob, instant timestamptz, before timestamptz, local timestamp, day date, clock time,
          body json, tags varchar[], bigs bigint[], place struct(city varchar, visits bigint));
        insert into shop.types values (1, 12345678901234567890123456789.123456789, 0.1, 'infinity', true, 'a"b\\c' || chr(10) || '😀', '\\x00\\xFF'::blob,
          '2026-02-03 04:05:06.123456+00', '1969-12-31 23:59:59.25+00', '2026-02-03 04:05:06.000001', '2026-02-03', '23:59:59.999999', '{"a": [1, "x"]}', ['a', 'b"c'], [9007199254740993], {'city': 'Ulm', 'visits': 7});
        insert into shop.types (id) values (2);`);
      const first = {
        id: '1', exact: '12345678901234567890123456789.123456789', double: 0.1, infinite: 'Infinity', truth: true, words: 'a"b\\c\n😀', bytes: 'AP8=',
        instant: '2026-02-03T04:05:06.123456+00:00', before: '1969-12-31T23:59:59.250000+00:00', local: '2026-02-03T04:05:06.000001', day: '2026-02-03', clock: '23:59:59.999999',
        body: { a: [1, 'x'] }, tags: ['a', 'b"c'], bigs: ['9007199254740993'], place: { city: 'Ulm', visits: '7' },
      };
      const second = Object.fromEntries(Object.keys(first).map((name) => [name, name === 'id' ? '2' : name === 'tags' || name === 'bigs' ? [] : null]));
      expect(await kind.records('read', { model: 'types' })).toEqual([first, second]);
      expect(await kind.records('query', { query: 'select * from shop.types order by id' })).toEqual([first, second]);
      const { place: _place, ...written } = first;
      await kind.run('write', { model: 'types', records: [{ ...written, id: 3 }] });
      expect(await kind.records('read', { model: 'types', where: [{ field: 'id', value: 3 }] })).toEqual([{ ...written, id: '3', place: null }]);
      await expect(kind.run('write', { model: 'types', records: [{ id: 4, place: {} }] })).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('STRUCT') });
    });

    test.each([
      ['insert into shop.customers (id, email) values (99, "x")', 'INSERT'],
      ['create table shop.escaped (x int)', 'CREATE'],
      ['with x as (select 1) delete from shop.customers where true', 'DELETE'],
      ['select 1 as a; drop table shop.customers', 'several statements'],
    ])('read-only: %s is not run', async (query, word) => {
      await expect(reader.records('query', { query })).rejects.toMatchObject({ code: 'invalid_query', message: expect.stringContaining(word) });
      expect(await peer.run('select count(*) from shop.customers')).toEqual([['3']]);
      await expect(reader.run('write', { model: 'customers', records: [{ id: 1 }] })).rejects.toMatchObject({ code: 'connector_read_only' });
    });

    test('a query may write where the connector says so', async () => {
      await kind.records('query', { query: 'insert into shop.customers (id, email) values (?, ?)', parameters: [60, 'q'] });
      expect(await kind.records('query', { query: 'select email from shop.customers where id = 60' })).toEqual([{ email: 'q' }]);
    });

    test('a table as a whole is listed, which costs nothing; with conditions it is a job whose values are bound', async () => {
      peer.jobs.length = 0;
      await kind.records('read', { model: 'customers', fields: ['id', 'email'], limit: 1 });
      expect(peer.jobs).toEqual([]);
      const evil = `x'; drop table customers; --`;
      expect(await kind.records('read', { model: 'customers', where: [{ field: 'email', value: evil }] })).toEqual([]);
      expect(peer.jobs).toEqual([{ query: expect.stringContaining('t.`email` = ?'), parameters: [{ parameterType: { type: 'STRING' }, parameterValue: { value: evil } }], dryRun: false }]);
    });

    test('a query that reads too much is refused, and a key that is none is told', async () => {
      const frugal = await openKind(bigquery, { ...configOf(peer), maximum_bytes_billed: 1000 });
      await expect(frugal.records('query', { query: 'select * from shop.numbers' })).rejects.toMatchObject({ code: 'invalid_query', message: expect.stringContaining('bytes billed'), hint: expect.stringContaining('Maximum bytes billed') });
      await frugal.close();
      await expect(openKind(bigquery, { ...configOf(peer), service_account_json: '{"type":"user"}' })).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining('private_key') });
      await expect(openKind(bigquery, { ...configOf(peer), service_account_json: 'no json' })).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.service_account_json', message: expect.any(String) }] });
    });

    test('output_schemas limits discover, read and write', async () => {
      const limited = await openKind(bigquery, configOf(peer), ['marts']);
      try {
        expect(await limited.run('discover', {})).toMatchObject({ models: [{ name: 'marts.active' }] });
        await expect(limited.records('read', { model: 'shop.customers' })).rejects.toMatchObject({ code: 'model_not_found', message: expect.stringContaining('output_schemas') });
        await expect(limited.records('read', { model: 'customers' })).rejects.toMatchObject({ code: 'model_not_found' });
        await expect(limited.run('write', { model: 'shop.customers', records: [{ id: 1 }] })).rejects.toMatchObject({ code: 'model_not_found' });
        expect(await limited.records('read', { model: 'active', limit: 1 })).toHaveLength(1);
      } finally {
        await limited.close();
      }
    });

    test('discover pages through everything once', async () => {
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const page = (await kind.run('discover', { limit: 1, ...(cursor && { cursor }) })) as { models: { name: string }[]; next_cursor?: string };
        names.push(...page.models.map(({ name }) => name));
        cursor = page.next_cursor;
      } while (cursor);
      const all = (await kind.run('discover', {})) as { models: { name: string }[] };
      expect(names).toEqual(all.models.map(({ name }) => name));
    });

    const endless = 'select count(*) as n from range(200000000000) t(i) where i % 7 = ?';

    test('a cancelled query is stopped at BigQuery, and so is one that takes too long', async () => {
      const controller = new AbortController();
      const running = kind.records('query', { query: endless, parameters: [3] }, controller.signal);
      while (!peer.jobs.some(({ query, dryRun }) => query === endless && !dryRun)) await new Promise(setImmediate);
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      while (peer.cancelled() < 1) await new Promise(setImmediate);
      const hasty = await openKind(bigquery, { ...configOf(peer), timeout: 1 });
      await expect(hasty.records('query', { query: endless, parameters: [4] })).rejects.toMatchObject({ code: 'backend_timeout' });
      while (peer.cancelled() < 2) await new Promise(setImmediate);
      await hasty.close();
    });

    test('pages are fetched one by one, and one that fails is an error', async () => {
      const read = kind.session['read'] as (input: object, call: object) => AsyncIterable<{ count: number }>;
      const fetched = () => peer.received.filter(({ url }) => url.searchParams.has('pageToken')).length;
      const before = fetched();
      let batches = 0;
      const reading = (async () => {
        for await (const batch of read({ model: 'numbers' }, kind.call())) {
          batches += batch.count > 0 ? 1 : 0;
          if (batches === 1) expect(fetched()).toBe(before);
          if (batches === 10) await peer.stop();
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'backend_unreachable' });
    });
  });
});
