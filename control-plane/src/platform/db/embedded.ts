/**
 * A real PostgreSQL as a child process, from npm's binaries: what Patchbay keeps everything in when no
 * DATABASE_URL is given.
 *
 * A directory holds `data` (the cluster), `password` (of its only user), `server.log` and `owner.json`
 * (which Patchbay serves it). The server listens on 127.0.0.1 alone, with SCRAM and a random password:
 * that works for every driver and, unlike a socket, for any length of path.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PatchbayError } from '../errors.ts';
import { checkOwnership, chooseAccount, commandAs } from './embedded-account.ts';
import type { Account } from './embedded-account.ts';
import { findBinaries } from './embedded-binaries.ts';
import { claim, readServer } from './embedded-lock.ts';

export interface EmbeddedPostgresOptions {
  /** Made when absent; everything of this server is in it. */
  directory: string;
  /** A free one when absent. */
  port?: number;
  /** False: faster, and a power cut may lose the cluster. For tests. */
  durable?: boolean;
  /** Further server settings, by PostgreSQL's names. */
  settings?: Record<string, string>;
  /** Folder with `bin` and `lib`; npm's when absent. */
  native?: string;
  /** False: do as where the kernel or a container refuses user namespaces. Matters to root alone. */
  userNamespaces?: boolean;
}

export interface EmbeddedPostgres {
  url: string;
  process_id: number;
  /** What the server runs as, for people. */
  account: string;
  /** Settles when the server has ended, by stop() or by itself. */
  ended: Promise<void>;
  /** Cuts connections, writes everything out and waits for the end; may be called again. */
  stop(): Promise<void>;
}

const user = 'patchbay';
const baseSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // A failing statement may hold a value that is nobody's business.
  log_min_error_statement: 'panic',
};
const hastySettings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
const logLimit = 10 * 1024 * 1024;
const startLimit = 5 * 60_000; // The recovery after a crash takes its time.
const stopLimit = 30_000;

/** @throws {PatchbayError} `unavailable`: another process serves the directory, or the server does not start */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const directory = path.resolve(options.directory);
  const native = options.native ?? (await findBinaries());
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await checkOwnership(directory);
  const release = await claim(directory);
  try {
    const password = await readPassword(directory);
    const account = await chooseAccount({ native, directory, userNamespaces: options.userNamespaces });
    const cluster = { native, directory, account };
    const durable = options.durable ?? true;
    await createCluster(cluster, durable);
    await checkVersion(cluster);
    const { child, port } = await launch(cluster, { ...baseSettings, ...(!durable && hastySettings), ...options.settings }, options.port);
    return {
      url: `postgres://${user}:${password}@127.0.0.1:${port}/postgres`,
      process_id: child.pid!,
      account: account.name,
      ...supervise(child, release),
    };
  } catch (error) {
    await release();
    throw error;
  }
}

interface Cluster {
  native: string;
  directory: string;
  account: Account;
}

/** Written whole or not at all: the cluster takes it over for good. */
async function readPassword(directory: string): Promise<string> {
  const file = path.join(directory, 'password');
  if (!(await exists(file))) {
    await writeFile(`${file}.new`, randomBytes(24).toString('base64url'), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  return readFile(file, 'utf8');
}

async function createCluster({ native, directory, account }: Cluster, durable: boolean): Promise<void> {
  const data = path.join(directory, 'data');
  if (await exists(data)) return;
  // Under another name until it is whole: an initdb that was killed leaves nothing that looks finished.
  const draft = `${data}.new`;
  await rm(draft, { recursive: true, force: true });
  await runProgram(account, path.join(native, 'bin/initdb'), [
    `--pgdata=${draft}`, `--username=${user}`, `--pwfile=${path.join(directory, 'password')}`, '--auth=scram-sha-256',
    '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', ...(durable ? [] : ['--no-sync']),
  ]);
  await rename(draft, data);
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(() => true, () => false);
}

async function checkVersion({ native, directory, account }: Cluster): Promise<void> {
  const made = (await readFile(path.join(directory, 'data/PG_VERSION'), 'utf8')).trim();
  const present = /(\d+)\./.exec(await runProgram(account, path.join(native, 'bin/postgres'), ['--version']))?.[1];
  if (made === present) return;
  throw new PatchbayError('unavailable', `The database in ${directory} was made by PostgreSQL ${made}; this is ${present}.`, {
    hint: 'Move it with pg_dump or pg_upgrade, or set DATABASE_URL to a server of that version.',
  });
}

async function runProgram(account: Account, program: string, parameters: string[]): Promise<string> {
  const command = commandAs(account, program, parameters);
  const child = spawn(command.file, command.parameters, { ...command.options, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => output.push(String(chunk)));
  const [code] = (await once(child, 'close').catch((error: unknown) => {
    throw didNotStart(`${program} could not be run`, error);
  })) as [number | null];
  if (code === 0) return output.join('');
  throw didNotStart(output.join('').trim().split('\n').at(-1) ?? '', new Error(output.join('')));
}

async function launch(cluster: Cluster, settings: Record<string, string>, wantedPort?: number): Promise<{ child: ChildProcess; port: number }> {
  const lingerUntil = Date.now() + stopLimit;
  for (let attempt = 1; ; attempt++) {
    const port = wantedPort ?? (await findFreePort());
    const { child, problem } = await launchAt(cluster, { ...settings, port: String(port) });
    if (problem === undefined) return { child, port };
    // The children of a server that was killed end by themselves, a moment after it.
    if (problem.includes('pre-existing shared memory block') && Date.now() < lingerUntil) {
      await sleep(200);
      continue;
    }
    const isPortTaken = problem.includes('could not create any TCP/IP sockets');
    // Somebody may take the port between our look and the server's.
    if (isPortTaken && wantedPort === undefined && attempt < 5) continue;
    const reason = isPortTaken ? `port ${port} is taken` : (/FATAL: +(.*)/.exec(problem)?.[1] ?? 'its log tells why');
    throw didNotStart(reason, new Error(problem), path.join(cluster.directory, 'server.log'));
  }
}

/** @returns the running server, or what it logged before it ended */
async function launchAt({ native, directory, account }: Cluster, settings: Record<string, string>) {
  const logFile = path.join(directory, 'server.log');
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  if (size > logLimit) await rename(logFile, `${logFile}.1`);
  const log = await open(logFile, 'a', 0o600);
  const before = (await log.stat()).size;
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = commandAs(account, path.join(native, 'bin/postgres'), ['-D', path.join(directory, 'data'), ...parameters]);
  const child = spawn(command.file, command.parameters, { ...command.options, stdio: ['ignore', log.fd, log.fd] });
  await once(child, 'spawn').catch((error: unknown) => {
    throw didNotStart(`${command.file} could not be run`, error);
  });
  await log.close();
  for (const until = Date.now() + startLimit; Date.now() < until; await sleep(20)) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const text = await readFile(logFile);
      return { child, problem: text.subarray(before).toString() };
    }
    const server = await readServer(directory);
    if (server?.processId === child.pid && server?.status === 'ready') return { child };
  }
  child.kill('SIGQUIT');
  throw didNotStart(`it was not ready after ${startLimit / 60_000} minutes`, undefined, logFile);
}

function didNotStart(why: string, cause: unknown, log?: string): PatchbayError {
  return new PatchbayError('unavailable', `The embedded PostgreSQL did not start: ${why}.`, {
    hint: `${log === undefined ? '' : `See ${log}. `}A server of your own can be used instead: set DATABASE_URL.`,
    cause,
  });
}

/** Ends the server with this process, however that ends. */
function supervise(child: ChildProcess, release: () => Promise<void>): Pick<EmbeddedPostgres, 'ended' | 'stop'> {
  // A shell that waits for its input to close, which the kernel does for us even after kill -9.
  const watchdog = process.platform === 'win32'
    ? undefined
    : spawn('sh', ['-c', 'read -r _; kill -INT "$1"', 'patchbay-watchdog', String(child.pid)], {
        cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: process.env.PATH },
      });
  watchdog?.on('error', () => undefined); // Without a shell the next start tidies up.
  watchdog?.unref();
  (watchdog?.stdin as unknown as { unref(): void } | undefined)?.unref();

  const ended = once(child, 'exit').then(async () => {
    watchdog?.kill('SIGKILL'); // The process id may be somebody else's from now on.
    await release();
  });
  child.unref();

  let stopping: Promise<void> | undefined;
  const stop = async () => {
    child.ref();
    child.kill('SIGINT');
    const impatience = setTimeout(() => child.kill('SIGQUIT'), stopLimit);
    await ended;
    clearTimeout(impatience);
  };
  return { ended, stop: () => (stopping ??= stop()) };
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
