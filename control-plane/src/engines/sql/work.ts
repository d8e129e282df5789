/** A unit of work: one transaction on a pooled connection, ended for good when the caller goes away. */
import type { Call } from '../../kinds/contract.ts';
import type { PatchbayError } from '../../platform/errors.ts';
import type { Pool, PooledConnection } from './pool.ts';

/** How a kind begins and ends a transaction; each rejects with the driver's own error. */
export interface Transaction<C> {
  begin(connection: C): Promise<void>;
  /** `keep`: commit what was written. The connection must be as good as new afterwards. */
  end(connection: C, outcome: 'keep' | 'undo'): Promise<void>;
  /** Asks the server, over another connection, to stop what this one does. */
  cancel(connection: C): Promise<void>;
  /** Whether the connection is still in step with the server after this error. */
  survives(error: unknown): boolean;
  /** The driver's error as a typed one. */
  typed(error: unknown): PatchbayError;
}

/**
 * Streams what `body` yields. The transaction is kept only when `body` came to its end; a consumer that
 * stops early, an abort or an error undoes it, and nothing is written by halves.
 */
export async function* streamInTransaction<C extends PooledConnection, T>(
  pool: Pool<C>,
  transaction: Transaction<C>,
  { signal }: Pick<Call, 'signal'>,
  body: (connection: C) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const lease = await pool.acquire(signal);
  const { connection } = lease;
  // A cancelled backend stops at once even if it is sorting; a destroyed connection cannot be mistaken for a clean one.
  const stop = () => {
    if (connection.alive) transaction.cancel(connection).catch(() => undefined);
    lease.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  let settled = false;
  try {
    await transaction.begin(connection);
    yield* body(connection);
    await transaction.end(connection, 'keep');
    settled = true;
    lease.release();
  } catch (error) {
    settled = true;
    if (signal.aborted) throw signal.reason;
    const survived = transaction.survives(error) && (await transaction.end(connection, 'undo').then(() => true, () => false));
    if (survived) lease.release();
    else stop();
    throw transaction.typed(error);
  } finally {
    signal.removeEventListener('abort', stop);
    if (!settled) stop();
  }
}

/** As `streamInTransaction`, for work with one answer. */
export async function inTransaction<C extends PooledConnection, T>(
  pool: Pool<C>,
  transaction: Transaction<C>,
  call: Pick<Call, 'signal'>,
  body: (connection: C) => Promise<T>,
): Promise<T> {
  let answer: { value: T } | undefined;
  const once = async function* (connection: C) {
    yield { value: await body(connection) };
  };
  for await (const one of streamInTransaction(pool, transaction, call, once)) answer = one;
  return answer!.value;
}
