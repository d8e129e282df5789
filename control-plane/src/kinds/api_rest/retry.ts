/** How often what may be sent twice is sent again. */
import { defaultRetry, transientStatuses } from '../../engines/http/index.ts';
import type { RetryPolicy } from '../../engines/http/index.ts';

/** @param longest a backend that asks for a longer pause is not waited for, in milliseconds */
export function retryPolicy({ retries }: { retries: number }, longest: number): RetryPolicy {
  return { ...defaultRetry, attempts: retries + 1, max_delay: longest, statuses: transientStatuses };
}
