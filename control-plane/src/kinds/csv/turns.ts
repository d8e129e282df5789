/** Runs one piece of work after another, in the order of their coming; whoever gives up does not wait for its turn. */
export function createTurns(): <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T> {
  let before: Promise<unknown> = Promise.resolve();
  return async (work, signal) => {
    signal.throwIfAborted();
    const { promise: given, reject: giveUp } = Promise.withResolvers<never>();
    const onAbort = () => giveUp(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const mine = before.then(() => {
      signal.throwIfAborted();
      // Work that has begun ends itself.
      signal.removeEventListener('abort', onAbort);
      return work();
    });
    before = mine.catch(() => undefined);
    return Promise.race([mine, given]);
  };
}
