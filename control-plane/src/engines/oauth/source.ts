/** A token source: the newest token in memory, and one request for the next, however many ask for it. */
import type { OAuth2Settings, TokenSource } from '../../kinds/contract.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { renewTokens } from './token-endpoint.ts';
import type { Tokens } from './token-endpoint.ts';

/** A request for tokens is given up after so long, in milliseconds; never because one of those who wait has gone: a rotated refresh token would be lost. */
export const tokenTimeout = 30_000;
/** A backend that refuses one token after the other is not a matter of tokens: in milliseconds, between two that are given up as refused. */
const refusalPause = 30_000;

/**
 * @param obtain gives tokens that are good for now: kept ones, or new ones; never the refused one
 * @param now in milliseconds
 */
export function createTokenSource(obtain: (refused: string | undefined) => Promise<Tokens>, now: () => number = () => Date.now()): TokenSource {
  let current: Tokens | undefined;
  let refused: string | undefined;
  let refusedAt = -Infinity;
  let pending: Promise<Tokens> | undefined;
  const isGood = (tokens: Tokens): boolean => tokens.access_token !== refused && (tokens.refresh_at === undefined || tokens.refresh_at.getTime() > now());

  return {
    async accessToken({ signal }) {
      if (current && isGood(current)) return current.access_token;
      pending ??= obtain(refused).then((tokens) => (current = tokens)).finally(() => void (pending = undefined));
      return (await unlessAborted(pending, signal)).access_token;
    },
    invalidate(token) {
      // Somebody has replaced it since the request was sent.
      if (current && current.access_token !== token) return true;
      if (token === refused || now() - refusedAt < refusalPause) return false;
      refused = token;
      refusedAt = now();
      return true;
    },
  };
}

/** Tokens of a config that nobody keeps: they live as long as the session. */
export function memoryTokenSource(settings: OAuth2Settings, egress: Egress): TokenSource {
  let { refresh_token } = settings;
  return createTokenSource(async () => {
    if (settings.grant === 'authorization_code') {
      throw new PatchbayError('oauth_reconnect_required', 'No account is connected yet.', { hint: 'Save the connector first: an account is connected on its page, and it can be tested then.' });
    }
    const tokens = await renewTokens(settings, refresh_token, { egress, signal: AbortSignal.timeout(tokenTimeout) });
    refresh_token = tokens.refresh_token ?? refresh_token;
    return tokens;
  });
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
