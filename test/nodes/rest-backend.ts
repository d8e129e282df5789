/** A tenant's own REST API, which remembers what it was asked. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface RestBackend {
  url: string;
  /** The tokens that came with the requests, in order. */
  tokens: string[];
  stop(): Promise<void>;
}

/** Answers each request with who it is and what it got; one without its token with 401. */
export async function startRestBackend(owner: string, token: string): Promise<RestBackend> {
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    const given = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    tokens.push(given);
    const accepted = given === token;
    const path = request.url ?? '/';
    response.writeHead(accepted ? 200 : 401, { 'content-type': 'application/json' });
    if (!accepted) response.end(JSON.stringify({ error: 'unknown token' }));
    else if (path.startsWith('/customers')) response.end(JSON.stringify([1, 2, 3].map((number) => ({ number, owner }))));
    else response.end(JSON.stringify({ owner, path }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
