/** SQL Server: the suite of every kind against a TDS peer, then what only this kind promises. */
import { mssql } from '../../control-plane/src/kinds/mssql/index.ts';
import { canMakeCertificates } from '../peers/certificate.ts';
import { peerAvailable } from '../peers/peer.ts';
import { findProgram, runProgram } from '../peers/process.ts';
import { startTds } from '../peers/tds/server.ts';
import type { TdsPeer } from '../peers/tds/server.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const schema = `
  create schema marts;
  create table dbo.customers (id bigint primary key, email varchar not null unique, active boolean default true, credit decimal(12, 2), created_at timestamptz);
  insert into dbo.customers select i, 'person' || i || '@example.com', i % 2 = 0, i * 1.25, timestamptz '2026-01-01 12:00:00.123456+02' from range(1, 4) t(i);
  create table dbo.numbers as select i::bigint as id, 'row ' || i as label from range(1, 50001) t(i);
  create view marts.active as select id, email from dbo.customers where active;
  create table dbo."Odd ]name" ("Select" integer primary key, "a.b" varchar);
  insert into dbo."Odd ]name" values (1, 'x');
`;
const configOf = ({ host, port, database, username, password, ca_certificate }: TdsPeer) => ({ host, port, database, username, password, ca_certificate, read_only: false });
const created_at = '2026-01-01T10:00:00.1234560+00:00';

(peerAvailable('openssl', canMakeCertificates) ? describe : describe.skip)('mssql', () => {
  testKind(mssql, {
    async start() {
      const server = await startTds();
      await server.run(schema);
      return { config: configOf(server), backend: server, stop: server.stop };
    },
    wrong_configs: { port: { port: 65_536 }, database: { database: 'nope' } },
    faults: {
      at: (port) => ({ port }),
      wrong_credentials: { password: 'wrong-password' },
      tls: { ca_certificate: undefined },
    },
    operations: {
      discover: [
        {
          input: {},
          expect: ({ models }) => expect(models).toEqual([
            { name: 'dbo.Odd ]name', type: 'table', schema: 'dbo' },
            { name: 'dbo.customers', type: 'table', schema: 'dbo' },
            { name: 'dbo.numbers', type: 'table', schema: 'dbo' },
            { name: 'marts.active', type: 'view', schema: 'marts' },
          ]),
        },
        {
          input: { model: 'dbo.customers' },
          expect: ({ models }) => expect(models).toEqual([{
            name: 'dbo.customers', type: 'table', schema: 'dbo',
            fields: [
              { name: 'id', type: 'bigint', nullable: false, primary_key: true },
              { name: 'email', type: 'nvarchar(max)', nullable: false, primary_key: false },
              { name: 'active', type: 'bit', nullable: true, primary_key: false },
              { name: 'credit', type: 'decimal(12,2)', nullable: true, primary_key: false },
              { name: 'created_at', type: 'datetimeoffset(7)', nullable: true, primary_key: false },
            ],
          }]),
        },
        { input: { search: 'CUSTOM' }, expect: ({ models }) => expect(models.map(({ name }: { name: string }) => name)).toEqual(['dbo.customers']) },
      ],
      read: [
        {
          input: { model: 'dbo.customers', order_by: [{ field: 'id', direction: 'desc' }], limit: 2 },
          expect: (records) => expect(records).toEqual([
            { id: '3', email: 'person3@example.com', active: false, credit: '3.75', created_at },
            { id: '2', email: 'person2@example.com', active: true, credit: '2.50', created_at },
          ]),
        },
        {
          input: { model: 'customers', fields: ['email'], where: [{ field: 'id', operator: 'in', value: [1, '3'] }, { field: 'email', operator: 'contains', value: 'n3@' }] },
          expect: (records) => expect(records).toEqual([{ email: 'person3@example.com' }]),
        },
        { input: { model: 'dbo.Odd ]name' }, expect: (records) => expect(records).toEqual([{ Select: 1, 'a.b': 'x' }]) },
        { input: { model: 'marts.active' }, expect: (records) => expect(records).toEqual([{ id: '2', email: 'person2@example.com' }]) },
        { input: { model: 'dbo.numbers' }, expect: (records) => expect(records).toHaveLength(50_000) },
      ],
      query: [
        {
          input: { query: 'select id, email from customers where id > @p1 order by id', parameters: [1], limit: 1 },
          expect: (records) => expect(records).toEqual([{ id: '2', email: 'person2@example.com' }]),
        },
        { input: { query: '-- a comment;\nselect cast(@p1 as int) + 1 as [next], N\'ü\' as word', parameters: ['41'] }, expect: (records) => expect(records).toEqual([{ next: 42, word: 'ü' }]) },
        { input: { query: 'select 1 as one where 1 = 0' }, expect: (records) => expect(records).toEqual([]) },
        { input: { query: 'select * from numbers', limit: 2500 }, expect: (records) => expect(records).toHaveLength(2500) },
      ],
      write: [
        {
          input: { model: 'dbo.customers', records: [{ id: '9007199254740993', email: 'big@example.com', credit: '12345.67' }, { id: 10, email: 'ten@example.com', active: false }] },
          expect: (result) => expect(result).toEqual({ affected_records: 2 }),
        },
        {
          input: { model: 'dbo.customers', mode: 'upsert', records: [{ id: 10, email: 'a@example.com' }, { id: 10, email: 'b@example.com' }, { id: 11, email: 'c@example.com' }] },
          expect: (result) => expect(result).toEqual({ affected_records: 3 }),
        },
        { input: { model: 'dbo.customers', mode: 'update', records: [{ id: 11, active: null }] }, expect: (result) => expect(result).toEqual({ affected_records: 1 }) },
        {
          input: { model: 'dbo.customers', mode: 'delete', key: ['email'], records: [{ email: 'b@example.com' }, { email: 'c@example.com' }, { email: 'big@example.com' }, { email: 'nobody' }] },
          expect: (result) => expect(result).toEqual({ affected_records: 3 }),
        },
      ],
    },
    refusals: [
      { operation: 'read', input: { model: 'dbo.nothing' }, code: 'model_not_found', says: /dbo\.nothing/ },
      { operation: 'read', input: { model: 'dbo.customers', fields: ['nope'] }, code: 'invalid_request', says: /fields\.0: there is no field "nope"/ },
      { operation: 'read', input: { model: 'dbo.customers', where: [{ field: 'id', value: 'abc' }] }, code: 'invalid_query', says: /8114/ },
      { operation: 'discover', input: { model: 'nothing' }, code: 'model_not_found' },
      { operation: 'discover', input: { cursor: 'bm9wZQ' }, code: 'invalid_request', says: /cursor/ },
      { operation: 'query', input: { query: 'selec 1' }, code: 'invalid_query', says: /102/ },
      { operation: 'query', input: { query: 'select * from nothing' }, code: 'invalid_query', says: /Invalid object name 'nothing'.*208/ },
      { operation: 'query', input: { query: 'select @p2 as x', parameters: [1] }, code: 'invalid_query', says: /@p2/ },
      { operation: 'query', input: { query: 'commit' }, code: 'invalid_query' },
      { operation: 'query', input: { query: 'select 1 as one; rollback' }, code: 'invalid_query' },
      { operation: 'write', input: { model: 'dbo.customers', records: [{ id: 20, email: 'x' }, { id: 1, email: 'y' }] }, code: 'rejected_by_backend', says: /2627/ },
      { operation: 'write', input: { model: 'dbo.customers', records: [{ id: 20, nope: 1 }] }, code: 'invalid_request', says: /records\.0\.nope/ },
      { operation: 'write', input: { model: 'dbo.numbers', mode: 'upsert', records: [{ id: 1 }] }, code: 'invalid_request', says: /no primary key/ },
      { operation: 'write', input: { model: 'dbo.customers', records: [{ id: 20, email: ['a'] }] }, code: 'invalid_request', says: /records\.0\.email/ },
    ],
    long_operations: [{ operation: 'read', input: { model: 'dbo.numbers' }, expect: (records) => expect(records).toHaveLength(50_000) }],
    imports: [
      {
        source: 'Server=tcp:db.example.com,1444;Initial Catalog=orders;User ID=shop;Password="p;""w";Encrypt=Mandatory;TrustServerCertificate=False;Connection Timeout=30',
        config: { host: 'db.example.com', port: 1444, database: 'orders', username: 'shop', password: 'p;"w', encrypt: true, trust_server_certificate: false },
      },
      {
        source: 'jdbc:sqlserver://db.example.com:1433;databaseName=orders;user=shop;password={p;}}w};encrypt=false',
        config: { host: 'db.example.com', port: 1433, database: 'orders', username: 'shop', password: 'p;}w', encrypt: false },
      },
      { source: 'mssql://shop:p%40ss@db.example.com/orders?encrypt=true', config: { host: 'db.example.com', database: 'orders', username: 'shop', password: 'p@ss', encrypt: true } },
    ],
  });

  describe('mssql: its own promises', () => {
    let peer: TdsPeer;
    let kind: OpenedKind;
    let reader: OpenedKind;
    beforeAll(async () => {
      peer = await startTds();
      await peer.run(schema);
      kind = await openKind(mssql, configOf(peer));
      reader = await openKind(mssql, { ...configOf(peer), read_only: true });
    }, 60_000);
    afterAll(async () => {
      await kind?.close();
      await reader?.close();
      await peer?.stop();
    });

    test('nothing is lost on the way into JSON, whichever way it is read', async () => {
      await peer.run(`
        create table dbo.types (id integer primary key, big bigint, small smallint, tiny utinyint, exact decimal(38, 20), cash decimal(19, 4), single float, double double,
          truth boolean, words varchar, bytes blob, instant timestamptz, local timestamp, ancient timestamp, day date, clock time, ident uuid);
        insert into dbo.types values (1, 9007199254740993, -7, 255, 123456789012345678.12345678901234567890, 922337203685477.5807, 0.1, 0.1,
          true, 'a"b\\c' || chr(10) || '😀', '\\x00\\xFF'::blob, '2026-02-03 04:05:06.123456+00', '2026-02-03 04:05:06.000001', '0044-03-15 00:00:00', '2026-02-03', '23:59:59.999999',
          'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
        insert into dbo.types (id) values (2);`);
      const first = {
        id: 1, big: '9007199254740993', small: -7, tiny: 255, exact: '123456789012345678.12345678901234567890', cash: '922337203685477.5807', single: 0.1, double: 0.1,
        truth: true, words: 'a"b\\c\n😀', bytes: 'AP8=', instant: '2026-02-03T04:05:06.1234560+00:00', local: '2026-02-03T04:05:06.0000010', ancient: '0044-03-15T00:00:00.0000000',
        day: '2026-02-03', clock: '23:59:59.9999990', ident: 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11',
      };
      const second = Object.fromEntries(Object.keys(first).map((name) => [name, name === 'id' ? 2 : null]));
      const order = { order_by: [{ field: 'id' }] };
      expect(await kind.records('read', { model: 'types', ...order })).toEqual([first, second]);
      await expect(kind.records('query', { query: 'select exact from types' })).rejects.toMatchObject({ code: 'invalid_query', hint: expect.stringContaining('varchar(41)') });
      const { exact: _exact, cash: _cash, ...others } = first;
      expect(await kind.records('query', { query: `select ${Object.keys(others).join(', ')}, cast(12345.67 as decimal(12, 2)) as amount, cast(-1.5 as money) as cash from types where id = 1` }))
        .toEqual([{ ...others, amount: '12345.67', cash: '-1.5000' }]);

      await kind.run('write', { model: 'types', records: [{ ...first, id: 3 }, { ...second, id: 4 }] });
      expect(await kind.records('read', { model: 'types', where: [{ field: 'id', operator: '>', value: 2 }], ...order })).toEqual([{ ...first, id: 3 }, { ...second, id: 4 }]);
    });

    test.each([
      ['insert into customers (id, email) values (99, @p1)', 'INSERT'],
      ['with x as (select 1 as a) delete from customers', 'DELETE'],
      ['select 1 as a delete from customers', 'DELETE'],
      ['select * into escaped from customers', 'INTO'],
      ['select 1 as a exec sp_who', 'EXEC'],
      ['select 1 as a commit', 'COMMIT'],
      ['select 1 as a set transaction isolation level serializable', 'SET'],
      ['select next value for orders_sequence as x', 'NEXT VALUE'],
      ["select * from openrowset('SQLNCLI', 'x', 'y') as r", 'OPENROWSET'],
      ['select 1 as a merge into customers using customers as s on 1 = 1 when matched then delete;', 'MERGE'],
      ['sp_who', 'SP_WHO'],
    ])('read-only: %s is refused', async (query, word) => {
      await expect(reader.records('query', { query })).rejects.toMatchObject({ code: 'invalid_query', message: expect.stringContaining(word) });
    });

    test('read-only: names and texts that look like statements are none', async () => {
      await peer.run('create table dbo.words ("update" integer, note varchar)');
      expect(await reader.records('query', { query: `select [update] /* delete */, note as "insert" from words where note <> 'drop table x' -- exec` })).toEqual([]);
      await expect(reader.run('write', { model: 'customers', records: [{ id: 50, email: 'x' }] })).rejects.toMatchObject({ code: 'connector_read_only' });
    });

    test('a query may write where the connector says so, and a write is all or nothing', async () => {
      expect(await kind.records('query', { query: 'insert into customers (id, email) values (@p1, @p2)', parameters: [60, 'q'] })).toEqual([]);
      expect(await kind.records('query', { query: 'select email from customers where id = 60' })).toEqual([{ email: 'q' }]);
      const records = [...Array.from({ length: 2500 }, (_, id) => ({ id: id + 100_000, email: `bulk${id}` })), { id: 60, email: 'again' }];
      await expect(kind.run('write', { model: 'customers', records })).rejects.toMatchObject({ code: 'rejected_by_backend' });
      expect(await kind.records('query', { query: 'select count(*) as n from customers where id >= 100000' })).toEqual([{ n: '0' }]);
      expect(await kind.run('write', { model: 'customers', records: records.slice(0, -1) })).toEqual({ affected_records: 2500 });
    });

    test('values are bound, never part of the text', async () => {
      peer.received.length = 0;
      const evil = `x'; drop table customers; --`;
      expect(await kind.records('read', { model: 'customers', where: [{ field: 'email', value: evil }] })).toEqual([]);
      const read = peer.received.find(({ sql }) => sql.includes('[email] = @p1'))!;
      expect(read.parameters).toEqual({ p1: evil });
      expect(peer.received.every(({ sql }) => !sql.includes('drop table'))).toBe(true);
    });

    test('output_schemas limits discover, read and write', async () => {
      const limited = await openKind(mssql, configOf(peer), ['marts']);
      try {
        expect(await limited.run('discover', {})).toMatchObject({ models: [{ name: 'marts.active' }] });
        await expect(limited.records('read', { model: 'dbo.customers' })).rejects.toMatchObject({ code: 'model_not_found', message: expect.stringContaining('output_schemas') });
        await expect(limited.records('read', { model: 'customers' })).rejects.toMatchObject({ code: 'model_not_found' });
        await expect(limited.run('write', { model: 'dbo.customers', records: [{ id: 1 }] })).rejects.toMatchObject({ code: 'model_not_found' });
        expect(await limited.records('read', { model: 'active', limit: 1, order_by: [{ field: 'id' }] })).toEqual([{ id: '2', email: 'person2@example.com' }]);
      } finally {
        await limited.close();
      }
    });

    test('discover pages through everything once', async () => {
      const names: string[] = [];
      let cursor: string | undefined;
      do {
        const page = (await kind.run('discover', { limit: 2, ...(cursor && { cursor }) })) as { models: { name: string }[]; next_cursor?: string };
        names.push(...page.models.map(({ name }) => name));
        cursor = page.next_cursor;
      } while (cursor);
      const all = (await kind.run('discover', {})) as { models: { name: string }[] };
      expect(names).toEqual(all.models.map(({ name }) => name));
    });

    test('a cancelled query is stopped at the server', async () => {
      const before = peer.attentions();
      const controller = new AbortController();
      const running = kind.records('query', { query: 'select count(*) as n from range(200000000000) t(i) where i % 7 = @p1', parameters: [3] }, controller.signal);
      while (!peer.received.some(({ sql }) => sql.includes('200000000000'))) await new Promise(setImmediate);
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      while (peer.attentions() === before) await new Promise(setImmediate);
    });

    test('a statement that takes too long is given up', async () => {
      const hasty = await openKind(mssql, { ...configOf(peer), timeout: 1 });
      await expect(hasty.records('query', { query: 'select count(*) as n from range(200000000000) t(i) where i % 7 = 3' })).rejects.toMatchObject({ code: 'backend_timeout' });
      await hasty.close();
    });

    test('a server that restarts in the middle of a read is an error, and not the end', async () => {
      const stream = kind.session['read'] as (input: object, call: object) => AsyncIterable<unknown>;
      const reading = (async () => {
        for await (const batch of stream({ model: 'numbers' }, kind.call())) {
          void batch;
          await peer.restart();
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'backend_unreachable' });
      await kind.test().catch(() => undefined);
      await expect(kind.test()).resolves.toMatchObject({ message: expect.stringContaining('SQL Server') });
    });

    test('only as many connections are open as the pool may have', async () => {
      const small = await openKind(mssql, { ...configOf(peer), pool_size: 1, max_overflow: 1 });
      const others = peer.connections();
      try {
        await Promise.all(Array.from({ length: 8 }, () => small.records('query', { query: 'select * from numbers', limit: 10 })));
        expect(peer.connections() - others).toBeLessThanOrEqual(2);
      } finally {
        await small.close();
      }
    });

    test('an unknown database, a distrusted certificate and a server without TLS say which', async () => {
      const open = async (changes: object) => {
        const opened = await openKind(mssql, { ...configOf(peer), ...changes });
        return opened.test().finally(opened.close);
      };
      await expect(open({ database: 'nope' })).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining('nope') });
      await expect(open({ ca_certificate: undefined, trust_server_certificate: true })).resolves.toBeDefined();
      const plain = await startTds({ tls: false });
      try {
        await expect(open({ port: plain.port })).rejects.toMatchObject({ code: 'backend_tls_failed' });
        await expect(open({ port: plain.port, encrypt: false })).resolves.toBeDefined();
      } finally {
        await plain.stop();
      }
    });

    (peerAvailable('FreeTDS (tsql)', findProgram('tsql') !== undefined) ? test : test.skip)('an independent client reads from the peer too', async () => {
      const plain = await startTds({ tls: false });
      try {
        await plain.run(schema);
        const shown = await runProgram('tsql', ['-H', plain.host, '-p', String(plain.port), '-U', plain.username, '-P', plain.password, '-o', 'fhq'], {
          env: { ...process.env, TDSVER: '7.4' }, input: 'select id, email, active, credit from dbo.customers order by id\ngo\nexit\n',
        });
        expect(shown).toContain('2\tperson2@example.com\t1\t2.50');
      } finally {
        await plain.stop();
      }
    });
  });
});
