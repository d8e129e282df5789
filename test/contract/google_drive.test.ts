import { createHash, generateKeyPairSync } from 'node:crypto';
import { runOperation } from '../../control-plane/src/kinds/run.ts';
import { googleDrive } from '../../control-plane/src/kinds/google_drive/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { folderType, startDrivePeer } from '../peers/google-drive.ts';
import type { DrivePeer } from '../peers/google-drive.ts';
import { longStorageOperations } from '../fixtures/storage-cases.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const events = Array.from({ length: 60_000 }, (_, id) => `${JSON.stringify({ id, event: 'page.viewed' })}\n`).join('');
const seeds: Record<string, string> = {
  'orders/2026-01.jsonl': '{"id":1,"total":10.5,"note":null}\n{"id":2,"total":7,"note":"gift"}\n',
  'orders/2026-02.jsonl': '{"id":3,"total":99}',
  'orders-old.txt': 'old',
  'customers.csv': 'id,name\n1,Ada\n2,"Grace, H."\n',
  'events.ndjson': events,
  'it\'s a "test" \\ file.txt': 'odd',
  'deep/er/and/deeper/file.txt': 'deep',
  'readme.txt': 'hello',
};
const document = 'application/vnd.google-apps.document';
const spreadsheet = 'application/vnd.google-apps.spreadsheet';

/** Puts the seeds into a folder of the drive. @returns the folder's id */
function seed(peer: DrivePeer): string {
  const root = peer.add({ name: 'Acme', mimeType: folderType, parent: 'root-of-ada' });
  peer.add({ name: 'secret.txt', parent: 'root-of-ada', content: Buffer.from('of somebody else') });
  const folders = new Map([['', root]]);
  for (const [key, text] of Object.entries(seeds)) {
    const path = key.split('/');
    let parent = '';
    for (const name of path.slice(0, -1)) {
      const place = `${parent}${name}/`;
      if (!folders.has(place)) folders.set(place, peer.add({ name, mimeType: folderType, parent: folders.get(parent)! }));
      parent = place;
    }
    peer.add({ name: path.at(-1)!, parent: folders.get(parent)!, mimeType: 'text/plain', content: Buffer.from(text) });
  }
  peer.add({ name: 'Budget', mimeType: spreadsheet, parent: root, content: Buffer.from('cells') });
  peer.add({ name: 'Plan', mimeType: document, parent: root, content: Buffer.from('words') });
  peer.add({ name: 'A form', mimeType: 'application/vnd.google-apps.form', parent: root });
  peer.add({ name: 'a/slash.txt', parent: root, content: Buffer.from('x') });
  peer.add({ name: 'thrown away.txt', parent: root, trashed: true });
  return root;
}

const configOf = (peer: DrivePeer, more: object = {}) => ({
  client_id: peer.provider.client_id, client_secret: peer.provider.client_secret, refresh_token: peer.provider.refresh_token, base_url: peer.url, token_url: peer.provider.token_url, ...more,
});
const keysOf = ({ objects }: { objects: { key: string }[] }) => objects.map(({ key }) => key);
const sorted = (keys: string[]) => [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
const all = sorted([...Object.keys(seeds), 'Budget.csv', 'Plan.docx']);

testKind(googleDrive, {
  async start() {
    const peer = await startDrivePeer();
    return {
      config: configOf(peer, { root_folder_id: seed(peer) }),
      backend: peer,
      async stop() {
        expect([...peer.uploads]).toEqual([]);
        await peer.stop();
      },
    };
  },
  wrong_configs: { token_url: { token_url: 'oauth2.googleapis.com/token' }, root_folder_id: { root_folder_id: 'nowhere' } },
  faults: {
    at: (port) => ({ base_url: `http://127.0.0.1:${port}` }),
    wrong_credentials: { client_secret: 'wrong-secret' },
    tls: (port) => ({ base_url: `https://127.0.0.1:${port}` }),
  },
  operations: {
    discover: [
      {
        input: {},
        expect: (result) => expect(result.models).toEqual([
          { name: 'Budget.csv', type: 'file' }, { name: 'customers.csv', type: 'file' }, { name: 'deep/', type: 'prefix' }, { name: 'events.ndjson', type: 'file' }, { name: 'orders/', type: 'prefix' },
        ]),
      },
      { input: { search: 'orders/-02' }, expect: (result) => expect(result.models).toEqual([{ name: 'orders/2026-02.jsonl', type: 'file' }]) },
      {
        input: { model: 'orders/' },
        expect: (result) => expect(result.models[0].fields).toEqual([{ name: 'id', type: 'number' }, { name: 'total', type: 'number' }, { name: 'note', type: 'string', nullable: true }]),
      },
    ],
    read: [
      { input: { model: 'orders/' }, expect: (rows) => expect(rows).toEqual([{ id: 1, total: 10.5, note: null }, { id: 2, total: 7, note: 'gift' }, { id: 3, total: 99 }]) },
      { input: { model: 'customers.csv' }, expect: (rows) => expect(rows).toEqual([{ id: '1', name: 'Ada' }, { id: '2', name: 'Grace, H.' }]) },
      { input: { model: 'events.ndjson' }, expect: (rows) => expect(rows).toHaveLength(60_000) },
    ],
    query: [{
      input: { query: 'select c.name, o.total from "customers.csv" c join orders o using (id) where o.total > ? order by 1', parameters: [5] },
      expect: (rows) => expect(rows).toEqual([{ name: 'Ada', total: 10.5 }, { name: 'Grace, H.', total: 7 }]),
    }],
    list: [
      { input: {}, expect: (result) => expect(keysOf(result)).toEqual(all) },
      { input: { prefix: 'orders' }, expect: (result) => expect(keysOf(result)).toEqual(['orders-old.txt', 'orders/2026-01.jsonl', 'orders/2026-02.jsonl']) },
      {
        input: { prefix: 'orders/2026-02' },
        expect: (result) => expect(result).toEqual({ objects: [{
          key: 'orders/2026-02.jsonl', size: 19, content_type: 'text/plain', etag: createHash('md5').update(seeds['orders/2026-02.jsonl']!).digest('hex'), last_modified: expect.stringMatching(/^2026-01-05T.*Z$/),
        }] }),
      },
      { input: { prefix: 'nowhere/' }, expect: (result) => expect(result).toEqual({ objects: [] }) },
      { input: { prefix: '../' }, expect: (result) => expect(result).toEqual({ objects: [] }) },
    ],
    get: [
      { input: { key: 'readme.txt' }, expect: (bytes) => expect(String(bytes)).toBe('hello') },
      { input: { key: 'deep/er/and/deeper/file.txt' }, expect: (bytes) => expect(String(bytes)).toBe('deep') },
      { input: { key: 'it\'s a "test" \\ file.txt' }, expect: (bytes) => expect(String(bytes)).toBe('odd') },
      { input: { key: 'Budget.csv' }, expect: (bytes) => expect(String(bytes)).toBe('spreadsheet Budget as text/csv: cells') },
      { input: { key: 'Budget.xlsx' }, expect: (bytes) => expect(String(bytes)).toContain('spreadsheetml.sheet') },
      { input: { key: 'Plan.pdf' }, expect: (bytes) => expect(String(bytes)).toBe('document Plan as application/pdf: words') },
    ],
    put: [
      {
        input: { key: 'uploads/2026/new.txt', content_type: 'text/plain' }, content: Buffer.from('new'),
        expect: (result) => expect(result).toEqual({ key: 'uploads/2026/new.txt', size: 3, etag: '22af645d1859cb5ca6da0c484f1f37ea' }),
      },
      { input: { key: 'uploads/2026/new.txt' }, content: Buffer.from('newer'), expect: (result) => expect(result).toMatchObject({ size: 5 }) },
      { input: { key: 'uploads/empty' }, content: Buffer.alloc(0), expect: (result) => expect(result).toEqual({ key: 'uploads/empty', size: 0, etag: 'd41d8cd98f00b204e9800998ecf8427e' }) },
    ],
    delete: [
      { input: { key: 'uploads/2026/new.txt' }, expect: (result) => expect(result).toEqual({ key: 'uploads/2026/new.txt', deleted: true }) },
      { input: { key: 'uploads/2026/new.txt' }, expect: (result) => expect(result).toEqual({ key: 'uploads/2026/new.txt', deleted: false }) },
      { input: { key: 'uploads/empty' }, expect: (result) => expect(result).toMatchObject({ deleted: true }) },
    ],
  },
  refusals: [
    { operation: 'get', input: { key: 'nothing.txt' }, code: 'object_not_found', says: /no file "nothing\.txt"/ },
    { operation: 'get', input: { key: 'README.txt' }, code: 'object_not_found' },
    { operation: 'get', input: { key: 'secret.txt' }, code: 'object_not_found' },
    { operation: 'get', input: { key: 'A form' }, code: 'object_not_found' },
    { operation: 'get', input: { key: 'orders' }, code: 'object_not_found' },
    { operation: 'get', input: { key: 'thrown away.txt' }, code: 'object_not_found' },
    { operation: 'get', input: { key: 'orders/../readme.txt' }, code: 'invalid_request', says: /\.\./ },
    { operation: 'read', input: { model: 'nothing/' }, code: 'model_not_found' },
    { operation: 'discover', input: { model: 'nothing/' }, code: 'model_not_found' },
    { operation: 'read', input: { model: 'readme.txt' }, code: 'invalid_request' },
    { operation: 'list', input: { cursor: 'garbage' }, code: 'invalid_request' },
    { operation: 'query', input: { query: 'select 1; select 2' }, code: 'invalid_query' },
  ],
  long_operations: longStorageOperations(events),
  imports: [
    { source: JSON.stringify({ web: { client_id: 'c-1', client_secret: 's-1' } }), config: { authentication: 'oauth2', client_id: 'c-1', client_secret: 's-1' } },
    {
      source: '{"type":"service_account","client_email":"a@p.iam.gserviceaccount.com","private_key":"-----BEGIN PRIVATE KEY-----"}\n',
      config: { authentication: 'service_account', service_account_json: '{"type":"service_account","client_email":"a@p.iam.gserviceaccount.com","private_key":"-----BEGIN PRIVATE KEY-----"}' },
    },
  ],
});

describe('google_drive: what only it does', () => {
  let peer: DrivePeer;
  let root: string;
  let opened: OpenedKind | undefined;
  beforeEach(async () => {
    peer = await startDrivePeer();
    root = seed(peer);
  });
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
    await peer.stop();
  });
  const open = async (more: object = {}) => (opened = await openKind(googleDrive, configOf(peer, { root_folder_id: root, ...more })));
  const put = async (key: string, content: AsyncIterable<Uint8Array>, signal = new AbortController().signal) =>
    runOperation(googleDrive, opened!.session, 'put', { key }, { signal, log: silentLogger, timeout: 30 }, { content });
  const pieces = async function* (size: number, piece = 100_000) {
    for (let sent = 0; sent < size; sent += piece) yield Buffer.alloc(Math.min(piece, size - sent), sent % 251);
  };
  const partsOf = () => peer.received.filter(({ method }) => method === 'PUT').map(({ headers }) => headers['content-range']);
  const named = (name: string) => [...peer.files.values()].filter((file) => file.name === name && !file.trashed);
  const mebibyte = 1024 * 1024;

  test('pages follow one another in the order of their keys, without a folder being fetched for each', async () => {
    for (let index = 0; index < 250; index += 1) peer.add({ name: `file-${String(index).padStart(3, '0')}.txt`, parent: root });
    peer.limits.page = 100;
    await open();
    const found: string[] = [];
    let cursor: string | undefined;
    const before = peer.received.length;
    do {
      const page = (await opened!.run('list', { limit: 7, ...(cursor !== undefined && { cursor }) })) as { objects: { key: string }[]; next_cursor?: string };
      found.push(...keysOf(page));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(found).toEqual(sorted([...all, ...Array.from({ length: 250 }, (_, index) => `file-${String(index).padStart(3, '0')}.txt`)]));
    expect(peer.received.length - before).toBeLessThan(20);
  });

  test('a large file goes up in parts, as they come; what Drive has not taken is sent again', async () => {
    await open();
    peer.limits.part = 5 * mebibyte;
    const outcome = await put('big.bin', pieces(20 * mebibyte));
    expect(outcome).toMatchObject({ value: { size: 20 * mebibyte } });
    const expected: Buffer[] = [];
    for await (const piece of pieces(20 * mebibyte)) expected.push(piece);
    expect(named('big.bin')[0]!.content.equals(Buffer.concat(expected))).toBe(true);
    expect(partsOf()).toEqual([
      'bytes 0-8388607/*', 'bytes 5242880-8388607/*', 'bytes 8388608-16777215/*', 'bytes 13631488-16777215/*', 'bytes 16777216-20971519/20971520',
    ]);
  });

  test('an upload that is interrupted goes on where Drive has stopped', async () => {
    await open();
    peer.fail(/^PUT .*upload_id/, { status: 503 }, { status: 500 });
    expect(await put('big.bin', pieces(9 * mebibyte))).toMatchObject({ value: { size: 9 * mebibyte } });
    expect(partsOf()).toEqual(['bytes 0-8388607/*', 'bytes */*', 'bytes */*', 'bytes 0-8388607/*', 'bytes 8388608-9437183/9437184']);
    expect(named('big.bin')[0]!.content).toHaveLength(9 * mebibyte);
  });

  test('what is given up, or fails, leaves nothing behind and the old file as it was', async () => {
    await open();
    const controller = new AbortController();
    const slow = async function* () {
      yield* pieces(9 * mebibyte);
      controller.abort();
      yield Buffer.from('x');
    };
    await expect(put('readme.txt', slow(), controller.signal)).rejects.toMatchObject({ code: 'cancelled' });
    peer.fail(/^PUT .*upload_id/, { status: 403, body: { error: { code: 403, message: 'The user\'s Drive storage quota has been exceeded.', errors: [{ reason: 'storageQuotaExceeded' }] } } });
    await expect(put('readme.txt', pieces(10))).rejects.toMatchObject({ code: 'rejected_by_backend', hint: expect.stringContaining('shared drive') });
    await opened!.session.close();
    expect([...peer.uploads]).toEqual([]);
    expect(named('readme.txt').map(({ content }) => content.toString())).toEqual(['hello']);
  });

  test('a folder is made once, and found again', async () => {
    await open();
    await put('new/folder/a.txt', pieces(1));
    await put('new/folder/b.txt', pieces(1));
    expect([named('new').length, named('folder').length]).toEqual([1, 1]);
    expect(keysOf((await opened!.run('list', { prefix: 'new/' })) as never)).toEqual(['new/folder/a.txt', 'new/folder/b.txt']);
    // Somebody has deleted it since.
    for (const name of ['new', 'folder', 'a.txt', 'b.txt']) for (const file of named(name)) peer.files.delete(file.id);
    await expect(opened!.run('get', { key: 'new/folder/a.txt' })).rejects.toMatchObject({ code: 'object_not_found' });
    await put('new/folder/c.txt', pieces(1));
    expect(keysOf((await opened!.run('list', { prefix: 'new/' })) as never)).toEqual(['new/folder/c.txt']);
  });

  test('of files of one name the newest is meant; deleting takes all', async () => {
    await open();
    peer.add({ name: 'readme.txt', parent: root, content: Buffer.from('second') });
    expect(String(await opened!.run('get', { key: 'readme.txt' }))).toBe('second');
    expect(keysOf((await opened!.run('list', { prefix: 'readme' })) as never)).toEqual(['readme.txt']);
    await opened!.run('delete', { key: 'readme.txt' });
    expect(named('readme.txt')).toEqual([]);
    expect([...peer.files.values()].filter(({ name }) => name === 'readme.txt')).toHaveLength(2);
  });

  test('deletes for good where it is told to', async () => {
    await open({ delete_permanently: true });
    await opened!.run('delete', { key: 'readme.txt' });
    expect([...peer.files.values()].filter(({ name }) => name === 'readme.txt')).toEqual([]);
  });

  test('a shared drive', async () => {
    const drive = peer.add({ id: '0Ashared', name: 'Team', mimeType: folderType, parent: '', drive: '0Ashared' });
    peer.add({ name: 'in.txt', parent: drive, content: Buffer.from('shared') });
    await open({ root_folder_id: undefined, shared_drive_id: drive });
    expect(await opened!.test()).toEqual({ message: 'Google Drive folder "Team"' });
    expect(keysOf((await opened!.run('list', {})) as never)).toEqual(['in.txt']);
    expect(String(await opened!.run('get', { key: 'in.txt' }))).toBe('shared');
    await put('below/out.txt', pieces(3));
    expect(named('out.txt')[0]!.drive).toBe(drive);
  });

  test('the whole drive, where no folder is named; a wrong root is told', async () => {
    await open({ root_folder_id: undefined });
    expect(await opened!.test()).toEqual({ message: 'Google Drive folder "My Drive"' });
    await opened!.close();
    await open({ root_folder_id: 'unknown' });
    await expect(opened!.test()).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.root_folder_id', message: expect.any(String) }] });
    await opened!.close();
    await open({ root_folder_id: named('customers.csv')[0]!.id });
    await expect(opened!.test()).rejects.toMatchObject({ code: 'invalid_config', message: expect.stringContaining('is no folder') });
  });

  test('limits are waited for when listing, and told when they last', async () => {
    await open();
    const limited = { status: 429, headers: { 'retry-after': '0' }, body: { error: { code: 429, message: 'Rate Limit Exceeded', errors: [{ reason: 'rateLimitExceeded' }] } } };
    peer.fail(/^GET \/drive\/v3\/files\?/, limited, limited);
    expect(keysOf((await opened!.run('list', { prefix: 'readme' })) as never)).toEqual(['readme.txt']);
    peer.fail(/^GET .*alt=media/, { status: 403, body: { error: { code: 403, message: 'User Rate Limit Exceeded', errors: [{ reason: 'userRateLimitExceeded' }] } } });
    await expect(opened!.run('get', { key: 'readme.txt' })).rejects.toMatchObject({ code: 'backend_rate_limited', details: { google_reason: 'userRateLimitExceeded' } });
  });

  test('a service account signs in by its key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
    const key = (private_key: string) => JSON.stringify({ type: 'service_account', client_email: 'robot@p.iam.gserviceaccount.com', private_key, private_key_id: 'k-1', token_uri: 'https://evil.example/token' });
    peer.provider.behave({ assertion_key: publicKey });
    const config = { authentication: 'service_account', client_id: undefined, client_secret: undefined, refresh_token: undefined };
    await open({ ...config, service_account_json: key(privateKey), impersonate: 'ada@example.com' });
    expect(await opened!.test()).toEqual({ message: 'Google Drive folder "Acme"' });
    const form = new URLSearchParams(peer.provider.received[0]!.body.toString());
    const [header, claims] = form.get('assertion')!.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k-1' });
    expect(claims).toEqual({ iss: 'robot@p.iam.gserviceaccount.com', sub: 'ada@example.com', aud: peer.provider.token_url, scope: 'https://www.googleapis.com/auth/drive', iat: expect.any(Number), exp: expect.any(Number) });
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    await opened!.close();

    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    await open({ ...config, service_account_json: key(other) });
    await expect(opened!.test()).rejects.toMatchObject({ code: 'backend_authentication_failed', message: expect.stringContaining('Invalid JWT Signature') });
    await opened!.close();
    await open({ ...config, service_account_json: key('-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----') });
    await expect(opened!.test()).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.service_account_json', message: expect.any(String) }] });
  });

  test.each([
    [{ client_id: undefined }, 'client_id'],
    [{ authentication: 'service_account' }, 'service_account_json'],
    [{ service_account_json: '{}' }, 'service_account_json'],
    [{ root_folder_id: 'https://drive.google.com/drive/folders/1AbC' }, 'root_folder_id'],
  ])('the config %j is wrong in %s', (config, field) => {
    expect(googleDrive.config.safeParse({ client_id: 'c', client_secret: 's', ...config }).error?.issues.map(({ path }) => path)).toEqual([[field]]);
  });
});
