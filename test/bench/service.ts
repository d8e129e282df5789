/** The service as a process of its own, on an embedded PostgreSQL: what every bench measures. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../control-plane/src/platform/db/embedded.ts';

const root = path.resolve(import.meta.dirname, '../..');
const adminKey = 'pb_bench_bench_bench_bench_bench';

export interface BenchProcess {
  url: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a script that prints the address that it listens at. */
export async function startScript(script: string, args: string[], environment: Record<string, string> = {}): Promise<BenchProcess> {
  const child = spawn(process.execPath, [path.join(root, script), ...args], { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    const url = /http:\/\/[\d.]+:\d+/.exec(printed)?.[0];
    if (url === undefined) continue;
    child.stdout.resume();
    return {
      url, process: child,
      async stop() {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      },
    };
  }
  throw new Error(`${script} ended before it listened: ${printed}`);
}

export interface BenchService extends BenchProcess {
  database_url: string;
  key: string;
  /** Sends JSON, expects JSON; throws with the problem otherwise. */
  call<T>(method: string, route: string, body?: unknown): Promise<T>;
  /** Resident memory of the process, in MiB. */
  memory(): Promise<number>;
}

export async function startService(): Promise<BenchService> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'patchbay-bench-'));
  const postgres = await startEmbeddedPostgres({ directory: path.join(directory, 'postgres'), durable: false });
  const service = await startScript('control-plane/src/cli/main.ts', ['serve'], {
    DATABASE_URL: postgres.url, PATCHBAY_PORT: '0', PATCHBAY_DATA_DIRECTORY: directory, PATCHBAY_ADMIN_KEY: adminKey,
    PATCHBAY_EGRESS_ALLOW: '127.0.0.0/8', PATCHBAY_LOG_LEVEL: 'warn',
  });
  return {
    ...service,
    database_url: postgres.url,
    key: adminKey,
    async call<T>(method: string, route: string, body?: unknown): Promise<T> {
      const response = await fetch(service.url + route, {
        method,
        headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${method} ${route}: ${await response.text()}`);
      return (await response.json()) as T;
    },
    async memory() {
      const status = await readFile(`/proc/${service.process.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    },
    async stop() {
      await service.stop();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
