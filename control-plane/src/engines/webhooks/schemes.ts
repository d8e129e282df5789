/** The ways in which providers prove that a request is theirs. */
import { createHash, createHmac } from 'node:crypto';
import type { WebhookRequest } from '../../kinds/contract.ts';
import { newId } from '../../platform/ids.ts';
import { isSame, readyKey, signature, signingKey } from '../../platform/standard-webhooks.ts';
import { at, parsed } from './body.ts';
import { refusal, timely } from './refusal.ts';

/** What a verified request is known by. */
export interface Verified {
  /** See `WebhookEvent.id`. */
  id: string;
  signed_at?: Date;
}

export interface Scheme {
  /** Throws `webhook_refused`. */
  verify(request: WebhookRequest): Verified | Promise<Verified>;
  /** Headers that hold a credential: they are kept out of the event. */
  secret_headers: readonly string[];
}

/** What a request is known by that names itself by no id of its own: all that makes it another one. */
export function digestOf(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\n');
  return hash.digest('base64url');
}

export interface HmacOptions {
  secret: string;
  /** The header that carries the signature. */
  header: string;
  algorithm: 'sha1' | 'sha256' | 'sha512';
  encoding: 'hex' | 'base64';
  /** What stands before the signature: `sha256=`. */
  prefix: string;
  /** A header with seconds since 1970; then `time.body` is signed, and not the body alone. */
  timestamp_header?: string;
  /** Where in the body, which is signed, stands the event's id. */
  id_path?: string;
  /**
   * Headers that, with the body, tell deliveries apart. They are not signed, so that whoever has a request could
   * send it again as another event; without them, of two events with one body the second would be lost.
   */
  id_headers?: readonly string[];
}

/**
 * An HMAC of the body, or of a time and the body. A GET has neither: its address would go unsigned.
 *
 * The same request again may be its provider's retry after an answer that was lost, for not all sign each
 * attempt anew: it is no second event, but no error either.
 */
export function hmacScheme({ secret, header, algorithm, encoding, prefix, timestamp_header, id_path, id_headers = [] }: HmacOptions): Scheme {
  const key = readyKey(secret);
  return {
    secret_headers: [],
    verify({ method, headers, body }) {
      const given = headers[header.toLowerCase()];
      if (!given || method === 'GET') throw refusal('unsigned');
      const hmac = createHmac(algorithm, key);
      const time = timestamp_header === undefined ? undefined : headers[timestamp_header.toLowerCase()];
      if (timestamp_header !== undefined) {
        if (!time) throw refusal('unsigned');
        hmac.update(`${time}.`);
      }
      const expected = hmac.update(body).digest(encoding);
      const bare = given.slice(prefix.length);
      if (!given.startsWith(prefix) || !isSame(encoding === 'hex' ? bare.toLowerCase() : bare, expected)) throw refusal('tampered');
      if (time !== undefined) timely(time);
      const named = id_path === undefined ? undefined : at(parsed(body), id_path);
      if (named !== undefined && named !== '') return { id: claimedId(named) };
      return { id: digestOf(...id_headers.map((name) => headers[name.toLowerCase()] ?? ''), ...(time === undefined ? [] : [time]), body) };
    },
  };
}

/** Standard Webhooks: id, time and body are signed. */
export function standardWebhooksScheme(secret: string): Scheme {
  const key = readyKey(signingKey(secret));
  return {
    secret_headers: [],
    verify({ method, headers, body }) {
      const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': given } = headers;
      if (!id || !time || !given || method === 'GET') throw refusal('unsigned');
      const expected = signature(id, time, body, key);
      if (!given.split(' ').some((one) => isSame(one, expected))) throw refusal('tampered');
      return { id: claimedId(id), signed_at: timely(time) };
    },
  };
}

/** Stripe: `t=TIME,v1=SIGNATURE`, the event's id in the body. Source: https://docs.stripe.com/webhooks/signature */
export function stripeScheme(secret: string): Scheme {
  // The whole secret is the key, its `whsec_` too.
  const key = readyKey(secret);
  return {
    secret_headers: [],
    verify({ headers, body }) {
      const parts = (headers['stripe-signature'] ?? '').split(',').map((part) => part.trim().split('=', 2));
      const time = parts.find(([name]) => name === 't')?.[1];
      const given = parts.filter(([name]) => name === 'v1').map(([, value]) => value ?? '');
      if (!time || given.length === 0) throw refusal('unsigned');
      const expected = createHmac('sha256', key).update(`${time}.`).update(body).digest('hex');
      if (!given.some((one) => isSame(one, expected))) throw refusal('tampered');
      return { id: claimedId(at(parsed(body), 'id') ?? digestOf(body)), signed_at: timely(time) };
    },
  };
}

/**
 * A credential in a header: `Basic …`, `Bearer …`, or a value of one's own. Nothing is signed, so there is
 * nothing to replay without the credential itself: the sender's word on the id is taken, and what has none is new.
 */
export function credentialScheme({ header, value, id_header }: { header: string; value: string; id_header: string }): Scheme {
  // Of `Authorization: Bearer …` the first word is the same in capitals or small letters (RFC 9110); a value of one's own is taken as it is.
  const folded = (given: string): string => (header.toLowerCase() === 'authorization' ? given.replace(/^\S+ +/, (scheme) => `${scheme.trimEnd().toLowerCase()} `) : given);
  const expected = folded(value);
  return {
    secret_headers: [header.toLowerCase()],
    verify({ headers }) {
      const given = headers[header.toLowerCase()];
      if (!given) throw refusal('unsigned');
      if (!isSame(folded(given), expected)) throw refusal('tampered');
      return { id: claimedId(headers[id_header.toLowerCase()]) };
    },
  };
}

/** The id that a sender gives, short enough to be kept; a new one where there is none. */
export function claimedId(given: string | undefined): string {
  if (given === undefined || given === '') return newId();
  return given.length <= 200 ? given : digestOf(given);
}

export const basicValue = (username: string, password: string): string => `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
