/**
 * `read-kinds`: rows per second that each queryable kind reads over those of its own driver used directly,
 * on the same peer, in turn. `ratio` is the lowest of them. `memory_growth_mib` is how far the highest resident
 * memory during the kind's later reads lies above that after its first ones. Kinds whose peer is not on this machine are
 * named in `skipped`. A kind is added by a file `read-kinds/NAME.kind.ts`; `npm run bench -- read-kinds NAME…` measures those alone.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { AnySession, OpenContext, RecordBatch } from '../../control-plane/src/kinds/contract.ts';
import { runOperation } from '../../control-plane/src/kinds/run.ts';
import { memoryTokenSource } from '../../control-plane/src/engines/oauth/index.ts';
import { lines } from '../../control-plane/src/modules/operations/formats.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import type { BenchResult } from './main.ts';
import type { KindBench } from './read-kinds/table.ts';
import { rows } from './read-kinds/table.ts';
import { median, round } from './service.ts';

const folder = path.join(import.meta.dirname, 'read-kinds');
const ending = '.kind.ts';
const turns = 9;
const mebibyte = 1024 * 1024;

/** @param wanted kinds to measure; all of them when empty */
export async function run(wanted: string[] = []): Promise<BenchResult> {
  const kinds: Record<string, { rows_per_second: number; reference_rows_per_second: number; ratio: number; memory_growth_mib: number }> = {};
  const skipped: string[] = [];
  const names = readdirSync(folder).filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length)).sort();
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`there is no ${unknown.join(', ')}; there are ${names.join(', ')}`);
  for (const name of wanted.length > 0 ? wanted : names) {
    const { bench } = (await import(path.join(folder, name + ending))) as { bench: KindBench };
    if (!bench.available) {
      skipped.push(name);
      continue;
    }
    const peer = await startPeer(name);
    try {
      kinds[name] = await measure(bench, peer.config);
    } finally {
      await peer.stop();
    }
    console.log(`${name}: ${JSON.stringify(kinds[name])}`);
  }
  const measured = Object.values(kinds);
  return { rows, ratio: Math.min(...measured.map(({ ratio }) => ratio)), memory_growth_mib: Math.max(...measured.map((one) => one.memory_growth_mib)), kinds, skipped };
}

async function startPeer(name: string): Promise<{ config: Record<string, unknown>; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [path.join(folder, 'serve.ts'), name], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    const line = printed.split('\n').find((text) => text.startsWith('{') && text.endsWith('}'));
    if (line === undefined) continue;
    child.stdout.resume();
    return {
      config: JSON.parse(line) as Record<string, unknown>,
      async stop() {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      },
    };
  }
  throw new Error(`the peer of ${name} ended: ${printed}`);
}

async function measure(bench: KindBench, given: Record<string, unknown>) {
  const { kind, input } = bench;
  const egress = createEgress({ allow: ['127.0.0.0/8'] });
  const config = kind.config.parse(given) as Record<string, unknown>;
  const oauth = kind.oauth2?.(config);
  const context = { egress, log: silentLogger, output_schemas: [], ...(oauth && { oauth: memoryTokenSource(oauth, egress) }) } as OpenContext;
  const session = (await kind.open(config, context)) as AnySession;
  const read = async (): Promise<number> => {
    const outcome = await runOperation(kind, session, 'read', input, { signal: new AbortController().signal, log: silentLogger, timeout: 60 });
    if (outcome.result !== 'records') throw new Error('read must give records');
    let count = 0;
    for await (const batch of outcome.batches) {
      // What the service would still have to do with it.
      lines(batch);
      count += countOf(batch);
    }
    return count;
  };
  const rate = async (work: () => Promise<number>): Promise<number> => {
    const started = performance.now();
    const count = await work();
    if (count !== rows) throw new Error(`${kind.kind}: ${count} rows came instead of ${rows}`);
    return rows / ((performance.now() - started) / 1000);
  };
  const direct = () => bench.direct(given);
  const [ours, theirs]: [number[], number[]] = [[], []];
  let [before, highest] = [0, 0];
  let watched = false;
  const watch = setInterval(() => void (watched && (highest = Math.max(highest, process.memoryUsage.rss()))), 10);
  for (let turn = -1; turn <= turns; turn += 1) {
    const reference = await rate(direct);
    // The first two turns warm up; only what a read itself takes counts as growth, not what a reference left behind.
    if (turn > 0) before = Math.max(before, process.memoryUsage.rss());
    watched = turn > 0;
    const own = await rate(read);
    watched = false;
    if (turn <= 0) continue;
    theirs.push(reference);
    ours.push(own);
  }
  clearInterval(watch);
  await session.close();
  await egress.close();
  return {
    rows_per_second: Math.round(median(ours)), reference_rows_per_second: Math.round(median(theirs)),
    // Turn by turn: what else runs on the machine slows both of one turn.
    ratio: round(median(ours.map((own, turn) => own / theirs[turn]!))), memory_growth_mib: round(Math.max(0, highest - before) / mebibyte, 1),
  };
}

const countOf = (batch: RecordBatch): number => ('rows' in batch ? batch.rows.length : batch.count);
