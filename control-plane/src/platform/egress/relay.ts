/**
 * A way out for drivers that dial by themselves: they dial the loopback, and the far ends go through the guard.
 *
 * `startRelay` leads to one place. `startProxy` is an HTTP proxy that knows CONNECT alone, for drivers that can be
 * told of one: there a second address, which a backend names itself (a redirect), is checked like the first.
 */
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
