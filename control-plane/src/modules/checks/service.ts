/** Checks: recorded outcomes of `test`. */
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import { toProblem } from '../../platform/errors.ts';
import type { Problem } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import { emit } from '../events/index.ts';
import { recordHealth } from '../health/index.ts';
import type { OpenBackend, Operations } from '../operations/index.ts';
import { checks, connectors } from '../tables/index.ts';

export interface CheckOutcome {
  ok: boolean;
  /** From the first attempt to connect to the answer, in milliseconds. */
  latency_ms: number;
  message?: string;
  error?: Problem;
}

export interface Checks {
  /** Opens and tests; a backend's or connector's failure is an outcome, not an exception. */
  check(open: () => Promise<OpenBackend>, requestId: string, signal: AbortSignal): Promise<CheckOutcome>;
  /** Keeps an outcome in the connector's history; one that differs from the one before is an event. */
  keep(connector: { tenant_id: string; id: string }, outcome: CheckOutcome): Promise<void>;
  /** Newest first. */
  history(connector: { tenant_id: string; id: string }, before: string | undefined, limit: number): Promise<(typeof checks.$inferSelect)[]>;
  /** Deletes what is older. @returns how many */
  prune(days: number): Promise<number>;
}

export function createChecks({ db, operations }: { db: Database; operations: Operations }): Checks {
  return {
    async check(open, requestId, signal) {
      const started = performance.now();
      const elapsed = () => Math.round(performance.now() - started);
      let backend: OpenBackend | undefined;
      try {
        backend = await open();
        const { message } = await operations.test(backend, { request_id: requestId, signal });
        return { ok: true, latency_ms: elapsed(), ...(message !== undefined && { message }) };
      } catch (error) {
        const problem = toProblem(error, requestId);
        // Who may not, or asks for what is not there, gets an error; what the backend says is the answer.
        if (!backend && problem.fault === 'caller') throw error;
        if (problem.fault === 'service') throw error;
        return { ok: false, latency_ms: elapsed(), error: problem };
      } finally {
        backend?.release();
      }
    },
    async keep({ tenant_id, id }, outcome) {
      const checked_at = new Date();
      await db.transaction(async (transaction) => {
        const here = and(eq(connectors.tenant_id, tenant_id), eq(connectors.id, id));
        // Locked: of two checks that end at once, each must see whether the other has told of it.
        const [connector] = await transaction.select().from(connectors).where(here).for('update');
        // Deleted while it was checked: there is nothing to keep it for.
        if (!connector) return;
        const { ok, latency_ms, message, error } = outcome;
        await transaction.insert(checks).values({
          tenant_id, id: newId(), connector_id: id, ok, latency_ms, message: message ?? null, error: error ?? null, checked_at,
        });
        const [after] = await transaction.update(connectors).set({ last_check: { ok, latency_ms, ...(error && { error }), checked_at: checked_at.toISOString() } }).where(here).returning();
        await recordHealth(transaction, connector, after!);
        const worked = connector.last_check?.ok;
        if (ok ? worked === false : worked !== false) {
          await emit(transaction, {
            type: ok ? 'check.recovered' : 'check.failed', tenant_id, connector,
            data: { latency_ms, ...(message !== undefined && { message }), ...(error && { error }) },
          });
        }
      });
    },
    history: ({ tenant_id, id }, before, limit) => db.select().from(checks).where(and(
      eq(checks.tenant_id, tenant_id), eq(checks.connector_id, id), before === undefined ? undefined : lt(checks.id, before),
    )).orderBy(desc(checks.id)).limit(limit),
    async prune(days) {
      const gone = await db.delete(checks).where(lt(checks.checked_at, new Date(Date.now() - days * 86_400_000)));
      return gone.count;
    },
  };
}
