/** Snowflake: values are found as they are read, and a statement that is sent twice runs once. */
import { snowflake } from '../../control-plane/src/kinds/snowflake/index.ts';
import { canMakeCertificates } from '../peers/certificate.ts';
import { peerAvailable } from '../peers/peer.ts';
import { startSnowflake } from '../peers/snowflake/server.ts';
import type { SnowflakePeer } from '../peers/snowflake/server.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';

(peerAvailable('openssl', canMakeCertificates) ? describe : describe.skip)('snowflake: values', () => {
  let peer: SnowflakePeer;
  let kind: OpenedKind;
  let reader: OpenedKind;
  beforeAll(async () => {
    peer = await startSnowflake();
    await peer.run(`create table "PUBLIC"."FOUND" ("ID" integer, "EXACT" decimal(12, 2), "REAL" double, "INSTANT" timestamptz, "LOCAL" timestamp, "DAY" date, "BYTES" blob, "DOC" json);
      insert into "PUBLIC"."FOUND" values (1, 1.24, 0.1, '2026-02-03 04:05:06.123456+00', '2026-02-03 04:05:06.001', '2026-02-03', '\\x00\\xFF'::blob, '{"id": 12345678901234567890, "n": 1.5}');`);
    const { account, username, private_key, url, ca_certificate } = peer;
    const config = { account, username, private_key, url, ca_certificate, database: 'SHOP' };
    kind = await openKind(snowflake, { ...config, read_only: false });
    reader = await openKind(snowflake, { ...config, read_only: true });
  });
  afterAll(async () => {
    await kind?.close();
    await reader?.close();
    await peer?.stop();
  });

  test('a filter takes what read gives, and no number is rounded to another record’s', async () => {
    const [record] = (await kind.records('read', { model: 'FOUND' })) as [Record<string, unknown>];
    expect(record['DOC']).toEqual({ id: '12345678901234567890', n: 1.5 });
    for (const [field, value] of [...Object.entries(record).filter(([name]) => name !== 'DOC'), ['EXACT', 1.24], ['INSTANT', '2026-02-03T06:05:06.123456+02:00']] as const) {
      expect([field, await kind.records('read', { model: 'FOUND', fields: ['DAY'], where: [{ field, operator: 'in', value: [value] }] })]).toEqual([field, [{ DAY: '2026-02-03' }]]);
    }
    expect(await kind.records('read', { model: 'FOUND', where: [{ field: 'EXACT', value: '1.239' }] })).toEqual([]);
    expect(await kind.records('read', { model: 'FOUND', fields: ['DAY'], where: [{ field: 'ID', operator: '>', value: 0.5 }, { field: 'EXACT', operator: '<', value: 1e15 }] })).toHaveLength(1);
    for (const record of [{ EXACT: '1.239' }]) expect(await kind.run('write', { model: 'FOUND', mode: 'delete', key: ['EXACT'], records: [record] })).toEqual({ affected_records: 0 });
    await expect(kind.run('write', { model: 'FOUND', mode: 'update', key: ['EXACT'], records: [{ EXACT: '1.239', DAY: null }] })).resolves.toEqual({ affected_records: 0 });
  });

  test('a statement whose answer was lost is sent again and runs once', async () => {
    await peer.run('create table "PUBLIC"."ONCE" ("ID" integer)');
    peer.loseAnswer();
    expect(await kind.run('write', { model: 'ONCE', records: [{ ID: 1 }] })).toEqual({ affected_records: 1 });
    peer.loseAnswer();
    expect(await kind.records('query', { query: 'insert into once values (2)' })).toHaveLength(1);
    expect(await peer.run('select count(*), max("ID") from "PUBLIC"."ONCE"')).toEqual([['2', '2']]);
  });

  test.each([['select 1 --\rcall p()'], ['select 1 //\rfrom x'], ['select 1 --\u2028call p()']])('read-only: %j is refused, since databases differ in where its comment ends', async (query) => {
    await expect(reader.records('query', { query })).rejects.toMatchObject({ code: 'invalid_query', message: expect.stringContaining('newline') });
    expect(await reader.records('query', { query: 'select 1 as one -- a comment\r\n' })).toEqual([{ ONE: 1 }]);
  });
});
