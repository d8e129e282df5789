/** BigQuery: values are found as they are read, and a job that is sent twice runs once. */
import { bigquery } from '../../control-plane/src/kinds/bigquery/index.ts';
import { startBigquery } from '../peers/bigquery/server.ts';
import type { BigqueryPeer } from '../peers/bigquery/server.ts';
import { canMakeCertificates } from '../peers/certificate.ts';
import { peerAvailable } from '../peers/peer.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';

(peerAvailable('openssl', canMakeCertificates) ? describe : describe.skip)('bigquery: values', () => {
  let peer: BigqueryPeer;
  let kind: OpenedKind;
  beforeAll(async () => {
    peer = await startBigquery();
    await peer.run(`create schema shop; create table shop.found (id bigint, exact decimal(38, 9), local timestamp, instant timestamptz, bytes blob, doc json);
      insert into shop.found values (1, 1.24, '2026-02-03 04:05:06.001', '2026-02-03 04:05:06.123456+00', '\\x00\\xFF'::blob, '{"id": 12345678901234567890, "n": 1.5}');`);
    const { service_account_json, url, ca_certificate } = peer;
    kind = await openKind(bigquery, { service_account_json, url, ca_certificate, dataset: 'shop', read_only: false });
  });
  afterAll(async () => {
    await kind?.close();
    await peer?.stop();
  });

  test('a filter takes what read gives, and a time in any zone', async () => {
    const [record] = (await kind.records('read', { model: 'found' })) as [Record<string, unknown>];
    expect(record['doc']).toEqual({ id: '12345678901234567890', n: 1.5 });
    for (const [field, value] of [...Object.entries(record).filter(([name]) => name !== 'doc'), ['instant', '2026-02-03T06:05:06.123456+02:00'], ['local', '2026-02-03T06:05:06.001+02:00']] as const) {
      expect([field, await kind.records('read', { model: 'found', fields: ['id'], where: [{ field, operator: 'in', value: [value] }] })]).toEqual([field, [{ id: '1' }]]);
    }
  });

  test('a job whose answer was lost is sent again and runs once', async () => {
    await peer.run('create table shop.once (id bigint)');
    peer.loseAnswer();
    expect(await kind.run('write', { model: 'once', records: [{ id: 1 }] })).toEqual({ affected_records: 1 });
    expect(await peer.run('select count(*) from shop.once')).toEqual([['1']]);
    peer.loseAnswer();
    expect(await kind.records('query', { query: 'select 1 as one' })).toEqual([{ one: '1' }]);
  });
});
