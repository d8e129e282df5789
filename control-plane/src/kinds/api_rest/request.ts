import type { z } from 'zod';
import type { api } from '../../categories/api.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { retryPolicy } from './retry.ts';

type Input = z.output<(typeof api)['operations']['request']['input']>;
type Output = z.input<(typeof api)['operations']['request']['output']>;

/** Headers that frame the request: a caller who sets them could smuggle a second one. */
const framing = /^(host|content-length|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/i;

/** In milliseconds: whoever waits for one answer is rather told to come back later. */
const longestPause = 5000;

/** One request. A status of 300 or more is a typed error. Only what changes nothing is sent again by itself. */
export async function sendRequest(client: HttpClient, config: { retries: number }, input: Input, signal: AbortSignal): Promise<Output> {
  const { method, path, query, headers = {}, body } = input;
  const refused = Object.keys(headers).find((name) => framing.test(name));
  if (refused !== undefined) throw invalid('headers', `the header ${JSON.stringify(refused)} is set by the connection itself`);
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) throw invalid('body', `a ${method} request has no body`);
  const isSafe = method === 'GET' || method === 'HEAD';
  const response = await client.request({ method, path, query, headers, ...contentOf(body), signal, ...(isSafe && { retry: retryPolicy(config, longestPause) }) });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: answerOf(response) };
}

function contentOf(body: unknown): Partial<HttpRequest> {
  if (body === undefined) return {};
  return typeof body === 'string' ? { raw: { content: body, content_type: 'text/plain; charset=utf-8' } } : { json: body };
}

function answerOf(response: HttpResponse): unknown {
  const type = response.headers.get('content-type') ?? '';
  if (response.bytes.length > 0 && /^[^;]*\bjson\b/i.test(type)) return response.exactJson();
  return response.text();
}

function invalid(path: string, message: string): PatchbayError {
  return new PatchbayError('invalid_request', `The request is not valid: ${message}.`, { hint: 'Leave it out and send the request again.', fields: [{ path, message }] });
}
