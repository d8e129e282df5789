/** Checks what Patchbay signed by Standard Webhooks: id, time and body, as they came. */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type Refusal = 'unsigned' | 'late' | 'tampered';

type Headers = Record<string, string | string[] | undefined>;

/** In seconds: how far the signed time may be from now, either way. */
export const tolerance = 300;

/**
 * @param secret `whsec_` and the key in Base64
 * @param body the bytes as they came: parsed and written again they would be others
 * @returns why the request is refused; undefined when it is genuine
 */
export function refusalOf(headers: Headers, body: Uint8Array, secret: string, now = Date.now()): Refusal | undefined {
  const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof time !== 'string' || typeof signatures !== 'string') return 'unsigned';
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${time}.`).update(body).digest();
  // While a rotated secret overlaps with the next one, there is a signature for each.
  const genuine = signatures.split(' ').some((entry) => {
    const [version, signature = ''] = entry.split(',');
    const given = Buffer.from(signature, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!genuine) return 'tampered';
  return /^\d{1,12}$/.test(time) && Math.abs(now / 1000 - Number(time)) <= tolerance ? undefined : 'late';
}
