/** Attachments of a message: published, then fetched by Twilio and held against what was sent. */
import { randomUUID } from 'node:crypto';
import type { MediaFile, MediaHost } from '../../control-plane/src/kinds/contract.ts';
import { runOperation } from '../../control-plane/src/kinds/run.ts';
import { twilioMessaging } from '../../control-plane/src/kinds/twilio_messaging/index.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { startHttpPeer } from '../peers/http.ts';
import type { HttpPeer } from '../peers/http.ts';
import { freePort } from '../peers/process.ts';
import { startTwilioPeer } from '../peers/twilio.ts';
import type { TwilioPeer } from '../peers/twilio.ts';

const origin = 'https://files.example.com';
const megabyte = 1024 * 1024;
const png = Buffer.from('\x89PNG\r\n\x1a\nan image', 'latin1');
const pdf = Buffer.from('%PDF-1.7 an invoice');
const attached = (filename: string, content: Buffer, content_type?: string) => ({ filename, ...(content_type !== undefined && { content_type }), content_base64: content.toString('base64') });
const large = (start: Buffer, size: number) => Buffer.concat([start, Buffer.alloc(size - start.length)]);

const egress = createEgress({ allow: ['127.0.0.0/8'] });
/** What is served, by its path. */
const served = new Map<string, MediaFile>();
let published = 0;
const media: MediaHost = {
  async publish(files) {
    const paths = files.map(() => `/media/${randomUUID()}`);
    files.forEach((file, index) => served.set(paths[index]!, file));
    published += files.length;
    return { urls: paths.map((path) => origin + path), withdraw: async () => paths.forEach((path) => served.delete(path)) };
  },
};
let twilio: TwilioPeer;
let server: HttpPeer;

beforeAll(async () => {
  twilio = await startTwilioPeer();
  server = await startHttpPeer(({ url }) => {
    const file = served.get(url.pathname);
    if (!file) return { status: 404 };
    const { content, content_type, filename } = file;
    return { headers: { 'content-type': content_type, 'content-length': String(content.length), 'content-disposition': `inline; filename="${filename}"` }, body: content };
  });
  twilio.leadTo(origin, server.url);
  twilio.deliver({ from: 'whatsapp:+4915112345678', to: 'whatsapp:+14155238886', body: 'The conversation is open', date_sent: new Date() });
});
afterAll(async () => {
  await Promise.all([twilio.stop(), server.stop(), egress.close()]);
  expect(twilio.violations).toEqual([]);
});
beforeEach(() => {
  served.clear();
  published = 0;
});

const run = async (operation: string, input: object, { config = {}, host = media as MediaHost | null } = {}) => {
  const parsed = twilioMessaging.config.parse({
    account_sid: twilio.account_sid, auth_token: twilio.auth_token, from_number: '+15005550006', whatsapp_sender: '+14155238886', base_url: twilio.url, ...config,
  });
  const session = await twilioMessaging.open(parsed, { egress, log: silentLogger, output_schemas: [], ...(host && { media: host }) });
  const outcome = await runOperation(twilioMessaging, session, operation, input, { signal: new AbortController().signal, log: silentLogger, timeout: 20 });
  if (outcome.result !== 'json') throw new Error('an answer in JSON was expected');
  return outcome.value as { message_id: string; status: string; media_count: number };
};
const send = (input: object, more?: Parameters<typeof run>[2]) => run('send', { to: '+4915112345678', ...input }, more);

test('Twilio fetches each attachment, after the media URLs, with its type and name', async () => {
  const { message_id, media_count } = await send({
    text: 'Your invoice', media_urls: ['https://elsewhere.example.com/logo.png'], attachments: [attached('photo.png', png, 'image/png'), attached('invoice.pdf', pdf, 'application/pdf')],
  });
  const sent = new URLSearchParams(twilio.received.at(-1)!.body.toString()).getAll('MediaUrl');
  expect(sent).toEqual(['https://elsewhere.example.com/logo.png', ...[...served.keys()].map((path) => origin + path)]);
  expect([message_id, media_count]).toEqual([expect.stringMatching(/^MM/), 3]);
  expect(await twilio.mediaOf(message_id)).toEqual([
    { content_type: 'image/png', filename: 'photo.png', content: png.toString('base64') },
    { content_type: 'application/pdf', filename: 'invoice.pdf', content: pdf.toString('base64') },
  ]);
  expect(await run('status', { message_id })).toMatchObject({ status: 'delivered', error_code: null });
});

test('a message may be attachments alone; a type that nobody gave is told by the name', async () => {
  const { message_id } = await send({ attachments: [attached('invoice.pdf', pdf), attached('photo.png', png, 'application/octet-stream')] });
  expect((await twilio.mediaOf(message_id)).map(({ content_type }) => content_type)).toEqual(['application/pdf', 'image/png']);
});

test('what Twilio could not use is told by the status', async () => {
  const lying = await send({ attachments: [attached('photo.png', pdf, 'image/png')] });
  expect(await run('status', { message_id: lying.message_id })).toMatchObject({ status: 'failed', error_code: '12300', error_message: 'Twilio does not take media of this content type' });
  const host: MediaHost = { publish: async () => ({ urls: [`${origin}/media/none`], withdraw: async () => undefined }) };
  const attachments = [attached('photo.png', png)];
  const gone = await send({ attachments }, { host });
  expect(await run('status', { message_id: gone.message_id })).toMatchObject({ status: 'failed', error_code: '11200', error_message: expect.stringContaining('could not fetch') });
  const onWhatsApp = await send({ channel: 'whatsapp', attachments }, { host });
  expect(await run('status', { message_id: onWhatsApp.message_id })).toMatchObject({ status: 'failed', error_code: '63019' });
});

test.each([
  ['an MMS', 'sms', png, 'image/png', 5],
  ['an image on WhatsApp', 'whatsapp', png, 'image/png', 5],
  ['a document on WhatsApp', 'whatsapp', pdf, 'application/pdf', 16],
])('%s may have as many bytes as Twilio takes, and no more', async (_what, channel, start, type, limit) => {
  const whole = large(start, limit * megabyte);
  const { message_id } = await send({ channel, attachments: [attached('a', whole, type)] });
  expect((await twilio.mediaOf(message_id))[0]!.content === whole.toString('base64')).toBe(true);
  expect(await run('status', { message_id })).toMatchObject({ status: 'delivered' });
  await expect(send({ channel, attachments: [attached('a', large(start, limit * megabyte + 1), type)] })).rejects.toMatchObject({
    code: 'payload_too_large', message: expect.stringContaining(`Twilio takes ${limit} MB`), fields: [{ path: 'attachments', message: `have more than ${limit} MB` }],
  });
  expect(published).toBe(1);
});

test.each([
  ['more than ten media', { media_urls: ['https://a.example.com/1'], attachments: Array.from({ length: 10 }, () => attached('a.png', png)) }, 'attachments'],
  ['several on WhatsApp', { channel: 'whatsapp', attachments: [attached('a.png', png), attached('b.png', png)] }, 'attachments'],
  ['several URLs on WhatsApp', { channel: 'whatsapp', media_urls: ['https://a.example.com/1', 'https://a.example.com/2'] }, 'media_urls'],
  ['bytes of an unknown type', { attachments: [attached('data', png)] }, 'attachments.0.content_type'],
  ['a type that is none', { attachments: [attached('a.png', png, 'image/png\r\nX: y')] }, 'attachments.0.content_type'],
  ['a name with a line break', { attachments: [attached('a\r\nX: y.png', png)] }, 'attachments.0.filename'],
  ['an empty file', { attachments: [attached('a.png', png), attached('b.png', Buffer.alloc(0))] }, 'attachments.1.content_base64'],
  ['no Base64', { attachments: [{ filename: 'a.png', content_base64: '%' }] }, 'attachments.0.content_base64'],
])('%s is refused by the field, and nothing is published', async (_what, input, path) => {
  const asked = twilio.received.length;
  await expect(send(input)).rejects.toMatchObject({ code: 'invalid_request', fields: [{ path, message: expect.any(String) }] });
  expect([published, twilio.received.length - asked]).toEqual([0, 0]);
});

test('nothing is published where there is no sender, nor sent where nothing can serve the files', async () => {
  const attachments = [attached('photo.png', png)];
  await expect(send({ attachments }, { config: { from_number: undefined } })).rejects.toMatchObject({ code: 'invalid_config' });
  expect(published).toBe(0);
  const asked = twilio.received.length;
  await expect(send({ attachments }, { host: null })).rejects.toMatchObject({ code: 'invalid_config', hint: expect.stringContaining('media_urls') });
  expect(twilio.received).toHaveLength(asked);
});

test('of a message that Twilio refuses nothing stays published; where it gave no answer, it may yet fetch', async () => {
  const attachments = [attached('photo.png', png), attached('invoice.pdf', pdf)];
  await expect(send({ to: '+15005550001', attachments })).rejects.toMatchObject({ code: 'rejected_by_backend' });
  expect([published, served.size]).toEqual([2, 0]);
  await expect(send({ attachments }, { config: { base_url: `http://127.0.0.1:${await freePort()}` } })).rejects.toMatchObject({ code: 'backend_unreachable' });
  expect([published, served.size]).toEqual([4, 2]);
});
