/** A TCP proxy that can be cut and held, and servers that behave badly: what networks do to a connection. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Transform } from 'node:stream';

export interface Proxy {
  port: number;
  /** How many bytes have passed, both ways together. */
  passed(): number;
  /**
   * Lets so many more bytes pass, both ways together, and then none: a connection that has more to say stays
   * open and falls silent for good. Resolves when that point is reached.
   */
  hold(after: number): Promise<void>;
  /** Cuts every connection and refuses new ones. */
  cut(): Promise<void>;
  /** Accepts connections again, on the same port, and lets them pass; those that fell silent stay so. */
  restore(): Promise<void>;
  stop(): Promise<void>;
}

export async function startProxy(target: { host: string; port: number }): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let passed = 0;
  let allowance = Infinity;
  let reached: () => void = () => undefined;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    return socket;
  };
  const gate = () => new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const taken = Math.min(chunk.length, allowance);
      passed += taken;
      allowance -= taken;
      if (taken > 0) this.push(chunk.subarray(0, taken));
      if (allowance === 0) reached();
      // Never done: whatever follows waits for ever, as does the other end.
      if (taken === chunk.length) done();
    },
  });
  const listen = async (port: number) => {
    const server = net.createServer((incoming) => {
      const outgoing = keep(net.connect(target));
      keep(incoming).pipe(gate()).pipe(outgoing).pipe(gate()).pipe(incoming);
      // After a proper end, what is still on its way arrives.
      incoming.once('close', () => void (incoming.readableEnded || outgoing.destroy()));
      outgoing.once('close', () => void (outgoing.readableEnded || incoming.destroy()));
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  const listenAnywhere = async (): Promise<net.Server> => {
    for (;;) {
      try {
        // Below the ports that systems hand out by themselves: while it is cut, nobody must be given this one.
        return await listen(randomInt(20_000, 30_000));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      }
    }
  };
  let server = await listenAnywhere();
  const { port } = server.address() as AddressInfo;
  const cut = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    port, cut, stop: cut,
    passed: () => passed,
    hold(after) {
      allowance = after;
      return new Promise((resolve) => void (reached = resolve));
    },
    async restore() {
      allowance = Infinity;
      if (!server.listening) server = await listen(port);
    },
  };
}

export interface BadServer {
  host: string;
  port: number;
  /** How many connections were made. */
  connections(): number;
  stop(): Promise<void>;
}

/** A server that does this with each connection, and nothing else. */
export async function startBadServer(behave: (socket: Socket) => void): Promise<BadServer> {
  const sockets = new Set<Socket>();
  let count = 0;
  const server = net.createServer((socket) => {
    count += 1;
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    behave(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1', port: (server.address() as AddressInfo).port, connections: () => count,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Accepts and stays silent. */
export const startSilentServer = (): Promise<BadServer> => startBadServer((socket) => void socket.resume());
