/** Work that several wait for is done once, and given up when nobody waits any more. */

export interface Downloads<T> {
  /** Starts `work` unless somebody did for the same name; a waiter whose signal is aborted leaves the others waiting. */
  join(name: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Running<T> {
  result: Promise<T>;
  controller: AbortController;
  waiting: number;
}

export function createDownloads<T>(): Downloads<T> {
  const running = new Map<string, Running<T>>();
  return {
    async join(name, signal, work) {
      signal.throwIfAborted();
      let current = running.get(name);
      if (!current) {
        const controller = new AbortController();
        const started: Running<T> = { controller, waiting: 0, result: work(controller.signal) };
        current = started;
        running.set(name, started);
        const forget = () => void (running.get(name) === started && running.delete(name));
        started.result.then(forget, forget);
      }
      const joined = current;
      joined.waiting += 1;
      const { promise: left, reject } = Promise.withResolvers<never>();
      const onAbort = () => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([joined.result, left]);
      } finally {
        signal.removeEventListener('abort', onAbort);
        joined.waiting -= 1;
        if (joined.waiting === 0) {
          // Whoever comes now must not wait for what is being given up.
          if (running.get(name) === joined) running.delete(name);
          joined.controller.abort(signal.reason);
        }
      }
    },
  };
}
