import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createEgress } from '../../platform/egress/index.ts';
import { urlBelow } from './address.ts';
import { bearerAuthentication } from './authentication.ts';
import { createHttpClient } from './client.ts';
import { retryAfter } from './errors.ts';
import { pauseBefore } from './retry.ts';

const secret = 's3cret-token';
type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;

describe('urlBelow', () => {
  test.each([
    ['https://api.example.com', '', 'https://api.example.com/'],
    ['https://api.example.com/v1', '', 'https://api.example.com/v1'],
    ['https://api.example.com/v1/', '/customers', 'https://api.example.com/v1/customers'],
    ['https://api.example.com/v1', 'customers/a b?x=1&y=%2F#top', 'https://api.example.com/v1/customers/a%20b?x=1&y=%2F'],
    ['https://api.example.com/v1', '/files/a..b/...', 'https://api.example.com/v1/files/a..b/...'],
    ['https://api.example.com/v1', '/time?at=12:00&next=http://x/../y', 'https://api.example.com/v1/time?at=12:00&next=http://x/../y'],
  ])('%s + %j', (base, path, url) => {
    expect(urlBelow(base, path).href).toBe(url);
  });

  test.each([
    'https://evil.example/', 'HTTP://evil.example', 'javascript:alert(1)', '//evil.example/x', '///evil.example', '/\\evil.example',
    '\\\\evil.example', '/../admin', 'a/../../admin', '/%2e%2e/admin', '/%2E./admin', '/%252e%252e/admin', '/..%2fadmin', '/..%5cadmin',
    '/a\r\nHost: evil.example', '/a\tb', '/a\u0000b', '..',
  ])('refuses %j', (path) => {
    expect(() => urlBelow('https://api.example.com/v1', path)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});

describe('retries', () => {
  const policy = { attempts: 3, base_delay: 100, max_delay: 1000 };
  const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers: new Headers(headers) });

  test('only 429 and 503, as long as attempts are left', () => {
    expect(pauseBefore(answer(500), 1, policy)).toBeUndefined();
    expect(pauseBefore(answer(429), 3, policy)).toBeUndefined();
  });
  test('pauses double, with jitter', () => {
    expect([pauseBefore(answer(503), 1, policy, 0), pauseBefore(answer(503), 1, policy, 1)]).toEqual([50, 100]);
    expect([pauseBefore(answer(503), 2, policy, 0), pauseBefore(answer(503), 2, policy, 1)]).toEqual([100, 200]);
  });
  test('the backend’s own pause is kept, unless it is too long', () => {
    expect(pauseBefore(answer(429, { 'retry-after': '1' }), 1, policy)).toBe(1000);
    expect(pauseBefore(answer(429, { 'retry-after': '2' }), 1, policy)).toBeUndefined();
  });
  test('Retry-After is seconds or a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(retryAfter(new Headers({ 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }), now)).toBe(7);
    expect(retryAfter(new Headers({ 'retry-after': 'soon' }), now)).toBeUndefined();
  });
});

describe('client', () => {
  const egress = createEgress({ allow: ['127.0.0.0/8'] });
  const servers: http.Server[] = [];
  const signal = AbortSignal.timeout(20_000);

  const serve = async (handler: Handler): Promise<string> => {
    const server = http.createServer(handler).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const client = (base_url: string, options = {}) =>
    createHttpClient({ egress, base_url, authentication: bearerAuthentication(secret), ...options });

  afterEach(() => { for (const server of servers.splice(0)) { server.closeAllConnections(); server.close(); } });
  afterAll(() => egress.close());

  test('sends JSON, forms and raw bytes', async () => {
    const base = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      response.end(JSON.stringify({ method: request.method, url: request.url, type: request.headers['content-type'], authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() }));
    });
    const api = client(`${base}/v1`);
    const common = { authorization: `Bearer ${secret}` };
    expect((await api.request({ method: 'POST', path: '/a', query: { q: ['1', '2'], none: undefined }, json: { x: 1 }, signal })).json())
      .toEqual({ method: 'POST', url: '/v1/a?q=1&q=2', type: 'application/json', body: '{"x":1}', ...common });
    expect((await api.request({ method: 'POST', path: '/a', form: { To: '+49', MediaUrl: ['x', 'y'] }, signal })).json())
      .toEqual({ method: 'POST', url: '/v1/a', type: 'application/x-www-form-urlencoded', body: 'To=%2B49&MediaUrl=x&MediaUrl=y', ...common });
    const content = (async function* () { yield Buffer.from('ab'); yield Buffer.from('cd'); })();
    expect((await api.request({ method: 'PUT', path: '/a', raw: { content, content_type: 'text/plain' }, signal })).json())
      .toEqual({ method: 'PUT', url: '/v1/a', type: 'text/plain', body: 'abcd', ...common });
  });

  test('follows redirects of a GET, without credentials on another origin and back from it', async () => {
    const seen: [string, string | undefined, string | undefined][] = [];
    const note = (where: string, request: http.IncomingMessage) =>
      seen.push([where, request.headers.authorization, request.headers['x-configured'] as string | undefined]);
    let home = '';
    const away = await serve((request, response) => { note('away', request); response.writeHead(302, { location: `${home}/end` }).end(); });
    home = await serve((request, response) => {
      note(request.url!, request);
      if (request.url === '/start') response.writeHead(307, { location: '/same' }).end();
      else if (request.url === '/same') response.writeHead(302, { location: away }).end();
      else response.end('done');
    });
    const response = await client(home, { headers: { 'x-configured': 'yes' } }).request({ path: '/start', signal });
    expect(response.text()).toBe('done');
    expect(seen).toEqual([
      ['/start', `Bearer ${secret}`, 'yes'], ['/same', `Bearer ${secret}`, 'yes'], ['away', undefined, undefined], ['/end', undefined, undefined],
    ]);
  });

  test('gives up a circle, follows no POST, and leaves what the guard forbids', async () => {
    const base = await serve((request, response) => response.writeHead(302, { location: request.url === '/private' ? 'http://10.0.0.1/' : request.url! }).end());
    await expect(client(base).request({ path: '/', signal })).rejects.toMatchObject({ code: 'backend_error', message: expect.stringContaining('more than 5 times') });
    await expect(client(base).request({ method: 'POST', path: '/', json: {}, signal })).rejects.toMatchObject({ code: 'backend_error', details: { http_status: 302 } });
    await expect(client(base).request({ path: '/private', signal })).rejects.toMatchObject({ code: 'egress_denied' });
  });

  test('a link to another host is not followed with credentials', async () => {
    const base = await serve((_request, response) => response.end());
    await expect(client(base).request({ path: new URL('http://127.0.0.2/'), signal })).rejects.toMatchObject({ code: 'backend_error' });
  });

  test('bounds what it reads, compressed or not', async () => {
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    const base = await serve((request, response) => {
      if (request.url === '/bomb') response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
      else response.end(Buffer.alloc(1000));
    });
    const small = client(base, { max_response_bytes: 1000 });
    expect((await small.request({ path: '/', signal })).bytes).toHaveLength(1000);
    await expect(small.request({ path: '/bomb', signal })).rejects.toMatchObject({ code: 'backend_error', details: { limit_bytes: 1000 } });
  });

  test('repeats when told, and only then', async () => {
    let requests = 0;
    const base = await serve((_request, response) => {
      requests += 1;
      response.writeHead(requests % 3 === 0 ? 200 : 429, { 'retry-after': '0' }).end('{}');
    });
    const retry = { attempts: 3, base_delay: 1, max_delay: 10 };
    expect((await client(base).request({ path: '/', retry, signal })).status).toBe(200);
    expect(requests).toBe(3);
    await expect(client(base).request({ path: '/', signal })).rejects.toMatchObject({ code: 'backend_rate_limited', retry_after: 0 });
    expect(requests).toBe(4);
  });

  test('a pause before a repeat ends with the call', async () => {
    const controller = new AbortController();
    const base = await serve((_request, response) => {
      response.writeHead(503, { 'retry-after': '20' }).end();
      setImmediate(() => controller.abort());
    });
    const retry = { attempts: 3, base_delay: 1, max_delay: 30_000 };
    await expect(client(base).request({ path: '/', retry, signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test.each([
    [400, 'rejected_by_backend'], [401, 'backend_authentication_failed'], [403, 'backend_permission_denied'], [404, 'object_not_found'],
    [409, 'rejected_by_backend'], [422, 'rejected_by_backend'], [429, 'backend_rate_limited'], [500, 'backend_error'],
    [502, 'backend_unavailable'], [503, 'backend_unavailable'], [504, 'backend_unavailable'], [304, 'backend_error'],
  ])('HTTP %i is %s', async (status, code) => {
    const base = await serve((_request, response) => response.writeHead(status).end());
    await expect(client(base).request({ path: `/?key=${secret}`, signal })).rejects.toMatchObject({ code, details: { http_status: status } });
  });

  test.each([
    ['{"message":"no such plan"}', 'no such plan'],
    ['{"error":{"message":"bad model","type":"x"}}', 'bad model'],
    ['{"errors":[{"message":"first"},{"message":"second"}]}', 'first'],
    ['{"error":"invalid_grant","error_description":"it expired"}', 'it expired'],
    ['plain words', 'plain words'],
    [`{"message":"token ${secret} is unknown\\nreally"}`, 'token [redacted] is unknown really'],
    ['{"message":"eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJwIn0.c2ln is late"}', '[redacted] is late'],
  ])('takes the provider’s words from %s', async (body, words) => {
    const base = await serve((_request, response) => response.writeHead(400).end(body));
    await expect(client(base, { backend: 'Acme' }).request({ path: '/', signal })).rejects.toThrow(`Acme refused the request (HTTP 400): ${words}.`);
  });

  test('a page of HTML says nothing', async () => {
    const base = await serve((_request, response) => response.writeHead(500).end('<html><h1>Oops</h1></html>'));
    await expect(client(base, { backend: 'Acme' }).request({ path: '/', signal })).rejects.toThrow('Acme failed (HTTP 500).');
  });

  test('what is not HTTP and what breaks off are typed errors', async () => {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await expect(client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).request({ path: '/', signal })).rejects.toMatchObject({ code: 'backend_error' });
    server.close();
    const base = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    });
    await expect(client(base).request({ path: '/', signal })).rejects.toMatchObject({ code: 'backend_unreachable' });
  });

  test('a header that HTTP cannot carry is the caller’s mistake', async () => {
    const base = await serve((_request, response) => response.end());
    await expect(client(base).request({ path: '/', headers: { 'x-a': 'b\r\nx-evil: 1' }, signal })).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('streams', async () => {
    const base = await serve((_request, response) => { response.write('one'); response.end('two'); });
    const { body } = await client(base).stream({ path: '/', signal });
    let text = '';
    for await (const chunk of body) text += Buffer.from(chunk).toString();
    expect(text).toBe('onetwo');
  });
});
