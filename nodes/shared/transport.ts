/**
 * Requests to the control plane. The credential is resolved for each item and handed to n8n's request
 * helper by value: asked by name, the helper would resolve it for the first item and send that to all.
 */
import { sleep } from 'n8n-workflow';
import type {
  ICredentialDataDecryptedObject, IDataObject, IExecuteFunctions, IHookFunctions, IHttpRequestMethods, IHttpRequestOptions, ILoadOptionsFunctions,
} from 'n8n-workflow';
import { failure, isProblem, problemError } from './problem';
import type { Problem } from './problem';

export type Functions = IExecuteFunctions | ILoadOptionsFunctions | IHookFunctions;

/** A way into one Patchbay, as one item's credential gives it. */
export interface Access {
  functions: Functions;
  credential: string;
  data: ICredentialDataDecryptedObject;
  url: string;
  itemIndex?: number;
}

export interface Request {
  method: IHttpRequestMethods;
  path: string;
  query?: IDataObject;
  /** Sent as JSON. */
  body?: IDataObject;
  /** Sent as they are. Called anew for each attempt, since a stream can be read but once. */
  bytes?: () => Promise<Pick<IHttpRequestOptions, 'body'>['body']>;
  /** The type of the answer, where there is a choice. */
  accept?: string;
  /** It may be sent again although the first may have been carried out. */
  repeatable?: boolean;
}

export interface Answer {
  headers: Record<string, string | undefined>;
  /** Not read yet. */
  body: AsyncIterable<Uint8Array> & { destroy?(): void };
}

export async function accessOf(functions: Functions, credential: string, itemIndex?: number): Promise<Access> {
  const data = itemIndex === undefined
    ? await functions.getCredentials(credential)
    : await (functions as IExecuteFunctions).getCredentials(credential, itemIndex);
  const url = controlPlaneUrl(credential === 'patchbayApi' ? data.baseUrl : data.patchbayUrl);
  if (url === undefined) {
    throw failure(functions.getNode(), 'invalid_credential', 'The credential’s Patchbay address is not a web address.',
      'Enter the control plane’s address, beginning with https:// or http://, in the credential.', itemIndex);
  }
  return { functions, credential, data, url, itemIndex };
}

/** The address that a credential names, without a slash at its end; undefined when it is none. */
export function controlPlaneUrl(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return /^https?:\/\/[^\s/?#]+/i.test(text) ? text.replace(/[/?#]+$/, '') : undefined;
}

const attempts = 4;
const longestPause = 30;

/** Sends, and again when Patchbay or the backend asks for patience. Throws n8n's errors alone. */
export async function send(access: Access, request: Request): Promise<Answer> {
  const node = access.functions.getNode();
  for (let attempt = 1; ; attempt += 1) {
    const response = await sendOnce(access, request);
    if (response.statusCode < 300) return { headers: response.headers, body: response.body };
    const problem = await problemOf(access, response);
    if (attempt === attempts || !mayRepeat(problem, request)) throw problemError(node, problem, access.itemIndex);
    await pause(access, problem.retry_after ?? (Number(response.headers['retry-after']) || 2 ** (attempt - 2)));
  }
}

interface Response {
  statusCode: number;
  headers: Record<string, string | undefined>;
  body: Answer['body'];
}

async function sendOnce(access: Access, { method, path, query, body, bytes, accept = 'application/json, application/x-ndjson, */*' }: Request): Promise<Response> {
  const { functions, credential, data, url } = access;
  const options: IHttpRequestOptions = {
    method,
    url: `${url}${path}`,
    qs: query,
    headers: {
      Accept: accept,
      ...((body || bytes) && { 'Content-Type': body ? 'application/json' : 'application/octet-stream' }),
    },
    body: bytes ? await bytes() : body && JSON.stringify(body),
    encoding: 'stream',
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
    // The key goes to the address in the credential and to no other.
    disableFollowRedirect: true,
    sendCredentialsOnCrossOriginRedirect: false,
  };
  try {
    return (await functions.helpers.httpRequestWithAuthentication.call(functions, credential, options, {
      credentialsDecrypted: { id: '', name: '', type: credential, data },
    })) as Response;
  } catch (error) {
    throw unreachable(access, error);
  }
}

/** The request helper's own error holds the request with its headers: only its code goes on. */
function unreachable({ functions, url, itemIndex }: Access, error: unknown): Error {
  const node = functions.getNode();
  if (cancelSignal(functions)?.aborted) {
    return failure(node, 'cancelled', 'The execution was cancelled.', 'Nothing to do.', itemIndex);
  }
  const code = codeOf(error);
  return failure(node, 'patchbay_unreachable', `Patchbay cannot be reached at ${originOf(url)}${code ? ` (${code})` : ''}.`,
    'Check the address in the credential, and that the control plane runs and that n8n may reach it.', itemIndex);
}

function codeOf(error: unknown): string | undefined {
  for (let current = error, depth = 0; typeof current === 'object' && current !== null && depth < 5; depth += 1) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return code;
    current = cause;
  }
  return undefined;
}

const originOf = (url: string): string => new URL(url).origin;

/** The problem document of an answer; a proxy or another server that answers instead gives none. */
async function problemOf(access: Access, { statusCode, headers, body }: Response): Promise<Problem> {
  const text = await readText(body).catch(() => '');
  const parsed = parse(text);
  const retryAfter = Number(headers['retry-after']) || undefined;
  if (isProblem(parsed)) return { ...parsed, retry_after: parsed.retry_after ?? retryAfter };
  const redirected = statusCode < 400;
  return {
    status: statusCode,
    code: redirected ? 'redirected' : 'unexpected_answer',
    detail: redirected
      ? `${originOf(access.url)} redirects to another address.`
      : `${originOf(access.url)} answered ${statusCode}, but not as Patchbay does.`,
    hint: redirected ? 'Enter the address that it redirects to in the credential.' : 'Check the address in the credential and what stands between n8n and the control plane.',
    retryable: statusCode === 429 || statusCode === 503,
    retry_after: retryAfter,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Codes that say that nothing was carried out. */
const refusedBeforehand = new Set(['rate_limited', 'backend_rate_limited', 'unavailable']);

function mayRepeat({ status, code, retryable }: Problem, { repeatable, method }: Request): boolean {
  if (status !== 429 && status !== 503) return false;
  return retryable !== false && (repeatable === true || method === 'GET' || refusedBeforehand.has(code));
}

/** Ends early, with an error, when the execution is cancelled. */
export async function pause({ functions, itemIndex }: Pick<Access, 'functions' | 'itemIndex'>, seconds: number): Promise<void> {
  const signal = cancelSignal(functions);
  const cancelled = new Promise<void>((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  if (!signal?.aborted) await Promise.race([sleep(Math.min(Math.max(seconds, 0), longestPause) * 1000), cancelled]);
  if (signal?.aborted) throw failure(functions.getNode(), 'cancelled', 'The execution was cancelled.', 'Nothing to do.', itemIndex);
}

/** There is none while a builder edits. */
export function cancelSignal(functions: Functions): AbortSignal | undefined {
  return 'getExecutionCancelSignal' in functions ? functions.getExecutionCancelSignal() : undefined;
}

export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Sends and reads the answer as JSON. */
export async function sendForJson<T>(access: Access, request: Request): Promise<{ value: T; headers: Answer['headers'] }> {
  const { body, headers } = await send(access, request);
  let text: string;
  try {
    text = await readText(body);
  } catch (error) {
    throw unreachable(access, error);
  }
  const value = parse(text);
  if (value === undefined) {
    throw failure(access.functions.getNode(), 'unexpected_answer', `${originOf(access.url)} answered, but not as Patchbay does.`,
      'Check the address in the credential.', access.itemIndex);
  }
  return { value: value as T, headers };
}
