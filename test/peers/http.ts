/** HTTP servers that play a provider: plain or TLS, with what was asked of them kept for the test to look at. */
import http from 'node:http';
import https from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TestCertificate } from './certificate.ts';

export interface ReceivedRequest {
  method: string;
  /** With its query. */
  url: URL;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

export interface HttpAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON when it is neither text nor bytes. An async generator is sent piece by piece; when it throws, the connection is cut. */
  body?: unknown;
}

export interface HttpPeer {
  /** `http://127.0.0.1:1234`, or with https when it was given a certificate. */
  url: string;
  port: number;
  /** All requests so far. */
  received: ReceivedRequest[];
  /** Starts it again on the same port, its connections cut. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startHttpPeer(
  handle: (request: ReceivedRequest) => HttpAnswer | Promise<HttpAnswer>,
  certificate?: TestCertificate,
): Promise<HttpPeer> {
  const received: ReceivedRequest[] = [];
  const scheme = certificate ? 'https' : 'http';
  const listener: http.RequestListener = async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const request = {
        method: incoming.method!, url: new URL(incoming.url!, `${scheme}://${incoming.headers.host}`), headers: incoming.headers, body: Buffer.concat(chunks),
      };
      received.push(request);
      const { status = 200, headers = {}, body } = await handle(request);
      if (isStream(body)) {
        outgoing.writeHead(status, headers);
        // The other end may go away, or the body may be made to break off.
        await pipeline(Readable.from(body), outgoing).catch(() => outgoing.destroy());
        return;
      }
      const isText = typeof body === 'string' || body === undefined || Buffer.isBuffer(body);
      outgoing.writeHead(status, { ...(!isText && { 'content-type': 'application/json' }), ...headers });
      outgoing.end(isText ? body : JSON.stringify(body));
    } catch (error) {
      outgoing.writeHead(500, { 'content-type': 'text/plain' }).end(`the peer failed: ${String(error)}`);
    }
  };
  const make = () => (certificate ? https.createServer({ cert: certificate.certificate, key: certificate.key }, listener) : http.createServer(listener));
  let server = make().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    received,
    stop,
    async restart() {
      await stop();
      server = make().listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}

function isStream(body: unknown): body is AsyncIterable<string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
