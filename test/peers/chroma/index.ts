/** A real Chroma server from the npm package, behind a proxy that asks for a token: the server itself knows no credentials. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { freePort, startServer } from '../process.ts';

export interface ChromaPeer {
  /** Of the proxy. */
  url: string;
  port: number;
  token: string;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const program = path.join(import.meta.dirname, 'node_modules/chromadb/dist/cli.mjs');

/** Installed by `.ci/run`: `npm install --prefix test/peers/chroma`. */
export const chromaIsHere = existsSync(program);

export async function startChromaPeer(): Promise<ChromaPeer> {
  const token = 'ck-test-0123456789abcdef';
  const folder = await mkdtemp(path.join(tmpdir(), 'patchbay-chroma-'));
  const port = await freePort();
  const start = () => startServer(process.execPath, [program, 'run', '--path', folder, '--port', String(port), '--host', '127.0.0.1'], {
    port, cwd: folder, env: { ...process.env, NODE_OPTIONS: '' },
  });
  let server = await start();
  const proxy = http.createServer((incoming, outgoing) => {
    if (incoming.headers['x-chroma-token'] !== token) {
      outgoing.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"AuthError","message":"Unauthorized"}');
      return;
    }
    const forwarded = http.request({ host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      pipeline(answer, outgoing).catch(() => outgoing.destroy());
    });
    forwarded.on('error', () => outgoing.destroy());
    pipeline(incoming, forwarded).catch(() => outgoing.destroy());
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    token,
    async restart() {
      await server.stop();
      server = await start();
    },
    async stop() {
      proxy.closeAllConnections();
      proxy.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
