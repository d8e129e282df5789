/**
 * Runs an operation that changes nothing on a tenant's default and, while that fails, on the fallbacks that
 * the tenant named, in order. A default that failed lately is tried last, so that not every call waits for
 * its timeout again. Whether the request is wrong is for the default to say: a stand-in may lack a table or a
 * model that the default has.
 */
import type { RecordBatch } from '../../kinds/contract.ts';
import type { OperationOutcome } from '../../kinds/run.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { ErrorCode } from '../../platform/errors.ts';
import type { OwnedConnector } from '../connectors/index.ts';
import type { HowResolved, OpenBackend } from './service.ts';

export interface Candidate {
  owned: OwnedConnector;
  how: HowResolved;
}

export interface RunResult {
  backend: OpenBackend;
  outcome: OperationOutcome;
}

export interface FallbackRunner {
  /**
   * @param attempt opens and runs, and gives back what it opened when it fails
   * @param others the fallbacks; asked for only when they may be needed
   */
  run(first: Candidate, attempt: (candidate: Candidate) => Promise<RunResult>, others: () => Promise<OwnedConnector[]>): Promise<RunResult>;
}

/** For so many milliseconds after a failure the default is tried last. */
const memory = 30_000;

const expired: ReadonlySet<string> = new Set<ErrorCode>(['backend_authentication_failed', 'oauth_reconnect_required']);

/** Another backend may do better: it is this one that fails, not the request. */
function isFailing(error: unknown): error is PatchbayError {
  return PatchbayError.is(error) && (error.fault === 'backend' || expired.has(error.code));
}

/** Nobody can do better: we failed ourselves, or there is nobody left to serve. */
function endsAll(error: unknown): boolean {
  return !PatchbayError.is(error) || error.fault === 'service' || error.code === 'cancelled';
}

export function createFallbackRunner(now: () => number = Date.now): FallbackRunner {
  const failedAt = new Map<string, number>();
  return {
    async run(first, attempt, others) {
      const id = first.owned.connector.id;
      const failedLately = now() - (failedAt.get(id) ?? -Infinity) < memory;
      const standIns = async (): Promise<Candidate[]> => (await others()).filter(({ connector }) => connector.active && connector.id !== id).map((owned) => ({ owned, how: 'fallback' }));
      const candidates = failedLately ? [...(await standIns()), first] : [first];
      let failure: PatchbayError | undefined;
      for (let index = 0; index < candidates.length; index += 1) {
        const candidate = candidates[index]!;
        try {
          const result = await attempt(candidate);
          if (candidate === first) failedAt.delete(id);
          return { ...result, outcome: await begun(result) };
        } catch (error) {
          if (endsAll(error)) throw error;
          if (candidate !== first) continue;
          if (!isFailing(error)) throw error;
          if (failedAt.size > 10_000) failedAt.clear();
          failedAt.set(id, now());
          failure = error;
          if (!failedLately) candidates.push(...(await standIns()));
        }
      }
      const tried = candidates.map(({ owned }) => owned.connector.name);
      if (tried.length === 1) throw failure;
      throw new PatchbayError(failure!.code, failure!.message, {
        hint: `No fallback helped either. ${failure!.hint ?? ''}`.trim(), details: { ...failure!.details, tried }, cause: failure,
        ...(failure!.retry_after !== undefined && { retry_after: failure!.retry_after }),
      });
    },
  };
}

/** A stream's failure shows with its first batch: it is waited for, so that another backend can take over. */
async function begun({ backend, outcome }: RunResult): Promise<OperationOutcome> {
  if (outcome.result !== 'records') return outcome;
  const iterator = outcome.batches[Symbol.asyncIterator]();
  let first: IteratorResult<RecordBatch>;
  try {
    first = await iterator.next();
  } catch (error) {
    backend.release();
    throw error;
  }
  return { result: 'records', batches: resumed(first, iterator) };
}

async function* resumed(first: IteratorResult<RecordBatch>, iterator: AsyncIterator<RecordBatch>): AsyncGenerator<RecordBatch> {
  try {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}
