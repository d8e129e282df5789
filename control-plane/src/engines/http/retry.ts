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
}

export const defaultRetry: RetryPolicy = { attempts: 4, base_delay: 500, max_delay: 30_000 };

const repeatable = new Set([429, 503]);

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
  if (!repeatable.has(answer.status) || attempt >= policy.attempts) return undefined;
  const asked = retryAfter(answer.headers);
  if (asked !== undefined) return asked * 1000 <= policy.max_delay ? asked * 1000 : undefined;
  const ceiling = Math.min(policy.base_delay * 2 ** (attempt - 1), policy.max_delay);
  return ceiling / 2 + (random * ceiling) / 2;
}

export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}
