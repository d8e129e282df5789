import type { LookupFunction } from 'node:net';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ossStorage } from '../../control-plane/src/kinds/oss_storage/index.ts';
import { runOperation } from '../../control-plane/src/kinds/run.ts';
import type { AnySession } from '../../control-plane/src/kinds/contract.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { peerAvailable } from '../peers/peer.ts';
import { findSwift, startSwift, storageDomain } from '../peers/swift.ts';
import type { SwiftServer } from '../peers/swift.ts';
import { storageCases } from '../fixtures/storage-cases.ts';
import { collect, testKind } from './test-kind.ts';
import type { Peer } from './test-kind.ts';

const bucket = 'acme-prod';
const available = peerAvailable('OpenStack Swift (python3-swift, memcached)', findSwift() !== undefined);
const cases = storageCases();

async function startWithBucket(): Promise<SwiftServer> {
  const swift = await startSwift();
  const client = new S3Client({
    endpoint: swift.endpoint, region: swift.region, forcePathStyle: true, credentials: { accessKeyId: swift.access_key_id, secretAccessKey: swift.secret_access_key },
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  client.destroy();
  return swift;
}

const configFor = (swift: SwiftServer) => ({
  bucket, region: swift.region, endpoint: swift.endpoint, force_path_style: true, access_key_id: swift.access_key_id, secret_access_key: swift.secret_access_key,
});

let server: SwiftServer;

async function start(): Promise<Peer> {
  const swift = (server = await startWithBucket());
  const config = configFor(swift);
  await cases.seed(ossStorage, config);
  return { config, backend: swift, stop: swift.stop };
}

(available ? describe : describe.skip)('OSS', () => {
  testKind(ossStorage, {
    start,
    ...cases.cases,
    wrong_configs: { bucket: { bucket: 'not-there' }, endpoint: { endpoint: 'storage.example.com' } },
    faults: {
      at: (port) => ({ endpoint: `http://127.0.0.1:${port}` }),
      wrong_credentials: { secret_access_key: 'not-the-secret' },
      // A certificate that nobody trusts; where none can be made, a server that speaks no TLS.
      tls: (port) => ({ endpoint: server.tls_endpoint ?? `https://127.0.0.1:${port}` }),
    },
    imports: [
      {
        source: 'oss://LTAI5t:sec/ret+1@acme-prod/tenants/acme/?region=eu-central-1',
        config: { bucket: 'acme-prod', region: 'eu-central-1', access_key_id: 'LTAI5t', secret_access_key: 'sec/ret+1', prefix: 'tenants/acme/' },
      },
      { source: 'oss://acme-prod.oss-cn-hangzhou-internal.aliyuncs.com/a/', config: { bucket: 'acme-prod', region: 'cn-hangzhou', prefix: 'a/' } },
      {
        source: '[Credentials]\nlanguage=EN\nendpoint=oss-cn-shanghai.aliyuncs.com\naccessKeyID=LTAI5t\naccessKeySecret=secret=x\n',
        config: { region: 'cn-shanghai', access_key_id: 'LTAI5t', secret_access_key: 'secret=x' },
      },
    ],
  });

  test('the bucket is a part of the host name, as OSS wants it', async () => {
    const swift = await startWithBucket();
    const asked: string[] = [];
    const lookup = ((host: string, _options: object, callback: (error: null, addresses: object[]) => void) => {
      asked.push(host);
      callback(null, [{ address: '127.0.0.1', family: 4 }]);
    }) as LookupFunction;
    const egress = createEgress({ allow: ['127.0.0.0/8'], lookup: lookup as never });
    const config = ossStorage.config.parse({ ...configFor(swift), endpoint: `http://${storageDomain}:${swift.port}`, force_path_style: undefined });
    const session = (await ossStorage.open(config, { egress, log: silentLogger, output_schemas: [] })) as AnySession;
    const options = { signal: new AbortController().signal, log: silentLogger, timeout: 30 };
    try {
      await runOperation(ossStorage, session, 'put', { key: 'a/b c.jsonl' }, options, { content: (async function* () { yield Buffer.from('{"n":1}\n'); })() });
      expect(await collect(await runOperation(ossStorage, session, 'query', { query: 'select n::int as n from "a/b c.jsonl"' }, options))).toEqual([{ n: 1 }]);
      expect(new Set(asked)).toEqual(new Set([`${bucket}.${storageDomain}`]));
    } finally {
      await session.close();
      await egress.close();
      await swift.stop();
    }
  }, 60_000);

  test('without an endpoint it is the region’s own', async () => {
    const asked: string[] = [];
    const lookup = ((host: string, _options: object, callback: (error: Error) => void) => {
      asked.push(host);
      callback(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    }) as LookupFunction;
    const egress = createEgress({ allow: [], lookup: lookup as never });
    const config = ossStorage.config.parse({ bucket, region: 'oss-eu-central-1', access_key_id: 'a', secret_access_key: 'b' });
    const session = (await ossStorage.open(config, { egress, log: silentLogger, output_schemas: [] })) as AnySession;
    await expect(session.test({ signal: new AbortController().signal, log: silentLogger })).rejects.toMatchObject({ code: 'backend_unreachable' });
    expect(new Set(asked)).toEqual(new Set([`${bucket}.s3.oss-eu-central-1.aliyuncs.com`]));
    await session.close();
    await egress.close();
  });
});
