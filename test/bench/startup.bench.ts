/**
 * `startup`: from the start of the process to the address that it listens at, and its memory a moment later,
 * of the service with all kinds, and with one. Both are the real service on the same database, in turn; the
 * first turn, which fills the disk's cache and makes the schema, is thrown away.
 * `ratio` is the time with one over the time with all.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../control-plane/src/platform/db/embedded.ts';
import type { BenchResult } from './main.ts';
import { median, round, startScript } from './service.ts';

const turns = 7;
/** In milliseconds, until what follows a start is over. */
const settling = 1500;
const oneKind = path.join(import.meta.dirname, 'one-kind.ts');

export async function run(): Promise<BenchResult> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-startup-'));
  const postgres = await startEmbeddedPostgres({ directory: path.join(directory, 'postgres'), durable: false });
  const measure = async (environment: Record<string, string>): Promise<{ milliseconds: number; megabytes: number }> => {
    const begun = performance.now();
    const service = await startScript('control-plane/src/cli/main.ts', ['serve'], {
      DATABASE_URL: postgres.url, PATCHBAY_PORT: '0', PATCHBAY_DATA_DIRECTORY: directory, PATCHBAY_ADMIN_KEY: 'pb_bench_bench_bench_bench_bench', ...environment,
    });
    const milliseconds = performance.now() - begun;
    await sleep(settling);
    const status = await readFile(`/proc/${service.process.pid}/status`, 'utf8');
    await service.stop();
    return { milliseconds, megabytes: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 };
  };
  const all: Awaited<ReturnType<typeof measure>>[] = [];
  const one: Awaited<ReturnType<typeof measure>>[] = [];
  for (let turn = 0; turn <= turns; turn += 1) {
    const measured = { all: await measure({}), one: await measure({ NODE_OPTIONS: `--import ${oneKind}` }) };
    const words = (Object.entries(measured)).map(([name, { milliseconds, megabytes }]) => `${name} ${Math.round(milliseconds)} ms ${Math.round(megabytes)} MiB`);
    console.log(`turn ${turn}: ${words.join(', ')}`);
    if (turn === 0) continue;
    all.push(measured.all);
    one.push(measured.one);
  }
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
  const time = (list: typeof all) => median(list.map(({ milliseconds }) => milliseconds));
  const memory = (list: typeof all) => median(list.map(({ megabytes }) => megabytes));
  return {
    ratio: round(time(one) / time(all)),
    milliseconds: Math.round(time(all)), milliseconds_with_one: Math.round(time(one)), milliseconds_more: Math.round(time(all) - time(one)),
    megabytes: round(memory(all), 1), megabytes_with_one: round(memory(one), 1), megabytes_more: round(memory(all) - memory(one), 1),
  };
}
