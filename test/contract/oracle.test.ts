/** Oracle: no server of it runs here. The suite runs on a double of the driver; signing in and its failures on the driver itself. */
import { oracle } from '../../control-plane/src/kinds/oracle/index.ts';
import { loadDriver } from '../../control-plane/src/kinds/oracle/driver.ts';
import { openSession } from '../../control-plane/src/kinds/oracle/session.ts';
import type { AnyKind } from '../../control-plane/src/kinds/contract.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger as kindLog } from '../../control-plane/src/platform/telemetry/log.ts';
import { startListener } from '../peers/oracle/listener.ts';
import type { Listener } from '../peers/oracle/listener.ts';
import { startOracleDouble } from '../peers/oracle/double.ts';
import type { OracleDouble } from '../peers/oracle/double.ts';
import { startSilentServer } from '../peers/proxy.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const schema = `
  create schema "SHOP";
  create schema "MARTS";
  create table "SHOP"."CUSTOMERS" ("ID" bigint primary key, "EMAIL" varchar not null, "CREDIT" decimal(12, 2), "CREATED_AT" timestamptz);
  insert into "SHOP"."CUSTOMERS" select i, 'person' || i || '@example.com', i * 1.25, timestamptz '2026-01-01 12:00:00.123456+02' from range(1, 4) t(i);
  create table "SHOP"."NUMBERS" as select i::bigint as "ID", 'row ' || i as "LABEL" from range(1, 50001) t(i);
  create view "MARTS"."ACTIVE" as select "ID", "EMAIL" from "SHOP"."CUSTOMERS" where "ID" = 2;
`;
const configOf = ({ host, port, username, password }: OracleDouble) => ({ host, port, service_name: 'FREEPDB1', username, password, read_only: false });
const CREATED_AT = '2026-01-01T10:00:00.123456+00:00';

let server: OracleDouble;
let listener: Listener;
/** The kind as it is, but with the double where TLS, which is the driver's own, has no part in it. */
const kindWithDouble = {
  ...oracle,
  open: async (config: { tls: boolean }, context: object) => openSession(config as never, context as never, config.tls ? await loadDriver() : server.driver),
} as unknown as AnyKind;

testKind(kindWithDouble, {
  async start() {
    server = await startOracleDouble();
    await server.run(schema);
    listener = await startListener();
    return {
      config: configOf(server),
      backend: server,
      async stop() {
        await server.stop();
        await listener.stop();
      },
    };
  },
  wrong_configs: { port: { port: 0 }, service_name: { service_name: 'orders/eu' } },
  faults: {
    at: (port) => ({ port }),
    wrong_credentials: { password: 'wrong-password' },
    tls: () => ({ port: listener.port, tls: true }),
  },
  operations: {
    discover: [
      {
        input: {},
        expect: ({ models }) => expect(models.map(({ name, type }: Record<string, string>) => [name, type])).toEqual([['MARTS.ACTIVE', 'view'], ['SHOP.CUSTOMERS', 'table'], ['SHOP.NUMBERS', 'table']]),
      },
      {
        input: { model: 'shop.customers' },
        expect: ({ models }) => expect(models).toEqual([{
          name: 'SHOP.CUSTOMERS', type: 'table', schema: 'SHOP', estimated_rows: 3,
          fields: [
            { name: 'ID', type: 'NUMBER(19,0)', nullable: false, primary_key: true },
            { name: 'EMAIL', type: 'VARCHAR2(4000)', nullable: false, primary_key: false },
            { name: 'CREDIT', type: 'NUMBER(12,2)', nullable: true, primary_key: false },
            { name: 'CREATED_AT', type: 'TIMESTAMP(6) WITH TIME ZONE', nullable: true, primary_key: false },
          ],
        }]),
      },
      { input: { search: 'custom' }, expect: ({ models }) => expect(models.map(({ name }: { name: string }) => name)).toEqual(['SHOP.CUSTOMERS']) },
    ],
    read: [
      {
        input: { model: 'SHOP.CUSTOMERS', order_by: [{ field: 'ID', direction: 'desc' }], limit: 2 },
        expect: (records) => expect(records).toEqual([
          { ID: '3', EMAIL: 'person3@example.com', CREDIT: '3.75', CREATED_AT }, { ID: '2', EMAIL: 'person2@example.com', CREDIT: '2.50', CREATED_AT },
        ]),
      },
      {
        input: { model: 'customers', fields: ['EMAIL'], where: [{ field: 'ID', operator: 'in', value: [1, '3'] }, { field: 'EMAIL', operator: 'contains', value: 'n3@' }, { field: 'CREATED_AT', operator: '<', value: '2026-02-01T00:00:00Z' }] },
        expect: (records) => expect(records).toEqual([{ EMAIL: 'person3@example.com' }]),
      },
      { input: { model: 'marts.active' }, expect: (records) => expect(records).toEqual([{ ID: '2', EMAIL: 'person2@example.com' }]) },
      { input: { model: 'NUMBERS' }, expect: (records) => expect(records).toHaveLength(50_000) },
    ],
    query: [
      { input: { query: 'select id, email from customers where id > :1 order by id;', parameters: [1], limit: 1 }, expect: (records) => expect(records).toEqual([{ ID: '2', EMAIL: 'person2@example.com' }]) },
      { input: { query: 'select id, created_at from customers where id = :1', parameters: ['1'] }, expect: (records) => expect(records).toEqual([{ ID: '1', CREATED_AT }]) },
      { input: { query: 'select 1 as one from dual where 1 = 0' }, expect: (records) => expect(records).toEqual([]) },
      { input: { query: 'select * from numbers', limit: 2500 }, expect: (records) => expect(records).toHaveLength(2500) },
    ],
    write: [
      { input: { model: 'customers', records: [{ ID: '9007199254740993', EMAIL: 'big@example.com', CREDIT: '12345.67', CREATED_AT }, { ID: 10, EMAIL: 'ten@example.com' }] }, expect: (result) => expect(result).toEqual({ affected_records: 2 }) },
      {
        input: { model: 'customers', mode: 'upsert', records: [{ ID: 10, EMAIL: 'a@example.com' }, { ID: 10, EMAIL: 'b@example.com' }, { ID: 11, EMAIL: 'c@example.com' }] },
        expect: (result) => expect(result).toEqual({ affected_records: 3 }),
      },
      { input: { model: 'customers', mode: 'update', records: [{ ID: 11, CREDIT: null }] }, expect: (result) => expect(result).toEqual({ affected_records: 1 }) },
      {
        input: { model: 'customers', mode: 'delete', key: ['EMAIL'], records: [{ EMAIL: 'b@example.com' }, { EMAIL: 'c@example.com' }, { EMAIL: 'big@example.com' }, { EMAIL: 'nobody' }] },
        expect: (result) => expect(result).toEqual({ affected_records: 3 }),
      },
    ],
  },
  refusals: [
    { operation: 'read', input: { model: 'SHOP.NOTHING' }, code: 'model_not_found', says: /SHOP\.NOTHING/ },
    { operation: 'discover', input: { model: 'NOTHING' }, code: 'model_not_found' },
    { operation: 'read', input: { model: 'customers', fields: ['NOPE'] }, code: 'invalid_request', says: /fields\.0: there is no field "NOPE"/ },
    { operation: 'read', input: { model: 'customers', where: [{ field: 'ID', value: 'abc' }] }, code: 'invalid_query', says: /ORA-01722/ },
    { operation: 'discover', input: { cursor: 'bm9wZQ' }, code: 'invalid_request', says: /cursor/ },
    { operation: 'query', input: { query: 'selec 1' }, code: 'invalid_query', says: /ORA-00900/ },
    { operation: 'query', input: { query: 'select * from nothing' }, code: 'invalid_query', says: /ORA-00942/ },
    { operation: 'query', input: { query: 'commit' }, code: 'invalid_query' },
    { operation: 'write', input: { model: 'customers', records: [{ ID: 20, EMAIL: 'x' }, { ID: 1, EMAIL: 'y' }] }, code: 'rejected_by_backend', says: /ORA-00001/ },
    { operation: 'write', input: { model: 'customers', records: [{ ID: 20, NOPE: 1 }] }, code: 'invalid_request', says: /records\.0\.NOPE/ },
    { operation: 'write', input: { model: 'numbers', mode: 'upsert', records: [{ ID: 1 }] }, code: 'invalid_request', says: /no primary key/ },
  ],
  long_operations: [{ operation: 'read', input: { model: 'NUMBERS' }, expect: (records) => expect(records).toHaveLength(50_000) }],
  imports: [
    { source: 'oracle+oracledb://shop:p%40ss@db.example.com:1522/?service_name=ORDERS', config: { host: 'db.example.com', port: 1522, username: 'shop', password: 'p@ss', service_name: 'ORDERS' } },
    { source: 'jdbc:oracle:thin:shop/secret@//db.example.com:1521/orders.example.com', config: { host: 'db.example.com', port: 1521, username: 'shop', password: 'secret', service_name: 'orders.example.com' } },
    { source: 'tcps://db.example.com:2484/ORDERS', config: { host: 'db.example.com', port: 2484, service_name: 'ORDERS', tls: true } },
    { source: '(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=ORDERS)))', config: { host: 'db', port: 1521, service_name: 'ORDERS' } },
  ],
});

describe('oracle: above the driver', () => {
  let kind: OpenedKind;
  let reader: OpenedKind;
  beforeAll(async () => {
    server = await startOracleDouble();
    await server.run(schema);
    kind = await openKind(kindWithDouble, configOf(server));
    reader = await openKind(kindWithDouble, { ...configOf(server), read_only: true });
  });
  afterAll(async () => {
    await kind?.close();
    await reader?.close();
    await server?.stop();
  });

  test('what only reads cannot write: refused by its kind, and by the transaction', async () => {
    await expect(reader.records('query', { query: `insert into customers (id, email) values (99, 'x')` })).rejects.toMatchObject({ code: 'invalid_query', message: expect.stringContaining('INSERT') });
    await expect(reader.records('query', { query: 'with x as (select 1 as a from dual) delete from customers' })).rejects.toMatchObject({ code: 'invalid_query', message: expect.stringContaining('no SELECT') });
    await expect(reader.run('write', { model: 'customers', records: [{ ID: 1 }] })).rejects.toMatchObject({ code: 'connector_read_only' });
    expect(await server.run('select count(*) from "SHOP"."CUSTOMERS"')).toEqual([['3']]);
  });

  test('values are bound, and a write is all or nothing', async () => {
    const evil = `x'; drop table customers; --`;
    await kind.records('read', { model: 'customers', where: [{ field: 'EMAIL', value: evil }] });
    expect(server.executed.at(-1)).toEqual({ statement: expect.stringContaining('"EMAIL" = :1'), parameters: [evil] });
    const records = [...Array.from({ length: 500 }, (_, id) => ({ ID: id + 1000, EMAIL: `bulk${id}` })), { ID: 1, EMAIL: 'again' }];
    await expect(kind.run('write', { model: 'customers', records })).rejects.toMatchObject({ code: 'rejected_by_backend' });
    expect(await server.run('select count(*) from "SHOP"."CUSTOMERS"')).toEqual([['3']]);
  });

  test('output_schemas are in capitals and limit discover and read', async () => {
    const limited = await openKind(kindWithDouble, configOf(server), ['marts']);
    expect(await limited.run('discover', {})).toMatchObject({ models: [{ name: 'MARTS.ACTIVE' }] });
    await expect(limited.records('read', { model: 'shop.customers' })).rejects.toMatchObject({ code: 'model_not_found', message: expect.stringContaining('output_schemas') });
    expect(await limited.records('read', { model: 'active' })).toHaveLength(1);
    await limited.close();
  });

  test('discover pages through everything once', async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = (await kind.run('discover', { limit: 1, ...(cursor && { cursor }) })) as { models: { name: string }[]; next_cursor?: string };
      names.push(...page.models.map(({ name }) => name));
      cursor = page.next_cursor;
    } while (cursor);
    expect(names).toEqual(['MARTS.ACTIVE', 'SHOP.CUSTOMERS', 'SHOP.NUMBERS']);
  });

  test('a cancelled query is stopped at the server', async () => {
    const endless = 'select count(*) as n from range(200000000000) t(i) where i % 7 = :1';
    const controller = new AbortController();
    const running = kind.records('query', { query: endless, parameters: [3] }, controller.signal);
    while (!server.executed.some(({ statement }) => statement.startsWith(endless.slice(0, 50)))) await new Promise(setImmediate);
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    while (server.broken() === 0) await new Promise(setImmediate);
  });

  test('a server that restarts in the middle of a read is an error, and not the end', async () => {
    const read = kind.session['read'] as (input: object, call: object) => AsyncIterable<unknown>;
    const reading = (async () => {
      for await (const batch of read({ model: 'numbers' }, kind.call())) {
        void batch;
        await server.restart();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'backend_unreachable' });
    await expect(kind.test()).resolves.toMatchObject({ message: expect.stringContaining('Oracle 23') });
  });
});

describe('oracle: the driver itself', () => {
  const config = { service_name: 'NOPE', username: 'shop', password: 'Pass-word-1', timeout: 3 };
  const attempt = async (changes: object) => {
    const opened = await openKind(oracle, { ...config, ...changes });
    return opened.test().finally(opened.close);
  };

  test('a listener that knows no such service says so, over the guard’s relay', async () => {
    const listener = await startListener();
    await expect(attempt({ host: listener.host, port: listener.port })).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining('NOPE'), fields: [{ path: 'config.service_name' }] });
    expect(listener.received.join()).toContain('SERVICE_NAME=NOPE');
    await listener.stop();
  });

  test('nothing there, nothing said, no TLS: an error each', async () => {
    await expect(attempt({ host: '127.0.0.1', port: 1 })).rejects.toMatchObject({ code: 'backend_unreachable' });
    const silent = await startSilentServer();
    await expect(attempt({ host: silent.host, port: silent.port, timeout: 1 })).rejects.toMatchObject({ code: 'backend_timeout' });
    await silent.stop();
    const listener = await startListener();
    await expect(attempt({ host: listener.host, port: listener.port, tls: true })).rejects.toMatchObject({ code: 'backend_tls_failed' });
    await listener.stop();
  });

  test('it does not dial past the guard', async () => {
    const egress = createEgress({ allow: [] });
    const session = await oracle.open(oracle.config.parse({ ...config, host: '127.0.0.1', port: 1521 }), { egress, log: kindLog, output_schemas: [] });
    await expect(session.test({ signal: new AbortController().signal, log: kindLog })).rejects.toMatchObject({ code: 'egress_denied' });
    await session.close();
    await egress.close();
  });
});
