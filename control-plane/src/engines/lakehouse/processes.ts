/**
 * DuckDB's processes, each of one place and with one statement at a time. An idle one is kept, since it knows its views and
 * its files' metadata, until another place needs its turn. Who waits gets one by how few its place has, so that no tenant
 * keeps the others waiting with many.
 */
import os from 'node:os';
import { processLimit } from './child/protocol.ts';
import { closedError } from './errors.ts';
import { startDuckdb } from './process.ts';
import type { DuckdbProcess, Place, Views } from './process.ts';

export interface Processes {
  /** One that nobody else uses until `put`, if there is one with these views. */
  take(place: Place, views: Views, signal: AbortSignal): Promise<DuckdbProcess>;
  put(process: DuckdbProcess): void;
  /** Starts one that will soon be wanted, if there is room for it. */
  prepare(place: Place): void;
  /** Ends those of the place, whatever they do. It gets no more. */
  end(place: Place): Promise<void>;
}

interface Waiting {
  place: Place;
  views: Views;
  give(process: DuckdbProcess): void;
  refuse(reason: unknown): void;
}

/** @param most in all; @param each for one share */
export function createProcesses({ most, each }: { most: number; each: number }): Processes {
  const all = new Set<DuckdbProcess>();
  /** The longest idle first. */
  const idle = new Set<DuckdbProcess>();
  /** Were idle when their turn went to another place. */
  const leaving = new Set<DuckdbProcess>();
  const waiting = new Set<Waiting>();
  const closed = new WeakSet<Place>();
  const shareOf = ({ share, directory }: Place): string => share ?? directory;
  const busyOf = (place: Place): number => [...all].filter((one) => !idle.has(one) && shareOf(one.place) === shareOf(place)).length;

  const start = (place: Place): DuckdbProcess => {
    const started = startDuckdb(place);
    all.add(started);
    void started.ended.then(() => {
      all.delete(started);
      idle.delete(started);
      serve();
    });
    return started;
  };

  const serve = (): void => {
    for (;;) {
      const next = [...waiting].map((one) => ({ one, busy: busyOf(one.place) })).filter(({ busy }) => busy < each)
        .reduce<{ one: Waiting; busy: number } | undefined>((best, one) => (best && best.busy <= one.busy ? best : one), undefined)?.one;
      if (!next) return;
      const own = [...idle].filter((one) => one.place === next.place && one.isUsable());
      let found = own.findLast((one) => one.lacking(next.views).length === 0) ?? own.at(-1);
      if (!found) {
        const [oldest] = idle;
        if (all.size >= most) {
          if (!oldest) return;
          all.delete(oldest);
          idle.delete(oldest);
          leaving.add(oldest);
          void oldest.end().then(() => leaving.delete(oldest));
        }
        found = start(next.place);
      }
      idle.delete(found);
      next.give(found);
    }
  };

  return {
    take(place, views, signal) {
      signal.throwIfAborted();
      if (closed.has(place)) return Promise.reject(closedError());
      const { promise, resolve, reject } = Promise.withResolvers<DuckdbProcess>();
      const settled = (): void => {
        waiting.delete(mine);
        signal.removeEventListener('abort', onAbort);
      };
      const mine: Waiting = {
        place, views,
        give(process) {
          settled();
          resolve(process);
        },
        refuse(reason) {
          settled();
          reject(reason);
        },
      };
      const onAbort = (): void => mine.refuse(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      waiting.add(mine);
      serve();
      return promise;
    },
    put(process) {
      if (!process.isUsable()) return;
      idle.add(process);
      serve();
    },
    prepare(place) {
      if (all.size < most && !closed.has(place) && ![...all].some((one) => one.place === place)) idle.add(start(place));
    },
    async end(place) {
      closed.add(place);
      for (const one of waiting) if (one.place === place) one.refuse(closedError());
      await Promise.all([...all, ...leaving].filter((one) => one.place === place).map((one) => one.end()));
    },
  };
}

/** In bytes: of a container, where this is one. */
const memory = Math.min(os.totalmem(), process.constrainedMemory() || Infinity);
const most = Math.max(2, Math.min(8, Math.floor(memory / 2 / processLimit)));

/** The machine's memory is one for the whole service, so are these. */
export const sharedProcesses = createProcesses({ most, each: most / 2 });
