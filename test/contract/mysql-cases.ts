/** The cases of the two kinds that speak MySQL's protocol. */
import { startMariadb } from '../peers/mariadb.ts';
import type { MariadbPeer } from '../peers/mariadb.ts';
import type { KindCases } from './test-kind.ts';

export const mysqlSchema = `
  create database marts;
  create table customers (id bigint primary key, email varchar(100) not null unique, active boolean default true, created_at timestamp(6) null);
  insert into customers select seq, concat('person', seq, '@example.com'), seq % 2 = 0, '2026-01-01 10:00:00.123456' from seq_1_to_3;
  create table numbers as select cast(seq as signed) as id, concat('row ', seq) as label from seq_1_to_50000;
  create view marts.active as select id, email from shop.customers where active;
  create table \`Odd "name\` (\`Select\` int primary key, \`a.b\` text);
  insert into \`Odd "name\` values (1, 'x');
`;

export const mysqlConfigOf = ({ host, port, database, username, password, ca_certificate }: MariadbPeer) => ({
  host, port, database, username, password, ca_certificate, sslmode: 'verify-full', read_only: false,
});

/** @param scheme what a DSN begins with */
export function mysqlCases(scheme: string): KindCases {
  return {
    async start() {
      const server = await startMariadb();
      await server.run(`set time_zone = '+00:00'; ${mysqlSchema}`);
      return { config: mysqlConfigOf(server), backend: server, stop: server.stop };
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
              expect.objectContaining({ name: 'shop."Odd ""name"', type: 'table', schema: 'shop' }),
              expect.objectContaining({ name: 'shop.customers', type: 'table', schema: 'shop' }),
              expect.objectContaining({ name: 'shop.numbers', type: 'table', schema: 'shop' }),
            ]),
        },
        {
          input: { model: 'shop.customers' },
          expect: ({ models }) =>
            expect(models).toMatchObject([{
              name: 'shop.customers', type: 'table', schema: 'shop',
              fields: [
                { name: 'id', type: 'bigint(20)', nullable: false, primary_key: true },
                { name: 'email', type: 'varchar(100)', nullable: false, primary_key: false },
                { name: 'active', type: 'tinyint(1)', nullable: true, primary_key: false },
                { name: 'created_at', type: 'timestamp(6)', nullable: true, primary_key: false },
              ],
            }]),
        },
        { input: { search: 'CUSTOM' }, expect: ({ models }) => expect(models.map(({ name }: { name: string }) => name)).toEqual(['shop.customers']) },
        { input: { model: 'marts.active' }, expect: ({ models }) => expect(models).toMatchObject([{ name: 'marts.active', type: 'view' }]) },
      ],
      read: [
        {
          input: { model: 'shop.customers', order_by: [{ field: 'id', direction: 'desc' }], limit: 2 },
          expect: (records) =>
            expect(records).toEqual([
              { id: '3', email: 'person3@example.com', active: 0, created_at: '2026-01-01T10:00:00.123456+00:00' },
              { id: '2', email: 'person2@example.com', active: 1, created_at: '2026-01-01T10:00:00.123456+00:00' },
            ]),
        },
        {
          input: { model: 'customers', fields: ['email'], where: [{ field: 'id', operator: 'in', value: [1, '3'] }, { field: 'email', operator: 'contains', value: 'n3@' }] },
          expect: (records) => expect(records).toEqual([{ email: 'person3@example.com' }]),
        },
        { input: { model: 'customers', fields: ['id'], where: [{ field: 'active', value: true }] }, expect: (records) => expect(records).toEqual([{ id: '2' }]) },
        { input: { model: 'shop."Odd ""name"' }, expect: (records) => expect(records).toEqual([{ Select: 1, 'a.b': 'x' }]) },
        { input: { model: 'marts.active' }, expect: (records) => expect(records).toEqual([{ id: '2', email: 'person2@example.com' }]) },
        { input: { model: 'numbers' }, expect: (records) => expect(records).toHaveLength(50_000) },
      ],
      query: [
        {
          input: { query: 'select id, email from customers where id > ? order by id', parameters: [1], limit: 1 },
          expect: (records) => expect(records).toEqual([{ id: '2', email: 'person2@example.com' }]),
        },
        { input: { query: '# a comment;\n(select cast(? as signed) + 1 as next limit ?)', parameters: [41, 1] }, expect: (records) => expect(records).toEqual([{ next: 42 }]) },
        { input: { query: 'select 1 as one from dual where false' }, expect: (records) => expect(records).toEqual([]) },
        { input: { query: `show variables like 'character_set_client'` }, expect: (records) => expect(records).toEqual([{ Variable_name: 'character_set_client', Value: 'utf8mb4' }]) },
        { input: { query: 'select * from numbers limit 40000', limit: 2500 }, expect: (records) => expect(records).toHaveLength(2500) },
      ],
      write: [
        {
          input: { model: 'shop.customers', records: [{ id: '9007199254740993', email: 'big@example.com' }, { id: 10, email: 'ten@example.com', active: false }] },
          expect: (result) => expect(result).toEqual({ affected_records: 2 }),
        },
        {
          input: { model: 'customers', mode: 'upsert', records: [{ id: 10, email: 'a@example.com' }, { id: 10, email: 'b@example.com' }, { id: 11, email: 'c@example.com' }] },
          expect: (result) => expect(result).toEqual({ affected_records: 3 }),
        },
        { input: { model: 'customers', mode: 'update', records: [{ id: 11, active: null }, { id: 11, active: null }] }, expect: (result) => expect(result).toEqual({ affected_records: 2 }) },
        {
          input: { model: 'customers', mode: 'delete', key: ['email'], records: [{ email: 'b@example.com' }, { email: 'c@example.com' }, { email: 'big@example.com' }, { email: 'nobody' }] },
          expect: (result) => expect(result).toEqual({ affected_records: 3 }),
        },
      ],
    },
    refusals: [
      { operation: 'read', input: { model: 'shop.nothing' }, code: 'model_not_found', says: /shop\.nothing/ },
      { operation: 'read', input: { model: 'customers', fields: ['nope'] }, code: 'invalid_request', says: /fields\.0: there is no field "nope"/ },
      { operation: 'discover', input: { model: 'nothing' }, code: 'model_not_found' },
      { operation: 'query', input: { query: 'selec 1' }, code: 'invalid_query', says: /syntax/ },
      { operation: 'query', input: { query: '  # nothing' }, code: 'invalid_query', says: /no statement/ },
      { operation: 'query', input: { query: 'select * from nothing' }, code: 'invalid_query', says: /nothing/ },
      { operation: 'query', input: { query: 'select 1; select 2' }, code: 'invalid_query', says: /syntax/ },
      { operation: 'query', input: { query: 'select ?', parameters: [] }, code: 'invalid_query', says: /1 placeholders/ },
      { operation: 'query', input: { query: 'commit' }, code: 'invalid_query' },
      { operation: 'write', input: { model: 'customers', records: [{ id: 20, email: 'x' }, { id: 1, email: 'y' }] }, code: 'rejected_by_backend', says: /Duplicate entry/ },
      { operation: 'write', input: { model: 'customers', records: [{ id: 20, email: 'x'.repeat(200) }] }, code: 'rejected_by_backend', says: /too long/ },
      { operation: 'write', input: { model: 'customers', records: [{ id: 20, nope: 1 }] }, code: 'invalid_request', says: /records\.0\.nope/ },
      { operation: 'write', input: { model: 'numbers', mode: 'upsert', records: [{ id: 1 }] }, code: 'invalid_request', says: /no primary key/ },
      { operation: 'write', input: { model: 'customers', records: [{ id: 20, email: ['a'] }] }, code: 'invalid_request', says: /records\.0\.email/ },
    ],
    long_operations: [{ operation: 'read', input: { model: 'numbers' }, expect: (records) => expect(records).toHaveLength(50_000) }],
    imports: [
      {
        source: `${scheme}://shop%40eu:p%40ss@db.example.com:3307/orders?ssl-mode=VERIFY_IDENTITY`,
        config: { host: 'db.example.com', port: 3307, database: 'orders', username: 'shop@eu', password: 'p@ss', sslmode: 'verify-full' },
      },
    ],
  };
}
