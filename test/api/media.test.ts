/** Files that connectors publish: served to who knows the address, for as long as they are needed, as data and nothing else. */
import { createHash } from 'node:crypto';
import { startTwilioPeer } from '../peers/twilio.ts';
import type { TwilioPeer } from '../peers/twilio.ts';
import { expectProblem, must } from '../setup/client.ts';
import type { Answer, Json } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';
import type { TestService } from '../setup/service.ts';
import { until } from '../setup/until.ts';

const public_url = 'https://patchbay.example.com';
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from(Array.from({ length: 1_800_000 }, (_, index) => (index * 31) % 256))]);
const to = '+4915112345678';
const attachment = (filename: string, content: Buffer, content_type: string) => ({ filename, content_type, content_base64: content.toString('base64') });
const image = attachment('photo.png', png, 'image/png');

let twilio: TwilioPeer;
let service: TestService;
const config = () => ({ account_sid: twilio.account_sid, auth_token: twilio.auth_token, from_number: '+15005550006', base_url: twilio.url });
const connector = (name: string, tenant = 'acme', is_default = false) => service.connector({ tenant, name, kind: 'twilio_messaging', config: config(), is_default });

beforeAll(async () => {
  twilio = await startTwilioPeer();
  service = await startTestService({ settings: { PATCHBAY_PUBLIC_URL: `${public_url}/` } });
  twilio.leadTo(public_url, service.url);
  await service.tenant('acme');
  await service.tenant('acme-below', { parent: 'acme' });
  await service.tenant('globex');
  await connector('Messages', 'acme', true);
});
afterAll(async () => {
  await service.stop();
  await twilio.stop();
  expect(twilio.violations).toEqual([]);
});

/** The paths of the media that the last message named. */
const pathsSent = (): string[] => new URLSearchParams(twilio.received.findLast(({ method }) => method === 'POST')!.body.toString()).getAll('MediaUrl')
  .map((address) => address.replace(public_url, ''));
const hashOf = (path: string): string => createHash('sha256').update(path.replace('/media/', '')).digest('hex');
const get = (path: string): Promise<Answer> => service.client().get(path);
const head = async (path: string): Promise<number> => (await fetch(service.url + path, { method: 'HEAD' })).status;
const bytesOf = async (path: string): Promise<Buffer> => Buffer.from(await (await fetch(service.url + path)).arrayBuffer());
const counted = async (outcome: string) => Number(new RegExp(`patchbay_media_total{outcome="${outcome}"} (\\d+)`).exec((await get('/metrics')).text)?.[1] ?? 0);
/** Publishes a file. @returns its path */
async function publish(file: Json = image, address = '/api/tenants/acme/messaging/send', more: object = {}): Promise<string> {
  await must(service.admin.post(address, { ...more, to, attachments: [file] }));
  return pathsSent()[0]!;
}

test('an attachment of a message is fetched by Twilio byte for byte', async () => {
  const builder = await service.as('builder', 'acme-below');
  const { message_id } = await must(builder.post('/api/tenants/acme-below/messaging/send', { to, text: 'Look', attachments: [image] }));
  const [fetched] = await twilio.mediaOf(message_id);
  expect([fetched!.content_type, fetched!.filename, Buffer.from(fetched!.content, 'base64').equals(png)]).toEqual(['image/png', 'photo.png', true]);
  expect(await must(builder.post('/api/tenants/acme-below/messaging/status', { message_id }))).toMatchObject({ status: 'delivered', error_code: null });
});

test('GET and HEAD answer without a key, with headers by which no browser runs anything', async () => {
  const path = await publish();
  expect(path).toMatch(/^\/media\/[\w-]{43}$/);
  for (const method of ['GET', 'HEAD']) {
    const response = await fetch(service.url + path, { method });
    expect([response.status, Object.fromEntries(response.headers)]).toEqual([200, expect.objectContaining({
      'content-type': 'image/png', 'content-length': String(png.length), 'content-disposition': 'inline; filename="photo.png"',
      'x-content-type-options': 'nosniff', 'content-security-policy': "sandbox; default-src 'none'", 'cache-control': 'no-store', 'referrer-policy': 'no-referrer',
    })]);
    expect((await response.arrayBuffer()).byteLength).toBe(method === 'GET' ? png.length : 0);
  }
  expect((await bytesOf(path)).equals(png)).toBe(true);
});

test('what a browser could run is downloaded, under its whole name', async () => {
  const script = attachment('Grüße "1".html', Buffer.from('<script>alert(1)</script>'), 'text/html; charset=utf-8');
  const answer = await get(await publish(script));
  expect([answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual(['text/html; charset=utf-8', 'attachment; filename="Gr__e _1_.html"; filename*=UTF-8\'\'Gr%C3%BC%C3%9Fe%20%221%22.html']);
  expect((await get(await publish(attachment('a.svg', Buffer.from('<svg/>'), 'image/svg+xml')))).headers.get('content-disposition')).toMatch(/^attachment;/);
});

test('nothing but the whole address finds it, and only by reading', async () => {
  const path = await publish();
  const before = await counted('unknown');
  const wrong = [`${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`, path.slice(0, -1), `/media/${hashOf(path)}`, '/media/x', `/media/${'x'.repeat(5000)}`, '/media/%F0%9F%A6%86'];
  for (const other of wrong) {
    for (const client of [service.client(), service.admin]) expectProblem(await client.get(other), 404, 'not_found');
  }
  expect(await head(wrong[0]!)).toBe(404);
  expect(await counted('unknown') - before).toBe(wrong.length * 2 + 1);
  for (const method of ['POST', 'PUT', 'DELETE']) expectProblem(await service.admin.send(method, path), 405, 'method_not_allowed');
  expect((await get('/media')).status).toBe(404);
});

test('the token is kept and logged nowhere', async () => {
  const path = await publish(attachment('small.png', png.subarray(0, 100), 'image/png'));
  await get(path);
  const token = path.replace('/media/', '');
  await until('the line in the log', () => service.logs().includes('a published file was fetched'));
  expect(service.logs()).not.toContain(token);
  expect((await service.sql`select t::text as line from media t`).map(({ line }) => line as string).join()).not.toContain(token);
  const [row] = await service.sql`select * from media where hash = ${hashOf(path)}`;
  expect(row).toMatchObject({ filename: 'small.png', size: 100, connector_id: expect.any(String) });
  expect((row!['expires_at'].getTime() - row!['created_at'].getTime()) / 3_600_000).toBeCloseTo(24, 1);
});

test('an expired file is gone at once, and deleted with its bytes later', async () => {
  const [old, fresh] = [await publish(), await publish()];
  await service.sql`update media set expires_at = now() where hash = ${hashOf(old)}`;
  expectProblem(await get(old), 404, 'not_found');
  expect([await head(old), await head(fresh)]).toEqual([404, 200]);
  // A service deletes what has expired when it starts, and from time to time.
  const other = await startTestService({ database_url: service.database_url, master_key: service.master_key });
  try {
    await until('the deletion', async () => (await service.sql`select from media where hash = ${hashOf(old)}`).count === 0);
  } finally {
    await other.stop();
  }
  expect((await service.sql`select from media_chunks where hash = ${hashOf(old)}`).count).toBe(0);
  expect((await service.sql`select from media_chunks where hash = ${hashOf(fresh)}`).count).toBe(2);
  expect((await bytesOf(fresh)).equals(png)).toBe(true);
});

test('a file goes with its connector, and with a message that Twilio refuses', async () => {
  const { id } = await connector('Passing');
  const path = await publish(image, `/api/connectors/${id}/send`);
  const before = await service.rows();
  expectProblem(await service.admin.post(`/api/connectors/${id}/send`, { to: '+15005550001', attachments: [image, image] }), 422, 'rejected_by_backend');
  expect(await service.rows()).toMatchObject({ media: before['media'], media_chunks: before['media_chunks'] });
  await must(service.admin.delete(`/api/connectors/${id}`));
  expectProblem(await get(path), 404, 'not_found');
  expect((await service.sql`select from media_chunks where hash = ${hashOf(path)}`).count).toBe(0);
});

test('a config that is not saved publishes too', async () => {
  const path = await publish(image, '/api/connectors/catalog/twilio_messaging/send', { config: config() });
  expect((await bytesOf(path)).equals(png)).toBe(true);
  expect((await service.sql`select connector_id from media where hash = ${hashOf(path)}`)[0]).toEqual({ connector_id: null });
});

test('who may not use the connector publishes nothing by it', async () => {
  const { id } = await connector('Own');
  const before = await service.rows();
  const foreign = await service.as('builder', 'globex');
  expectProblem(await foreign.post(`/api/connectors/${id}/send`, { to, attachments: [image] }), 404, 'connector_not_found');
  expectProblem(await foreign.post('/api/tenants/acme/messaging/send', { to, attachments: [image] }), 404, 'tenant_not_found');
  expectProblem(await (await service.as('viewer', 'acme')).post(`/api/connectors/${id}/send`, { to, attachments: [image] }), 403, 'forbidden');
  expect(await service.rows()).toMatchObject({ media: before['media'] });
});

test('too much is refused by the field, with nothing kept', async () => {
  const before = await service.rows();
  expectProblem(await service.admin.post('/api/tenants/acme/messaging/send', { to, attachments: [image, image, image] }), 413, 'payload_too_large', 'attachments');
  expect(await service.rows()).toMatchObject({ media: before['media'] });
});

test('what was published and fetched is counted', async () => {
  const before = await Promise.all(['published', 'withdrawn', 'fetched'].map(counted));
  await get(await publish(attachment('small.png', png.subarray(0, 100), 'image/png')));
  await service.admin.post('/api/tenants/acme/messaging/send', { to: '+15005550001', attachments: [image, image] });
  await until('Twilio’s fetch', async () => (await counted('fetched')) - before[2]! >= 2);
  expect([await counted('published') - before[0]!, await counted('withdrawn') - before[1]!]).toEqual([3, 2]);
});

test('where nobody outside reaches the service it says what is missing, and sends what needs none', async () => {
  const hidden = await startTestService();
  try {
    await hidden.tenant('acme');
    await hidden.connector({ tenant: 'acme', name: 'Messages', kind: 'twilio_messaging', config: config(), is_default: true });
    const problem = expectProblem(await hidden.admin.post('/api/tenants/acme/messaging/send', { to, text: 'Hi', attachments: [image] }), 422, 'invalid_config');
    expect([problem.detail, problem.hint]).toEqual([expect.stringContaining(`from ${hidden.url}, which cannot be reached from outside`), expect.stringContaining('PATCHBAY_PUBLIC_URL')]);
    expect(await hidden.rows()).toMatchObject({ media: 0 });
    await must(hidden.admin.post('/api/tenants/acme/messaging/send', { to, text: 'Hi', media_urls: ['https://elsewhere.example.com/a.png'] }));
  } finally {
    await hidden.stop();
  }
});
