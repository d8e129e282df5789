import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { smtp } from '../../control-plane/src/kinds/smtp/index.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { canMakeCertificates, testCertificate } from '../peers/certificate.ts';
import { peerAvailable } from '../peers/peer.ts';
import { findProgram, freePort, startServer } from '../peers/process.ts';
import { smtpAccount, startSmtpPeer } from '../peers/smtp.ts';
import type { SmtpPeer } from '../peers/smtp.ts';
import { testKind } from './test-kind.ts';

const withTls = peerAvailable('openssl', canMakeCertificates);
const from = 'Acme Shop <shop@example.com>';
const message_id = expect.stringMatching(/^<.+@example\.com>$/);
const egress = createEgress({ allow: ['127.0.0.0/8'] });
const call = (signal: AbortSignal = AbortSignal.timeout(20_000)) => ({ signal, log: silentLogger });
const open = (config: object) => smtp.open(smtp.config.parse({ host: '127.0.0.1', from, ...config }), { egress, log: silentLogger, output_schemas: [] });
const mail = (input: object = {}) => smtp.category.operations.send.input.parse({ to: 'bob@example.com', text: 'Hello', ...input });
const until = async (holds: () => boolean) => { while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5)); };

afterAll(() => egress.close());

let current: SmtpPeer;
const lastMail = () => current.received.at(-1)!;

if (withTls) {
  testKind(smtp, {
    async start() {
      const certificate = await testCertificate();
      const peer = (current = await startSmtpPeer(certificate));
      return {
        config: { host: '127.0.0.1', port: peer.port, ...smtpAccount, from, ca_certificate: certificate.ca },
        backend: peer,
        stop: () => peer.stop(),
      };
    },
    wrong_configs: { host: { host: 'smtp://smtp.example.com' }, password: { password: undefined }, from: { from: 'nobody' } },
    faults: {
      at: (port) => ({ port }),
      wrong_credentials: { password: 'wrong-password' },
      tls: { ca_certificate: undefined },
    },
    long_operations: [{ operation: 'send', input: { to: 'bob@example.com', subject: 'Long', text: 'All of it. '.repeat(20_000) }, expect: (result) => expect(result).toEqual({ message_id, accepted: ['bob@example.com'], rejected: [] }) }],
    operations: {
      send: [
        {
          input: { to: 'Bob <bob@example.com>', cc: ['c@example.com'], bcc: 'd@example.com', subject: 'Grüße', text: 'Hallo', html: '<b>Hallo</b>', reply_to: 'help@example.com', headers: { 'X-Order': '7' } },
          expect(result) {
            expect(result).toEqual({ message_id, accepted: ['bob@example.com', 'c@example.com', 'd@example.com'], rejected: [] });
            const { source, ...envelope } = lastMail();
            expect(envelope).toMatchObject({ from: 'shop@example.com', to: ['bob@example.com', 'c@example.com', 'd@example.com'], secure: true });
            expect(source).toMatch(/^From: Acme Shop <shop@example\.com>\r$/m);
            expect(source).toMatch(/^To: Bob <bob@example\.com>\r$/m);
            expect(source).toMatch(/^Subject: =\?UTF-8\?Q\?Gr=C3=BC=C3=9Fe\?=\r$/m);
            expect(source).toMatch(/^Reply-To: help@example\.com\r$/m);
            expect(source).toMatch(/^X-Order: 7\r$/m);
            expect(source).toContain('multipart/alternative');
            expect(source).not.toMatch(/\bd@example\.com/);
          },
        },
        {
          input: {
            to: 'bob@example.com', from: 'Other <other@example.com>', text: 'x',
            attachments: [{ filename: 'größe.csv', content_type: 'text/csv', content_base64: Buffer.from('a,b\n1,2\n').toString('base64') }],
          },
          expect() {
            expect(lastMail().from).toBe('other@example.com');
            expect(lastMail().source).toMatch(/Content-Type: text\/csv;/);
            expect(lastMail().source).toContain(Buffer.from('a,b\n1,2\n').toString('base64'));
          },
        },
        {
          input: { to: ['bob@example.com', 'nobody@example.com'], text: 'x' },
          expect: (result) => expect(result).toEqual({ message_id, accepted: ['bob@example.com'], rejected: ['nobody@example.com'] }),
        },
      ],
    },
    refusals: [
      { operation: 'send', input: { to: 'bob@example.com' }, code: 'invalid_request', says: /a text or an HTML body/ },
      { operation: 'send', input: { to: 'no address', text: 'x' }, code: 'invalid_request', says: /to is no e-mail address/ },
      { operation: 'send', input: { to: 'bob@example.com', subject: 'a\r\nBcc: evil@example.com', text: 'x' }, code: 'invalid_request', says: /subject has a line break/ },
      { operation: 'send', input: { to: 'bob@example.com', headers: { Bcc: 'evil@example.com' }, text: 'x' }, code: 'invalid_request' },
      { operation: 'send', input: { to: 'bob@example.com', attachments: [{ filename: 'a', content_base64: '!' }], text: 'x' }, code: 'invalid_request' },
      { operation: 'send', input: { to: ['nobody@example.com', 'nobody2@example.com'], text: 'x' }, code: 'rejected_by_backend', says: /all recipients: nobody@example\.com, nobody2@example\.com.*no such user/ },
      { operation: 'send', input: { to: 'later@example.com', text: 'x' }, code: 'backend_unavailable', says: /greylisted/ },
      { operation: 'send', input: { to: 'bob@example.com', from: 'forbidden@example.com', text: 'x' }, code: 'rejected_by_backend', says: /refused the sender/ },
      { operation: 'send', input: { to: 'bob@example.com', text: 'SPAM' }, code: 'rejected_by_backend', says: /looks like spam/ },
    ],
    imports: [
      {
        source: 'smtp://ada%40example.com:p%3Aw@smtp.example.com',
        config: { host: 'smtp.example.com', port: 587, security: 'starttls', username: 'ada@example.com', password: 'p:w', from: 'ada@example.com' },
      },
      { source: 'smtps://u:100%@smtp.example.com?from=Acme%20%3Ca@example.com%3E', config: { host: 'smtp.example.com', port: 465, security: 'tls', username: 'u', password: '100%', from: 'Acme <a@example.com>' } },
      { source: 'smtp://localhost:25', config: { host: 'localhost', port: 25, security: 'starttls' } },
    ],
  });
}

(withTls ? describe : describe.skip)('smtp: security', () => {
  test('TLS from the start', async () => {
    const certificate = await testCertificate();
    const peer = await startSmtpPeer(certificate, { secure: true });
    const session = await open({ port: peer.port, security: 'tls', ca_certificate: certificate.ca, ...smtpAccount });
    expect(await session.test(call())).toEqual({ message: `127.0.0.1:${peer.port} takes mail from ada@example.com` });
    await session.send(mail(), call());
    expect(peer.received[0]!.secure).toBe(true);
    await session.close();
    await peer.stop();
  });

  test('STARTTLS is required, not tried: nothing is sent in the clear', async () => {
    const peer = await startSmtpPeer(await testCertificate(), { hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });
    const session = await open({ port: peer.port, ...smtpAccount });
    await expect(session.test(call())).rejects.toMatchObject({ code: 'backend_tls_failed' });
    await expect(session.send(mail(), call())).rejects.toMatchObject({ code: 'backend_tls_failed' });
    expect(peer.received).toEqual([]);
    await session.close();
    await peer.stop();
  });

  test('TLS with a server that begins in the clear is a TLS failure', async () => {
    const peer = await startSmtpPeer(await testCertificate());
    await expect((await open({ port: peer.port, security: 'tls' })).test(call())).rejects.toMatchObject({ code: 'backend_tls_failed' });
    await peer.stop();
  });
});

describe('smtp: without TLS', () => {
  let peer: SmtpPeer;
  // smtp-server warns of its built-in certificate when it is given none, also where TLS is not used.
  const certificate = async () => (withTls ? await testCertificate() : undefined);
  beforeEach(async () => void (peer = await startSmtpPeer(await certificate(), { authOptional: true, allowInsecureAuth: true })));
  afterEach(() => peer.stop());

  test('an open relay wants no account, and is greeted by name', async () => {
    const session = await open({ port: peer.port, security: 'none', client_name: 'patchbay.example.com' });
    expect(await session.test(call())).toEqual({ message: `127.0.0.1:${peer.port} takes mail` });
    await session.send(mail(), call());
    expect(peer.received[0]).toMatchObject({ secure: false, client_name: 'patchbay.example.com' });
    await session.close();
  });

  test('a server’s words never carry the password', async () => {
    const session = await open({ port: peer.port, security: 'none', username: 'ada@example.com', password: 'wrong-password' });
    const error: unknown = await session.test(call()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'backend_authentication_failed', message: expect.stringContaining('the password [redacted] of'), details: { smtp_status: 535 } });
  });

  test('a server that wants an account says so', async () => {
    const closed = await startSmtpPeer(await certificate(), { allowInsecureAuth: true });
    const session = await open({ port: closed.port, security: 'none' });
    await expect(session.send(mail(), call())).rejects.toMatchObject({ code: 'backend_authentication_failed' });
    await session.close();
    await closed.stop();
  });

  test('no more connections than the pool holds, all messages sent once', async () => {
    const session = await open({ port: peer.port, security: 'none', pool_size: 2 });
    const sent = await Promise.all(Array.from({ length: 20 }, (_, index) => session.send(mail({ subject: `message ${index}` }), call())));
    expect(new Set(sent.map((result) => result.message_id)).size).toBe(20);
    expect(peer.received).toHaveLength(20);
    expect(peer.connections()).toBe(2);
    await session.close();
    await until(() => peer.connections() === 0);
  });

  test('a caller who goes away cuts the connection, and the message does not come again', async () => {
    const session = await open({ port: peer.port, security: 'none' });
    const controller = new AbortController();
    const gate = peer.hold();
    const sending = session.send(mail(), call(controller.signal));
    await gate.arrived;
    controller.abort();
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
    await until(() => peer.connections() === 0);
    gate.release();
    await session.send(mail({ subject: 'next' }), call());
    expect(peer.received.filter(({ source }) => source.includes('Subject: next'))).toHaveLength(1);
    await session.close();
  });

  test('a connection that breaks after the message is an error, not a second message', async () => {
    const session = await open({ port: peer.port, security: 'none' });
    const gate = peer.hold();
    const sending = session.send(mail(), call());
    const outcome = expect(sending).rejects.toMatchObject({ code: 'backend_unreachable' });
    await gate.arrived;
    await peer.restart();
    await outcome;
    gate.release();
    await session.send(mail({ subject: 'next' }), call());
    expect(peer.received.filter(({ source }) => !source.includes('Subject: next')).length).toBeLessThanOrEqual(1);
    await session.close();
  });

  test('what speaks no SMTP is told', async () => {
    const { startHttpPeer } = await import('../peers/http.ts');
    const web = await startHttpPeer(() => ({}));
    await expect((await open({ port: web.port, security: 'none', timeout: 2 })).test(call())).rejects.toMatchObject({ code: expect.stringMatching(/^backend_(timeout|error|unreachable)$/) });
    await web.stop();
  });

  test.each([
    [{ username: 'ada' }, 'password'], [{ password: 'x' }, 'username'], [{ host: 'smtp://smtp.example.com' }, 'host'], [{ port: 0 }, 'port'],
  ])('the config %j is wrong in %s', (config, field) => {
    const parsed = smtp.config.safeParse({ host: 'smtp.example.com', from, ...config });
    expect(parsed.error?.issues.map(({ path: at }) => at)).toEqual([[field]]);
  });
});

const program = findProgram('aiosmtpd');
const independent = peerAvailable('aiosmtpd (python3-aiosmtpd)', program !== undefined) && withTls;

(independent ? describe : describe.skip)('smtp: against aiosmtpd', () => {
  test.each(['starttls', 'tls'] as const)('sends by %s', async (security) => {
    const certificate = await testCertificate();
    const folder = await mkdtemp(path.join(tmpdir(), 'patchbay-smtp-'));
    const [certificateFile, keyFile] = [path.join(folder, 'certificate.pem'), path.join(folder, 'key.pem')];
    await Promise.all([writeFile(certificateFile, certificate.certificate), writeFile(keyFile, certificate.key)]);
    const port = await freePort();
    const [certificateOption, keyOption] = security === 'tls' ? ['--smtpscert', '--smtpskey'] : ['--tlscert', '--tlskey'];
    const server = await startServer(program!, [
      '--nosetuid', '--listen', `127.0.0.1:${port}`, certificateOption, certificateFile, keyOption, keyFile, '--class', 'aiosmtpd.handlers.Debugging', 'stderr',
    ], { port, env: { ...process.env, PYTHONUNBUFFERED: '1' } });
    try {
      const session = await open({ port, security, ca_certificate: certificate.ca });
      expect(await session.test(call())).toEqual({ message: `127.0.0.1:${port} takes mail` });
      const result = await session.send(mail({ subject: 'From Node to Python', to: ['bob@example.com', 'eve@example.com'], text: '.a line with a dot\n.' }), call());
      expect(result).toEqual({ message_id, accepted: ['bob@example.com', 'eve@example.com'], rejected: [] });
      await until(() => server.output().includes('END MESSAGE'));
      expect(server.output()).toContain('Subject: From Node to Python');
      expect(server.output()).toMatch(/^\.a line with a dot\r?$/m);
      await session.close();
    } finally {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
