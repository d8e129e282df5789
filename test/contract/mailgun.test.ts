import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { mailgun } from '../../control-plane/src/kinds/mailgun/index.ts';
import { extract, extractFile } from '../fixtures/mailgun/extract.ts';
import { startMailgunPeer } from '../peers/mailgun.ts';
import type { MailgunPeer } from '../peers/mailgun.ts';
import { openKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const from = 'Acme "Shop" <shop@mg.example.com>';
const message_id = expect.stringMatching(/^<.+@mg\.example\.com>$/);
let current: MailgunPeer;
const fields = () => [...current.sent.at(-1)!].filter(([, value]) => typeof value === 'string');

testKind(mailgun, {
  async start() {
    const peer = (current = await startMailgunPeer());
    return {
      config: { domain: peer.domain, api_key: peer.api_key, from: 'Acme Shop <shop@mg.example.com>', base_url: peer.url },
      backend: peer,
      async stop() {
        await peer.stop();
        expect(peer.violations).toEqual([]);
      },
    };
  },
  wrong_configs: { domain: { domain: 'https://mg.example.com' }, from: { from: 'nobody' } },
  faults: {
    at: (port) => ({ base_url: `http://127.0.0.1:${port}` }),
    wrong_credentials: { api_key: 'wrong-key' },
    tls: (port) => ({ base_url: `https://127.0.0.1:${port}` }),
  },
  operations: {
    send: [
      {
        input: {
          to: ['Bob <bob@example.com>', 'e@example.com'], cc: 'c@example.com', bcc: ['d@example.com', 'BOB@example.com'], reply_to: 'help@example.com', subject: 'Grüße', text: 'Hallo', html: '<b>Hallo</b>',
          headers: { 'X-Order': '7' }, attachments: [{ filename: 'größe "1".csv', content_type: 'text/csv', content_base64: Buffer.from('a,b\n').toString('base64') }],
        },
        async expect(result) {
          expect(result).toEqual({ message_id, accepted: ['bob@example.com', 'e@example.com', 'c@example.com', 'd@example.com'], rejected: [] });
          expect(fields()).toEqual([
            ['from', '"Acme Shop" <shop@mg.example.com>'], ['to', '"Bob" <bob@example.com>'], ['to', 'e@example.com'], ['cc', 'c@example.com'], ['bcc', 'd@example.com'],
            ['subject', 'Grüße'], ['text', 'Hallo'], ['html', '<b>Hallo</b>'], ['h:Reply-To', 'help@example.com'], ['h:X-Order', '7'],
          ]);
          const [file] = current.sent.at(-1)!.getAll('attachment') as File[];
          expect([file!.name, file!.type, file!.size]).toEqual(['größe "1".csv', 'text/csv', 4]);
        },
      },
      {
        input: { to: 'bob@example.com', from: 'other@mg.example.com', text: 'x', html: '' },
        expect: () => expect(fields()).toEqual([['from', 'other@mg.example.com'], ['to', 'bob@example.com'], ['subject', ''], ['text', 'x']]),
      },
    ],
  },
  refusals: [
    { operation: 'send', input: { to: 'bob@example.com', subject: 'x', text: '' }, code: 'invalid_request', says: /without a body/ },
    { operation: 'send', input: { to: 'bob@example.com', headers: { 'X-A': 'a\r\nBcc: evil@example.com' }, text: 'x' }, code: 'invalid_request' },
    { operation: 'send', input: { to: 'bob@nowhere.invalid', text: 'x' }, code: 'rejected_by_backend', says: /not a valid address/ },
    { operation: 'send', input: { to: 'busy@example.com', text: 'x' }, code: 'backend_rate_limited', says: /hourly limit/ },
    { operation: 'send', input: { to: 'stranger@example.com', text: 'x' }, code: 'backend_permission_denied', says: /authorized recipients/ },
  ],
  long_operations: [{ operation: 'send', input: { to: 'bob@example.com', subject: 'Long', text: 'All of it. '.repeat(20_000) }, expect: (result) => expect(result).toEqual({ message_id, accepted: ['bob@example.com'], rejected: [] }) }],
});

describe('mailgun: what only it does', () => {
  let peer: MailgunPeer;
  beforeAll(async () => void (peer = await startMailgunPeer()));
  afterAll(async () => {
    await peer.stop();
    expect(peer.violations).toEqual([]);
  });
  const open = (config: object = {}) => openKind(mailgun, { domain: peer.domain, api_key: peer.api_key, from, base_url: peer.url, ...config });

  test('the test tells of a domain that does not send yet, or no more', async () => {
    const opened = await open();
    expect(await opened.test()).toEqual({ message: 'Mailgun sends mail of mg.example.com' });
    peer.setState('unverified');
    await expect(opened.test()).rejects.toMatchObject({ code: 'backend_permission_denied', message: expect.stringContaining('is unverified'), hint: expect.stringContaining('DNS') });
    peer.setState('disabled', 'too many complaints');
    await expect(opened.test()).rejects.toMatchObject({ code: 'backend_permission_denied', message: expect.stringContaining('is disabled (too many complaints)') });
    peer.setState('active');
    await opened.close();
  });

  test('a domain of another region is a matter of the config', async () => {
    const opened = await open({ domain: 'mg.elsewhere.example' });
    await expect(opened.test()).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.domain', message: expect.any(String) }] });
    await opened.close();
  });

  test('test mode; names are quoted', async () => {
    const opened = await open({ test_mode: true });
    await opened.run('send', { to: 'bob@example.com', text: 'x' });
    expect([peer.sent.at(-1)!.get('o:testmode'), peer.sent.at(-1)!.get('from')]).toEqual(['yes', '"Acme Shop" <shop@mg.example.com>']);
    await opened.close();
    const { baseUrl } = await import('../../control-plane/src/kinds/mailgun/config.ts');
    const address = (more: object) => baseUrl(mailgun.config.parse({ domain: 'mg.example.com', api_key: 'x', from, ...more }));
    expect([address({}), address({ region: 'eu' })]).toEqual(['https://api.mailgun.net', 'https://api.eu.mailgun.net']);
  });

  test.each(['mg.example.com/../x', 'https://mg.example.com', 'localhost', ''])('%j is no domain', (domain) => {
    expect(mailgun.config.safeParse({ domain, api_key: 'x', from }).error?.issues.map(({ path: at }) => at)).toEqual([['domain']]);
  });
});

const published = path.resolve(import.meta.dirname, '../../../shared/specs/mailgun.yaml');
if (!existsSync(published)) process.stderr.write('skipped: Mailgun’s full API description does not lie beside the project\n');
(existsSync(published) ? test : test.skip)('the extract still agrees with the published description', () => {
  expect(JSON.parse(readFileSync(extractFile, 'utf8'))).toEqual(extract(readFileSync(published, 'utf8')));
});
