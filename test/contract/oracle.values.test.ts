/** Oracle, above the driver: what a query may be, where its names lead, and values found as they are read. */
import { oracle } from '../../control-plane/src/kinds/oracle/index.ts';
import { Large, oracleDialect } from '../../control-plane/src/kinds/oracle/dialect.ts';
import { openSession } from '../../control-plane/src/kinds/oracle/session.ts';
import { checkOracleStatement } from '../../control-plane/src/kinds/oracle/statement.ts';
import type { AnyKind } from '../../control-plane/src/kinds/contract.ts';
import { canMakeCertificates, testCertificate } from '../peers/certificate.ts';
import { startOracleDouble } from '../peers/oracle/double.ts';
import type { OracleDouble } from '../peers/oracle/double.ts';
import { startListener } from '../peers/oracle/listener.ts';
import { peerAvailable } from '../peers/peer.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';

describe('oracle: values', () => {
  let server: OracleDouble;
  let kind: OpenedKind;
  let reader: OpenedKind;
  const config = (changes: object = {}) => ({ host: server.host, port: server.port, username: server.username, password: server.password, service_name: 'FREEPDB1', pool_size: 1, max_overflow: 0, read_only: false, ...changes });
  const withDouble = { ...oracle, open: async (parsed: object, context: object) => openSession(parsed as never, context as never, server.driver) } as unknown as AnyKind;
  beforeAll(async () => {
    server = await startOracleDouble();
    await server.run(`
      create schema "SHOP"; create schema "MARTS";
      create table "SHOP"."FOUND" ("ID" integer primary key, "BIG" bigint, "INSTANT" timestamptz, "LOCAL" timestamp, "BYTES" blob);
      insert into "SHOP"."FOUND" values (1, 9007199254740993, '2026-02-03 04:05:06.123456+00', '2026-02-03 04:05:06.001', '\\x00\\xFF'::blob);
      create table "SHOP"."PLACE" as select 'shop' as "NAME"; create table "MARTS"."PLACE" as select 'marts' as "NAME";`);
    kind = await openKind(withDouble, config());
    reader = await openKind(withDouble, config({ read_only: true }));
  });
  afterAll(async () => {
    await kind?.close();
    await reader?.close();
    await server?.stop();
  });

  test('a filter takes what read gives, and a time in any zone', async () => {
    const [record] = (await kind.records('read', { model: 'found' })) as [Record<string, unknown>];
    const values: [string, unknown][] = [
      ...Object.entries(record), ['INSTANT', '2026-02-03T06:05:06.123456+02:00'], ['INSTANT', '2026-02-03T04:05:06.123456Z'], ['LOCAL', '2026-02-03T06:05:06.001+02:00'],
    ];
    for (const [field, value] of values) {
      const filter = { field, operator: 'in', value: [value] };
      expect([filter, await kind.records('read', { model: 'found', fields: ['ID'], where: [filter] })]).toEqual([filter, [{ ID: '1' }].map(() => ({ ID: record['ID'] }))]);
    }
    await kind.run('write', { model: 'found', records: [{ ID: 2, INSTANT: '2026-02-03T06:05:06+0200', LOCAL: '2026-02-03T06:05:06+02:00' }] });
    expect(await kind.records('read', { model: 'found', fields: ['INSTANT', 'LOCAL'], where: [{ field: 'ID', value: 2 }] })).toEqual([
      { INSTANT: '2026-02-03T04:05:06.000000+00:00', LOCAL: '2026-02-03T04:05:06.000000' },
    ]);
  });

  test('a long text is bound as a LOB, beside short ones', async () => {
    await server.run(`create table "SHOP"."LETTERS" ("ID" integer primary key, "BODY" varchar); comment on column "SHOP"."LETTERS"."BODY" is 'CLOB'`);
    const bodies = ['short', 'ü'.repeat(2001), 'x'.repeat(40_000), null];
    expect(await kind.run('write', { model: 'letters', records: bodies.map((BODY, ID) => ({ ID, BODY })) })).toEqual({ affected_records: 4 });
    expect((await kind.records('read', { model: 'letters', order_by: [{ field: 'ID' }] })).map(({ BODY }) => BODY)).toEqual(bodies);
    expect(oracleDialect.bind({ name: 'B', data_type: 'BLOB', type: 'BLOB', nullable: true, primary_key: false }, Buffer.alloc(2001).toString('base64'), ':1')).toEqual({ text: ':1', parameter: new Large('BLOB', Buffer.alloc(2001)) });
  });

  test('WITH is a query like any other, whose times keep their digits', async () => {
    const query = 'with x as (select id, instant from found) select instant from x where id = :1';
    for (const opened of [kind, reader]) {
      expect(await opened.records('query', { query, parameters: [1] })).toEqual([{ INSTANT: '2026-02-03T04:05:06.123456+00:00' }]);
      expect(await opened.records('query', { query: `/* of id */ ${query}`, parameters: [1] })).toHaveLength(1);
    }
  });

  test.each([
    ['with function f return number is pragma autonomous_transaction; begin return 1; end; select f from dual'],
    ['select /*+ WITH_PLSQL */ * from (with /* x */ procedure p is begin null; end; select 1 from dual)'],
    [`select q'[it's]' from (with function f return number is begin return 1; end; select f from dual)`],
    [`select 'it''s' as "a'b", nq'!it's!' from (WITH FUNCTION f return number is begin return 1; end; select f from dual) -- '`],
    ['select 1 -- \rfrom (with function f return number is begin return 1; end; select f from dual)'],
  ])('read-only: %j is refused', async (query) => {
    await expect(reader.records('query', { query })).rejects.toMatchObject({ code: 'invalid_query', fields: [{ path: 'query' }] });
    expect(() => checkOracleStatement(query, true)).toThrow();
  });

  test('read-only: a text, a name or a comment that looks like a function is none', () => {
    for (const query of [`select q'{with function}' as "with function" from dual /* with function */`, 'with functions as (select 1 as function_ from dual) select * from functions', `select 'with function' from dual -- with function`]) {
      expect(() => checkOracleStatement(query, true)).not.toThrow();
    }
  });

  test('the schema of the config is where a query’s names lead', async () => {
    const marts = await openKind(withDouble, config({ schema: 'marts' }));
    try {
      expect(await kind.records('query', { query: 'select name from place' })).toEqual([{ NAME: 'shop' }]);
      expect(await marts.records('query', { query: 'select name from place' })).toEqual([{ NAME: 'marts' }]);
      expect(await marts.records('read', { model: 'place' })).toEqual([{ NAME: 'marts' }]);
    } finally {
      await marts.close();
    }
    const nowhere = await openKind(withDouble, config({ schema: 'nope' }));
    await expect(nowhere.test()).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.schema' }] });
    await nowhere.close();
  });

  test('what a statement left on its session does not reach the next caller', async () => {
    await kind.records('query', { query: 'alter session set current_schema = "MARTS"' });
    expect(await kind.records('query', { query: 'select name from place' })).toEqual([{ NAME: 'shop' }]);
  });
});

(peerAvailable('openssl', canMakeCertificates) ? describe : describe.skip)('oracle: TLS by the driver itself', () => {
  test('the CA certificate is what the server is checked by', async () => {
    const { ca, certificate, key } = await testCertificate();
    const listener = await startListener({ certificate, key });
    const attempt = async (changes: object) => {
      const opened = await openKind(oracle, { host: '127.0.0.1', port: listener.port, service_name: 'NOPE', username: 'shop', password: 'Pass-word-1', timeout: 5, tls: true, ...changes });
      return opened.test().finally(opened.close);
    };
    try {
      await expect(attempt({ ca_certificate: ca })).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining('NOPE') });
      await expect(attempt({})).rejects.toMatchObject({ code: 'backend_tls_failed' });
    } finally {
      await listener.stop();
    }
  });
});
