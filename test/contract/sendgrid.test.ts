import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sendgrid } from '../../control-plane/src/kinds/sendgrid/index.ts';
import { extract, extractFile } from '../fixtures/sendgrid/extract.ts';
import type { Json } from '../fixtures/openapi.ts';
import { startSendgridPeer } from '../peers/sendgrid.ts';
import type { SendgridPeer } from '../peers/sendgrid.ts';
import { openKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const from = 'Acme Shop <shop@example.com>';
const message_id = expect.stringMatching(/^[\w-]{10,}$/);
let current: SendgridPeer;

testKind(sendgrid, {
  async start() {
    const peer = (current = await startSendgridPeer());
    return {
      config: { api_key: peer.api_key, from, base_url: peer.url },
      backend: peer,
      async stop() {
        await peer.stop();
        expect(peer.violations).toEqual([]);
      },
    };
  },
  wrong_configs: { base_url: { base_url: 'api.sendgrid.com' }, from: { from: 'nobody' } },
  faults: {
    at: (port) => ({ base_url: `http://127.0.0.1:${port}` }),
    wrong_credentials: { api_key: 'SG.wrong-key' },
    tls: (port) => ({ base_url: `https://127.0.0.1:${port}` }),
  },
  operations: {
    send: [
      {
        input: {
          to: ['Bob <bob@example.com>', 'BOB@example.com'], cc: 'c@example.com', bcc: ['d@example.com', 'c@example.com'], reply_to: 'Help <help@example.com>', subject: 'Grüße',
          text: 'Hallo', html: '<b>Hallo</b>', headers: { 'X-Order': '7' },
          attachments: [{ filename: 'größe.csv', content_type: 'text/csv', content_base64: Buffer.from('a,b\n').toString('base64') }],
        },
        expect(result) {
          expect(result).toEqual({ message_id, accepted: ['bob@example.com', 'c@example.com', 'd@example.com'], rejected: [] });
          expect(current.sent.at(-1)).toEqual({
            personalizations: [{ to: [{ email: 'bob@example.com', name: 'Bob' }], cc: [{ email: 'c@example.com' }], bcc: [{ email: 'd@example.com' }] }],
            from: { email: 'shop@example.com', name: 'Acme Shop' }, reply_to: { email: 'help@example.com', name: 'Help' }, subject: 'Grüße',
            content: [{ type: 'text/plain', value: 'Hallo' }, { type: 'text/html', value: '<b>Hallo</b>' }], headers: { 'X-Order': '7' },
            attachments: [{ filename: 'größe.csv', content: 'YSxiCg==', type: 'text/csv', disposition: 'attachment' }],
          });
        },
      },
      {
        input: { to: 'bob@example.com', from: 'other@example.com', reply_to: 'a@example.com, b@example.com', subject: 'x', text: '', html: '<p>x</p>' },
        expect() {
          expect(current.sent.at(-1)).toEqual({
            personalizations: [{ to: [{ email: 'bob@example.com' }] }], from: { email: 'other@example.com' }, subject: 'x',
            reply_to_list: [{ email: 'a@example.com' }, { email: 'b@example.com' }], content: [{ type: 'text/html', value: '<p>x</p>' }],
          });
        },
      },
    ],
  },
  refusals: [
    { operation: 'send', input: { to: 'bob@example.com', text: 'x' }, code: 'invalid_request', says: /without a subject/ },
    { operation: 'send', input: { to: 'bob@example.com', subject: 'x', text: '' }, code: 'invalid_request', says: /without a body/ },
    { operation: 'send', input: { to: 'no address', subject: 'x', text: 'x' }, code: 'invalid_request' },
    { operation: 'send', input: { to: 'bob@example.com', subject: 'a\r\nBcc: evil@example.com', text: 'x' }, code: 'invalid_request' },
    { operation: 'send', input: { to: 'bob@example.com', from: 'a@unverified.example', subject: 'x', text: 'x' }, code: 'backend_permission_denied', says: /does not know the sender.*verified Sender Identity/ },
    { operation: 'send', input: { to: ['bob@example.com', 'invalid@nowhere.invalid'], subject: 'x', text: 'x' }, code: 'rejected_by_backend', says: /valid address/ },
    { operation: 'send', input: { to: 'busy@example.com', subject: 'x', text: 'x' }, code: 'backend_rate_limited' },
    { operation: 'send', input: { to: 'large@example.com', subject: 'x', text: 'x' }, code: 'rejected_by_backend', says: /too large/ },
  ],
  long_operations: [{ operation: 'send', input: { to: 'bob@example.com', subject: 'Long', text: 'All of it. '.repeat(20_000) }, expect: (result) => expect(result).toEqual({ message_id, accepted: ['bob@example.com'], rejected: [] }) }],
});

describe('sendgrid: what only it does', () => {
  let peer: SendgridPeer;
  beforeAll(async () => void (peer = await startSendgridPeer()));
  afterAll(async () => {
    await peer.stop();
    expect(peer.violations).toEqual([]);
  });
  const open = (config: object = {}) => openKind(sendgrid, { api_key: peer.api_key, from, base_url: peer.url, ...config });
  const refusal = async (to: string, config: object = {}) => {
    const opened = await open(config);
    const error: unknown = await opened.run('send', { to: ['bob@example.com', to], subject: 'x', text: 'x' }).catch((thrown: unknown) => thrown);
    await opened.close();
    return error;
  };

  test('a key that may not send is told by the test, and when sending', async () => {
    const opened = await open({ api_key: peer.limited_key });
    await expect(opened.test()).rejects.toMatchObject({ code: 'backend_permission_denied', message: expect.stringContaining('may not send mail') });
    expect(await refusal('c@example.com', { api_key: peer.limited_key })).toMatchObject({ code: 'backend_permission_denied', hint: expect.stringContaining('Mail Send') });
    await opened.close();
  });

  test('a refusal names the field of the message, and when to come back', async () => {
    expect(await refusal('invalid@nowhere.invalid')).toMatchObject({ code: 'rejected_by_backend', fields: [{ path: 'to.1', message: 'Does not contain a valid address.' }] });
    const opened = await open();
    const error = (await opened.run('send', { to: 'busy@example.com', subject: 'x', text: 'x' }).catch((thrown: unknown) => thrown)) as { retry_after: number };
    expect(error.retry_after).toBeGreaterThan(20);
    await opened.close();
  });

  test('the sandbox, and the regions', async () => {
    const opened = await open({ sandbox: true });
    await opened.run('send', { to: 'bob@example.com', subject: 'x', text: 'x' });
    expect(peer.sent.at(-1)).toMatchObject({ mail_settings: { sandbox_mode: { enable: true } } });
    await opened.close();
    const { baseUrl } = await import('../../control-plane/src/kinds/sendgrid/config.ts');
    const config = (more: object) => baseUrl(sendgrid.config.parse({ api_key: 'x', from, ...more }));
    expect([config({}), config({ region: 'eu' })]).toEqual(['https://api.sendgrid.com', 'https://api.eu.sendgrid.com']);
  });
});

const published = path.resolve(import.meta.dirname, '../../../shared/specs/sendgrid_mail_v3.json');
if (!existsSync(published)) process.stderr.write('skipped: SendGrid’s full API description does not lie beside the project\n');
(existsSync(published) ? test : test.skip)('the extract still agrees with the published description', () => {
  expect(JSON.parse(readFileSync(extractFile, 'utf8'))).toEqual(extract(JSON.parse(readFileSync(published, 'utf8')) as Json));
});
