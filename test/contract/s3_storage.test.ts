import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { s3Storage } from '../../control-plane/src/kinds/s3_storage/index.ts';
import { runOperation } from '../../control-plane/src/kinds/run.ts';
import type { AnySession } from '../../control-plane/src/kinds/contract.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { peerAvailable } from '../peers/peer.ts';
import { findSwift, startSwift } from '../peers/swift.ts';
import type { SwiftServer } from '../peers/swift.ts';
import { longStorageOperations } from '../fixtures/storage-cases.ts';
import { testKind } from './test-kind.ts';
import type { Peer } from './test-kind.ts';

const bucket = 'acme-prod';
const events = Array.from({ length: 60_000 }, (_, id) => `${JSON.stringify({ id, event: 'page.viewed', path: `/products/${id % 97}` })}\n`).join('');
const seeds: Record<string, string> = {
  'orders/2026-01.jsonl': '{"id":1,"total":10.5,"note":null}\n{"id":2,"total":7,"note":"gift"}\n',
  'orders/2026-02.jsonl': '{"id":3,"total":99}',
  'orders/_SUCCESS': '',
  'customers.csv': 'id,name,city\n1,Ada,London\n2,"Grace, H.",\n',
  'prices.tsv': 'sku\tprice\nA-1\t10\n',
  'settings.json': '[{"a":1},\n{"a":[2,"]"]}]',
  'events.ndjson': events,
  'readme.txt': 'hello',
  'lake/part-0.parquet': 'PAR1',
  'mixed/a.csv': 'id\n1\n',
  'mixed/b.parquet': 'PAR1',
  'broken.jsonl': '{"id":1}\nnot json\n',
};

let server: SwiftServer;

async function start(): Promise<Peer> {
  const swift = (server = await startSwift());
  const client = new S3Client({
    endpoint: swift.endpoint, region: swift.region, forcePathStyle: true,
    credentials: { accessKeyId: swift.access_key_id, secretAccessKey: swift.secret_access_key },
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  const config = {
    bucket, region: swift.region, endpoint: swift.endpoint,
    access_key_id: swift.access_key_id, secret_access_key: swift.secret_access_key,
  };
  const egress = createEgress({ allow: ['127.0.0.0/8'] });
  const session = (await s3Storage.open(s3Storage.config.parse(config), { egress, log: silentLogger, output_schemas: [] })) as AnySession;
  for (const [key, text] of Object.entries(seeds)) {
    await runOperation(s3Storage, session, 'put', { key }, { signal: new AbortController().signal, log: silentLogger, timeout: 30 }, {
      content: (async function* () { yield Buffer.from(text); })(),
    });
  }
  await session.close();
  await egress.close();
  return { config, backend: swift, stop: swift.stop };
}

const md5 = (etag: unknown) => expect(etag).toMatch(/^[0-9a-f]{32}$/);

(peerAvailable('OpenStack Swift (python3-swift, memcached)', findSwift() !== undefined) ? describe : describe.skip)('S3', () => {
  testKind(s3Storage, {
    start,
    wrong_configs: { bucket: { bucket: 'not-there' }, region: { region: 'eu-west-1' }, endpoint: { endpoint: 'storage.example.com' } },
    faults: {
      at: (port) => ({ endpoint: `http://127.0.0.1:${port}` }),
      wrong_credentials: { secret_access_key: 'not-the-secret' },
      // A certificate that nobody trusts; where none can be made, a server that speaks no TLS.
      tls: (port) => ({ endpoint: server.tls_endpoint ?? `https://127.0.0.1:${port}` }),
    },
    operations: {
      discover: [
        {
          input: {},
          expect: (result) => expect(result.models).toEqual([
            { name: 'broken.jsonl', type: 'file' }, { name: 'customers.csv', type: 'file' }, { name: 'events.ndjson', type: 'file' },
            { name: 'lake/', type: 'prefix' }, { name: 'mixed/', type: 'prefix' }, { name: 'orders/', type: 'prefix' }, { name: 'prices.tsv', type: 'file' },
            { name: 'settings.json', type: 'file' },
          ]),
        },
        { input: { search: 'ord' }, expect: (result) => expect(result.models).toEqual([{ name: 'orders/', type: 'prefix' }]) },
        { input: { search: 'orders/-02' }, expect: (result) => expect(result.models).toEqual([{ name: 'orders/2026-02.jsonl', type: 'file' }]) },
        { input: { limit: 1 }, expect: (result) => expect(result).toEqual({ models: [{ name: 'broken.jsonl', type: 'file' }], next_cursor: expect.any(String) }) },
        {
          input: { model: 'orders/' },
          expect: (result) => expect(result.models).toEqual([{
            name: 'orders/', type: 'prefix',
            fields: [{ name: 'id', type: 'number' }, { name: 'total', type: 'number' }, { name: 'note', type: 'string', nullable: true }],
          }]),
        },
      ],
      read: [
        {
          input: { model: 'orders/' },
          expect: (rows) => expect(rows).toEqual([{ id: 1, total: 10.5, note: null }, { id: 2, total: 7, note: 'gift' }, { id: 3, total: 99 }]),
        },
        { input: { model: 'orders/', where: [{ field: 'total', operator: '>=', value: 10 }], fields: ['id'] }, expect: (rows) => expect(rows).toEqual([{ id: 1 }, { id: 3 }]) },
        { input: { model: 'orders/', limit: 1 }, expect: (rows) => expect(rows).toEqual([{ id: 1, total: 10.5, note: null }]) },
        {
          input: { model: 'customers.csv' },
          expect: (rows) => expect(rows).toEqual([{ id: '1', name: 'Ada', city: 'London' }, { id: '2', name: 'Grace, H.', city: null }]),
        },
        { input: { model: 'prices.tsv' }, expect: (rows) => expect(rows).toEqual([{ sku: 'A-1', price: '10' }]) },
        { input: { model: 'settings.json' }, expect: (rows) => expect(rows).toEqual([{ a: 1 }, { a: [2, ']'] }]) },
        { input: { model: 'events.ndjson' }, expect: (rows) => expect(rows).toHaveLength(60_000) },
      ],
      query: [{
        input: { query: 'select c.name, o.total from "customers.csv" c join orders o using (id) where o.total > ? order by 1', parameters: [5] },
        expect: (rows) => expect(rows).toEqual([{ name: 'Ada', total: 10.5 }, { name: 'Grace, H.', total: 7 }]),
      }],
      list: [{
        input: { prefix: 'orders/', limit: 2 },
        expect: (result) => {
          expect(result).toEqual({
            objects: [
              { key: 'orders/2026-01.jsonl', size: 67, etag: expect.any(String), last_modified: expect.stringMatching(/^\d{4}-.*Z$/) },
              { key: 'orders/2026-02.jsonl', size: 19, etag: expect.any(String), last_modified: expect.any(String) },
            ],
            next_cursor: expect.any(String),
          });
          md5(result.objects[0].etag);
        },
      }],
      get: [{ input: { key: 'readme.txt' }, expect: (bytes) => expect(String(bytes)).toBe('hello') }],
      put: [
        {
          input: { key: 'uploads/new.txt', content_type: 'text/plain' }, content: Buffer.from('new'),
          expect: (result) => expect(result).toEqual({ key: 'uploads/new.txt', size: 3, etag: '22af645d1859cb5ca6da0c484f1f37ea' }),
        },
        { input: { key: 'uploads/empty' }, content: Buffer.alloc(0), expect: (result) => expect(result).toMatchObject({ size: 0 }) },
      ],
      delete: [
        { input: { key: 'uploads/new.txt' }, expect: (result) => expect(result).toEqual({ key: 'uploads/new.txt', deleted: true }) },
        { input: { key: 'uploads/new.txt' }, expect: (result) => expect(result).toEqual({ key: 'uploads/new.txt', deleted: false }) },
      ],
    },
    refusals: [
      { operation: 'get', input: { key: 'nothing.txt' }, code: 'object_not_found', says: /no object nothing\.txt in bucket acme-prod/ },
      { operation: 'read', input: { model: 'nothing.csv' }, code: 'model_not_found' },
      { operation: 'read', input: { model: 'nothing/' }, code: 'model_not_found' },
      { operation: 'read', input: { model: 'readme.txt' }, code: 'invalid_request', says: /readme\.txt cannot be read/ },
      { operation: 'read', input: { model: 'lake/' }, code: 'backend_error', says: /lake\/part-0\.parquet/ },
      { operation: 'read', input: { model: 'mixed/' }, code: 'invalid_request', says: /parquet/ },
      { operation: 'query', input: { query: 'select 1; select 2' }, code: 'invalid_query' },
      { operation: 'read', input: { model: 'broken.jsonl' }, code: 'backend_error', says: /broken\.jsonl cannot be read: line 2/ },
      { operation: 'read', input: { model: 'orders/', order_by: [{ field: 'id' }] }, code: 'invalid_request', says: /order/ },
      { operation: 'read', input: { model: 'orders/', where: [{ field: 'id', operator: 'in', value: 1 }] }, code: 'invalid_request', says: /list/ },
      { operation: 'discover', input: { model: 'nothing/' }, code: 'model_not_found' },
      { operation: 'list', input: { cursor: 'garbage' }, code: 'invalid_request', says: /cursor/ },
      { operation: 'get', input: { key: 'orders/../readme.txt' }, code: 'invalid_request', says: /\.\./ },
    ],
    long_operations: longStorageOperations(events),
    imports: [
      {
        source: 's3://AKIAEXAMPLE:wJalr/K7+x@acme-prod/tenants/acme/?region=eu-west-1&endpoint=https%3A%2F%2Fminio.example.com',
        config: {
          bucket: 'acme-prod', region: 'eu-west-1', access_key_id: 'AKIAEXAMPLE', secret_access_key: 'wJalr/K7+x',
          endpoint: 'https://minio.example.com', prefix: 'tenants/acme/',
        },
      },
      {
        source: '[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = wJalr/K7=x\nregion=us-east-1\n',
        config: { access_key_id: 'AKIAEXAMPLE', secret_access_key: 'wJalr/K7=x', region: 'us-east-1' },
      },
    ],
  });
});
