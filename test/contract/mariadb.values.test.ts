/** MySQL's protocol: values find, and are written, as they are; an upsert finds records by the key that is named. */
import { mariadb } from '../../control-plane/src/kinds/mariadb/index.ts';
import { hasMariadb, startMariadb } from '../peers/mariadb.ts';
import type { MariadbPeer } from '../peers/mariadb.ts';
import { peerAvailable } from '../peers/peer.ts';
import { mysqlConfigOf } from './mysql-cases.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';

(peerAvailable('MariaDB (mariadbd, mariadb-install-db, mariadb) or openssl', hasMariadb) ? describe : describe.skip)('mariadb: values', () => {
  let peer: MariadbPeer;
  let kind: OpenedKind;
  beforeAll(async () => {
    peer = await startMariadb();
    kind = await openKind(mariadb, mysqlConfigOf(peer));
  }, 120_000);
  afterAll(async () => {
    await kind?.close();
    await peer?.stop();
  });

  test('a filter takes what read gives, and a time in any zone', async () => {
    await peer.run(`
      set time_zone = '+00:00';
      create table found (id int primary key, big bigint, exact decimal(20, 5), single float, bytes varbinary(10), fixed binary(2), body blob, instant timestamp(6) null, local datetime(3), day date, clock time(2), flags bit(12), doc json);
      insert into found values (1, 9007199254740993, 1.5, 0.1, x'00ff', x'0102', x'03', '2026-02-03 00:00:00.5', '2026-02-03 04:05:06.001', '2026-02-03', '12:30:00.5', b'101', '"text"');`);
    const [record] = (await kind.records('read', { model: 'found' })) as [Record<string, unknown>];
    const values: [string, unknown][] = [...Object.entries(record).filter(([field]) => field !== 'doc'), ['instant', '2026-02-03T02:00:00.5+02:00'], ['local', '2026-02-03T04:05:06.001Z'], ['doc', '"text"']];
    for (const [field, value] of values) {
      for (const filter of [{ field, value }, { field, operator: 'in', value: [value] }, { field, operator: '>=', value }, { field, operator: '<=', value }]) {
        expect([filter, await kind.records('read', { model: 'found', fields: ['id'], where: [filter] })]).toEqual([filter, [{ id: 1 }]]);
      }
      expect(await kind.records('read', { model: 'found', where: [{ field, operator: '<', value }] })).toEqual([]);
    }
    expect(await kind.run('write', { model: 'found', mode: 'delete', key: ['single', 'bytes'], records: [{ single: 0.1, bytes: 'AP8=' }] })).toEqual({ affected_records: 1 });
  });

  test('a single keeps all its digits, whichever way it is read', async () => {
    const singles = [16_777_216, 1_234_567, 0.1, -3.4028235e38, 1.17549435e-38, 1_234.5678];
    await peer.run(`create table singles (id int primary key, single float)`);
    await kind.run('write', { model: 'singles', records: singles.map((single, id) => ({ id, single })) });
    const expected = singles.map((single, id) => ({ id, single: Number(Math.fround(single).toPrecision(9)) === single ? single : expect.closeTo(single, 3) }));
    const order = { order_by: [{ field: 'id' }] };
    for (const records of [
      await kind.records('read', { model: 'singles', ...order }), await kind.records('read', { model: 'singles', where: [{ field: 'id', operator: '>=', value: 0 }], ...order }),
      await kind.records('query', { query: 'select * from singles order by id' }),
    ]) {
      expect(records.map(({ single }) => Math.fround(single as number))).toEqual(singles.map(Math.fround));
      expect(records.slice(0, 3)).toEqual(expected.slice(0, 3));
    }
  });

  test('columns of one name are all there', async () => {
    expect(await kind.records('query', { query: 'select 1 as a, 2 as a, 3 as a_2, 4 as a' })).toEqual([{ a: 1, a_3: 2, a_2: 3, a_4: 4 }]);
    expect(await kind.records('query', { query: 'select x.n, y.n from (select 1 as n, cast(0.5 as float) as f) x join (select x\'00\' as n) y' })).toEqual([{ n: 1, n_2: 'AA==' }]);
  });

  describe('an upsert', () => {
    const upsert = (model: string, key: string[], ...records: object[]) => kind.run('write', { model, mode: 'upsert', ...(key.length > 0 && { key }), records });
    beforeAll(() => peer.run(`
      create table pairs (a int auto_increment primary key, b int unique, v varchar(20), w varchar(20), unique named (v, w), key plain (w), unique prefixed (w(3)));
      create table loose (a int primary key, v varchar(20) collate utf8mb4_general_ci);`));
    beforeEach(() => peer.run(`delete from pairs; insert into pairs values (1, 1, 'one', 'eins'), (2, 2, 'two', 'zwei'); delete from loose; insert into loose values (1, 'x');`));
    const rows = async () => (await kind.records('read', { model: 'pairs', fields: ['a', 'b', 'v'], order_by: [{ field: 'a' }] })).map(({ a, b, v }) => `${a} ${b} ${v}`);

    test('finds a record by any unique index that the key names', async () => {
      expect(await upsert('pairs', ['b'], { b: 2, v: 'TWO' })).toEqual({ affected_records: 1 });
      expect(await upsert('pairs', ['w', 'v'], { v: 'one', w: 'eins', b: 7 })).toEqual({ affected_records: 1 });
      expect(await upsert('pairs', [], { a: 3, b: 3 }, { a: 1, v: 'ONE' })).toEqual({ affected_records: 2 });
      expect(await upsert('pairs', ['b'], { b: 2 })).toEqual({ affected_records: 1 });
      expect(await rows()).toEqual(['1 7 ONE', '2 2 TWO', '3 3 null']);
    });

    test('overwrites no record that another unique index finds', async () => {
      for (const records of [[{ a: 3, b: 1 }], [{ a: 3, b: 3 }, { a: 4, b: 3 }], [{ a: 2, b: 1 }]]) {
        await expect(upsert('pairs', ['a'], ...records)).rejects.toMatchObject({ code: 'rejected_by_backend' });
      }
      await expect(upsert('pairs', ['b'], { a: 1, b: 9 })).rejects.toMatchObject({ code: 'rejected_by_backend', message: expect.stringContaining('unique index') });
      expect(await rows()).toEqual(['1 1 one', '2 2 two']);
    });

    test('is refused where the key is no unique index', async () => {
      for (const [model, key] of [['pairs', ['v']], ['pairs', ['w']], ['pairs', ['a', 'b']], ['loose', ['v']]] as const) {
        await expect(upsert(model, [...key], Object.fromEntries(key.map((name) => [name, 1])))).rejects.toMatchObject({ code: 'invalid_request', fields: [{ path: 'key' }] });
      }
    });
  });
});
