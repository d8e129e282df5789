/** Why a request is not taken. */
import { PatchbayError } from '../../platform/errors.ts';

export type RefusalReason =
  /** It carries no signature or credential at all. */
  | 'unsigned'
  /** What it carries does not fit the request or the secret. */
  | 'tampered'
  /** It was signed too long ago, or in the future. */
  | 'late'
  /** The very same signed request was taken before. */
  | 'replayed';

const messages: Record<RefusalReason, { message: string; hint: string }> = {
  unsigned: { message: 'The request is not signed.', hint: 'Have the provider sign it, in the way that the connector’s webhook settings say.' },
  tampered: { message: 'The request’s signature or credential does not fit.', hint: 'Check that the secret is the same at the provider and in the connector, and that no proxy changes the address or the body.' },
  late: { message: 'The request was signed too long ago or in the future.', hint: 'Check the clocks; a signature is good for five minutes.' },
  replayed: { message: 'This very request was taken before.', hint: 'Sign it again to send it again.' },
};

export function refusal(reason: RefusalReason): PatchbayError {
  const { message, hint } = messages[reason];
  return new PatchbayError('webhook_refused', message, { hint, details: { reason } });
}

/** In seconds: how far a signed time may be from now. */
export const tolerance = 300;

/** The signed time as a date; throws when it is none, or not now. @param seconds since 1970, as text */
export function timely(seconds: string, now = Date.now()): Date {
  if (!/^\d{1,12}$/.test(seconds)) throw refusal('tampered');
  const time = Number(seconds) * 1000;
  if (Math.abs(now - time) > tolerance * 1000) throw refusal('late');
  return new Date(time);
}
