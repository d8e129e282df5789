/** PostgreSQL: values are found as they are read, and a connection keeps nothing for the next caller. */
import { postgresql } from '../../control-plane/src/kinds/postgresql/index.ts';
import { hasPostgresql, startPostgresql } from '../peers/postgresql.ts';
import type { PostgresqlPeer } from '../peers/postgresql.ts';
import { peerAvailable } from '../peers/peer.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';

(peerAvailable('PostgreSQL (initdb, postgres) or openssl', hasPostgresql) ? describe : describe.skip)('postgresql: values', () => {
  let peer: PostgresqlPeer;
  let kind: OpenedKind;
  beforeAll(async () => {
    peer = await startPostgresql();
    const { host, port, database, username, password, ca_certificate } = peer;
    kind = await openKind(postgresql, { host, port, database, username, password, ca_certificate, read_only: false, pool_size: 1, max_overflow: 0 });
  }, 120_000);
  afterAll(async () => {
    await kind?.close();
    await peer?.stop();
  });

  test('a filter takes what read gives, and a time in any zone', async () => {
    await peer.run(`
      create table found (id int primary key, big bigint, exact numeric(20, 5), single real, bytes bytea, instant timestamptz, local timestamp, day date, doc jsonb, ids int[], fixed char(5));
      insert into found values (1, 9007199254740993, 1.5, 0.1, '\\x00ff', '2026-02-03 04:05:06.123456+00', '2026-02-03 04:05:06.001', '2026-02-03', '5', '{1,2}', 'ab');`);
    const [record] = (await kind.records('read', { model: 'found' })) as [Record<string, unknown>];
    const values: [string, unknown][] = [
      ...Object.entries(record).filter(([field]) => field !== 'ids'), ['ids', '{1,2}'], ['instant', '2026-02-03T06:05:06.123456+02:00'], ['local', '2026-02-03T06:05:06.001+02:00'], ['exact', 1.5],
    ];
    const many = Array.from({ length: 60 }, (_, id) => id);
    for (const [field, value] of values) {
      for (const filter of [{ field, value }, { field, operator: 'in', value: [value] }]) {
        expect([filter, await kind.records('read', { model: 'found', fields: ['id'], where: [filter] })]).toEqual([filter, [{ id: 1 }]]);
        // By a cursor, where there are too many values for COPY.
        expect([filter, await kind.records('read', { model: 'found', fields: ['id'], where: [filter, { field: 'id', operator: 'in', value: many }] })]).toEqual([filter, [{ id: 1 }]]);
      }
    }
    expect(await kind.records('read', { model: 'found', where: [{ field: 'exact', value: '1.500001' }] })).toEqual([]);
    await kind.run('write', { model: 'found', mode: 'update', records: [{ id: 1, local: '2026-02-03T04:05:06+02:00' }] });
    expect(await kind.records('read', { model: 'found', fields: ['local'] })).toEqual([{ local: '2026-02-03T02:05:06' }]);
  });

  test('JSON keeps numbers that its readers would round, whichever way it is read', async () => {
    await peer.run(`create table documents (id int, doc jsonb, raw json); insert into documents values (1, '{"id": 12345678901234567890, "tab": "a\\tb 12345678901234567890 ü"}', '[12345678901234567890, 1]');`);
    const expected = [{ id: 1, doc: { id: '12345678901234567890', tab: 'a\tb 12345678901234567890 ü' }, raw: ['12345678901234567890', 1] }];
    expect(await kind.records('read', { model: 'documents' })).toEqual(expected);
    expect(await kind.records('read', { model: 'documents', where: [{ field: 'id', operator: 'in', value: Array.from({ length: 60 }, (_, id) => id) }] })).toEqual(expected);
    expect(await kind.records('query', { query: 'select * from documents' })).toEqual(expected);
  });

  test('columns of one name are all there', async () => {
    expect(await kind.records('query', { query: 'select 1 as a, 2 as a, 3 as a_2' })).toEqual([{ a: 1, a_3: 2, a_2: 3 }]);
    expect(await kind.records('query', { query: 'select x.n, y.n from (select 1 as n) x, (select 2 as n) y' })).toEqual([{ n: 1, n_2: 2 }]);
  });

  test.each([['select $1', []], ['select $1::int', [1, 2]]])('%s with %j is an error of the query', async (query, parameters) => {
    await expect(kind.records('query', { query, parameters })).rejects.toMatchObject({ code: 'invalid_query' });
    expect(await kind.records('query', { query: 'select 1 as one' })).toEqual([{ one: 1 }]);
  });

  test('cursors and prepared statements do not outlive their query', async () => {
    await kind.records('query', { query: `do $$ begin execute 'declare kept cursor with hold for select 1'; execute 'prepare kept as select 1'; end $$` });
    expect(await kind.records('query', { query: `select name from pg_cursors where name = 'kept' union all select name from pg_prepared_statements where name = 'kept'` })).toEqual([]);
  });
});
