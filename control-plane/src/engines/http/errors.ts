/** What an HTTP answer means as a typed error: one table for every provider. */
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorCode } from '../../platform/errors.ts';

/** An answer that is an error, for a provider's own mapping. */
export interface HttpFailure {
  status: number;
  headers: Headers;
  /** Parsed when it is JSON, a string otherwise. */
  body: unknown;
  /** The provider's own words, found in the body, secrets taken out; undefined when there are none. */
  message: string | undefined;
  /** Seconds, from `Retry-After`. */
  retry_after: number | undefined;
}

interface Meaning {
  code: ErrorCode;
  says: string;
  hint: string;
}

const meanings: Record<number, Meaning> = {
  401: { code: 'backend_authentication_failed', says: 'refused the credentials', hint: 'Check the connector’s credentials: they may be wrong, expired or revoked.' },
  403: { code: 'backend_permission_denied', says: 'denied permission', hint: 'Give the connector’s account the right to do this, at the provider.' },
  404: { code: 'object_not_found', says: 'has nothing at this address', hint: 'Check the path and the ids in it.' },
  407: { code: 'backend_authentication_failed', says: 'asks for the credentials of a proxy', hint: 'Check the address: a proxy answered in the backend’s place.' },
  408: { code: 'backend_timeout', says: 'gave up waiting for the request', hint: 'Try again.' },
  410: { code: 'object_not_found', says: 'says that this is gone for good', hint: 'Check the path and the ids in it.' },
  429: { code: 'backend_rate_limited', says: 'limits requests', hint: 'Try again later, or send fewer requests.' },
  500: { code: 'backend_error', says: 'failed', hint: 'Try again later; if it persists, ask the provider.' },
  501: { code: 'backend_error', says: 'cannot do this', hint: 'Check that the address is the right one for this operation.' },
  502: { code: 'backend_unavailable', says: 'is not available now', hint: 'Try again later.' },
  503: { code: 'backend_unavailable', says: 'is not available now', hint: 'Try again later.' },
  504: { code: 'backend_unavailable', says: 'is not available now', hint: 'Try again later.' },
};

const otherServer: Meaning = { code: 'backend_error', says: 'failed', hint: 'Try again later; if it persists, ask the provider.' };
const otherClient: Meaning = { code: 'rejected_by_backend', says: 'refused the request', hint: 'Correct what the backend names and try again.' };
const redirection: Meaning = { code: 'backend_error', says: 'redirects this request elsewhere, which is followed only for GET and HEAD', hint: 'Set the connector’s address to the one that answers itself: often https instead of http, or without a slash at the end.' };

/** The typed error of a status of 300 or more. @param backend who answered, as in `Twilio` or `api.example.com:443` */
export function httpError({ status, message, retry_after }: HttpFailure, backend: string): PatchbayError {
  const meaning = meanings[status] ?? (status >= 500 ? otherServer : status >= 400 ? otherClient : redirection);
  return new PatchbayError(meaning.code, asSentence(`${backend} ${meaning.says} (HTTP ${status})${message ? `: ${message}` : ''}`), {
    hint: meaning.hint,
    details: { http_status: status },
    ...(retry_after !== undefined && { retry_after }),
  });
}

/** Ends the text with a full stop, unless it ends already. */
export function asSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** Reads an answer as a failure. @param redact takes secrets out of the provider's words */
export function failureOf(status: number, headers: Headers, text: string, redact: (text: string) => string): HttpFailure {
  const body = parsedBody(text);
  const message = messageIn(body);
  return { status, headers, body, message: message && shorten(redact(message)), retry_after: retryAfter(headers) };
}

function parsedBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Where providers put their words: `message`, `error.message`, `error_description`, `errors[0].message`, `detail`, … */
function messageIn(body: unknown, depth = 0): string | undefined {
  if (typeof body === 'string') return depth === 0 && (body.length > 300 || /^\s*</.test(body)) ? undefined : body.trim() || undefined;
  if (depth > 3 || typeof body !== 'object' || body === null) return undefined;
  if (Array.isArray(body)) return messageIn(body[0], depth + 1);
  const object = body as Record<string, unknown>;
  for (const name of ['message', 'error_description', 'detail', 'error', 'errors', 'description', 'title', 'reason']) {
    const found = object[name] === undefined ? undefined : messageIn(object[name], depth + 1);
    if (found) return found;
  }
  return undefined;
}

function shorten(text: string): string {
  // eslint-disable-next-line no-control-regex -- a message is one line
  const line = text.replace(/[\u0000-\u001f\u007f\s]+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

/** Seconds until a repeat is welcome: `Retry-After` as seconds or as a date. */
export function retryAfter(headers: Headers, now = Date.now()): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/**
 * A function that replaces each secret, also in its URL-encoded form, and whatever looks like a JWT.
 * Very short secrets would only garble the text.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const all = [...new Set(secrets.filter((secret) => secret.length > 3).flatMap((secret) => [secret, encodeURIComponent(secret)]))]
    .sort((a, b) => b.length - a.length);
  return (text) => all.reduce((redacted, secret) => redacted.replaceAll(secret, '[redacted]'), text).replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[redacted]');
}
