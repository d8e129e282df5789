/** What the S3 kind promises beyond the common suite: flat memory, nothing half stored, one tenant's keys apart from another's. */
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, ListMultipartUploadsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { s3Storage } from '../../control-plane/src/kinds/s3_storage/index.ts';
import { runOperation, runTest } from '../../control-plane/src/kinds/run.ts';
import type { AnySession } from '../../control-plane/src/kinds/contract.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { peerAvailable } from '../peers/peer.ts';
import { findSwift, largestPage, startSwift } from '../peers/swift.ts';
import type { SwiftServer } from '../peers/swift.ts';
import { collect } from './test-kind.ts';

const bucket = 'acme-prod';
const mebibyte = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** What is still needed, in bytes: how much garbage lies about meanwhile is for the engine to say. */
function heldMemory(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

(peerAvailable('OpenStack Swift (python3-swift, memcached)', findSwift() !== undefined) ? describe : describe.skip)('S3 against Swift', () => {
  const egress = createEgress({ allow: ['127.0.0.0/8'] });
  const opened: AnySession[] = [];
  let swift: SwiftServer;
  let client: S3Client;

  const open = async (changes: object = {}, outputSchemas: string[] = []): Promise<AnySession> => {
    const config = s3Storage.config.parse({
      bucket, region: swift.region, endpoint: swift.endpoint,
      access_key_id: swift.access_key_id, secret_access_key: swift.secret_access_key, ...changes,
    });
    const session = (await s3Storage.open(config, { egress, log: silentLogger, output_schemas: outputSchemas })) as AnySession;
    opened.push(session);
    return session;
  };
  const options = (signal = new AbortController().signal, timeout = 30) => ({ signal, log: silentLogger, timeout });
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each test knows what its operation answers
  const run = async (session: AnySession, operation: string, input: object) => collect(await runOperation(s3Storage, session, operation, input, options())) as Promise<any>;
  const put = (session: AnySession, key: string, content: AsyncIterable<Uint8Array> | string | Uint8Array, more: { size?: number; settings?: ReturnType<typeof options> } = {}) =>
    runOperation(s3Storage, session, 'put', { key }, more.settings ?? options(), {
      content: typeof content === 'string' || content instanceof Uint8Array ? (async function* () { yield Buffer.from(content); })() : content,
      ...(more.size !== undefined && { size: more.size }),
    }).then(collect) as Promise<{ key: string; size: number; etag?: string }>;
  const errorOf = (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => error);
  const keysOf = async (session: AnySession, prefix = '') => ((await run(session, 'list', { prefix, limit: 1000 })).objects as { key: string }[]).map(({ key }) => key);
  const unfinishedUploads = async () => (await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];

  beforeAll(async () => {
    swift = await startSwift();
    client = new S3Client({
      endpoint: swift.endpoint, region: swift.region, forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED',
      credentials: { accessKeyId: swift.access_key_id, secretAccessKey: swift.secret_access_key },
    });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(opened.map((session) => session.close()));
    client?.destroy();
    await swift?.stop();
    await egress.close();
  }, 60_000);

  test('an empty bucket has no models, no objects and no records', async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'empty-bucket' }));
    const session = await open({ bucket: 'empty-bucket' });
    expect(await runTest(session, options())).toEqual({ message: 'Bucket empty-bucket is reachable' });
    expect(await run(session, 'discover', {})).toEqual({ models: [] });
    expect(await run(session, 'list', {})).toEqual({ objects: [] });
    expect(await run(session, 'read', { model: '/' })).toEqual([]);
  });

  test('300 MiB go in and out in flat memory', async () => {
    const session = await open();
    const block = Buffer.alloc(mebibyte, 'patchbay ');
    const sent = createHash('sha256');
    let peak = 0;
    let passed = 0;
    const before = heldMemory();
    const watch = (bytes: number) => {
      const looks = Math.floor((passed + bytes) / (100 * mebibyte)) > Math.floor(passed / (100 * mebibyte));
      passed += bytes;
      if (looks) peak = Math.max(peak, heldMemory() - before);
    };
    const stored = await put(session, 'large.bin', (async function* () {
      for (let count = 0; count < 300; count += 1) {
        block.writeUInt32BE(count);
        const piece = Buffer.from(block);
        sent.update(piece);
        watch(piece.length);
        yield piece;
      }
    })());
    expect(stored).toEqual({ key: 'large.bin', size: 300 * mebibyte, etag: expect.stringMatching(/-38$/) });

    const outcome = await runOperation(s3Storage, session, 'get', { key: 'large.bin' }, options());
    if (outcome.result !== 'bytes') throw new Error('get answers bytes');
    expect(outcome.object).toMatchObject({ size: 300 * mebibyte, etag: stored.etag });
    const received = createHash('sha256');
    for await (const chunk of outcome.object.content) {
      received.update(chunk);
      watch(chunk.length);
    }
    expect(received.digest('hex')).toBe(sent.digest('hex'));
    expect(passed).toBe(600 * mebibyte);
    expect(peak).toBeLessThan(100 * mebibyte);
    await run(session, 'delete', { key: 'large.bin' });
    expect(await keysOf(session, 'large')).toEqual([]);
  }, 120_000);

  test('an upload that is cancelled, fails or falls short leaves no object and no parts', async () => {
    const session = await open({ prefix: 'aborted' });
    const controller = new AbortController();
    const beyondParts = async function* (then: () => void): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 20; count += 1) yield Buffer.alloc(mebibyte);
      then();
      await new Promise(() => undefined);
    };
    const cancelled = await errorOf(put(session, 'cancelled.bin', beyondParts(() => controller.abort()), { settings: options(controller.signal) }));
    expect(cancelled).toMatchObject({ code: 'cancelled' });
    const silent = await errorOf(put(session, 'silent.bin', beyondParts(() => undefined), { settings: options(undefined, 1) }));
    expect(silent).toMatchObject({ code: 'backend_timeout' });
    const broken = await errorOf(put(session, 'broken.bin', beyondParts(() => { throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' }); })));
    expect(broken).toBeDefined();
    for (const announced of [3, 30 * mebibyte]) {
      const short = await errorOf(put(session, 'short.bin', (async function* () {
        for (let count = 0; count < 20; count += 1) yield Buffer.alloc(mebibyte);
      })(), { size: announced }));
      expect(short).toMatchObject({ code: 'invalid_request' });
    }
    const small = new AbortController();
    const neverStored = await errorOf(put(session, 'small.txt', (async function* () {
      yield Buffer.from('half');
      small.abort();
    })(), { settings: options(small.signal) }));
    expect(neverStored).toMatchObject({ code: 'cancelled' });

    // Closing waits for the clean-up.
    await session.close();
    expect(await unfinishedUploads()).toEqual([]);
    expect(await keysOf(await open({ prefix: 'aborted' }))).toEqual([]);
  }, 60_000);

  test('an upload that moves on may take longer than the timeout', async () => {
    const session = await open();
    const slow = (async function* () {
      for (let count = 0; count < 5; count += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        yield Buffer.from('slow ');
      }
    })();
    expect(await put(session, 'slow.txt', slow, { settings: options(undefined, 4) })).toMatchObject({ size: 25 });
  }, 30_000);

  test('a caller that goes away ends the bytes it was sent', async () => {
    const session = await open();
    await put(session, 'medium.bin', Buffer.alloc(8 * mebibyte));
    const controller = new AbortController();
    const outcome = await runOperation(s3Storage, session, 'get', { key: 'medium.bin' }, options(controller.signal));
    if (outcome.result !== 'bytes') throw new Error('get answers bytes');
    const error = await errorOf((async () => {
      for await (const chunk of outcome.object.content) if (chunk.length > 0) controller.abort();
    })());
    expect(error).toMatchObject({ code: 'cancelled' });
    await runTest(session, options());
  });

  test('a server that ends in the middle of the bytes is a typed error, and the session recovers', async () => {
    const session = await open();
    await put(session, 'long.bin', (async function* () {
      for (let count = 0; count < 64; count += 1) yield Buffer.alloc(mebibyte);
    })());
    const outcome = await runOperation(s3Storage, session, 'get', { key: 'long.bin' }, options());
    if (outcome.result !== 'bytes') throw new Error('get answers bytes');
    let restarted = false;
    const error = await errorOf((async () => {
      for await (const chunk of outcome.object.content) {
        if (!restarted && chunk.length > 0) {
          restarted = true;
          await swift.restart();
        }
      }
    })());
    expect(error).toMatchObject({ code: 'backend_unreachable' });
    expect(await run(session, 'delete', { key: 'long.bin' })).toEqual({ key: 'long.bin', deleted: true });
  }, 60_000);

  test('an upload goes through the egress guard as all else', async () => {
    const closed = createEgress({ allow: [] });
    const session = (await s3Storage.open(s3Storage.config.parse({
      bucket, region: swift.region, endpoint: swift.endpoint, access_key_id: 'any', secret_access_key: 'any',
    }), { egress: closed, log: silentLogger, output_schemas: [] })) as AnySession;
    expect(await errorOf(put(session, 'denied.bin', Buffer.alloc(10 * mebibyte)))).toMatchObject({ code: 'egress_denied' });
    await session.close();
    await closed.close();
  });

  test('two tenants with prefixes in one bucket do not see each other', async () => {
    const [acme, globex, whole] = await Promise.all([open({ prefix: '/tenants/acme' }), open({ prefix: 'tenants/globex/' }), open()]);
    await put(acme, 'a.csv', 'x\n1\n');
    await put(globex, 'b.csv', 'x\n2\n');
    expect(await keysOf(whole, 'tenants/')).toEqual(['tenants/acme/a.csv', 'tenants/globex/b.csv']);
    expect(await keysOf(acme)).toEqual(['a.csv']);
    expect(await run(acme, 'read', { model: '/' })).toEqual([{ x: '1' }]);
    expect((await run(acme, 'discover', {})).models).toEqual([{ name: 'a.csv', type: 'file' }]);
    for (const prefix of ['../', '../globex/', '/', '/tenants/globex/', 'tenants/']) expect(await keysOf(acme, prefix)).toEqual([]);
    for (const key of ['../globex/b.csv', 'x/../../globex/b.csv', './b.csv', 'b\u0000.csv']) {
      for (const operation of ['get', 'delete']) expect(await errorOf(run(acme, operation, { key }))).toMatchObject({ code: 'invalid_request' });
      expect(await errorOf(put(acme, key, 'x'))).toMatchObject({ code: 'invalid_request' });
    }
    for (const key of ['/tenants/globex/b.csv', 'tenants/globex/b.csv', '..%2fglobex/b.csv']) {
      expect(await errorOf(run(acme, 'get', { key }))).toMatchObject({ code: 'object_not_found' });
    }
    expect(await errorOf(run(acme, 'read', { model: '../globex/' }))).toMatchObject({ code: 'model_not_found' });
    const { next_cursor: foreign } = await run(whole, 'list', { prefix: 'tenants/', limit: 1 });
    expect((await run(acme, 'list', { cursor: foreign })).objects).toEqual([]);
  });

  test('output schemas limit what is discovered and read', async () => {
    const session = await open({ prefix: 'schemas' }, ['marts', 'raw/2026/']);
    for (const key of ['marts/a.csv', 'raw/2026/b.csv', 'raw/2025/c.csv', 'd.csv']) await put(session, key, 'x\n1\n');
    expect(await run(session, 'discover', {})).toEqual({ models: [{ name: 'marts/', type: 'prefix' }, { name: 'raw/2026/', type: 'prefix' }] });
    expect((await run(session, 'discover', { search: 'marts/' })).models).toEqual([{ name: 'marts/a.csv', type: 'file' }]);
    expect((await run(session, 'discover', { search: 'raw/2025/' })).models).toEqual([]);
    expect(await run(session, 'read', { model: 'raw/2026/' })).toEqual([{ x: '1' }]);
    for (const model of ['raw/2025/', 'raw/', '/', 'd.csv']) expect(await errorOf(run(session, 'read', { model }))).toMatchObject({ code: 'model_not_found' });
  });

  test('keys of any script and sign come back as they were', async () => {
    const session = await open({ prefix: 'unicode' });
    const keys = ['+ plus&amp;.txt', 'a//double.txt', 'emoji 😀.txt', 'percent%20%2F.txt', 'question?#hash.txt', 'ü/é̂/日本語.txt', '“quotes” \'"\\.txt'].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const key of keys) await put(session, key, key);
    expect(await keysOf(session)).toEqual(keys);
    for (const key of keys) {
      expect(String(await run(session, 'get', { key }))).toBe(key);
      expect(await run(session, 'delete', { key })).toEqual({ key, deleted: true });
    }
    expect(await keysOf(session)).toEqual([]);
    expect(await errorOf(put(session, 'é'.repeat(600), 'x'))).toMatchObject({ code: 'invalid_request' });
  });

  test('gzip is unpacked by what it is, and one that is cut off is told', async () => {
    const session = await open({ prefix: 'zipped' });
    const lines = '{"a":1}\n{"a":2}\n';
    await put(session, 'a.jsonl.gz', gzipSync(lines));
    await put(session, 'b.csv.gz', gzipSync('\ufeffa\n3\n'));
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'zipped/c.json', ContentEncoding: 'gzip', Body: gzipSync('{"a":4}') }));
    expect(await run(session, 'read', { model: '/' })).toEqual([{ a: 1 }, { a: 2 }, { a: '3' }, { a: 4 }]);
    await put(session, 'cut.csv.gz', gzipSync('a\n1\n'.repeat(1000)).subarray(0, 30));
    expect(await errorOf(run(session, 'read', { model: 'cut.csv.gz' }))).toMatchObject({ code: 'backend_error', message: expect.stringContaining('gzip') });
  });

  test('a prefix of more files than a page holds is read to its end, in the order of the keys', async () => {
    const session = await open({ prefix: 'many' });
    const numbers = Array.from({ length: 2 * largestPage + 10 }, (_, index) => index);
    const left = [...numbers];
    await Promise.all(Array.from({ length: 16 }, async () => {
      for (let number = left.pop(); number !== undefined; number = left.pop()) {
        await put(session, `part-${String(number).padStart(5, '0')}.jsonl`, `{"number":${number}}`);
      }
    }));
    expect(await run(session, 'read', { model: '/' })).toEqual(numbers.map((number) => ({ number })));
    const pages: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = await run(session, 'discover', { limit: 40, ...(cursor !== undefined && { cursor }) });
      pages.push(...page.models.map(({ name }: { name: string }) => name));
      cursor = page.next_cursor;
    }
    expect(pages).toEqual(numbers.map((number) => `part-${String(number).padStart(5, '0')}.jsonl`));
  }, 120_000);

  test.each([
    ['another bucket', { bucket: 'not-there' }, { code: 'invalid_config', fields: [{ path: 'config.bucket', message: expect.any(String) }] }],
    ['another region', { region: 'eu-west-1' }, { code: 'invalid_config', hint: 'Set region to us-east-1.', fields: [{ path: 'config.region', message: 'must be us-east-1' }] }],
    ['another access key', { access_key_id: 'AKIANOBODY' }, { code: 'backend_authentication_failed' }],
    ['a user without a right', { access_key_id: 'test:guest', secret_access_key: 'guest-secret-91c2' }, { code: 'backend_permission_denied' }],
  ])('%s is a typed error that says what to change', async (_what, changes, expected) => {
    expect(await errorOf(runTest(await open(changes), options()))).toMatchObject(expected);
  });
});
