import { gmailOAuth2 } from '../../control-plane/src/kinds/gmail_oauth2/index.ts';
import { startGmailPeer } from '../peers/gmail.ts';
import type { GmailPeer } from '../peers/gmail.ts';
import { openKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const message_id = expect.stringMatching(/^18c[0-9a-f]{13}$/);
let current: GmailPeer;
const configOf = (peer: GmailPeer) => ({
  client_id: peer.provider.client_id, client_secret: peer.provider.client_secret, refresh_token: peer.provider.refresh_token, base_url: peer.url, token_url: peer.provider.token_url,
});

testKind(gmailOAuth2, {
  async start() {
    const peer = (current = await startGmailPeer());
    // Every session begins with the same refresh token, as Google lets it.
    peer.provider.behave({ rotates: false });
    return {
      config: { ...configOf(peer), from: 'Acme Shop <shop@example.com>' },
      backend: peer,
      stop: () => peer.stop(),
    };
  },
  wrong_configs: { token_url: { token_url: 'oauth2.googleapis.com/token' }, from: { from: 'nobody' } },
  faults: {
    at: (port) => ({ base_url: `http://127.0.0.1:${port}` }),
    wrong_credentials: { client_secret: 'wrong-secret' },
    tls: (port) => ({ base_url: `https://127.0.0.1:${port}` }),
  },
  operations: {
    send: [
      {
        input: {
          to: ['Bob <bob@example.com>', 'bob@example.com'], cc: 'c@example.com', bcc: 'd@example.com', subject: 'Grüße', text: 'Hallo', html: '<b>Hallo</b>', reply_to: 'help@example.com', headers: { 'X-Order': '7' },
          attachments: [{ filename: 'größe.csv', content_type: 'text/csv', content_base64: Buffer.from('a,b\n1,2\n').toString('base64') }],
        },
        expect(result) {
          expect(result).toEqual({ message_id, accepted: ['bob@example.com', 'c@example.com', 'd@example.com'], rejected: [] });
          const source = current.sent.at(-1)!;
          for (const line of ['From: Acme Shop <shop@example.com>', 'To: Bob <bob@example.com>', 'Cc: c@example.com', 'Bcc: d@example.com', 'Reply-To: help@example.com', 'X-Order: 7', 'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=']) {
            expect(source.split('\r\n')).toContain(line);
          }
          expect(source).toContain('multipart/alternative');
          expect(source).toMatch(/Content-Type: text\/csv;/);
          expect(source).toContain(Buffer.from('a,b\n1,2\n').toString('base64'));
        },
      },
      { input: { to: 'bob@example.com', from: 'Alias <alias@example.com>', text: 'x' }, expect: () => expect(current.sent.at(-1)).toMatch(/^From: Alias <alias@example\.com>\r$/m) },
    ],
  },
  refusals: [
    { operation: 'send', input: { to: 'bob@example.com' }, code: 'invalid_request' },
    { operation: 'send', input: { to: 'bob@example.com', subject: 'a\r\nBcc: evil@example.com', text: 'x' }, code: 'invalid_request' },
    { operation: 'send', input: { to: 'bob@nowhere.invalid', text: 'x' }, code: 'rejected_by_backend', says: /Invalid To header/ },
    { operation: 'send', input: { to: 'busy@example.com', text: 'x' }, code: 'backend_rate_limited', says: /User-rate limit exceeded/ },
    { operation: 'send', input: { to: 'quota@example.com', text: 'x' }, code: 'backend_rate_limited' },
    { operation: 'send', input: { to: 'disabled@example.com', text: 'x' }, code: 'backend_permission_denied', says: /not enabled/ },
  ],
  long_operations: [{ operation: 'send', input: { to: 'bob@example.com', subject: 'Long', text: 'All of it. '.repeat(20_000) }, expect: (result) => expect(result).toEqual({ message_id, accepted: ['bob@example.com'], rejected: [] }) }],
  imports: [
    {
      source: JSON.stringify({ web: { client_id: 'c-1', client_secret: 's-1', project_id: 'p', auth_uri: 'https://accounts.google.com/o/oauth2/auth', token_uri: 'https://oauth2.googleapis.com/token', redirect_uris: ['https://x'] } }),
      config: { client_id: 'c-1', client_secret: 's-1' },
    },
    { source: JSON.stringify({ installed: { client_id: 'c-1', client_secret: 's-1', token_uri: 'https://login.example.com/token' } }), config: { client_id: 'c-1', client_secret: 's-1', token_url: 'https://login.example.com/token' } },
    { source: JSON.stringify({ type: 'authorized_user', client_id: 'c-1', client_secret: 's-1', refresh_token: 'r-1', quota_project_id: 'p' }), config: { client_id: 'c-1', client_secret: 's-1', refresh_token: 'r-1' } },
  ],
});

describe('gmail_oauth2: what only it does', () => {
  let peer: GmailPeer;
  beforeEach(async () => void (peer = await startGmailPeer()));
  afterEach(() => peer.stop());

  test('the test names the account; with sending alone it passes without', async () => {
    const opened = await openKind(gmailOAuth2, configOf(peer));
    expect(await opened.test()).toEqual({ message: 'Gmail sends mail of ada@example.com' });
    peer.hideProfile(true);
    expect(await opened.test()).toEqual({ message: 'Gmail knows the account; the scopes do not let its address be seen' });
    await expect(opened.run('send', { to: 'bob@example.com', text: 'x' })).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.from', message: 'is missing' }] });
    await opened.close();
  });

  test('without a sender the account’s own address is taken', async () => {
    const opened = await openKind(gmailOAuth2, configOf(peer));
    await opened.run('send', { to: 'bob@example.com', text: 'x' });
    await opened.run('send', { to: 'bob@example.com', text: 'y' });
    expect(peer.sent.map((source) => /^From: (.*)\r$/m.exec(source)?.[1])).toEqual(['ada@example.com', 'ada@example.com']);
    expect(peer.received.filter(({ url }) => url.pathname.endsWith('/profile'))).toHaveLength(1);
    await opened.close();
  });

  test('a token that was withdrawn before its time is replaced, without a second message', async () => {
    const opened = await openKind(gmailOAuth2, { ...configOf(peer), from: 'ada@example.com' });
    await opened.test();
    peer.provider.revokeAccess();
    await opened.run('send', { to: 'bob@example.com', text: 'x' });
    expect([peer.sent.length, peer.provider.grants]).toEqual([1, ['refresh_token', 'refresh_token']]);
    await opened.close();
  });

  test.each([[{ refresh_token: undefined }], [{ refresh_token: 'withdrawn-token' }]])('with %j somebody has to connect an account', async (config) => {
    const opened = await openKind(gmailOAuth2, { ...configOf(peer), ...config });
    const error: unknown = await opened.test().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'oauth_reconnect_required' });
    expect(JSON.stringify([String(error), error])).not.toContain('withdrawn-token');
    await opened.close();
  });

  test('what Google is asked for: offline access, after a consent', () => {
    const config = gmailOAuth2.config.parse({ client_id: 'c-1', client_secret: 's-1' });
    expect(gmailOAuth2.oauth2!(config)).toEqual({
      grant: 'authorization_code', authorization_url: 'https://accounts.google.com/o/oauth2/v2/auth', token_url: 'https://oauth2.googleapis.com/token', client_id: 'c-1', client_secret: 's-1',
      client_authentication: 'body', pkce: true, authorization_parameters: { access_type: 'offline', prompt: 'consent' },
      scopes: ['openid', 'email', 'https://www.googleapis.com/auth/gmail.send', 'https://www.googleapis.com/auth/gmail.metadata'],
    });
  });

  test.each(['{}', 'x', JSON.stringify({ type: 'service_account', client_email: 'a@b', private_key: '-----BEGIN PRIVATE KEY-----' })])('%j is no file of an OAuth client', (source) => {
    expect(() => gmailOAuth2.importConfig!(source)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
