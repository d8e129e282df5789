/** PostgreSQL: the suite of every kind, then what only this kind promises. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createPool } from '../../control-plane/src/engines/sql/pool.ts';
import { streamInTransaction } from '../../control-plane/src/engines/sql/work.ts';
import { connect } from '../../control-plane/src/kinds/postgresql/connection.ts';
import { postgresql } from '../../control-plane/src/kinds/postgresql/index.ts';
import { postgresqlTransaction } from '../../control-plane/src/kinds/postgresql/transaction.ts';
import { PatchbayError } from '../../control-plane/src/platform/errors.ts';
import { hasPostgresql, startPostgresql } from '../peers/postgresql.ts';
import type { PostgresqlPeer } from '../peers/postgresql.ts';
import { peerAvailable } from '../peers/peer.ts';
import { runOperation } from '../../control-plane/src/kinds/run.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const schema = `
  create schema marts;
  create table public.customers (id bigint primary key, email text not null unique, active boolean default true, created_at timestamptz);
  insert into public.customers select i, 'person' || i || '@example.com', i % 2 = 0, timestamptz '2026-01-01 12:00:00.123456+02' from generate_series(1, 3) i;
  create table public.numbers as select i::bigint as id, 'row ' || i as label from generate_series(1, 50000) i;
  create view marts.active as select id, email from public.customers where active;
  create table public."Odd ""name" ("Select" int primary key, "a.b" text);
  insert into public."Odd ""name" values (1, 'x');
  analyze public.customers;
`;

let server: PostgresqlPeer;
const configOf = ({ host, port, database, username, password, ca_certificate }: PostgresqlPeer) => ({
  host, port, database, username, password, ca_certificate, sslmode: 'verify-full', read_only: false,
});

(peerAvailable('PostgreSQL (initdb, postgres) or openssl', hasPostgresql) ? describe : describe.skip)('postgresql', () => {
  testKind(postgresql, {
    async start() {
      server = await startPostgresql();
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
          expect: ({ models }) =>
            expect(models).toEqual([
              { name: 'marts.active', type: 'view', schema: 'marts' },
              { name: 'public."Odd ""name"', type: 'table', schema: 'public' },
              { name: 'public.customers', type: 'table', schema: 'public', estimated_rows: 3 },
              expect.objectContaining({ name: 'public.numbers', type: 'table', schema: 'public' }),
            ]),
        },
        {
          input: { model: 'public.customers' },
          expect: ({ models }) =>
            expect(models).toEqual([{
              name: 'public.customers', type: 'table', schema: 'public', estimated_rows: 3,
              fields: [
                { name: 'id', type: 'bigint', nullable: false, primary_key: true },
                { name: 'email', type: 'text', nullable: false, primary_key: false },
                { name: 'active', type: 'boolean', nullable: true, primary_key: false },
                { name: 'created_at', type: 'timestamp with time zone', nullable: true, primary_key: false },
              ],
            }]),
        },
        { input: { search: 'CUSTOM' }, expect: ({ models }) => expect(models.map(({ name }: { name: string }) => name)).toEqual(['public.customers']) },
      ],
      read: [
        {
          input: { model: 'public.customers', order_by: [{ field: 'id', direction: 'desc' }], limit: 2 },
          expect: (records) =>
            expect(records).toEqual([
              { id: '3', email: 'person3@example.com', active: false, created_at: '2026-01-01T10:00:00.123456+00:00' },
              { id: '2', email: 'person2@example.com', active: true, created_at: '2026-01-01T10:00:00.123456+00:00' },
            ]),
        },
        {
          input: { model: 'customers', fields: ['email'], where: [{ field: 'id', operator: 'in', value: [1, '3'] }, { field: 'email', operator: 'contains', value: 'n3@' }] },
          expect: (records) => expect(records).toEqual([{ email: 'person3@example.com' }]),
        },
        { input: { model: 'public."Odd ""name"' }, expect: (records) => expect(records).toEqual([{ Select: 1, 'a.b': 'x' }]) },
        { input: { model: 'marts.active' }, expect: (records) => expect(records).toEqual([{ id: '2', email: 'person2@example.com' }]) },
        { input: { model: 'public.numbers' }, expect: (records) => expect(records).toHaveLength(50_000) },
      ],
      query: [
        {
          input: { query: 'select id, email from customers where id > $1 order by id', parameters: [1], limit: 1 },
          expect: (records) => expect(records).toEqual([{ id: '2', email: 'person2@example.com' }]),
        },
        { input: { query: '-- a comment;\n(select $1::int + 1 as next)', parameters: [41] }, expect: (records) => expect(records).toEqual([{ next: 42 }]) },
        { input: { query: 'select 1 as one where false' }, expect: (records) => expect(records).toEqual([]) },
        { input: { query: 'show server_encoding' }, expect: (records) => expect(records).toEqual([{ server_encoding: 'UTF8' }]) },
        { input: { query: 'select * from numbers', limit: 2500 }, expect: (records) => expect(records).toHaveLength(2500) },
      ],
      write: [
        {
          input: { model: 'public.customers', records: [{ id: '9007199254740993', email: 'big@example.com' }, { id: 10, email: 'ten@example.com', active: false }] },
          expect: (result) => expect(result).toEqual({ affected_records: 2 }),
        },
        {
          input: { model: 'public.customers', mode: 'upsert', records: [{ id: 10, email: 'a@example.com' }, { id: 10, email: 'b@example.com' }, { id: 11, email: 'c@example.com' }] },
          expect: (result) => expect(result).toEqual({ affected_records: 3 }),
        },
        { input: { model: 'public.customers', mode: 'update', records: [{ id: 11, active: null }] }, expect: (result) => expect(result).toEqual({ affected_records: 1 }) },
        {
          input: { model: 'public.customers', mode: 'delete', key: ['email'], records: [{ email: 'b@example.com' }, { email: 'c@example.com' }, { email: 'big@example.com' }, { email: 'nobody' }] },
          expect: (result) => expect(result).toEqual({ affected_records: 3 }),
        },
      ],
    },
    refusals: [
      { operation: 'read', input: { model: 'public.nothing' }, code: 'model_not_found', says: /public\.nothing/ },
      { operation: 'read', input: { model: 'public.customers', fields: ['nope'] }, code: 'invalid_request', says: /fields\.0: there is no field "nope"/ },
      { operation: 'read', input: { model: 'public.customers', where: [{ field: 'id', value: 'abc' }] }, code: 'invalid_query', says: /invalid input syntax/ },
      { operation: 'read', input: { model: 'public.customers', where: [{ field: 'id', value: null }] }, code: 'invalid_request', says: /is_null/ },
      { operation: 'discover', input: { model: 'nothing' }, code: 'model_not_found' },
      { operation: 'discover', input: { cursor: 'bm9wZQ' }, code: 'invalid_request', says: /cursor/ },
      { operation: 'query', input: { query: 'selec 1' }, code: 'invalid_query', says: /syntax error/ },
      { operation: 'query', input: { query: '  -- nothing' }, code: 'invalid_query', says: /no statement/ },
      { operation: 'query', input: { query: 'select * from nothing' }, code: 'invalid_query', says: /nothing/ },
      { operation: 'query', input: { query: 'select 1; select 2' }, code: 'invalid_query', says: /multiple commands/ },
      { operation: 'query', input: { query: 'select 1 / (i - 2500) from generate_series(1, 5000) i' }, code: 'invalid_query', says: /division by zero/ },
      { operation: 'query', input: { query: 'commit' }, code: 'invalid_query' },
      { operation: 'write', input: { model: 'public.customers', records: [{ id: 20, email: 'x' }, { id: 1, email: 'y' }] }, code: 'rejected_by_backend', says: /duplicate key/ },
      { operation: 'write', input: { model: 'public.customers', records: [{ id: 20, nope: 1 }] }, code: 'invalid_request', says: /records\.0\.nope/ },
      { operation: 'write', input: { model: 'public.numbers', mode: 'upsert', records: [{ id: 1 }] }, code: 'invalid_request', says: /no primary key/ },
      { operation: 'write', input: { model: 'public.customers', mode: 'update', records: [{ active: true }] }, code: 'invalid_request', says: /records\.0\.id/ },
      { operation: 'write', input: { model: 'public.customers', records: [{ id: 20, email: ['a'] }] }, code: 'invalid_request', says: /records\.0\.email/ },
    ],
    long_operations: [{ operation: 'read', input: { model: 'public.numbers' }, expect: (records) => expect(records).toHaveLength(50_000) }],
    imports: [
      {
        source: 'postgres://shop%40eu:p%40ss@db.example.com:6432/orders?sslmode=require',
        config: { host: 'db.example.com', port: 6432, database: 'orders', username: 'shop@eu', password: 'p@ss', sslmode: 'require' },
      },
      { source: 'postgresql+psycopg2://u@[::1]/d', config: { host: '::1', database: 'd', username: 'u' } },
    ],
  });

  describe('postgresql: its own promises', () => {
    let peer: PostgresqlPeer;
    let kind: OpenedKind;
    let reader: OpenedKind;
    beforeAll(async () => {
      peer = await startPostgresql();
      await peer.run(schema);
      kind = await openKind(postgresql, configOf(peer));
      reader = await openKind(postgresql, { ...configOf(peer), read_only: true });
    }, 120_000);
    afterAll(async () => {
      await kind?.close();
      await reader?.close();
      await peer?.stop();
    });

    test('the published example of a config is valid as it is', () => {
      const config = { host: 'db.example.com', port: 5432, database: 'analytics', username: 'honeyframe_ro', password: 'x', sslmode: 'require' };
      expect(postgresql.config.parse(config)).toEqual({
        ...config, read_only: true, pool_size: 5, max_overflow: 15, pool_recycle: 1800, timeout: 30,
      });
      expect(postgresql.config.parse({ ...config, pool_size: 10, max_overflow: 30, pool_recycle: 1800 })).toMatchObject({ pool_size: 10, max_overflow: 30 });
    });

    test('nothing is lost on the way into JSON, whichever way it is read', async () => {
      await peer.run(`
        create type mood as enum ('sad', 'very "happy"');
        create domain amount as numeric(30, 20);
        create table public.types (
          id int primary key, big bigint, exact numeric(40, 20), dom amount, nan numeric, cash money, small smallint, single real, double double precision,
          inf double precision, sci double precision, truth boolean, words text, bytes bytea, instant timestamptz, forever timestamptz, ancient timestamp, local timestamp, day date,
          span interval, bigs bigint[], texts text[], grid int[], moods mood[], plain json, binary_json jsonb, feeling mood, ident uuid, address inet, ranges int4range);
        insert into types values (
          1, 9007199254740993, 0.1, 0.1::numeric(30,20), 'NaN', '1234.5', 7, 0.1, 0.1, '-Infinity', 1e300, true,
          E'a"b\\\\c\\n\\t\\r\\x01\\x0b\\u2028ü😀\\\\N', decode('${'00ff'.repeat(60)}', 'hex'),
          '2026-02-03 04:05:06.123456+00', 'infinity', '0044-03-15 00:00:00 BC', '2026-02-03 04:05:06.000001', '2026-02-03', '1 day 02:00:00',
          '{1,9007199254740993,NULL}', '{"a,b","NULL",NULL,"q\\"\\\\"}', '{{1,2},{3,4}}', '{sad,"very \\"happy\\""}', E'{"a":\\n [1.0,\\t"x\\\\ny"]}', '{"b": 1}', 'very "happy"',
          'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '10.0.0.1/8', '[1,5)');
        insert into types (id) values (2);`);
      const first = {
        id: 1, big: '9007199254740993', exact: '0.10000000000000000000', dom: '0.10000000000000000000', nan: 'NaN', cash: '$1,234.50', small: 7, single: 0.1,
        double: 0.1, inf: '-Infinity', sci: 1e300, truth: true, words: 'a"b\\c\n\t\r\u0001\u000b\u2028ü😀\\N', bytes: Buffer.from('00ff'.repeat(60), 'hex').toString('base64'),
        instant: '2026-02-03T04:05:06.123456+00:00', forever: 'infinity', ancient: '0044-03-15T00:00:00 BC', local: '2026-02-03T04:05:06.000001', day: '2026-02-03',
        span: 'P1DT2H', bigs: ['1', '9007199254740993', null], texts: ['a,b', 'NULL', null, 'q"\\'], grid: [[1, 2], [3, 4]], moods: ['sad', 'very "happy"'],
        plain: { a: [1, 'x\ny'] }, binary_json: { b: 1 }, feeling: 'very "happy"', ident: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', address: '10.0.0.1/8', ranges: '[1,5)',
      };
      const second = Object.fromEntries(Object.keys(first).map((name) => [name, name === 'id' ? 2 : null]));
      const order = { order_by: [{ field: 'id' }] };
      // The money's sign depends on the server's locale.
      const cash = ([one, ...rest]: Record<string, unknown>[]) => [{ ...one, cash: String(one!['cash']).replace(/^\D*/, '$') }, ...rest];
      expect(cash(await kind.records('read', { model: 'types', ...order }))).toEqual([first, second]);
      expect(cash(await kind.records('read', { model: 'types', where: [{ field: 'id', operator: '>', value: 0 }], ...order }))).toEqual([first, second]);
      expect(cash(await kind.records('query', { query: 'select * from types order by id' }))).toEqual([first, second]);

      await kind.run('write', { model: 'types', records: [{ ...first, id: 3 }, { ...second, id: 4 }] });
      expect(cash(await kind.records('read', { model: 'types', where: [{ field: 'id', operator: '>', value: 2 }], ...order }))).toEqual([{ ...first, id: 3 }, { ...second, id: 4 }]);
    });

    test('a value in a condition is only ever a value', async () => {
      await peer.run(`create table public.notes (id int primary key, body text, at timestamptz, day date, ok boolean, n numeric)`);
      const body = `'; drop table notes; -- \\ "x" $1 \n`;
      await kind.run('write', { model: 'notes', records: [{ id: 1, body, at: '2026-01-01T00:00:00.000001Z', day: '2026-01-01', ok: true, n: '0.1' }, { id: 2, body: 'b' }] });
      const ids = async (where: object[]) => (await kind.records('read', { model: 'notes', fields: ['id'], where, order_by: [{ field: 'id' }] })).map(({ id }) => id);
      expect(await ids([{ field: 'body', value: body }])).toEqual([1]);
      expect(await ids([{ field: 'body', operator: 'contains', value: `'; drop` }])).toEqual([1]);
      expect(await ids([{ field: 'body', operator: '!=', value: body }])).toEqual([2]);
      expect(await ids([{ field: 'at', operator: '>=', value: '2026-01-01T00:00:00.000001Z' }, { field: 'day', value: '2026-01-01' }, { field: 'ok', value: true }, { field: 'n', value: 0.1 }])).toEqual([1]);
      expect(await ids([{ field: 'at', operator: '>', value: '2026-01-01T00:00:00.000001Z' }])).toEqual([]);
      expect(await ids([{ field: 'body', operator: 'in', value: [...Array.from({ length: 200 }, (_, index) => `x${index}`), body] }])).toEqual([1]);
      expect(await ids([{ field: 'id', operator: 'in', value: Array.from({ length: 3000 }, (_, index) => index) }])).toEqual([1, 2]);
      expect(await ids([{ field: 'id', operator: 'in', value: [] }])).toEqual([]);
    });

    test.each([
      ['commit; create table escaped (x int)'],
      ['select 1; drop table customers'],
      ['; drop table customers'],
      ['set transaction read write'],
      ['begin read write'],
      ['do $$ begin create table escaped (x int); end $$'],
      ['do $$ begin commit; create table escaped (x int); end $$'],
      ['explain analyze insert into customers values (99, $$x$$)'],
      ['with x as (insert into customers values (99, $$x$$) returning *) select * from x'],
      [`select set_config('transaction_read_only', 'off', false), writes()`],
      ['select writes()'],
      ['select * into escaped from customers'],
      ['/* harmless */ create table escaped (x int)'],
      ['prepare p as select 1'],
      ['copy customers from stdin'],
      [`copy (select 1) to program 'true'`],
      ['call writes_too()'],
    ])('read-only: %s writes nothing', async (query) => {
      await peer.run(`
        create or replace function writes() returns int language plpgsql as $$ begin insert into customers values (98, 'f'); return 1; end $$;
        create or replace procedure writes_too() language plpgsql as $$ begin insert into customers values (97, 'p'); commit; end $$;`);
      await expect(reader.records('query', { query })).rejects.toMatchObject({ code: 'invalid_query' });
      await expect(reader.records('query', { query: 'select 1 as one' })).resolves.toEqual([{ one: 1 }]);
      expect((await peer.run(`select count(*), to_regclass('escaped') from customers`)).trim()).toBe('3|');
    });

    test('read-only: a lone commit does not open the way for the next statement, even without the first look', async () => {
      // Straight to the transaction, past the check of the statement's first word.
      const config = postgresql.config.parse(configOf(peer));
      const pool = createPool({ pool_size: 1, max_overflow: 0, pool_recycle: 0 }, (signal) => connect(config, kind.egress, signal));
      const transaction = postgresqlTransaction(config, kind.egress, [], { purpose: 'query', access: 'read only', statement_timeout: 0 });
      const attempt = async (query: string): Promise<unknown> => {
        const rows = streamInTransaction(pool, transaction, kind.call(), ({ sql }) => sql.unsafe(query).cursor(10));
        try {
          for await (const row of rows) void row;
          return 'done';
        } catch (error) {
          return PatchbayError.is(error) ? error.code : error;
        }
      };
      expect(await attempt('commit')).toBe('done');
      expect(await attempt('create table escaped (x int)')).toBe('invalid_query');
      expect(await attempt('set transaction read write')).toBe('invalid_query');
      expect(await attempt('set session characteristics as transaction read write')).toBe('done');
      expect(await attempt('create table escaped (x int)')).toBe('invalid_query');
      expect(await attempt('set default_transaction_read_only = off')).toBe('done');
      expect(await attempt('do $$ begin set transaction read write; create table escaped (x int); end $$')).toBe('invalid_query');
      expect(await attempt('commit and chain')).toBe('done');
      expect(await attempt('prepare transaction $$left$$')).not.toBe('escaped');
      expect((await peer.run(`select to_regclass('escaped')`)).trim()).toBe('');
      await pool.close();
    });

    test('write is refused by a read-only connector', async () => {
      await expect(reader.run('write', { model: 'customers', records: [{ id: 50, email: 'x' }] })).rejects.toMatchObject({
        code: 'connector_read_only', hint: expect.stringContaining('Read only'),
      });
      await expect(reader.records('query', { query: 'select nextval($1)', parameters: ['nothing'] })).rejects.toMatchObject({ code: 'invalid_query' });
    });

    test('a query may write where the connector says so, all or nothing', async () => {
      expect(await kind.records('query', { query: 'insert into customers (id, email) values ($1, $2) returning id', parameters: [60, 'q'] })).toEqual([{ id: '60' }]);
      await expect(kind.records('query', { query: `insert into customers (id, email) select 61 + i, case when i < 3 then 'n' || i end from generate_series(1, 3) i` })).rejects.toMatchObject({ code: 'invalid_query' });
      expect(await kind.records('query', { query: 'select id from customers where id >= 60' })).toEqual([{ id: '60' }]);
      expect(await kind.records('query', { query: 'delete from customers where id = 60' })).toEqual([]);
    });

    test('a write of many records is one transaction', async () => {
      await peer.run('create table public.bulk (id int primary key, label text default $$none$$, tags text[], body jsonb, bytes bytea)');
      const records = Array.from({ length: 2500 }, (_, id) => ({
        id, ...(id % 3 > 0 && { label: `l${id}` }), ...(id % 500 === 0 && { tags: ['a', 'b"c', null], body: 'text', bytes: 'AP8=' }),
      }));
      expect(await kind.run('write', { model: 'bulk', records })).toEqual({ affected_records: 2500 });
      expect(await kind.records('read', { model: 'bulk', where: [{ field: 'id', value: 1500 }] })).toEqual([
        { id: 1500, label: 'none', tags: ['a', 'b"c', null], body: 'text', bytes: 'AP8=' },
      ]);
      await expect(kind.run('write', { model: 'bulk', records: [...records.map(({ id }) => ({ id: id + 5000 })), { id: 1 }] })).rejects.toMatchObject({ code: 'rejected_by_backend' });
      expect(await kind.records('query', { query: 'select count(*) as count from bulk' })).toEqual([{ count: '2500' }]);
    });

    test('output_schemas limits discover, read and write, and is the search path of query', async () => {
      const limited = await openKind(postgresql, configOf(peer), ['marts']);
      try {
        expect(await limited.run('discover', {})).toMatchObject({ models: [{ name: 'marts.active' }] });
        await expect(limited.records('read', { model: 'public.customers' })).rejects.toMatchObject({ code: 'model_not_found', message: expect.stringContaining('output_schemas') });
        await expect(limited.run('discover', { model: 'public.customers' })).rejects.toMatchObject({ code: 'model_not_found' });
        await expect(limited.records('read', { model: 'customers' })).rejects.toMatchObject({ code: 'model_not_found' });
        await expect(limited.run('write', { model: 'public.customers', records: [{ id: 1 }] })).rejects.toMatchObject({ code: 'model_not_found' });
        expect(await limited.records('read', { model: 'active' })).toHaveLength(1);
        expect(await limited.records('query', { query: 'select current_setting($1) as path, count(*)::int as count from active', parameters: ['search_path'] })).toEqual([{ path: 'marts', count: 1 }]);
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

    test('a cancelled query stops at the server', async () => {
      const controller = new AbortController();
      const running = kind.records('query', { query: 'select pg_sleep(600), $1::text as marker', parameters: ['sleeper'] }, controller.signal);
      const sleepers = async () => (await peer.run(`select count(*) from pg_stat_activity where query like 'select pg_sleep(600)%' and state = 'active'`)).trim();
      while ((await sleepers()) !== '1') continue;
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      while ((await sleepers()) !== '0') continue;
    }, 30_000);

    test('the server sees who it is, and only as many connections as the pool may have', async () => {
      const small = await openKind(postgresql, { ...configOf(peer), pool_size: 1, max_overflow: 2, timeout: 20 });
      try {
        const answers = await Promise.all(
          Array.from({ length: 12 }, () => small.records('query', { query: 'select pg_backend_pid() as pid, current_setting($1) as name, current_setting($2) as zone, pg_sleep(0.05)::text', parameters: ['application_name', 'TimeZone'] })),
        );
        expect(new Set(answers.flat().map(({ pid }) => pid)).size).toBeLessThanOrEqual(3);
        expect(answers[0]![0]).toMatchObject({ name: 'patchbay', zone: 'UTC' });
      } finally {
        await small.close();
      }
    });

    test('an unknown database and a server that is not there say which', async () => {
      const open = async (changes: object) => {
        const opened = await openKind(postgresql, { ...configOf(peer), ...changes });
        return opened.test().finally(opened.close);
      };
      await expect(open({ database: 'nope' })).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining('nope') });
      await expect(open({ sslmode: 'disable' })).resolves.toMatchObject({ message: expect.stringMatching(/^PostgreSQL \d/) });
      await expect(open({ sslmode: 'require', ca_certificate: undefined })).resolves.toBeDefined();
      await expect(open({ sslmode: 'require', host: 'localhost' })).resolves.toBeDefined();
    });

    test('a backend that goes away in the middle of a read is a typed error, and the session recovers', async () => {
      const opened = await openKind(postgresql, { ...configOf(peer), pool_size: 1 });
      try {
        const outcome = await runOperation(postgresql, opened.session, 'query', { query: `select i, repeat('x', 100) as filler from generate_series(1, 3000000) i` }, { ...opened.call(), timeout: 30 });
        if (outcome.result !== 'records') throw new Error('query must stream');
        let restarted = false;
        const reading = (async () => {
          for await (const batch of outcome.batches) {
            if (!restarted) await peer.restart();
            restarted = batch !== undefined;
          }
        })();
        await expect(reading).rejects.toMatchObject({ code: expect.stringMatching(/^backend_un(reachable|available)$/) });
        await expect(opened.test()).resolves.toBeDefined();
      } finally {
        await opened.close();
      }
    }, 60_000);

    test.each(['left', 'cancelled'])('a query that is %s between two batches leaves the session usable', async (how) => {
      for (let round = 0; round < 8; round += 1) {
        const controller = new AbortController();
        const outcome = await runOperation(postgresql, kind.session, 'query', { query: 'select i from generate_series(1, 1000000) i' }, { ...kind.call(controller.signal), timeout: 30 });
        if (outcome.result !== 'records') throw new Error('query must stream');
        const iterator = outcome.batches[Symbol.asyncIterator]();
        expect((await iterator.next()).done).toBe(false);
        if (how === 'left') await iterator.return?.();
        else controller.abort();
        // Whatever the driver still does about the connection that was given up, it does in the next turns.
        for (let turn = 0; turn < 20; turn += 1) await nextTurn();
        if (how === 'cancelled') await expect(iterator.next()).rejects.toMatchObject({ code: 'cancelled' });
      }
      await expect(kind.test()).resolves.toBeDefined();
    });
  });
});
