/** How nodes behave towards a control plane that is busy, breaks off, or is none. The server here answers what the real one seldom does. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runNode } from './engine.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

describe('transport', () => {
  let server: Server;
  let url: string;
  let asked: { method: string; url: string; authorization?: string }[];
  let answers: Handler[];

  const problem = (status: number, code: string, more: object = {}, headers: Record<string, string> = {}): Handler => (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    response.end(JSON.stringify({ status, code, detail: `It is ${code}.`, hint: 'Do something.', request_id: 'r-1', retryable: true, ...more }));
  };
  const json = (value: unknown): Handler => (_request, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      asked.push({ method: request.method!, url: request.url!, authorization: request.headers.authorization });
      request.resume();
      request.on('end', () => answers.shift()!(request, response));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const run = (parameters: Record<string, unknown>, more: object = {}) => runNode({
    type: 'api', credentials: { patchbayApi: { baseUrl: `${url}/`, apiKey: 'k', defaultTenant: 'acme' } },
    parameters: { backend: 'tenantDefault', ...parameters } as never, ...more,
  });
  const read = { operation: 'read', model: { mode: 'name', value: 'customers', __rl: true }, returnAll: true };
  const request = { operation: 'request', path: '/' };

  test('waits and asks again when there are too many requests', async () => {
    answers = [problem(429, 'rate_limited', {}, { 'retry-after': '0.01' }), problem(503, 'unavailable', { retry_after: 0.01 }), json({ status: 200 })];
    const { items } = await run(request);
    expect(items).toMatchObject([{ json: { status: 200 } }]);
    expect(asked).toEqual(Array(3).fill({ method: 'POST', url: '/api/tenants/acme/api/request', authorization: 'Bearer k' }));
  });

  test('gives up after the fourth try', async () => {
    answers = Array.from({ length: 5 }, () => problem(503, 'unavailable', { retry_after: 0.01 }));
    const { error } = await run(request);
    expect(error).toMatchObject({ message: 'It is unavailable.', description: 'Do something. · Request id: r-1' });
    expect(asked).toHaveLength(4);
  });

  test('does not repeat what may have been carried out', async () => {
    answers = [problem(503, 'backend_unavailable', { retry_after: 0.01 })];
    expect((await run(request)).error?.message).toBe('It is backend_unavailable.');
    answers = [problem(503, 'backend_unavailable', { retry_after: 0.01 }), (_request, response) => response.writeHead(200).end('{"a":1}\n')];
    expect((await run(read)).items).toMatchObject([{ json: { a: 1 } }]);
    expect(asked).toHaveLength(3);
  });

  test('half a stream is an error with its reason, and none of its records come out', async () => {
    const broken = (last: string): Handler => (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      response.write(`{"a":1}\n${last}`, () => response.destroy());
    };
    answers = [broken(`${JSON.stringify({ $error: { status: 502, code: 'backend_unreachable', detail: 'The database went away.', request_id: 'r-2' } })}\n`)];
    const { error } = await run(read);
    expect(error).toMatchObject({ message: 'The database went away.', context: { itemIndex: 0, problem: { code: 'backend_unreachable', request_id: 'r-2' } } });
    answers = [broken(''), (_request, response) => response.writeHead(200).end('{"a":2}\n')];
    const { items } = await run(read, { items: [{ json: {} }, { json: {} }], onError: 'continueRegularOutput' });
    expect(items).toMatchObject([{ json: { details: { code: 'stream_cut' } }, pairedItem: { item: 0 } }, { json: { a: 2 }, pairedItem: { item: 1 } }]);
  });

  test('follows no redirect: the key goes nowhere but to the credential’s address', async () => {
    answers = [(_request, response) => response.writeHead(307, { location: `${url}/elsewhere` }).end()];
    expect((await run(request)).error).toMatchObject({ message: `${url} redirects to another address.` });
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['a web page', 200, '<!doctype html>', 'answered, but not as Patchbay does'],
    ['a proxy’s error', 502, '<h1>Bad gateway</h1>', 'answered 502, but not as Patchbay does'],
  ])('tells %s from Patchbay', async (_what, status, text, message) => {
    answers = [(_request, response) => response.writeHead(status, { 'content-type': 'text/html' }).end(text)];
    expect((await run(request)).error?.message).toContain(message);
  });

  test('a tenant’s name cannot leave its place in the path', async () => {
    answers = [json({})];
    await run({ ...request, tenant: { mode: 'id', value: '../connectors?x=1', __rl: true } });
    expect(asked[0]?.url).toBe('/api/tenants/..%2Fconnectors%3Fx%3D1/api/request');
  });

  test('gathers all pages of a list, or stops at the limit', async () => {
    const page = (models: string[], cursor?: string) => json({ models: models.map((name) => ({ name, type: 'table' })), ...(cursor && { next_cursor: cursor }) });
    answers = [page(['a', 'b'], 'c1'), page(['c'])];
    expect((await run({ operation: 'discover', returnAll: true })).items.map((item) => item.json.name)).toEqual(['a', 'b', 'c']);
    answers = [page(['a', 'b'], 'c1')];
    expect((await run({ operation: 'discover', returnAll: false, limit: 2 })).items.map((item) => item.json.name)).toEqual(['a', 'b']);
    expect(asked).toHaveLength(3);
  });

  test('an execution that is stopped stops the request', async () => {
    const stop = new AbortController();
    let closed: Promise<unknown> | undefined;
    answers = [(_request, response) => {
      closed = once(response, 'close');
      stop.abort();
    }];
    const { error } = await run(request, { signal: stop.signal, onError: 'continueRegularOutput', items: [{ json: {} }, { json: {} }] });
    await closed;
    expect(error?.message).toBe('The execution was cancelled.');
    expect(asked).toHaveLength(1);
  });
});
