/** How fast one connector's requests may follow one another, and how many may run at once. In this process. */
import { pause } from './retry.ts';

export interface Pace {
  /** Waits until one more may run. @returns what ends it; can be called twice */
  enter(signal: AbortSignal): Promise<() => void>;
  /** Waits for the moment at which the next request may be sent. */
  turn(signal: AbortSignal): Promise<void>;
  /** No request is sent for so long, in milliseconds: the backend asked for it. */
  hold(milliseconds: number): void;
}

/**
 * @param requests_per_second undefined for no limit; a fraction is allowed: 0.5 is one in two seconds
 * @param concurrency how many run at once
 * @param now in milliseconds
 */
export function createPace({ requests_per_second, concurrency }: { requests_per_second?: number; concurrency: number }, now: () => number = () => performance.now()): Pace {
  const interval = requests_per_second === undefined ? 0 : 1000 / requests_per_second;
  let next = 0;
  let running = 0;
  const waiting: (() => void)[] = [];

  const leave = () => {
    // The place goes from hand to hand, so that nobody slips in between.
    const first = waiting.shift();
    if (first) first();
    else running -= 1;
  };

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (running < concurrency) running += 1;
      else {
        const { promise, resolve, reject } = Promise.withResolvers<void>();
        const given = () => resolve();
        const abort = () => {
          const index = waiting.indexOf(given);
          if (index >= 0) waiting.splice(index, 1);
          reject(signal.reason);
        };
        waiting.push(given);
        signal.addEventListener('abort', abort, { once: true });
        await promise.finally(() => signal.removeEventListener('abort', abort));
      }
      let left = false;
      return () => {
        if (left) return;
        left = true;
        leave();
      };
    },
    async turn(signal) {
      const time = now();
      const mine = Math.max(next, time);
      next = mine + interval;
      if (mine > time) await pause(mine - time, signal);
    },
    hold(milliseconds) {
      next = Math.max(next, now() + milliseconds);
    },
  };
}
