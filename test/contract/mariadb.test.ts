/** MariaDB: the suite of every kind, then what the kinds of MySQL's protocol promise beyond it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { mariadb } from '../../control-plane/src/kinds/mariadb/index.ts';
import { hasMariadb, startMariadb } from '../peers/mariadb.ts';
import type { MariadbPeer } from '../peers/mariadb.ts';
import { peerAvailable } from '../peers/peer.ts';
import { mysqlCases, mysqlConfigOf, mysqlSchema } from './mysql-cases.ts';
import { runOperation } from '../../control-plane/src/kinds/run.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

(peerAvailable('MariaDB (mariadbd, mariadb-install-db, mariadb) or openssl', hasMariadb) ? describe : describe.skip)('mariadb', () => {
  testKind(mariadb, mysqlCases('mariadb'));

  describe('mariadb: its own promises', () => {
    let peer: MariadbPeer;
    let kind: OpenedKind;
    let reader: OpenedKind;
    beforeAll(async () => {
      peer = await startMariadb();
      await peer.run(mysqlSchema);
      await peer.run(`
        create table myisam_table (x int) engine=myisam;
        create sequence counter;
        delimiter //
        create function writes() returns int modifies sql data begin insert into customers values (98, 'f', 1, null); return 1; end//
        create procedure writes_too() modifies sql data begin insert into customers values (97, 'p', 1, null); commit; select 1; end//`);
      kind = await openKind(mariadb, mysqlConfigOf(peer));
      reader = await openKind(mariadb, { ...mysqlConfigOf(peer), read_only: true });
    }, 120_000);
    afterAll(async () => {
      await kind?.close();
      await reader?.close();
      await peer?.stop();
    });

    test('nothing is lost on the way into JSON, whichever way it is read', async () => {
      await peer.run(`
        set time_zone = '+00:00';
        create table types (
          id int primary key, big bigint, huge bigint unsigned, exact decimal(40,20), small smallint, single float, dbl double, truth boolean, words text, bytes blob, fixed binary(2),
          instant timestamp(6) null, local datetime(3), day date, clock time(2), born year, flags bit(12), doc json, choice enum('a','b "c"'), many set('x','y'));
        insert into types values (
          1, 9007199254740993, 18446744073709551615, 0.1, 7, 0.1, 0.1, true, 'a"b\\\\c\\n\\tü😀', x'00ff', x'0102',
          '2026-02-03 04:05:06.123456', '2026-02-03 04:05:06.001', '2026-02-03', '-12:30:00.5', 2026, b'101', '{"a": [1, "x\\\\ny"]}', 'b "c"', 'x,y');
        insert into types (id) values (2);`);
      const first = {
        id: 1, big: '9007199254740993', huge: '18446744073709551615', exact: '0.10000000000000000000', small: 7, single: 0.1, dbl: 0.1, truth: 1,
        words: 'a"b\\c\n\tü😀', bytes: 'AP8=', fixed: 'AQI=', instant: '2026-02-03T04:05:06.123456+00:00', local: '2026-02-03T04:05:06.001', day: '2026-02-03',
        clock: '-12:30:00.50', born: 2026, flags: 5, doc: { a: [1, 'x\ny'] }, choice: 'b "c"', many: 'x,y',
      };
      const second = Object.fromEntries(Object.keys(first).map((name) => [name, name === 'id' ? 2 : null]));
      const order = { order_by: [{ field: 'id' }] };
      expect(await kind.records('read', { model: 'types', ...order })).toEqual([first, second]);
      expect(await kind.records('read', { model: 'types', where: [{ field: 'id', operator: '>', value: 0 }], ...order })).toEqual([first, second]);
      expect(await kind.records('query', { query: 'select * from types order by id' })).toEqual([first, second]);
      expect(await kind.records('read', { model: 'types', fields: ['id'], where: [{ field: 'big', value: '9007199254740993' }] })).toEqual([{ id: 1 }]);

      await kind.run('write', { model: 'types', records: [{ ...first, id: 3, doc: 'text' }, { ...second, id: 4 }] });
      expect(await kind.records('read', { model: 'types', where: [{ field: 'id', operator: '>', value: 2 }], ...order })).toEqual([
        { ...first, id: 3, doc: 'text' }, { ...second, id: 4 },
      ]);
      await kind.run('write', { model: 'types', mode: 'update', records: [{ id: 4, instant: '2026-02-03T04:05:06.5+02:00', local: '2026-02-03T04:05:06' }] });
      expect(await kind.records('read', { model: 'types', fields: ['instant', 'local'], where: [{ field: 'id', value: 4 }] })).toEqual([
        { instant: '2026-02-03T02:05:06.500000+00:00', local: '2026-02-03T04:05:06.000' },
      ]);
    });

    test.each([
      ['commit; create table escaped (x int)'],
      ['select 1; drop table customers'],
      ['; drop table customers'],
      ['commit'],
      ['set session transaction read write'],
      ['set session tx_read_only = 0'],
      ['start transaction read write'],
      ['begin not atomic commit; create table escaped (x int); end'],
      [`execute immediate 'create table escaped (x int)'`],
      ['insert into customers (id, email) values (99, 1) returning id'],
      ['insert into myisam_table values (1)'],
      ['explain insert into myisam_table values (1)'],
      ['create table escaped as select 1'],
      ['/*!50000 create table escaped as */ select 1'],
      ['/*M! create table escaped as */ select 1'],
      ['/* harmless */ create table escaped (x int)'],
      ['select writes()'],
      ['call writes_too()'],
      ['select nextval(counter)'],
      [`select 1 into outfile 'escaped.txt'`],
      [`select 1 from customers into dumpfile 'escaped.txt'`],
      ['select 1 into @left'],
      ['analyze table customers'],
      ['optimize table myisam_table'],
      ['lock tables customers write'],
      [`load data local infile '/etc/hostname' into table myisam_table`],
    ])('read-only: %s writes nothing', async (query) => {
      await expect(reader.records('query', { query })).rejects.toMatchObject({ code: 'invalid_query' });
      await expect(reader.records('query', { query: 'select 1 as one' })).resolves.toEqual([{ one: 1 }]);
      const counts = `select (select count(*) from customers), (select count(*) from myisam_table), (select count(*) from information_schema.tables where table_name = 'escaped'), (select next_not_cached_value from counter)`;
      expect((await peer.run(counts)).trim()).toBe('3\t0\t0\t1');
    });

    test('a connection forgets what the query before it left', async () => {
      const single = await openKind(mariadb, { ...mysqlConfigOf(peer), read_only: true, pool_size: 1, max_overflow: 0 });
      try {
        await single.records('query', { query: `select @secret := 'x', get_lock('lock', 0)` });
        expect(await single.records('query', { query: `select @secret as secret, is_used_lock('lock') as holder, @@time_zone as zone, @@tx_read_only as read_only` })).toEqual([
          { secret: null, holder: null, zone: '+00:00', read_only: '1' },
        ]);
      } finally {
        await single.close();
      }
    });

    test('write is refused by a read-only connector', async () => {
      await expect(reader.run('write', { model: 'customers', records: [{ id: 50, email: 'x' }] })).rejects.toMatchObject({
        code: 'connector_read_only', hint: expect.stringContaining('Read only'),
      });
    });

    test('a query may write where the connector says so', async () => {
      expect(await kind.records('query', { query: 'insert into customers (id, email) values (?, ?) returning id', parameters: [60, 'q'] })).toEqual([{ id: '60' }]);
      expect(await kind.records('query', { query: 'delete from customers where id = ?', parameters: [60] })).toEqual([]);
      expect(await kind.records('query', { query: 'select id from customers where id = 60' })).toEqual([]);
    });

    test('a write of many records is one transaction', async () => {
      await peer.run(`create table bulk (id int primary key, label varchar(20) default 'none', body json, bytes blob)`);
      const records = Array.from({ length: 2500 }, (_, id) => ({ id, ...(id % 3 > 0 && { label: `l${id}` }), ...(id % 500 === 0 && { body: { a: [1] }, bytes: 'AP8=' }) }));
      expect(await kind.run('write', { model: 'bulk', records })).toEqual({ affected_records: 2500 });
      expect(await kind.records('read', { model: 'bulk', where: [{ field: 'id', value: 1500 }] })).toEqual([{ id: 1500, label: 'none', body: { a: [1] }, bytes: 'AP8=' }]);
      await expect(kind.run('write', { model: 'bulk', records: [...records.map(({ id }) => ({ id: id + 5000 })), { id: 1 }] })).rejects.toMatchObject({ code: 'rejected_by_backend' });
      expect(await kind.records('query', { query: 'select count(*) as count from bulk' })).toEqual([{ count: '2500' }]);
    });

    test('output_schemas limits discover, read and write', async () => {
      const limited = await openKind(mariadb, mysqlConfigOf(peer), ['marts']);
      try {
        expect(await limited.run('discover', {})).toMatchObject({ models: [{ name: 'marts.active' }] });
        await expect(limited.records('read', { model: 'shop.customers' })).rejects.toMatchObject({ code: 'model_not_found', message: expect.stringContaining('output_schemas') });
        await expect(limited.run('write', { model: 'shop.customers', records: [{ id: 1 }] })).rejects.toMatchObject({ code: 'model_not_found' });
        expect(await limited.records('read', { model: 'active' })).toHaveLength(1);
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
      const running = kind.records('query', { query: `select sleep(600), 'sleeper'` }, controller.signal);
      const sleepers = async () => (await peer.run(`select count(*) from information_schema.processlist where info like 'select sleep(600)%'`)).trim();
      while ((await sleepers()) !== '1') continue;
      controller.abort();
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      while ((await sleepers()) !== '0') continue;
    }, 30_000);

    test('an unknown database and each way of TLS', async () => {
      const open = async (changes: object) => {
        const opened = await openKind(mariadb, { ...mysqlConfigOf(peer), ...changes });
        return opened.records('query', { query: `show session status like 'Ssl_version'` }).finally(opened.close);
      };
      await expect(open({ database: 'nope' })).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining('nope') });
      expect(await open({ sslmode: 'disable' })).toEqual([{ Variable_name: 'Ssl_version', Value: '' }]);
      for (const changes of [{ sslmode: 'require', ca_certificate: undefined }, { sslmode: 'prefer' }, { sslmode: 'verify-full', host: 'localhost' }, { sslmode: 'verify-ca' }]) {
        expect(await open(changes)).toEqual([{ Variable_name: 'Ssl_version', Value: expect.stringMatching(/^TLS/) }]);
      }
    });

    test('a backend that goes away in the middle of a read is a typed error, and the session recovers', async () => {
      const opened = await openKind(mariadb, { ...mysqlConfigOf(peer), pool_size: 1 });
      try {
        const outcome = await runOperation(mariadb, opened.session, 'query', { query: `select seq, repeat('x', 100) as filler from seq_1_to_3000000` }, { ...opened.call(), timeout: 30 });
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
        const outcome = await runOperation(mariadb, kind.session, 'query', { query: 'select seq from seq_1_to_1000000' }, { ...kind.call(controller.signal), timeout: 30 });
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
