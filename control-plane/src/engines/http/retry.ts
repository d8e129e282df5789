/** Repeating a request that the backend asked to repeat later. */
import { setTimeout as sleep } from 'node:timers/promises';
import { retryAfter } from './errors.ts';

export interface RetryPolicy {
  /** How often it is tried in all. */
  attempts: number;
  /** The first pause in milliseconds, doubled each time, where the backend names none. */
  base_delay: number;
  /** No pause is longer, in milliseconds: a backend that asks for more is not waited for. */
  max_delay: number;
  /** What is repeated; 429 and 503, by which a server asks for it, when not given. */
  statuses?: ReadonlySet<number>;
  /** What a repeat has in its query beside the first: by which the backend tells it from a second request. */
  query?: Record<string, string>;
}

export const defaultRetry: RetryPolicy = { attempts: 4, base_delay: 500, max_delay: 30_000 };

const asked = new Set([429, 503]);
/** Also of a gateway that could not reach the server: for requests that may be sent twice. */
export const transientStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * How long to wait before the next attempt, in milliseconds; undefined when there is to be none.
 * @param attempt how many have been made, from 1
 * @param random from 0 to 1: callers that were refused together must not come back together
 */
export function pauseBefore(
  answer: { status: number; headers: Headers },
  attempt: number,
  policy: RetryPolicy,
  random = Math.random(),
): number | undefined {
  if (!(policy.statuses ?? asked).has(answer.status) || attempt >= policy.attempts) return undefined;
  const named = retryAfter(answer.headers);
  if (named !== undefined) return named * 1000 <= policy.max_delay ? named * 1000 : undefined;
  const ceiling = Math.min(policy.base_delay * 2 ** (attempt - 1), policy.max_delay);
  return ceiling / 2 + (random * ceiling) / 2;
}

export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}
