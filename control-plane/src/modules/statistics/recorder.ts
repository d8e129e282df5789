/**
 * Counts operations per connector and minute, and keeps the newest of each connector. Counting is an addition
 * in memory, off the caller’s way; what was counted is written every few seconds, so that what a crash can lose
 * is that little.
 */
import { lt, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import type { Logger } from '../../platform/telemetry/log.ts';
import type { OperationSample } from '../operations/index.ts';
import { operationStatistics, recentOperations } from '../tables/index.ts';
import { createRecentOperations } from './recent.ts';

export interface StatisticsRecorder {
  count(sample: OperationSample): void;
  /** Writes what was counted. What cannot be written is kept for the next time. */
  flush(): Promise<void>;
  /** Deletes what is older. */
  prune(days: number): Promise<void>;
  /** Writes a last time. */
  stop(): Promise<void>;
}

type Row = typeof operationStatistics.$inferInsert;

const interval = 5_000;
const rowsPerStatement = 500;
/** More than any minute of one process; beyond it counting stops rather than memory running out. */
const maximumRows = 50_000;

export function createStatisticsRecorder({ db, log }: { db: Database; log: Logger }): StatisticsRecorder {
  let pending = new Map<string, Row>();
  const recent = createRecentOperations(db);
  let writing: Promise<void> = Promise.resolve();

  const add = (row: Row) => {
    const key = `${row.connector_id}|${row.operation}|${row.minute.getTime()}`;
    const known = pending.get(key);
    if (!known) {
      if (pending.size < maximumRows) pending.set(key, row);
      return;
    }
    known.count += row.count;
    known.errors += row.errors;
    known.sum_ms += row.sum_ms;
    known.max_ms = Math.max(known.max_ms, row.max_ms);
  };

  const write = async () => {
    // In one order everywhere, so that two processes never wait for each other’s rows.
    const rows = [...pending.values()].sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
    pending = new Map();
    for (let start = 0; start < rows.length; start += rowsPerStatement) {
      try {
        await db.insert(operationStatistics).values(rows.slice(start, start + rowsPerStatement)).onConflictDoUpdate({
          target: [operationStatistics.tenant_id, operationStatistics.connector_id, operationStatistics.operation, operationStatistics.minute],
          set: {
            count: sql`operation_statistics.count + excluded.count`,
            errors: sql`operation_statistics.errors + excluded.errors`,
            sum_ms: sql`operation_statistics.sum_ms + excluded.sum_ms`,
            max_ms: sql`greatest(operation_statistics.max_ms, excluded.max_ms)`,
          },
        });
      } catch (error) {
        rows.slice(start).forEach(add);
        log.warn({ error }, 'statistics of operations were not written');
        return;
      }
    }
  };
  const flush = () => (writing = writing.then(write).then(recent.write).catch((error: unknown) => log.warn({ error }, 'the newest operations were not written')));
  const timer = setInterval(() => void flush(), interval);
  timer.unref();

  return {
    count({ tenant_id, connector_id, ...operation }) {
      recent.add({ tenant_id, connector_id }, operation);
      const { ok, milliseconds } = operation;
      add({
        tenant_id, connector_id, operation: operation.operation, minute: new Date(Math.floor(Date.now() / 60_000) * 60_000),
        count: 1, errors: ok ? 0 : 1, sum_ms: milliseconds, max_ms: milliseconds,
      });
    },
    flush,
    async prune(days) {
      const before = new Date(Date.now() - days * 86_400_000);
      await db.delete(operationStatistics).where(lt(operationStatistics.minute, before));
      await db.delete(recentOperations).where(lt(recentOperations.updated_at, before));
    },
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

const keyOf = (row: Row): string => `${row.tenant_id}|${row.connector_id}|${row.operation}|${row.minute.toISOString()}`;
