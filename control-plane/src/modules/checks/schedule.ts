/**
 * Scheduled checks: connectors that ask to be tested every so many minutes. Each process looks for those
 * that are due and claims them; of many processes one does each.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import { toProblem } from '../../platform/errors.ts';
import type { Logger } from '../../platform/telemetry/log.ts';
import type { Principal } from '../access/index.ts';
import type { Operations } from '../operations/index.ts';
import { checkClaims, connectors } from '../tables/index.ts';
import type { CheckOutcome, Checks } from './service.ts';

export interface CheckSchedule {
  /** Does what is due now. @returns how many checks were made */
  run(): Promise<number>;
  /** Waits for the checks under way. */
  stop(): Promise<void>;
}

export interface CheckScheduleOptions {
  db: Database;
  checks: Checks;
  operations: Pick<Operations, 'openConnector'>;
  log: Logger;
}

const pause = 15_000;
const atOnce = 8;
/** The service itself, which may test whatever it keeps. */
const scheduler: Principal = { id: 'system', name: 'Scheduled check', role: 'platform_admin', tenant_id: null };

export function startCheckSchedule({ db, checks, operations, log }: CheckScheduleOptions): CheckSchedule {
  const controller = new AbortController();
  let underWay: Promise<number> | undefined;

  /** The longest overdue first; a claim outlasts the longest timeout, and ends by itself if its process dies. */
  const claim = (): Promise<{ tenant_id: string; id: string }[]> => db.execute<{ tenant_id: string; id: string }>(sql`
    with due as (
      select tenant_id, id from ${connectors}
      where active and check_every_minutes is not null
        and coalesce((last_check->>'checked_at')::timestamptz, created_at - interval '1 day') + make_interval(mins => check_every_minutes) <= now()
        and not exists (select 1 from ${checkClaims} c where c.tenant_id = ${connectors.tenant_id} and c.connector_id = ${connectors.id} and c.until > now())
      order by last_check->>'checked_at' nulls first limit ${atOnce})
    insert into ${checkClaims} (tenant_id, connector_id, until) select tenant_id, id, now() + interval '15 minutes' from due
    on conflict (tenant_id, connector_id) do update set until = excluded.until where check_claims.until <= now()
    returning tenant_id, connector_id as id`);

  const check = async (connector: { tenant_id: string; id: string }): Promise<void> => {
    const requestId = randomUUID();
    const outcome = await checks.check(() => operations.openConnector(scheduler, connector.id), requestId, controller.signal).catch((error: unknown): CheckOutcome => {
      log.warn({ error, connector: connector.id }, 'a scheduled check could not be made');
      return { ok: false, latency_ms: 0, error: toProblem(error, requestId) };
    });
    // What could not be kept holds its claim: it would be due again at once.
    if (!controller.signal.aborted) await checks.keep(connector, outcome);
    await db.execute(sql`delete from ${checkClaims} where tenant_id = ${connector.tenant_id} and connector_id = ${connector.id}`);
  };

  const run = async (): Promise<number> => {
    let made = 0;
    for (;;) {
      const due = controller.signal.aborted ? [] : await claim();
      if (due.length === 0) return made;
      const results = await Promise.allSettled(due.map(check));
      for (const result of results) if (result.status === 'rejected') log.warn({ error: result.reason as unknown }, 'a scheduled check could not be kept');
      made += due.length;
    }
  };
  const once = (): Promise<number> => (underWay ??= run().finally(() => { underWay = undefined; }));
  const timer = setInterval(() => void once().catch((error: unknown) => log.warn({ error }, 'scheduled checks were not made')), pause);
  timer.unref();

  return {
    run: once,
    async stop() {
      clearInterval(timer);
      controller.abort();
      await underWay?.catch(() => undefined);
    },
  };
}
