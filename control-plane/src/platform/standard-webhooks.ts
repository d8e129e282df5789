/**
 * Standard Webhooks: how an event is signed, and how a signature is checked. Both directions use it:
 * what Patchbay sends to its subscribers, and what providers send to Patchbay.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export const secretPrefix = 'whsec_';

/** A new signing secret: `whsec_` and 32 random bytes in Base64. */
export function newSigningSecret(): string {
  return secretPrefix + randomBytes(32).toString('base64');
}

/** @param secret `whsec_` and Base64, or any other text, whose bytes are then the key */
export function signingKey(secret: string): Buffer {
  return secret.startsWith(secretPrefix) ? Buffer.from(secret.slice(secretPrefix.length), 'base64') : Buffer.from(secret, 'utf8');
}

/** A key that is made ready once, for whoever signs or verifies often. */
export function readyKey(bytes: Uint8Array | string): KeyObject {
  return createSecretKey(typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes);
}

/** `v1,` and the Base64 of HMAC-SHA256 over `id.time.body`. @param time in seconds since 1970 */
export function signature(id: string, time: number | string, body: string | Uint8Array, key: Uint8Array | KeyObject): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest('base64')}`;
}

/**
 * The headers of one message. Several secrets give several signatures, so that a receiver may change
 * from one to the next whenever it likes; none leaves the message unsigned.
 * @param time in seconds since 1970
 */
export function webhookHeaders(id: string, time: number, body: string, secrets: readonly string[]): Record<string, string> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(time) };
  if (secrets.length === 0) return headers;
  return { ...headers, 'webhook-signature': secrets.map((secret) => signature(id, time, body, signingKey(secret))).join(' ') };
}

/** Compares in a time that does not tell how much of it was right. */
export function isSame(given: string | Uint8Array, expected: string | Uint8Array): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}
