import { generateKeyPairSync } from 'node:crypto';
import { gcsStorage } from '../../control-plane/src/kinds/gcs_storage/index.ts';
import { startGcs } from '../peers/gcs.ts';
import type { GcsServer } from '../peers/gcs.ts';
import { storageCases } from '../fixtures/storage-cases.ts';
import { openKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';
import type { Peer } from './test-kind.ts';

const bucket = 'acme-prod';
const cases = storageCases();
const anotherKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const keyFile = JSON.stringify({ type: 'service_account', client_email: 'a@b.iam.gserviceaccount.com', private_key: '-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n', token_uri: 'https://oauth2.googleapis.com/token' });

async function start(): Promise<Peer> {
  const server = await startGcs(bucket);
  const config = { bucket, endpoint: server.endpoint, service_account_json: server.accounts.owner };
  await cases.seed(gcsStorage, config);
  return { config, backend: server, stop: server.stop };
}

testKind(gcsStorage, {
  start,
  ...cases.cases,
  wrong_configs: { bucket: { bucket: 'nothing' }, service_account_json: { service_account_json: 'secret words' }, endpoint: { endpoint: 'storage.googleapis.com' } },
  faults: {
    at: (port) => ({ endpoint: `http://127.0.0.1:${port}` }),
    wrong_credentials: ({ config }) => ({ service_account_json: JSON.stringify({ ...(JSON.parse(String(config['service_account_json'])) as object), private_key: anotherKey }) }),
    tls: (port) => ({ endpoint: `https://127.0.0.1:${port}` }),
  },
  imports: [
    { source: 'gs://acme-prod/tenants/acme/', config: { bucket: 'acme-prod', prefix: 'tenants/acme/' } },
    { source: `gs://acme-prod\n${keyFile}\n`, config: { bucket: 'acme-prod', service_account_json: keyFile } },
    { source: keyFile, config: { service_account_json: keyFile } },
  ],
});

describe('Google Cloud Storage', () => {
  let server: GcsServer;
  beforeAll(async () => {
    server = await startGcs(bucket);
  });
  afterAll(() => server.stop());
  const open = (changes: object = {}) => openKind(gcsStorage, { bucket, endpoint: server.endpoint, service_account_json: server.accounts.owner, ...changes });
  const put = (kind: Awaited<ReturnType<typeof open>>, key: string, content: AsyncIterable<Uint8Array>, more: object = {}, signal?: AbortSignal) =>
    (kind.session as unknown as { put(input: object, call: object): Promise<unknown> }).put({ key, content, ...more }, kind.call(signal));
  const bytes = (...sizes: number[]) => (async function* () { for (const size of sizes) yield Buffer.alloc(size, 7); })();
  const mebibyte = 1024 * 1024;

  test('one token serves all calls, also those that come at once', async () => {
    const kind = await open();
    const before = server.tokens();
    await Promise.all(Array.from({ length: 10 }, () => kind.run('list', {})));
    expect(server.tokens() - before).toBe(1);
    server.revokeTokens();
    await kind.run('list', {});
    expect(server.tokens() - before).toBe(2);
    await kind.close();
  });

  test('an account that may not store is told so', async () => {
    const kind = await open({ service_account_json: server.accounts.viewer });
    await expect(put(kind, 'a', bytes(3))).rejects.toMatchObject({ code: 'backend_permission_denied', message: expect.not.stringContaining('gserviceaccount') });
    await kind.close();
  });

  test('a bucket that is not there, and a key file that is none', async () => {
    const kind = await open({ bucket: 'nothing' });
    await expect(kind.test()).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.bucket', message: expect.any(String) }] });
    await kind.close();
    for (const service_account_json of ['secret words', '{"type":"authorized_user"}']) {
      const error: unknown = await open({ service_account_json }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.service_account_json' }] });
      expect(String(error)).not.toContain('secret words');
    }
  });

  test('what Google asks to repeat is repeated', async () => {
    const kind = await open();
    await put(kind, 'again.txt', bytes(3));
    server.failNext(503, 2);
    expect(await kind.run('get', { key: 'again.txt' })).toEqual(Buffer.alloc(3, 7));
    server.failNext(503, 3);
    await expect(kind.run('get', { key: 'again.txt' })).rejects.toMatchObject({ code: 'backend_unavailable' });
    await kind.close();
  });

  test.each([[8 * mebibyte], [8 * mebibyte, 1], [3 * mebibyte, 9 * mebibyte, 4 * mebibyte], [16 * mebibyte]])('a large object is stored in pieces (%#)', async (...sizes) => {
    const kind = await open();
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(await put(kind, 'large', bytes(...sizes), { size: total })).toMatchObject({ size: total });
    expect((await kind.run('get', { key: 'large' }) as Buffer).length).toBe(total);
    expect(server.sessions()).toBe(0);
    await kind.close();
  });

  test('an upload that breaks off leaves nothing behind', async () => {
    const kind = await open();
    const gone = new Error('gone');
    const broken = (async function* () { yield Buffer.alloc(9 * mebibyte); throw gone; })();
    await expect(put(kind, 'broken', broken)).rejects.toBe(gone);
    await expect(put(kind, 'broken', bytes(9 * mebibyte, 5), { size: 10 * mebibyte })).rejects.toMatchObject({ code: 'invalid_request' });
    const controller = new AbortController();
    const silent = (async function* () { yield Buffer.alloc(9 * mebibyte); setTimeout(() => controller.abort(gone), 50); await new Promise(() => undefined); })();
    await expect(put(kind, 'broken', silent, {}, controller.signal)).rejects.toBe(gone);
    await expect(kind.run('get', { key: 'broken' })).rejects.toMatchObject({ code: 'object_not_found' });
    expect(server.sessions()).toBe(0);
    await kind.close();
  });
});
