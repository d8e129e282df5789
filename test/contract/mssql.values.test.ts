/** SQL Server: values find, and are written, as they are. */
import { mssql } from '../../control-plane/src/kinds/mssql/index.ts';
import { checkMssqlStatement } from '../../control-plane/src/kinds/mssql/statement.ts';
import { startTds } from '../peers/tds/server.ts';
import type { TdsPeer } from '../peers/tds/server.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';

describe('mssql: values', () => {
  let peer: TdsPeer;
  let kind: OpenedKind;
  beforeAll(async () => {
    peer = await startTds({ tls: false });
    const { host, port, database, username, password } = peer;
    kind = await openKind(mssql, { host, port, database, username, password, encrypt: false, read_only: false });
  }, 60_000);
  afterAll(async () => {
    await kind?.close();
    await peer?.stop();
  });

  test('nothing is cut or rounded to fit a column: neither what is written nor what a record is found by', async () => {
    await peer.run(`
      create table dbo.codes (code varchar check (length(code) <= 5), amount decimal(12, 2), ident uuid, moment timestamp, n integer);
      comment on column dbo.codes.code is '5';
      insert into dbo.codes values ('ABCDE', 1.24, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2026-02-03 04:05:06', 1);`);
    const [before] = await kind.records('read', { model: 'codes' });
    expect(before).toMatchObject({ code: 'ABCDE', amount: '1.24' });
    const write = (mode: string, key: string[], record: object) => kind.run('write', { model: 'codes', mode, key, records: [record] });
    for (const [field, value] of Object.entries({ code: 'ABCDEFG', amount: '1.239' })) {
      expect(await write('delete', [field], { [field]: value })).toEqual({ affected_records: 0 });
      expect(await write('update', [field], { [field]: value, n: 2 })).toEqual({ affected_records: 0 });
      expect(await kind.records('read', { model: 'codes', where: [{ field, value }] })).toEqual([]);
    }
    expect(await kind.records('read', { model: 'codes' })).toEqual([before]);
    await expect(write('insert', [], { code: 'ABCDEFG' })).rejects.toMatchObject({ code: 'rejected_by_backend' });
    await expect(write('delete', ['ident'], { ident: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11x' })).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('records.0.ident') });
    await expect(kind.records('read', { model: 'codes', where: [{ field: 'ident', value: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11x' }] })).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('where.0.value') });
    await write('insert', [], { code: 'FGHIJ', amount: '1234567890.5' });
    expect(await kind.records('read', { model: 'codes', fields: ['code'], where: [{ field: 'amount', value: '1234567890.50' }] })).toEqual([{ code: 'FGHIJ' }]);
    expect(await kind.records('read', { model: 'codes', fields: ['code'], where: [{ field: 'amount', operator: '<', value: 1e15 }, { field: 'amount', operator: '>', value: 1.2345 }], order_by: [{ field: 'code' }] }))
      .toEqual([{ code: 'ABCDE' }, { code: 'FGHIJ' }]);
    await expect(kind.records('query', { query: "select cast('ABCDEFG' as varchar(5)) as cut" })).resolves.toEqual([{ cut: 'ABCDE' }]);
  });

  test('a filter takes what read gives, and a time in any zone', async () => {
    await peer.run(`
      create table dbo.found (id integer, bytes blob, moment timestamptz, local timestamp, single float, ident uuid);
      insert into dbo.found values (1, '\\x00\\xFF'::blob, '2026-02-03 04:05:06.123456+00', '2026-02-03 04:05:06.000001', 0.1, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');`);
    const [record] = (await kind.records('read', { model: 'found' })) as [Record<string, unknown>];
    for (const [field, value] of [...Object.entries(record), ['moment', '2026-02-03T06:05:06.123456+02:00'], ['local', '2026-02-03T06:05:06.000001+02:00']] as const) {
      expect([field, await kind.records('read', { model: 'found', fields: ['id'], where: [{ field, operator: 'in', value: [value] }] })]).toEqual([field, [{ id: 1 }]]);
    }
  });

  test('columns of one name are all there', async () => {
    expect(await kind.records('query', { query: 'select 1 as a, 2 as a, 3 as a_2' })).toEqual([{ a: 1, a_3: 2, a_2: 3 }]);
  });

  test.each([['select 1 --\rcommit; delete from codes'], ["select 1 -- \r'\ncommit --'"], ['select 1 --\u2028commit']])('%j is refused, whether it only reads or not', (query) => {
    for (const readOnly of [true, false]) expect(() => checkMssqlStatement(query, readOnly)).toThrow(expect.objectContaining({ code: 'invalid_query', message: expect.stringContaining('newline') }));
    expect(() => checkMssqlStatement("select 1 as one -- it's\r\n", true)).not.toThrow();
  });
});
