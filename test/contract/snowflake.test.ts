/** Snowflake: the suite of every kind against a peer of its SQL API, then what only this kind promises. */
import { generateKeyPairSync } from 'node:crypto';
import { snowflake } from '../../control-plane/src/kinds/snowflake/index.ts';
import { canMakeCertificates } from '../peers/certificate.ts';
import { peerAvailable } from '../peers/peer.ts';
import { startSnowflake } from '../peers/snowflake/server.ts';
import type { SnowflakePeer } from '../peers/snowflake/server.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const schema = `
  create schema "MARTS";
  create table "PUBLIC"."CUSTOMERS" ("ID" bigint primary key, "EMAIL" varchar not null, "ACTIVE" boolean default true, "CREDIT" decimal(12, 2), "CREATED_AT" timestamptz);
  insert into "PUBLIC"."CUSTOMERS" select i, 'person' || i || '@example.com', i % 2 = 0, i * 1.25, timestamptz '2026-01-01 12:00:00.123456+02' from range(1, 4) t(i);
  create table "PUBLIC"."NUMBERS" as select i::bigint as "ID", 'row ' || i as "LABEL" from range(1, 50001) t(i);
  create view "MARTS"."ACTIVE" as select "ID", "EMAIL" from "PUBLIC"."CUSTOMERS" where "ACTIVE";
  create table "PUBLIC"."Odd ""name" ("Select" integer primary key, "a.b" varchar);
  insert into "PUBLIC"."Odd ""name" values (1, 'x');
`;
const configOf = ({ account, username, private_key, url, ca_certificate }: SnowflakePeer) => ({ account, username, private_key, url, ca_certificate, database: 'SHOP', read_only: false });
const anotherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const CREATED_AT = '2026-01-01T10:00:00.123456000+00:00';

(peerAvailable('openssl', canMakeCertificates) ? describe : describe.skip)('snowflake', () => {
  testKind(snowflake, {
    async start() {
      const server = await startSnowflake();
      await server.run(schema);
      return { config: configOf(server), backend: server, stop: server.stop };
    },
    wrong_configs: { account: { account: 'https://x y' }, private_key: { private_key: 'no key' }, database: { database: 'NOPE' } },
    faults: {
      at: (port) => ({ url: `https://127.0.0.1:${port}` }),
      wrong_credentials: { private_key: anotherKey },
      tls: { ca_certificate: undefined },
    },
    operations: {
      discover: [
        {
          input: {},
          expect: ({ models }) => expect(models.map(({ name, type, schema: place }: Record<string, string>) => [name, type, place])).toEqual([
            ['MARTS.ACTIVE', 'view', 'MARTS'], ['PUBLIC.CUSTOMERS', 'table', 'PUBLIC'], ['PUBLIC.NUMBERS', 'table', 'PUBLIC'], ['PUBLIC."Odd ""name"', 'table', 'PUBLIC'],
          ]),
        },
        {
          input: { model: 'public.customers' },
          expect: ({ models }) => expect(models).toEqual([{
            name: 'PUBLIC.CUSTOMERS', type: 'table', schema: 'PUBLIC', estimated_rows: 3,
            fields: [
              { name: 'ID', type: 'NUMBER(38,0)', nullable: false, primary_key: true },
              { name: 'EMAIL', type: 'TEXT', nullable: false, primary_key: false },
              { name: 'ACTIVE', type: 'BOOLEAN', nullable: true, primary_key: false },
              { name: 'CREDIT', type: 'NUMBER(12,2)', nullable: true, primary_key: false },
              { name: 'CREATED_AT', type: 'TIMESTAMP_TZ(9)', nullable: true, primary_key: false },
            ],
          }]),
        },
        { input: { search: 'custom' }, expect: ({ models }) => expect(models.map(({ name }: { name: string }) => name)).toEqual(['PUBLIC.CUSTOMERS']) },
      ],
      read: [
        {
          input: { model: 'PUBLIC.CUSTOMERS', order_by: [{ field: 'ID', direction: 'desc' }], limit: 2 },
          expect: (records) => expect(records).toEqual([
            { ID: '3', EMAIL: 'person3@example.com', ACTIVE: false, CREDIT: '3.75', CREATED_AT },
            { ID: '2', EMAIL: 'person2@example.com', ACTIVE: true, CREDIT: '2.50', CREATED_AT },
          ]),
        },
        {
          input: { model: 'customers', fields: ['EMAIL'], where: [{ field: 'ID', operator: 'in', value: [1, '3'] }, { field: 'EMAIL', operator: 'contains', value: 'n3@' }] },
          expect: (records) => expect(records).toEqual([{ EMAIL: 'person3@example.com' }]),
        },
        { input: { model: 'PUBLIC."Odd ""name"' }, expect: (records) => expect(records).toEqual([{ Select: 1, 'a.b': 'x' }]) },
        { input: { model: 'marts.active' }, expect: (records) => expect(records).toEqual([{ ID: '2', EMAIL: 'person2@example.com' }]) },
        { input: { model: 'NUMBERS' }, expect: (records) => expect(records).toHaveLength(50_000) },
      ],
      query: [
        {
          input: { query: 'select id, email from customers where id > ? order by id', parameters: [1], limit: 1 },
          expect: (records) => expect(records).toEqual([{ ID: '2', EMAIL: 'person2@example.com' }]),
        },
        { input: { query: '-- a comment;\nselect ?::integer + 1 as next, ? as word', parameters: ['41', "it's ?"] }, expect: (records) => expect(records).toEqual([{ NEXT: 42, WORD: "it's ?" }]) },
        { input: { query: 'select 1 as one where 1 = 0' }, expect: (records) => expect(records).toEqual([]) },
        { input: { query: 'select * from numbers', limit: 4500 }, expect: (records) => expect(records).toHaveLength(4500) },
      ],
      write: [
        {
          input: { model: 'PUBLIC.CUSTOMERS', records: [{ ID: '9007199254740993', EMAIL: 'big@example.com', CREDIT: '12345.67' }, { ID: 10, EMAIL: 'ten@example.com', CREDIT: null }] },
          expect: (result) => expect(result).toEqual({ affected_records: 2 }),
        },
        {
          input: { model: 'customers', mode: 'upsert', records: [{ ID: 10, EMAIL: 'a@example.com' }, { ID: 10, EMAIL: 'b@example.com' }, { ID: 11, EMAIL: 'c@example.com' }] },
          expect: (result) => expect(result).toEqual({ affected_records: 2 }),
        },
        { input: { model: 'customers', mode: 'update', records: [{ ID: 11, ACTIVE: null }, { ID: 99, ACTIVE: true }] }, expect: (result) => expect(result).toEqual({ affected_records: 1 }) },
        {
          input: { model: 'customers', mode: 'delete', key: ['EMAIL'], records: [{ EMAIL: 'b@example.com' }, { EMAIL: 'c@example.com' }, { EMAIL: 'big@example.com' }, { EMAIL: 'nobody' }] },
          expect: (result) => expect(result).toEqual({ affected_records: 3 }),
        },
      ],
    },
    refusals: [
      { operation: 'read', input: { model: 'PUBLIC.NOTHING' }, code: 'model_not_found', says: /PUBLIC\.NOTHING/ },
      { operation: 'read', input: { model: 'customers', fields: ['NOPE'] }, code: 'invalid_request', says: /fields\.0: there is no field "NOPE"/ },
      { operation: 'read', input: { model: 'customers', where: [{ field: 'ID', value: 'abc' }] }, code: 'invalid_query', says: /100038/ },
      { operation: 'discover', input: { model: 'nothing' }, code: 'model_not_found' },
      { operation: 'discover', input: { cursor: 'bm9wZQ' }, code: 'invalid_request', says: /cursor/ },
      { operation: 'query', input: { query: 'selec 1' }, code: 'invalid_query', says: /001003/ },
      { operation: 'query', input: { query: 'select * from nothing' }, code: 'invalid_query', says: /NOTHING.*002003/s },
      { operation: 'query', input: { query: 'select ? as x, ? as y', parameters: [1] }, code: 'invalid_query' },
      { operation: 'query', input: { query: 'commit' }, code: 'invalid_query' },
      { operation: 'write', input: { model: 'customers', records: [{ ID: 20, EMAIL: null }] }, code: 'rejected_by_backend', says: /100072/ },
      { operation: 'write', input: { model: 'customers', records: [{ ID: 20, NOPE: 1 }] }, code: 'invalid_request', says: /records\.0\.NOPE/ },
      { operation: 'write', input: { model: 'customers', records: [{ ID: 20, EMAIL: 'x' }, { ID: 21, EMAIL: 'y', ACTIVE: true }] }, code: 'invalid_request', says: /only one statement/ },
      { operation: 'write', input: { model: 'numbers', mode: 'upsert', records: [{ ID: 1 }] }, code: 'invalid_request', says: /no primary key/ },
    ],
    long_operations: [{ operation: 'read', input: { model: 'NUMBERS' }, expect: (records) => expect(records).toHaveLength(50_000) }],
    imports: [
      {
        source: 'snowflake://shop:secret@acme-prod/SHOP/MARTS?warehouse=WH&role=ANALYST',
        config: { account: 'acme-prod', username: 'shop', database: 'SHOP', schema: 'MARTS', warehouse: 'WH', role: 'ANALYST' },
      },
      { source: 'jdbc:snowflake://xy12345.eu-central-1.snowflakecomputing.com/?user=shop&db=SHOP&schema=PUBLIC', config: { account: 'xy12345.eu-central-1', username: 'shop', database: 'SHOP', schema: 'PUBLIC' } },
    ],
  });

  describe('snowflake: its own promises', () => {
    let peer: SnowflakePeer;
    let kind: OpenedKind;
    let reader: OpenedKind;
    beforeAll(async () => {
      peer = await startSnowflake();
      await peer.run(schema);
      kind = await openKind(snowflake, configOf(peer));
      reader = await openKind(snowflake, { ...configOf(peer), read_only: true });
    }, 60_000);
    afterAll(async () => {
      await kind?.close();
      await reader?.close();
      await peer?.stop();
    });

    test('nothing is lost on the way into JSON, whichever way it is read', async () => {
      await peer.run(`
        create table "PUBLIC"."TYPES" ("ID" integer primary key, "BIG" bigint, "EXACT" decimal(38, 20), "REAL_NUMBER" double, "TRUTH" boolean, "WORDS" varchar, "BYTES" blob,
          "INSTANT" timestamptz, "LOCAL" timestamp, "BEFORE" timestamp, "DAY" date, "CLOCK" time, "BODY" json);
        insert into "PUBLIC"."TYPES" values (1, 9007199254740993, 123456789012345678.12345678901234567890, 0.1, true, 'a"b\\c' || chr(10) || '😀', '\\x00\\xFF'::blob,
          '2026-02-03 04:05:06.123456+00', '2026-02-03 04:05:06.000001', '1969-12-31 23:59:59.25', '2026-02-03', '23:59:59.999999', '{"a": [1, "x"]}');
        insert into "PUBLIC"."TYPES" ("ID") values (2);`);
      const first = {
        ID: '1', BIG: '9007199254740993', EXACT: '123456789012345678.12345678901234567890', REAL_NUMBER: 0.1, TRUTH: true, WORDS: 'a"b\\c\n😀', BYTES: 'AP8=',
        INSTANT: '2026-02-03T04:05:06.123456000+00:00', LOCAL: '2026-02-03T04:05:06.000001000', BEFORE: '1969-12-31T23:59:59.250000000', DAY: '2026-02-03', CLOCK: '23:59:59.999999000', BODY: { a: [1, 'x'] },
      };
      const shown = (id: number) => ({ ...first, ID: id });
      const nothing = (id: number) => Object.fromEntries(Object.keys(first).map((name) => [name, name === 'ID' ? id : null]));
      const order = { order_by: [{ field: 'ID' }] };
      expect(await kind.records('read', { model: 'TYPES', ...order })).toEqual([shown(1), nothing(2)]);
      expect(await kind.records('query', { query: 'select * from types order by id' })).toEqual([shown(1), nothing(2)]);
      await kind.run('write', { model: 'TYPES', records: [shown(3), nothing(4)] });
      expect(await kind.records('read', { model: 'TYPES', where: [{ field: 'ID', operator: '>', value: 2 }], ...order })).toEqual([shown(3), nothing(4)]);
    });

    test.each([
      ['insert into customers values (1)', 'INSERT'],
      ['call writes()', 'CALL'],
      ['with writes as procedure () returns varchar as $$ begin delete from customers; end $$ call writes()', 'PROCEDURE'],
      ["show tables // it's\n->> delete from customers", '->>'],
      ['execute immediate $$ drop table customers $$', 'EXECUTE'],
      ['create table escaped (x int)', 'CREATE'],
      ['use role accountadmin', 'USE'],
    ])('read-only: %s is refused', async (query, word) => {
      await expect(reader.records('query', { query })).rejects.toMatchObject({ code: 'invalid_query', message: expect.stringContaining(word) });
      await expect(reader.run('write', { model: 'customers', records: [{ ID: 1 }] })).rejects.toMatchObject({ code: 'connector_read_only' });
    });

    test('a query may write where the connector says so', async () => {
      await kind.records('query', { query: 'insert into customers (id, email) values (?, ?)', parameters: [60, 'q'] });
      expect(await kind.records('query', { query: 'select email from customers where id = 60' })).toEqual([{ EMAIL: 'q' }]);
    });

    test('values are bound, never part of the text', async () => {
      peer.statements.length = 0;
      const evil = `x'; drop table customers; --`;
      expect(await kind.records('read', { model: 'customers', where: [{ field: 'EMAIL', value: evil }] })).toEqual([]);
      expect(peer.statements.at(-1)).toMatchObject({ statement: expect.stringContaining('"EMAIL" = ?'), bindings: [{ type: 'TEXT', value: evil }] });
      expect(peer.statements.every(({ statement }) => !statement.includes('drop table'))).toBe(true);
    });

    test('signs in with an encrypted key or an access token, and says what is wrong with a key', async () => {
      const open = async (changes: object) => {
        const opened = await openKind(snowflake, { ...configOf(peer), ...changes });
        return opened.test().finally(opened.close);
      };
      await expect(open({ private_key: peer.encrypted_private_key, private_key_passphrase: peer.passphrase })).resolves.toMatchObject({ message: 'Snowflake 9.0.0, role ANALYST, warehouse WH' });
      await expect(open({ authentication: 'access_token', private_key: undefined, access_token: peer.access_token })).resolves.toBeDefined();
      await expect(open({ authentication: 'access_token', access_token: 'another-token' })).rejects.toMatchObject({ code: 'backend_authentication_failed' });
      await expect(open({ private_key: peer.encrypted_private_key })).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.private_key_passphrase', message: 'cannot be read' }] });
      await expect(open({ private_key: 'no key' })).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.private_key', message: 'cannot be read' }] });
      await expect(open({ database: 'NOPE' })).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining('NOPE') });
    });

    test('output_schemas limits discover, read and write', async () => {
      const limited = await openKind(snowflake, configOf(peer), ['MARTS']);
      try {
        expect(await limited.run('discover', {})).toMatchObject({ models: [{ name: 'MARTS.ACTIVE' }] });
        await expect(limited.records('read', { model: 'PUBLIC.CUSTOMERS' })).rejects.toMatchObject({ code: 'model_not_found', message: expect.stringContaining('output_schemas') });
        await expect(limited.records('read', { model: 'customers' })).rejects.toMatchObject({ code: 'model_not_found' });
        await expect(limited.run('write', { model: 'public.customers', records: [{ ID: 1 }] })).rejects.toMatchObject({ code: 'model_not_found' });
        expect(await limited.records('read', { model: 'active', limit: 1 })).toHaveLength(1);
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

    const endless = 'select count(*) as n from range(200000000000) t(i) where i % 7 = ?';

    test('a cancelled query is stopped at Snowflake, and so is one that takes too long', async () => {
      const controller = new AbortController();
      const running = kind.records('query', { query: endless, parameters: [3] }, controller.signal);
      while (!peer.statements.some(({ statement }) => statement === endless)) await new Promise(setImmediate);
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      while (peer.cancelled() < 1) await new Promise(setImmediate);
      const hasty = await openKind(snowflake, { ...configOf(peer), timeout: 1 });
      await expect(hasty.records('query', { query: endless, parameters: [4] })).rejects.toMatchObject({ code: 'backend_timeout' });
      while (peer.cancelled() < 2) await new Promise(setImmediate);
      await hasty.close();
    });

    test('partitions are fetched one by one, and one that fails is an error', async () => {
      const read = kind.session['read'] as (input: object, call: object) => AsyncIterable<{ count: number }>;
      const fetched = () => peer.received.filter(({ url }) => url.searchParams.has('partition')).length;
      const before = fetched();
      let batches = 0;
      const reading = (async () => {
        for await (const batch of read({ model: 'NUMBERS' }, kind.call())) {
          batches += batch.count > 0 ? 1 : 0;
          if (batches === 1) expect(fetched()).toBe(before);
          if (batches === 10) await peer.stop();
        }
      })();
      await expect(reading).rejects.toMatchObject({ code: 'backend_unreachable' });
    });
  });
});
