/**
 * A pool of connections with SQLAlchemy's meaning of its three numbers: `pool_size` are kept when idle,
 * `max_overflow` more may be open at once, and none older than `pool_recycle` is handed out.
 *
 * The drivers' own pools know neither the difference between kept and overflowing connections nor how
 * to give up waiting when a caller goes away; and a connection whose state is in doubt must be thrown
 * away, not reused.
 */
import { PatchbayError } from '../../platform/errors.ts';
import type { PoolConfig } from './config.ts';

export interface PooledConnection {
  /** False as soon as it is known to be lost. */
  readonly alive: boolean;
  /** Ends it at once, whatever it is doing. */
  destroy(): void;
  /** Says goodbye to the server. */
  end(): Promise<void>;
}

export interface Lease<C> {
  connection: C;
  /** Gives it back; it must be as good as new. */
  release(): void;
  /** Ends it: its state is unknown. */
  destroy(): void;
}

export interface Pool<C> {
  /** Waits for its turn when all are in use, as long as the signal allows. */
  acquire(signal: AbortSignal): Promise<Lease<C>>;
  /** Ends idle connections now and those in use when they come back. Can be called twice. */
  close(): Promise<void>;
}

/** @param connect opens a connection; given up when the signal aborts */
export function createPool<C extends PooledConnection>(config: PoolConfig, connect: (signal: AbortSignal) => Promise<C>): Pool<C> {
  const most = Math.max(1, config.pool_size + config.max_overflow);
  const idle: { connection: C; born: number }[] = [];
  const waiting: (() => void)[] = [];
  let open = 0;
  let closed = false;

  const freed = () => {
    open -= 1;
    waiting.shift()?.();
  };
  const expired = (born: number) => config.pool_recycle > 0 && performance.now() - born > config.pool_recycle * 1000;

  const lease = (connection: C, born: number): Lease<C> => {
    let returned = false;
    const once = (action: () => void) => () => {
      if (returned) return;
      returned = true;
      action();
    };
    const destroy = () => {
      connection.destroy();
      freed();
    };
    return {
      connection,
      destroy: once(destroy),
      release: once(() => {
        if (!connection.alive) return destroy();
        if (closed || (waiting.length === 0 && idle.length >= config.pool_size)) {
          void connection.end().catch(() => connection.destroy());
          return freed();
        }
        idle.push({ connection, born });
        waiting.shift()?.();
      }),
    };
  };

  /** The connection that was used last is the likeliest to be still there, and lets the others grow old. */
  const takeIdle = (): { connection: C; born: number } | undefined => {
    for (let entry = idle.pop(); entry !== undefined; entry = idle.pop()) {
      if (entry.connection.alive && !expired(entry.born)) return entry;
      if (entry.connection.alive) void entry.connection.end().catch(() => undefined);
      open -= 1;
    }
    return undefined;
  };

  return {
    async acquire(signal) {
      for (;;) {
        if (signal.aborted) {
          waiting.shift()?.(); // It may have been woken for a turn that another can use.
          throw signal.reason;
        }
        if (closed) throw new PatchbayError('unavailable', 'This connector was just closed.', { hint: 'Send the request again.' });
        const entry = takeIdle();
        if (entry) return lease(entry.connection, entry.born);
        if (open < most) {
          open += 1;
          try {
            return lease(await connect(signal), performance.now());
          } catch (error) {
            freed();
            throw error;
          }
        }
        await turn(waiting, signal);
      }
    },
    async close() {
      closed = true;
      for (const wake of waiting.splice(0)) wake();
      await Promise.all(
        idle.splice(0).map(async ({ connection }) => {
          open -= 1;
          await connection.end().catch(() => connection.destroy());
        }),
      );
    },
  };
}

/** Resolves when it is this one's turn. */
function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = () => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    };
    const giveUp = () => {
      const place = waiting.indexOf(wake);
      if (place >= 0) waiting.splice(place, 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    waiting.push(wake);
  });
}
