/**
 * Makes deliveries of events, and delivers them: at least once, those of one subject one after the other.
 * Each process may run one; they share the work by the queue.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import type { Database } from '../../platform/db/index.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { newId } from '../../platform/ids.ts';
import type { Logger } from '../../platform/telemetry/log.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { eventView } from '../events/index.ts';
import { attemptDelivery } from './attempt.ts';
import { createBreaker } from './breaker.ts';
import { fanOut } from './fan-out.ts';
import { claimLanes, closeLane, lease, pendingOf, recordResults, releaseLane, renewLanes } from './queue.ts';
import type { DeliveryResult, Lane, PendingDelivery } from './queue.ts';
import type { SigningSecrets } from './secrets.ts';

export interface DeliveryWorkerOptions {
  db: Database;
  sql: postgres.Sql;
  egress: Egress;
  secrets: SigningSecrets;
  metrics: Metrics;
  log: Logger;
  /** Deliveries under way at once. */
  concurrency: number;
  /** Seconds before the second attempt, the third, …; after the last one a delivery has failed. */
  pauses: readonly number[];
  /** Seconds for which a subscription whose target keeps failing is first left alone. */
  breaker_pause: number;
  /** The target answered that it is there no more. */
  onGone(subscription: { tenant_id: string; id: string }): Promise<void>;
}

export interface DeliveryWorker {
  /** There may be something to do. */
  wake(): void;
  /** Gives back what it holds. */
  stop(): Promise<void>;
}

/** In milliseconds: what other processes stored is found after so long at the latest. */
const pollInterval = 1000;
/** In milliseconds between two looks for new events: in a burst, what comes meanwhile is taken together. */
const gathering = 20;
/** Deliveries read at once: each may hold a megabyte. */
const batchSize = 10;
/** In milliseconds: a lane that is long is given back in between, so that others have their turn. */
const turn = 10_000;
const failuresToOpen = 5;
/** In milliseconds: what is under way at the end may take so much longer. */
const lastPatience = 3000;

export function startDeliveryWorker(options: DeliveryWorkerOptions): DeliveryWorker {
  const { sql, log } = options;
  const worker = newId();
  const breaker = createBreaker({ threshold: failuresToOpen, pause: options.breaker_pause * 1000 });
  const held = new Map<Lane, Promise<void>>();
  const ending = new AbortController();
  let stopping = false;
  let awake = Promise.withResolvers<void>();

  const wake = () => awake.resolve();
  const pause = async () => {
    const timer = setTimeout(wake, pollInterval);
    await awake.promise;
    clearTimeout(timer);
    awake = Promise.withResolvers<void>();
  };

  /** Delivers one. @returns for how many seconds the lane has to wait before what comes next; undefined: not at all */
  const deliver = async (lane: Lane, { id, tried, url, secrets, event }: PendingDelivery, done: DeliveryResult[]): Promise<number | undefined> => {
    const keys = await options.secrets.open({ tenant_id: lane.tenant_id, id: lane.subscription_id }, secrets);
    const wait = breaker.enter(lane.subscription_id);
    if (wait > 0) return wait / 1000;
    const outcome = await attemptDelivery(options.egress, url, eventView(event), keys, ending.signal);
    // Broken off by us: nothing was learned.
    if (ending.signal.aborted) return 0;
    breaker.report(lane.subscription_id, outcome.alive);
    const { ok, gone, attempt, retry_after = 0 } = outcome;
    options.metrics.deliveries.observe({ outcome: ok ? 'delivered' : attempt.status_code === undefined ? 'failed' : 'refused' }, attempt.latency_ms / 1000);
    if (ok) {
      done.push({ id, status: 'delivered', attempt });
      return undefined;
    }
    const next = options.pauses[tried];
    done.push({ id, status: gone || next === undefined ? 'failed' : 'pending', attempt });
    if (gone) {
      await recordResults(sql, lane, done.splice(0));
      await options.onGone({ tenant_id: lane.tenant_id, id: lane.subscription_id });
      return 0;
    }
    // Jitter, so that what failed together does not come back together.
    return next === undefined ? undefined : Math.max(next * (1 + Math.random() * 0.2), Math.min(retry_after, 86_400));
  };

  /** Delivers a lane's deliveries until it is empty, has to wait, or had its turn. */
  const drain = async (lane: Lane): Promise<void> => {
    const end = Date.now() + turn;
    for (;;) {
      const pending = await pendingOf(sql, lane, batchSize);
      if (pending.length === 0) {
        const generation = await closeLane(sql, worker, lane);
        if (generation === undefined) return;
        lane.generation = generation;
        continue;
      }
      const done: DeliveryResult[] = [];
      let wait: number | undefined;
      for (const delivery of pending) {
        wait = stopping || Date.now() > end ? 0 : await deliver(lane, delivery, done);
        if (wait !== undefined) break;
      }
      await recordResults(sql, lane, done);
      if (wait !== undefined) return releaseLane(sql, worker, lane, wait);
    }
  };

  /**
   * Those who hold twice what is free, or more: a target that takes its time gets many places while nobody else
   * wants them, but never all, however many such targets there are.
   */
  const greedy = (free: number): string[] => {
    const places = new Map<string, number>();
    for (const { subscription_id } of held.keys()) places.set(subscription_id, (places.get(subscription_id) ?? 0) + 1);
    return [...places].filter(([, count]) => count >= 2 * free).map(([subscription]) => subscription);
  };

  const take = (lane: Lane) => {
    const running = drain(lane)
      .catch(async (error: unknown) => {
        log.warn({ error, subscription: lane.subscription_id }, 'deliveries were interrupted');
        await releaseLane(sql, worker, lane, 5).catch(() => undefined);
      })
      .finally(() => {
        held.delete(lane);
        wake();
      });
    held.set(lane, running);
  };

  const work = async (): Promise<void> => {
    let next = 0;
    while (!stopping) {
      let found = 0;
      // A clock that nobody sets: were it turned back, the next look would be far off.
      const looks = performance.now() >= next;
      try {
        if (looks) {
          found += await fanOut(options.db);
          next = performance.now() + gathering;
        }
        const free = options.concurrency - held.size;
        // In two steps, so that no claim takes all that is left for one.
        const lanes = free > 0 ? await claimLanes(sql, worker, Math.ceil(free / 2), [...breaker.left(), ...greedy(free)]) : [];
        lanes.forEach(take);
        found += lanes.length;
      } catch (error) {
        log.warn({ error }, 'deliveries could not be taken up');
        found = 0;
      }
      if (found > 0) continue;
      if (looks) await pause();
      else await sleep(Math.max(1, next - performance.now()));
    }
  };
  const renewing = setInterval(() => {
    if (held.size > 0) renewLanes(sql, worker, [...held.keys()]).catch((error: unknown) => log.warn({ error }, 'lanes were not renewed'));
  }, (lease / 4) * 1000);
  const working = work();

  return {
    wake,
    async stop() {
      stopping = true;
      wake();
      const patience = setTimeout(() => ending.abort(), lastPatience);
      await working;
      await Promise.all(held.values());
      clearTimeout(patience);
      clearInterval(renewing);
    },
  };
}
