import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { twilioMessaging } from '../../control-plane/src/kinds/twilio_messaging/index.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { extract, extractFile } from '../fixtures/twilio/extract.ts';
import { startTwilioPeer } from '../peers/twilio.ts';
import type { TwilioPeer } from '../peers/twilio.ts';
import { testKind } from './test-kind.ts';

const number = '+15005550006';
const whatsapp_sender = '+14155238886';
const service = `MG${'a'.repeat(32)}`;
const known = `SM${'c'.repeat(32)}`;
/** Their addresses are known once the peer runs. */
const [photo, recording] = [{ media_url: '' }, { media_url: '' }];
const photoBytes = Buffer.from('\x89PNG\r\n\x1a\na photo', 'latin1');
const recordingBytes = Buffer.alloc(4_000_000, 'a recording');
const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 12, minute));
const sent = {
  message_id: expect.stringMatching(/^SM[0-9a-f]{32}$/), direction: 'outbound', channel: 'sms', from: number, to: '+4915112345678', text: 'Hello',
  status: 'queued', media_count: 0, sent_at: null, error_code: null, error_message: null,
};

function deliverSome(peer: TwilioPeer): void {
  for (let minute = 0; minute < 30; minute += 1) peer.deliver({ from: '+4915100000001', to: number, body: `sms ${minute}`, date_sent: at(minute) });
  peer.deliver({ from: 'whatsapp:+4915100000002', to: `whatsapp:${whatsapp_sender}`, body: 'hallo', date_sent: at(40), num_media: 1 });
  peer.deliver({ from: '+4915100000002', to: number, body: 'and by sms', date_sent: at(41) });
  peer.deliver({ from: '+4915100000003', to: '+15005550999', body: 'to another number', date_sent: at(50), sid: known });
}

testKind(twilioMessaging, {
  async start() {
    const peer = await startTwilioPeer();
    deliverSome(peer);
    photo.media_url = peer.keepMedium(photoBytes.toString('base64'), 'image/png');
    // By its path, which is the same when the API is dialled at another port.
    recording.media_url = new URL(peer.keepMedium(recordingBytes.toString('base64'), 'audio/ogg', true)).pathname;
    return {
      config: { account_sid: peer.account_sid, auth_token: peer.auth_token, from_number: number, whatsapp_sender, base_url: peer.url },
      backend: peer,
      async stop() {
        await peer.stop();
        expect(peer.violations).toEqual([]);
      },
    };
  },
  wrong_configs: { account_sid: { account_sid: 'nobody' }, base_url: { base_url: 'api.twilio.com' } },
  faults: {
    at: (port) => ({ base_url: `http://127.0.0.1:${port}` }),
    wrong_credentials: { auth_token: 'wrong-token' },
    tls: (port) => ({ base_url: `https://127.0.0.1:${port}` }),
  },
  long_operations: [
    { operation: 'send', input: { to: '+4915112345678', text: 'All of it. '.repeat(100) }, expect: (result) => expect(result).toMatchObject({ status: 'queued' }) },
    { operation: 'receive', input: { limit: 30 }, expect: ({ messages }) => expect(messages).toHaveLength(30) },
    { operation: 'download_media', input: recording, expect: (bytes: Buffer) => expect(bytes.equals(recordingBytes)).toBe(true) },
  ],
  operations: {
    receive: [
      { input: { limit: 3 }, expect: ({ messages }) => expect(messages.map(({ text }: { text: string }) => text)).toEqual(['and by sms', 'hallo', 'sms 29']) },
      {
        input: { from: '+4915100000002' },
        expect: ({ messages }) => expect(messages).toEqual([
          expect.objectContaining({ channel: 'sms', from: '+4915100000002', to: number, direction: 'inbound', text: 'and by sms', sent_at: at(41).toISOString() }),
          expect.objectContaining({ channel: 'whatsapp', from: '+4915100000002', to: whatsapp_sender, direction: 'inbound', text: 'hallo', media_count: 1, status: 'received' }),
        ]),
      },
      { input: { since: '2026-01-05T12:28:30Z', from: '+4915100000001' }, expect: ({ messages }) => expect(messages.map(({ text }: { text: string }) => text)).toEqual(['sms 29']) },
      { input: { since: '2030-01-01T00:00:00Z' }, expect: ({ messages }) => expect(messages).toEqual([]) },
    ],
    send: [
      { input: { to: '+4915112345678', text: 'Hello' }, expect: (result) => expect(result).toEqual(sent) },
      {
        input: { to: '+4915112345678', media_urls: ['https://example.com/a.png', 'https://example.com/b.png'] },
        expect: (result) => expect(result).toEqual({ ...sent, message_id: expect.stringMatching(/^MM/), text: '', media_count: 2 }),
      },
      {
        input: { channel: 'whatsapp', to: '+4915112345678', template_id: `HX${'b'.repeat(32)}`, template_variables: { 1: '7' } },
        expect: (result) => expect(result).toEqual({ ...sent, channel: 'whatsapp', from: whatsapp_sender, text: 'Your order 7 is on its way' }),
      },
      {
        input: { to: '+4915112345678', from: service, text: 'Hello' },
        expect: (result) => expect(result).toEqual({ ...sent, from: '', status: 'accepted' }),
      },
    ],
    download_media: [{ input: photo, expect: (bytes: Buffer) => expect(bytes).toEqual(photoBytes) }],
    status: [
      {
        input: { message_id: known },
        expect: (result) => expect(result).toEqual({
          message_id: known, direction: 'inbound', channel: 'sms', from: '+4915100000003', to: '+15005550999', text: 'to another number', status: 'received',
          media_count: 0, sent_at: at(50).toISOString(), error_code: null, error_message: null,
        }),
      },
    ],
  },
  refusals: [
    { operation: 'send', input: { to: '4915112345678', text: 'x' }, code: 'invalid_request', says: /country code/ },
    { operation: 'send', input: { to: '+4915112345678' }, code: 'invalid_request', says: /a text, a template or media/ },
    { operation: 'send', input: { to: '+15005550001', text: 'x' }, code: 'rejected_by_backend', says: /no valid number.*21211/ },
    { operation: 'send', input: { to: '+15005550002', text: 'x' }, code: 'rejected_by_backend', says: /no route/ },
    { operation: 'send', input: { to: '+15005550003', text: 'x' }, code: 'rejected_by_backend', says: /this country/ },
    { operation: 'send', input: { to: '+15005550004', text: 'x' }, code: 'rejected_by_backend', says: /unsubscribed/ },
    { operation: 'send', input: { to: '+15005550005', text: 'x' }, code: 'rejected_by_backend', says: /trial account/ },
    { operation: 'send', input: { to: '+15005550009', text: 'x' }, code: 'rejected_by_backend', says: /not a mobile number/ },
    { operation: 'send', input: { to: '+15005550011', text: 'x' }, code: 'rejected_by_backend', says: /nobody has heard of/ },
    { operation: 'send', input: { to: '+4915112345678', from: '+15005550001', text: 'x' }, code: 'rejected_by_backend', says: /sender is no valid/ },
    { operation: 'send', input: { to: '+4915112345678', from: '+15005550007', text: 'x' }, code: 'rejected_by_backend', says: /21606/ },
    { operation: 'receive', input: { cursor: 'tomorrow' }, code: 'invalid_request', says: /cursor/ },
    { operation: 'download_media', input: { media_url: 'https://example.com/a.png' }, code: 'invalid_request', says: /none of this connector’s Twilio account/ },
    { operation: 'status', input: { message_id: 'x/../y' }, code: 'object_not_found' },
    { operation: 'status', input: { message_id: `SM${'0'.repeat(32)}` }, code: 'object_not_found', says: /20404/ },
  ],
});

describe('twilio_messaging: what only it does', () => {
  const egress = createEgress({ allow: ['127.0.0.0/8'] });
  const call = { signal: AbortSignal.timeout(20_000), log: silentLogger };
  let peer: TwilioPeer;
  const open = (config: object = {}) => twilioMessaging.open(
    twilioMessaging.config.parse({ account_sid: peer.account_sid, auth_token: peer.auth_token, base_url: peer.url, ...config }),
    { egress, log: silentLogger, output_schemas: [] },
  );
  const message = (input: object) => twilioMessaging.category.operations.send.input.parse({ to: '+4915112345678', text: 'Hello', ...input });

  beforeAll(async () => void (peer = await startTwilioPeer()));
  afterAll(async () => {
    await peer.stop();
    await egress.close();
    expect(peer.violations).toEqual([]);
  });

  test('the test names the account, and fails when it is suspended', async () => {
    const session = await open();
    expect(await session.test(call)).toEqual({ message: 'Twilio account "Acme messages"' });
    peer.setAccountStatus('suspended');
    await expect(session.test(call)).rejects.toMatchObject({ code: 'backend_permission_denied', message: expect.stringContaining('suspended') });
    peer.setAccountStatus('active');
  });

  test('an API key is tested without seeing the account', async () => {
    const key = { authentication: 'api_key', api_key_sid: peer.api_key_sid, api_key_secret: peer.api_key_secret };
    expect(await (await open(key)).test(call)).toEqual({ message: expect.stringContaining('The API key reaches') });
    await expect((await open({ ...key, api_key_secret: 'wrong' })).test(call)).rejects.toMatchObject({ code: 'backend_authentication_failed', details: { twilio_code: 20003 } });
  });

  test('the status tells what became of a message', async () => {
    const session = await open({ from_number: number });
    const { message_id } = await session.send(message({}), call);
    expect(await session.status({ message_id }, call)).toMatchObject({ message_id, status: 'delivered', sent_at: expect.stringMatching(/Z$/), error_code: null });
  });

  test('free text on WhatsApp without an open conversation is told by the status', async () => {
    const session = await open({ whatsapp_sender });
    const { message_id } = await session.send(message({ channel: 'whatsapp' }), call);
    expect(await session.status({ message_id }, call)).toMatchObject({
      status: 'failed', error_code: '63016', error_message: 'WhatsApp takes free text only within 24 hours of the recipient’s last message',
    });
  });

  test.each([
    [{ messaging_service_sid: service, from_number: number }, {}, { MessagingServiceSid: service }],
    [{ messaging_service_sid: service, whatsapp_sender }, { channel: 'whatsapp' }, { From: `whatsapp:${whatsapp_sender}` }],
    [{ messaging_service_sid: service }, { channel: 'whatsapp' }, { MessagingServiceSid: service }],
    [{ from_number: number }, { from: 'ACME' }, { From: 'ACME' }],
  ])('with the config %j the message %j goes out from %j', async (config, input, expected) => {
    const session = await open({ ...config, status_callback_url: 'https://hooks.example.com/twilio' });
    await session.send(message(input), call);
    const { To, From, MessagingServiceSid, ...form } = Object.fromEntries(new URLSearchParams(peer.received.at(-1)!.body.toString()));
    expect({ From, MessagingServiceSid }).toEqual({ From: undefined, MessagingServiceSid: undefined, ...expected });
    expect(To).toBe('channel' in input ? 'whatsapp:+4915112345678' : '+4915112345678');
    expect(form).toEqual({ Body: 'Hello', StatusCallback: 'https://hooks.example.com/twilio' });
  });

  test('without a sender nothing is sent', async () => {
    await expect((await open({ from_number: number })).send(message({ channel: 'whatsapp' }), call)).rejects.toMatchObject({
      code: 'invalid_config', fields: [{ path: 'config.whatsapp_sender', message: 'is missing' }],
    });
  });

  test('a long list is followed page after page', async () => {
    for (let minute = 0; minute < 2100; minute += 1) peer.deliver({ from: '+4915100000009', to: '+15005550123', body: `${minute}`, date_sent: at(minute) });
    const session = await open({ messaging_service_sid: service });
    await session.send(message({}), call);
    const before = peer.received.length;
    const { messages } = await session.receive({ from: '+4915100000009', limit: 1000, since: at(1500).toISOString() }, call);
    expect(messages.map(({ text }) => Number(text))).toEqual(Array.from({ length: 600 }, (_, index) => 2099 - index));
    const all = await session.receive({ limit: 1000 }, call);
    expect(all.messages).toHaveLength(1000);
    expect(peer.received.slice(before).map(({ url }) => url.searchParams.get('Page'))).toEqual([null, null, null, '1']);
  });

  test('a cursor leads through all messages, each once, whichever list it is in and however many share a second', async () => {
    const own = await startTwilioPeer();
    try {
      for (let index = 0; index < 120; index += 1) {
        const [from, to] = index % 3 === 0 ? ['whatsapp:+4915100000001', `whatsapp:${whatsapp_sender}`] : ['+4915100000001', number];
        own.deliver({ from, to, body: `${index}`, date_sent: at(Math.floor(index / 40)) });
      }
      const session = await open({ account_sid: own.account_sid, auth_token: own.auth_token, base_url: own.url, from_number: number, whatsapp_sender });
      for (const limit of [1, 7, 40, 1000]) {
        const texts: string[] = [];
        let cursor: string | undefined;
        do {
          const page: { messages: { text: string }[]; next_cursor?: string } = await session.receive({ limit, cursor }, call);
          expect(page.messages.length).toBeLessThanOrEqual(limit);
          texts.push(...page.messages.map(({ text }) => text));
          cursor = page.next_cursor;
        } while (cursor !== undefined);
        expect([texts.length, new Set(texts).size]).toEqual([120, 120]);
        expect(texts.map((text) => Math.floor(Number(text) / 40))).toEqual(texts.map((_text, index) => 2 - Math.floor(index / 40)));
      }
      expect(own.violations).toEqual([]);
    } finally {
      await own.stop();
    }
  });

  test('a medium comes from where the API leads, which never sees the credentials', async () => {
    const session = await open();
    const media_url = peer.keepMedium(photoBytes.toString('base64'), 'image/png');
    const { content, ...known } = await session.download_media({ media_url }, call);
    expect(known).toEqual({ content_type: 'image/png', size: photoBytes.length });
    expect(Buffer.concat(await Array.fromAsync(content))).toEqual(photoBytes);
    const { content: again } = await session.download_media({ media_url: `${new URL(media_url).pathname}.json` }, call);
    expect(Buffer.concat(await Array.fromAsync(again))).toEqual(photoBytes);
    expect(peer.received.at(-1)!.headers.authorization).toMatch(/^Basic /);
    expect(peer.delivered.at(-1)!.headers).not.toHaveProperty('authorization');
  });

  test('a redirect to where the guard lets nobody through is not followed', async () => {
    const guarded = createEgress({ allow: [`127.0.0.1:${peer.port}`] });
    const session = await twilioMessaging.open(twilioMessaging.config.parse({ account_sid: peer.account_sid, auth_token: peer.auth_token, base_url: peer.url }), { egress: guarded, log: silentLogger, output_schemas: [] });
    const before = peer.delivered.length;
    await expect(session.download_media({ media_url: peer.keepMedium('', 'image/png') }, call)).rejects.toMatchObject({ code: 'egress_denied' });
    expect(peer.delivered).toHaveLength(before);
    await guarded.close();
  });

  test.each([
    ['another account', (url: string) => url.replace(/AC\w{32}/, `AC${'0'.repeat(32)}`)],
    ['another host', (url: string) => url.replace('127.0.0.1', 'localhost')],
    ['another port', (url: string) => url.replace(/:\d+\//, ':1/')],
    ['credentials in it', (url: string) => url.replace('http://', 'http://user:secret@')],
    ['a way upwards', (url: string) => url.replace('/Media/', '/Media/../../')],
    ['a message instead', (url: string) => url.replace(/\/Media\/.*/, '.json')],
    ['a query', (url: string) => `${url}?x=1`],
  ])('a media URL of %s is refused before anything is asked', async (_what, changed) => {
    const session = await open();
    const before = peer.received.length;
    await expect(session.download_media({ media_url: changed(peer.keepMedium('', 'image/png')) }, call)).rejects.toMatchObject({ code: 'invalid_request', fields: [{ path: 'media_url' }] });
    expect(peer.received).toHaveLength(before);
  });

  test('a config lacks what its authentication needs', () => {
    const parsed = twilioMessaging.config.safeParse({ account_sid: 'AC1', authentication: 'api_key' });
    expect(parsed.error?.issues.map(({ path: field }) => field.join('.')).sort()).toEqual(['account_sid', 'api_key_secret', 'api_key_sid']);
  });
});

const published = path.resolve(import.meta.dirname, '../../../shared/specs/twilio_api_v2010.json');
if (!existsSync(published)) process.stderr.write('skipped: Twilio’s full API description does not lie beside the project\n');
(existsSync(published) ? test : test.skip)('the extract still agrees with the published description', () => {
  expect(JSON.parse(readFileSync(extractFile, 'utf8'))).toEqual(extract(JSON.parse(readFileSync(published, 'utf8'))));
});
