/** Bytes in and out of each tenant's own bucket, on a real S3 server. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { runNode, runWorkflow } from './engine.ts';
import { describeWith, startPeer } from './peer-process.ts';
import type { PeerProcess } from './peer-process.ts';

const byTenant = { mode: 'id', value: '={{ $json.tenant }}', __rl: true };

describeWith([{ name: 'python3-swift and memcached', module: 'swift', available: 'findSwift' }])('storage', () => {
  let plane: ControlPlane;
  let server: PeerProcess;
  const configs: Record<string, Record<string, string>> = {};

  beforeAll(async () => {
    [plane, server] = await Promise.all([startControlPlane(), startPeer('swift', 'startSwift')]);
    const { endpoint, region, access_key_id, secret_access_key } = server.peer as unknown as Record<string, string>;
    const client = new S3Client({ endpoint, region: region!, forcePathStyle: true, credentials: { accessKeyId: access_key_id!, secretAccessKey: secret_access_key! } });
    for (const tenant of ['acme', 'globex']) {
      await client.send(new CreateBucketCommand({ Bucket: `${tenant}-files` }));
      configs[tenant] = { bucket: `${tenant}-files`, region: region!, endpoint: endpoint!, access_key_id: access_key_id!, secret_access_key: secret_access_key! };
      await plane.tenant(tenant);
      await plane.connector(tenant, `${tenant} files`, 's3_storage', configs[tenant]);
    }
    client.destroy();
  }, 180_000);

  afterAll(async () => {
    await plane?.stop();
    await server?.stop();
  });

  const credentials = () => ({ patchbayApi: plane.credential });
  const object = { resource: 'object', backend: 'tenantDefault', tenant: byTenant };
  const file = (tenant: string, content: Buffer, mimeType = 'application/octet-stream') => ({
    json: { tenant }, binary: { data: { data: content.toString('base64'), mimeType, fileName: 'report.bin' } },
  });

  test('a file of each item goes into its tenant’s bucket and comes back byte for byte', async () => {
    const contents = [Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 256)), Buffer.from('{"json": "as a file"}'), Buffer.alloc(0)];
    const { itemsOf, items, hints, error } = await runWorkflow({
      credentials: credentials(),
      items: [file('acme', contents[0]!), file('globex', contents[1]!, 'application/json'), file('globex', contents[2]!)],
      steps: [
        { name: 'Put', type: 'storage', parameters: { ...object, operation: 'put', key: '=out/{{ $itemIndex }} of {{ $json.tenant }}.bin', binaryField: 'data' } },
        { name: 'Get', type: 's3Storage', parameters: { ...object, tenant: { mode: 'id', value: '={{ $json.key.match(/of (\\w+)/)[1] }}', __rl: true }, operation: 'get', key: '={{ $json.key }}', binaryField: 'file' } },
      ],
    });
    expect(error).toBeUndefined();
    expect(itemsOf('Put').map(({ json }) => [json.key, json.size])).toEqual([
      ['out/0 of acme.bin', 300_000], ['out/1 of globex.bin', 21], ['out/2 of globex.bin', 0],
    ]);
    expect(items.map(({ binary }) => Buffer.from(binary!['file']!.data, 'base64').equals(contents[items.findIndex((item) => item.binary === binary)]!))).toEqual([true, true, true]);
    expect(items.map(({ json, binary, pairedItem }) => [json.key, json.content_type, binary!['file']!.fileName, pairedItem])).toEqual([
      ['out/0 of acme.bin', 'application/octet-stream', '0 of acme.bin', { item: 0 }],
      ['out/1 of globex.bin', 'application/json', '1 of globex.bin', { item: 1 }],
      ['out/2 of globex.bin', 'application/octet-stream', '2 of globex.bin', { item: 2 }],
    ]);
    expect(hints[0]).toContain('“globex files” (s3_storage of globex): 2 requests');
  });

  test('lists each bucket’s objects as items', async () => {
    const { items } = await runNode({ type: 'storage', credentials: credentials(), items: [{ json: { tenant: 'globex' } }], parameters: { ...object, operation: 'list', prefix: 'out/', returnAll: true } });
    expect(items.map(({ json }) => json.key)).toEqual(['out/1 of globex.bin', 'out/2 of globex.bin']);
  });

  test('the node’s own credential stores and fetches as well', async () => {
    const { bucket, region, endpoint, access_key_id, secret_access_key } = configs.acme!;
    const own = { bucket, region, endpoint, accessKeyIdSecret: access_key_id, secretAccessKey: secret_access_key, patchbayUrl: plane.url, patchbayApiKey: plane.adminKey } as never;
    const { items, error } = await runWorkflow({
      credentials: { patchbayS3StorageApi: own },
      items: [file('acme', Buffer.from('mine'), 'text/plain')],
      steps: [
        { name: 'Put', type: 's3Storage', parameters: { resource: 'object', backend: 'own', operation: 'put', key: 'own.txt', binaryField: 'data' } },
        { name: 'Get', type: 's3Storage', parameters: { resource: 'object', backend: 'own', operation: 'get', key: 'own.txt', binaryField: 'data' } },
      ],
    });
    expect([error?.message, items.map(({ binary }) => Buffer.from(binary!['data']!.data, 'base64').toString())]).toEqual([undefined, ['mine']]);
  });

  test('an object that is not there, and an item without the binary field, are sentences', async () => {
    const missing = await runNode({ type: 'storage', credentials: credentials(), items: [{ json: { tenant: 'acme' } }], parameters: { ...object, operation: 'get', key: 'nothing', binaryField: 'data' } });
    expect(missing.error?.context).toMatchObject({ problem: { code: 'object_not_found' } });
    const empty = await runNode({ type: 'storage', credentials: credentials(), items: [{ json: { tenant: 'acme' } }], parameters: { ...object, operation: 'put', key: 'x', binaryField: 'data' } });
    expect(empty.error?.message).toMatch(/binary/);
  });
});
