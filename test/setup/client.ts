/** A small HTTP client for tests, and what every problem document has to be. */

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what an answer holds is what a test is about
export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON, one value a line of NDJSON, the text otherwise. */
  body: Json;
  text: string;
}

export interface SendOptions {
  /** Sent as JSON when it is no string, buffer or stream. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export interface Client {
  key: string | undefined;
  send(method: string, path: string, options?: SendOptions): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  patch(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

export function createClient(url: string, key?: string): Client {
  const send: Client['send'] = async (method, path, { body, headers = {}, signal } = {}) => {
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && !(body instanceof ReadableStream) && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: (isRaw ? body : JSON.stringify(body)) as string, duplex: 'half' }),
      ...(signal && { signal }),
    } as RequestInit);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parse(text, response.headers.get('content-type') ?? '') };
  };
  return {
    key,
    send,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, { body }),
    put: (path, body) => send('PUT', path, { body }),
    patch: (path, body) => send('PATCH', path, { body }),
    delete: (path) => send('DELETE', path),
  };
}

function parse(text: string, type: string): Json {
  if (type.includes('ndjson')) return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as unknown);
  return /\bjson\b/.test(type) ? (JSON.parse(text) as unknown) : text;
}

/** A problem document as RFC 9457 and this service want it. @returns it */
export function expectProblem(answer: Answer, status: number, code: string, path?: string): Json {
  const { body } = answer;
  expect({ status: answer.status, code: body.code, type: answer.headers.get('content-type') }).toEqual({ status, code, type: 'application/problem+json' });
  expect(body).toMatchObject({
    type: `urn:patchbay:error:${code}`, status, title: expect.any(String), detail: expect.stringMatching(/\.$/), retryable: expect.any(Boolean),
    fault: expect.stringMatching(/^(caller|connector|backend|service)$/), request_id: answer.headers.get('x-request-id'),
  });
  expect(body.request_id).toEqual(expect.any(String));
  if (path !== undefined) expect(body.errors).toContainEqual({ path, message: expect.any(String) });
  return body;
}

/** Creates or changes something and returns the answer's body. Throws with the problem when it is refused. */
export async function must(answer: Promise<Answer>): Promise<Json> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  return body;
}
