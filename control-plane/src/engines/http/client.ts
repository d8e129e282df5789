/**
 * The HTTP client of every kind that speaks to a REST API: through the egress guard, with the
 * connector's authentication, bounded answers and typed errors. It never puts a URL's path or query
 * or a header into an error.
 */
import type { Egress } from '../../platform/egress/index.ts';
import { exactJson } from '../../platform/exact-json.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { networkError } from '../../platform/network-errors.ts';
import { addQuery, hostOf, urlBelow } from './address.ts';
import type { QueryValue } from './address.ts';
import { noAuthentication } from './authentication.ts';
import type { Authentication } from './authentication.ts';
import { encodeBody, isRepeatable, readBounded } from './body.ts';
import type { EncodedBody, RequestBody } from './body.ts';
import { failureOf, httpError, redactor } from './errors.ts';
import type { HttpFailure } from './errors.ts';
import type { Pace } from './pace.ts';
import { pause, pauseBefore } from './retry.ts';
import type { RetryPolicy } from './retry.ts';

export interface HttpClientOptions {
  egress: Egress;
  /** Every request goes below it. */
  base_url: string;
  /** Who answers, in messages: `Twilio`. The host and port when not given. */
  backend?: string;
  authentication?: Authentication;
  /** Sent with each request to the base URL's origin. */
  headers?: Record<string, string>;
  /** Further secrets to keep out of messages. */
  secrets?: readonly string[];
  /** PEM certificates to trust in place of the public ones. */
  ca_certificate?: string;
  /** How fast requests may follow one another, and how many of `request` may run at once. */
  pace?: Pace;
  /** The largest answer that is read whole, in bytes; 25 MB when not given. */
  max_response_bytes?: number;
  /** A provider's own reading of an error; undefined leaves it to the common table. */
  explain?(failure: HttpFailure): PatchbayError | undefined;
}

export interface HttpRequest extends RequestBody {
  method?: string;
  /** Below the base URL, or a whole URL of the same origin (a link that the backend gave). */
  path: string | URL;
  query?: Record<string, QueryValue>;
  headers?: Record<string, string>;
  signal: AbortSignal;
  /** Repeat on 429 and 503; left out: never. */
  retry?: RetryPolicy;
  /** Statuses that are answers, not errors; 200 to 299 when not given. */
  accepts?(status: number): boolean;
}

export interface HttpAnswer {
  status: number;
  headers: Headers;
  /** Where it came from, after redirects. */
  url: URL;
}

export interface HttpResponse extends HttpAnswer {
  bytes: Uint8Array;
  text(): string;
  /** Throws `backend_error` when it is no JSON. */
  json(): unknown;
  /** As `json`, with each number that would be rounded as its text. */
  exactJson(): unknown;
}

export interface HttpStream extends HttpAnswer {
  /** Unbounded: the caller takes it chunk by chunk. */
  body: AsyncIterable<Uint8Array>;
}

export interface HttpClient {
  request(request: HttpRequest): Promise<HttpResponse>;
  /** As `request`, with the answer's body as it arrives. Not reading it to the end cancels it. */
  stream(request: HttpRequest): Promise<HttpStream>;
}

export const defaultMaxResponseBytes = 25_000_000;
const maxRedirects = 5;
/** All that goes along when a redirect leads to another origin. */
const harmlessHeaders = new Set(['accept', 'accept-language', 'range', 'user-agent']);

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { egress, authentication = noAuthentication, max_response_bytes: limit = defaultMaxResponseBytes } = options;
  const base = new URL(options.base_url);
  const backend = options.backend ?? hostOf(base);
  const redact = (text: string) => redactor([...authentication.secrets, ...(options.secrets ?? [])])(text);

  const fetchOnce = async (method: string, url: URL, headers: Headers, body: EncodedBody | undefined, signal: AbortSignal): Promise<Response> => {
    try {
      return await egress.fetch(url, {
        method,
        headers: Object.fromEntries(headers),
        signal,
        ...(body && { body: body.content as RequestInit['body'] }),
        ...(body && !isRepeatable(body) && { duplex: 'half' }),
      }, { ca: options.ca_certificate });
    } catch (error) {
      throw typedFailure(error, hostOf(url), signal);
    }
  };

  /** One attempt, with the redirects that it is led through. */
  const attempt = async (request: HttpRequest, method: string, body: EncodedBody | undefined): Promise<{ response: Response; url: URL; renewed: boolean }> => {
    let url = targetOf(base, request);
    let atHome = true;
    for (let redirects = 0; ; redirects += 1) {
      const headers = requestHeaders({ 'user-agent': 'Patchbay', accept: 'application/json, */*;q=0.5', ...options.headers, ...request.headers });
      if (body?.content_type !== undefined && !headers.has('content-type')) headers.set('content-type', body.content_type);
      const outgoing = { method, url, headers, signal: request.signal };
      if (atHome) await authentication.apply(outgoing);
      else for (const name of [...headers.keys()]) if (!harmlessHeaders.has(name)) headers.delete(name);
      await options.pace?.turn(request.signal);
      const response = await fetchOnce(method, url, headers, body, request.signal);
      const renewed = response.status === 401 && atHome && authentication.refused?.(outgoing) === true;
      const location = [301, 302, 303, 307, 308].includes(response.status) ? response.headers.get('location') : null;
      if (location === null || (method !== 'GET' && method !== 'HEAD')) return { response, url, renewed };
      await response.body?.cancel();
      if (redirects === maxRedirects) {
        throw new PatchbayError('backend_error', `${backend} redirected more than ${maxRedirects} times.`, { hint: 'Check the address: it may redirect in a circle.' });
      }
      url = redirectTarget(location, url, backend);
      // Once away, credentials stay away: whoever was in between chose where it goes on.
      atHome &&= url.origin === base.origin;
    }
  };

  const answer = async (request: HttpRequest): Promise<{ response: Response; url: URL }> => {
    const method = (request.method ?? 'GET').toUpperCase();
    const body = encodeBody(request);
    const accepts = request.accepts ?? ((status: number) => status >= 200 && status < 300);
    let mayRenew = true;
    for (let tries = 1; ; tries += 1) {
      const { response, url, renewed } = await attempt(tries > 1 && request.retry?.query ? { ...request, query: { ...request.query, ...request.retry.query } } : request, method, body);
      if (accepts(response.status)) return { response, url };
      if (renewed && mayRenew && isRepeatable(body)) {
        await response.body?.cancel();
        mayRenew = false;
        tries -= 1;
        continue;
      }
      const wait = request.retry && isRepeatable(body) ? pauseBefore(response, tries, request.retry) : undefined;
      if (wait !== undefined) options.pace?.hold(wait);
      if (wait === undefined) {
        const text = await errorText(response);
        const failure = failureOf(response.status, response.headers, text, redact);
        throw options.explain?.(failure) ?? httpError(failure, backend);
      }
      await response.body?.cancel();
      await pause(wait, request.signal);
    }
  };

  return {
    async request(request) {
      const release = await options.pace?.enter(request.signal);
      try {
        const { response, url } = await answer(request);
        const bytes = await readBounded(response, limit, backend).catch((error: unknown) => {
          throw typedFailure(error, hostOf(url), request.signal);
        });
        const text = () => bytes.toString('utf8');
        return { status: response.status, headers: response.headers, url, bytes, text, json: () => parseJson(text(), backend), exactJson: () => parseJson(exactJson(text()), backend) };
      } finally {
        release?.();
      }
    },
    async stream(request) {
      const { response, url } = await answer(request);
      const body = (async function* () {
        try {
          if (response.body) yield* response.body as unknown as AsyncIterable<Uint8Array>;
        } catch (error) {
          throw typedFailure(error, hostOf(url), request.signal);
        }
      })();
      return { status: response.status, headers: response.headers, url, body };
    },
  };
}

function targetOf(base: URL, { path, query = {} }: HttpRequest): URL {
  const url = typeof path === 'string' ? urlBelow(base, path) : new URL(path);
  if (url.origin !== base.origin) {
    throw new PatchbayError('backend_error', 'The backend named a next address on another host, which is not followed.', { details: { origin: url.origin } });
  }
  addQuery(url.searchParams, query);
  return url;
}

/** As headers; throws `invalid_request` on what HTTP cannot carry, such as a line break. */
function requestHeaders(entries: Record<string, string>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(entries)) {
    try {
      headers.set(name, value);
    } catch {
      throw new PatchbayError('invalid_request', `The header ${JSON.stringify(name)} is not valid: a name or value that HTTP cannot carry.`, {
        hint: 'A header has no line break and only Latin characters.',
        fields: [{ path: 'headers', message: 'a header is not valid' }],
      });
    }
  }
  return headers;
}

function redirectTarget(location: string, from: URL, backend: string): URL {
  const url = URL.parse(location, from.href);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new PatchbayError('backend_error', `${backend} redirected to an address that cannot be followed.`);
  }
  url.username = '';
  url.password = '';
  return url;
}

/** The beginning of an error's body: enough for its message, however much there is. */
async function errorText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (response.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > 65_536) break;
    }
  } catch {
    // The status says enough.
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string, backend: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new PatchbayError('backend_error', `${backend} answered with something that is not JSON.`, {
      hint: 'Check that the address is the one of the API, not of a web page.',
    });
  }
}

function typedFailure(error: unknown, target: string, signal: AbortSignal): unknown {
  if (PatchbayError.is(error) || signal.aborted) return error;
  return (
    networkError(error, target) ??
    new PatchbayError('backend_error', `${target} answered with something that is not valid HTTP.`, {
      hint: 'Check the host and port, and whether it speaks http or https.',
      cause: error,
    })
  );
}
