/** MongoDB: the suite of every kind against a peer of its wire protocol, then what only this kind promises. */
import { BSON } from 'mongodb';
import { mongodb } from '../../control-plane/src/kinds/mongodb/index.ts';
import { canMakeCertificates, testCertificate } from '../peers/certificate.ts';
import { startMongodb } from '../peers/mongodb.ts';
import type { MongodbPeer } from '../peers/mongodb.ts';
import { peerAvailable } from '../peers/peer.ts';
import { openKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const password = 'a password of the peer';
const hex = '65a000000000000000000001';
const collections = () => ({
  'shop.people': [
    { _id: new BSON.ObjectId(hex), name: 'Ada', born: new Date('2026-01-01T10:00:00.123Z'), big: BSON.Long.fromString('9007199254740993'), price: BSON.Decimal128.fromString('1.10'), bytes: new BSON.Binary(Buffer.from('hi')), deep: { list: [1, 'x'] } },
    { _id: 'b', name: 'Bea', age: 31 }, { _id: 'c', name: 'Cyd', age: 32 },
  ],
  'shop.numbers': Array.from({ length: 5000 }, (_, n) => ({ _id: n, n })),
  'other.things': [{ _id: 1 }],
});
const start = async (replica_set = true) => startMongodb({ password, replica_set, collections: collections(), certificate: await testCertificate() });
const configOf = async ({ host }: MongodbPeer) => ({ hosts: host, database: 'shop', username: 'me', password, ca_certificate: (await testCertificate()).ca, read_only: false });
const ada = { _id: hex, name: 'Ada', born: '2026-01-01T10:00:00.123Z', big: '9007199254740993', price: '1.10', bytes: 'aGk=', deep: { list: [1, 'x'] } };

(peerAvailable('openssl', canMakeCertificates) ? describe : describe.skip)('mongodb', () => {
  testKind(mongodb, {
    async start() {
      const peer = await start();
      return { config: await configOf(peer), backend: peer, stop: peer.stop };
    },
    wrong_configs: { hosts: { hosts: 'mongodb://db.example.com' }, pool_size: { pool_size: 0 } },
    faults: {
      // Else the replica set would name its members, and the driver go to them past the proxy.
      at: (port) => ({ hosts: `127.0.0.1:${port}`, direct_connection: true }),
      wrong_credentials: { password: 'another' },
      tls: { ca_certificate: undefined },
    },
    operations: {
      discover: [
        { input: { limit: 1 }, expect: (page) => expect(page).toEqual({ models: [{ name: 'shop.numbers', type: 'collection', schema: 'shop' }], next_cursor: 'shop.numbers' }) },
        {
          input: { model: 'numbers' },
          expect: ({ models }) => expect(models).toEqual([{ name: 'shop.numbers', type: 'collection', schema: 'shop', estimated_rows: 5000, fields: [{ name: '_id', type: 'int', nullable: false, primary_key: true }, { name: 'n', type: 'int', nullable: false, primary_key: false }] }]),
        },
      ],
      read: [
        { input: { model: 'shop.people', where: [{ field: '_id', value: hex }] }, expect: (records) => expect(records).toEqual([ada]) },
        { input: { model: 'people', fields: ['name'], where: [{ field: 'age', operator: '>=', value: 31 }, { field: 'name', operator: 'contains', value: 'y' }] }, expect: (records) => expect(records).toEqual([{ name: 'Cyd' }]) },
        { input: { model: 'people', fields: ['_id'], where: [{ field: 'age', operator: 'is_not_null' }, { field: 'name', operator: '!=', value: 'Bea' }] }, expect: (records) => expect(records).toEqual([{ _id: 'c' }]) },
        { input: { model: 'people', fields: ['name'], order_by: [{ field: 'name', direction: 'desc' }], limit: 2 }, expect: (records) => expect(records).toEqual([{ name: 'Cyd' }, { name: 'Bea' }]) },
        { input: { model: 'people', fields: ['name'], where: [{ field: 'born', operator: '<', value: '2027-01-01T00:00:00Z' }] }, expect: (records) => expect(records).toEqual([{ name: 'Ada' }]) },
        { input: { model: 'numbers', limit: 2500 }, expect: (records) => expect(new Set(records.map(({ n }: { n: number }) => n)).size).toBe(2500) },
      ],
      query: [
        { input: { query: '{"collection":"people","aggregate":[{"$match":{"age":{"$gt":{"$parameter":1}}}},{"$project":{"name":1,"_id":0}}]}', parameters: [31] }, expect: (records) => expect(records).toEqual([{ name: 'Cyd' }]) },
        { input: { query: `{"collection":"people","filter":{"_id":{"$oid":"${hex}"}},"projection":{"name":1}}` }, expect: (records) => expect(records).toEqual([{ _id: hex, name: 'Ada' }]) },
      ],
      write: [
        { input: { model: 'written', records: [{ _id: 'a', n: 1 }, { n: { $numberLong: '2' } }] }, expect: (result) => expect(result).toEqual({ affected_records: 2 }) },
        { input: { model: 'written', mode: 'upsert', records: [{ _id: 'a', m: 3 }, { _id: 'b', m: 4 }] }, expect: (result) => expect(result).toEqual({ affected_records: 2 }) },
        { input: { model: 'written', mode: 'update', key: ['m'], records: [{ m: 4, n: 5 }, { m: 99, n: 5 }] }, expect: (result) => expect(result).toEqual({ affected_records: 1 }) },
        { input: { model: 'written', mode: 'delete', records: [{ _id: 'b' }] }, expect: (result) => expect(result).toEqual({ affected_records: 1 }) },
      ],
    },
    refusals: [
      { operation: 'discover', input: { model: 'nothing' }, code: 'model_not_found' },
      { operation: 'read', input: { model: 'nothing' }, code: 'model_not_found', says: /nothing/ },
      { operation: 'query', input: { query: 'no json' }, code: 'invalid_query' },
      { operation: 'query', input: { query: '{"collection":"people","aggregate":[{"$nonsense":{}}]}' }, code: 'invalid_query' },
      { operation: 'query', input: { query: '{"collection":"people","filter":{"$or":[{"$where":"1"}]}}' }, code: 'invalid_query', says: /\$where/ },
      { operation: 'query', input: { query: '{"collection":"people","filter":{"age":{"$parameter":1}}}', parameters: [{ $gt: 0 }] }, code: 'invalid_request', says: /\$gt/ },
      { operation: 'write', input: { model: 'people', records: [{ _id: 'new' }, { _id: 'b' }] }, code: 'rejected_by_backend', says: /record 2.*duplicate/ },
    ],
    long_operations: [{ operation: 'read', input: { model: 'numbers' }, expect: (records) => expect(new Set(records.map(({ n }: { n: number }) => n)).size).toBe(5000) }],
    imports: [{ source: 'mongodb+srv://me:p%40ss@db.example.com/shop?authSource=admin', config: { hosts: 'db.example.com', srv: true, database: 'shop', username: 'me', password: 'p@ss', auth_source: 'admin', tls: true } }],
  });

  test('a failed write leaves nothing in a replica set, and says what stays on a single server; read-only and output_schemas hold', async () => {
    for (const replicated of [true, false]) {
      const peer = await start(replicated);
      const kind = await openKind(mongodb, await configOf(peer));
      const limited = await openKind(mongodb, { ...(await configOf(peer)), read_only: true }, ['other']);
      try {
        await expect(kind.run('write', { model: 'people', records: [{ _id: 'new' }, { _id: 'b' }] })).rejects.toMatchObject({ details: { affected_records: replicated ? 0 : 1 } });
        expect(await kind.records('read', { model: 'people', where: [{ field: '_id', value: 'new' }] })).toHaveLength(replicated ? 0 : 1);
        expect(await limited.run('discover', {})).toMatchObject({ models: [{ name: 'other.things' }] });
        await expect(limited.records('read', { model: 'shop.people' })).rejects.toMatchObject({ code: 'model_not_found' });
        await expect(limited.records('query', { query: '{"database":"other","collection":"things","aggregate":[{"$out":"x"}]}' })).rejects.toMatchObject({ code: 'invalid_query' });
        const read = kind.session['read'] as (input: object, call: object) => AsyncIterable<{ count: number }>;
        await expect((async () => {
          for await (const { count } of read({ model: 'numbers' }, kind.call())) if (count > 0) peer.cursors.clear();
        })()).rejects.toMatchObject({ code: 'backend_unavailable' });
      } finally {
        await limited.close();
        await kind.close();
        await peer.stop();
      }
    }
  });
});
