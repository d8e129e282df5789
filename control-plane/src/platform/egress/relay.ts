/**
 * A way out for drivers that dial by themselves: they dial the loopback, and the far ends go through the guard.
 *
 * `startRelay` leads to one place. `startProxy` is an HTTP proxy that knows CONNECT alone, for drivers that can be
 * told of one: there a second address, which a backend names itself (a redirect), is checked like the first.
 * `startSocksProxy` is the same for drivers that speak SOCKS 5 (RFC 1928), with a password, so that it serves its driver alone.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Egress } from './index.ts';

export interface Relay {
  host: string;
  port: number;
  /** Why the last connection to this place (`host:port`) failed, since a driver only hears that it did. */
  failure(target: string): unknown;
  close(): Promise<void>;
}

export interface RelayOptions {
  /** In milliseconds. */
  connect_timeout: number;
  /** Looks at what comes back, chunk by chunk, until it says `passed`; an error cuts the connection. */
  inspect?(chunk: Buffer): Error | 'passed' | undefined;
}

export async function startRelay(egress: Egress, target: { host: string; port: number }, options: RelayOptions): Promise<Relay> {
  const ends = createEnds(egress, options);
  const server = net.createServer({ pauseOnConnect: true }, (near) => {
    ends.keep(near);
    ends.join(near, target, () => near.resume(), () => near.destroy());
  });
  return ends.listen(server);
}

export async function startProxy(egress: Egress, options: RelayOptions): Promise<Relay> {
  const ends = createEnds(egress, options);
  const server = http.createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', ends.keep);
  server.on('connect', (request: http.IncomingMessage, near: Socket, head: Buffer) => {
    const [, host = '', port = ''] = /^(.+):(\d+)$/.exec(request.url ?? '') ?? [];
    ends.join(near, { host, port: Number(port) }, (far) => {
      near.write('HTTP/1.1 200 OK\r\n\r\n');
      if (head.length > 0) far.write(head);
    }, () => near.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  return ends.listen(server);
}

const version = 5;
const byPassword = 2;
const refused = Buffer.from([version, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
const granted = Buffer.from([version, 0, 0, 1, 0, 0, 0, 0, 0, 0]);

export async function startSocksProxy(egress: Egress, options: RelayOptions): Promise<Relay & { username: string; password: string }> {
  const ends = createEnds(egress, options);
  const username = 'patchbay';
  const password = randomBytes(24).toString('base64url');
  const signIn = Buffer.from([1, username.length, ...Buffer.from(username), password.length, ...Buffer.from(password)]);
  const server = net.createServer((near) => {
    ends.keep(near);
    void serve(near).catch(() => near.destroy());
  });
  const serve = async (near: Socket): Promise<void> => {
    const take = takerOf(near);
    const [, methods = 0] = await take(2);
    if (!(await take(methods)).includes(byPassword)) return void near.end(Buffer.from([version, 0xff]));
    near.write(Buffer.from([version, byPassword]));
    if (!(await take(signIn.length)).equals(signIn)) return void near.end(Buffer.from([1, 1]));
    near.write(Buffer.from([1, 0]));
    const [, , , type] = await take(4);
    const host = type === 1 ? (await take(4)).join('.')
      : type === 3 ? (await take((await take(1))[0]!)).toString()
        : (await take(16)).toString('hex').match(/.{4}/g)!.join(':');
    const port = (await take(2)).readUInt16BE();
    ends.join(near, { host, port }, () => near.write(granted), () => near.end(refused));
  };
  return { ...(await ends.listen(server)), username, password };
}

/** Reads so many bytes at a time; whatever comes later stays in the socket. */
function takerOf(socket: Socket): (count: number) => Promise<Buffer> {
  return async (count) => {
    for (;;) {
      const chunk = count === 0 ? Buffer.alloc(0) : (socket.read(count) as Buffer | null);
      if (chunk) {
        if (chunk.length < count) throw new Error('the connection ended in the middle of the greeting');
        return chunk;
      }
      if (socket.destroyed || socket.readableEnded) throw new Error('the connection ended in the middle of the greeting');
      const waiting = new AbortController();
      try {
        await Promise.race([once(socket, 'readable', { signal: waiting.signal }), once(socket, 'close', { signal: waiting.signal })]);
      } finally {
        waiting.abort();
      }
    }
  };
}

function createEnds(egress: Egress, { connect_timeout, inspect }: RelayOptions) {
  const failures = new Map<string, unknown>();
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };

  const join = (near: Socket, { host, port }: { host: string; port: number }, joined: (far: Socket) => void, failed: () => void): void => {
    const target = `${host}:${port}`;
    const far = egress.socket({ host, port, connect_timeout });
    keep(far);
    const fail = (error: unknown) => {
      failures.set(target, error);
      failed();
    };
    far.once('error', fail);
    far.once('connect', () => {
      far.off('error', fail);
      failures.delete(target);
      joined(far);
      if (inspect) {
        const look = (chunk: Buffer) => {
          const found = inspect(chunk);
          if (found === undefined) return;
          far.off('data', look);
          if (found === 'passed') return;
          far.unpipe(near);
          far.destroy();
          fail(found);
        };
        // Before the pipe: what must not pass is cut before it is written.
        far.on('data', look);
      }
      near.pipe(far).pipe(near);
    });
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroySoon());
  };

  const listen = async (server: Server): Promise<Relay> => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.unref();
    return {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      failure: (target) => failures.get(target),
      async close() {
        if (!server.listening) return;
        const closed = once(server, 'close');
        server.close();
        for (const socket of sockets) socket.destroy();
        await closed;
      },
    };
  };
  return { keep, join, listen };
}
