/** A token bucket per caller, in this process. */
import { PatchbayError } from '../errors.ts';

export interface RateLimiter {
  /** Takes a token or throws `rate_limited` with the seconds to wait. */
  take(caller: string): void;
}

/** @param perSecond tokens that come back each second; a bucket holds ten times that. 0: no limit. */
export function createRateLimiter(perSecond: number, now: () => number = Date.now): RateLimiter {
  if (perSecond === 0) return { take: () => undefined };
  const capacity = perSecond * 10;
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(caller) {
      const time = now();
      const bucket = buckets.get(caller) ?? { tokens: capacity, at: time };
      const tokens = Math.min(capacity, bucket.tokens + ((time - bucket.at) / 1000) * perSecond);
      // Full buckets say nothing: forgetting the oldest keeps the map small.
      if (buckets.size > 10_000) buckets.delete(buckets.keys().next().value!);
      buckets.delete(caller);
      buckets.set(caller, { tokens: Math.max(0, tokens - 1), at: time });
      if (tokens < 1) {
        throw new PatchbayError('rate_limited', `More than ${perSecond} requests per second.`, {
          hint: 'Wait for the time named in Retry-After, or send fewer requests.',
          retry_after: Math.max(1, Math.ceil((1 - tokens) / perSecond)),
        });
      }
    },
  };
}
