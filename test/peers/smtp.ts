/** An SMTP server with accounts, TLS in both ways, and recipients that it refuses. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerOptions } from 'smtp-server';
import type { TestCertificate } from './certificate.ts';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** The message as it came over the wire. */
  source: string;
  /** Whether it came over TLS. */
  secure: boolean;
  /** The name the client greeted with. */
  client_name: string;
}

export interface SmtpPeer {
  port: number;
  received: ReceivedMail[];
  /** Connections that are open now. */
  connections(): number;
  /** Until this is released, no message is answered. Resolves when a message has come in that far. */
  hold(): { arrived: Promise<void>; release(): void };
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const smtpAccount = { username: 'ada@example.com', password: 'mail-pässw0rd' };

const refusal = (code: number, message: string) => Object.assign(new Error(message), { responseCode: code });

/** Recipients beginning with `nobody` do not exist, with `later` are put off; the sender `forbidden@` may not send; "SPAM" is not taken. */
export async function startSmtpPeer(certificate: TestCertificate | undefined, options: SMTPServerOptions = {}): Promise<SmtpPeer> {
  const received: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  let gate: { arrived(): void; released: Promise<void> } | undefined;

  const make = () => {
    const server = new SMTPServer({
      ...(certificate && { key: certificate.key, cert: certificate.certificate }),
      authMethods: ['PLAIN', 'LOGIN'],
      closeTimeout: 50,
      disableReverseLookup: true,
      onAuth({ username, password }, _session, callback) {
        if (username === smtpAccount.username && password === smtpAccount.password) callback(null, { user: username });
        else callback(refusal(535, `5.7.8 the password ${password} of ${username} is wrong`));
      },
      onMailFrom({ address }, _session, callback) {
        callback(address.startsWith('forbidden@') ? refusal(550, '5.7.1 this account may not send as forbidden') : null);
      },
      onRcptTo({ address }, _session, callback) {
        if (address.startsWith('nobody')) callback(refusal(550, '5.1.1 no such user'));
        else callback(address.startsWith('later') ? refusal(451, '4.7.1 greylisted, try again in 5 minutes') : null);
      },
      async onData(stream, session, callback) {
        const chunks: Buffer[] = [];
        try {
          for await (const chunk of stream) chunks.push(chunk as Buffer);
        } catch {
          return;
        }
        const source = Buffer.concat(chunks).toString('utf8');
        gate?.arrived();
        await gate?.released;
        if (source.includes('SPAM')) return callback(refusal(554, '5.7.1 this looks like spam'));
        const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
        received.push({ from, to: session.envelope.rcptTo.map(({ address }) => address), source, secure: session.secure, client_name: session.hostNameAppearsAs });
        callback(null);
      },
      ...options,
    });
    // Clients that go away without a QUIT are part of the tests.
    server.on('error', () => undefined);
    server.server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    return server;
  };

  let server = make();
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const stop = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port,
    received,
    connections: () => sockets.size,
    hold() {
      const arrived = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      gate = { arrived: arrived.resolve, released: released.promise };
      return {
        arrived: arrived.promise,
        release() {
          gate = undefined;
          released.resolve();
        },
      };
    },
    stop,
    async restart() {
      await stop();
      server = make();
      server.listen(port, '127.0.0.1');
      await once(server.server, 'listening');
    },
  };
}
