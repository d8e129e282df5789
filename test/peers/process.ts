/** Servers that tests start: a free port, a process in its own group, and an end that leaves nothing behind. */
import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ServerProcess {
  process: ChildProcess;
  /** What it printed, stdout and stderr together, the last 20,000 characters. */
  output(): string;
  /** Ends the process and its children: SIGTERM first, SIGKILL after ten seconds. Can be called twice. */
  stop(): Promise<void>;
  /** Ends them at once, as a crash would. */
  kill(): Promise<void>;
}

export interface ServerOptions extends Pick<SpawnOptions, 'cwd' | 'env' | 'uid' | 'gid'> {
  /** Ready when this port accepts TCP. */
  port: number;
  host?: string;
  /** In milliseconds, 60,000 when not given. */
  ready_within?: number;
  /** The signal that asks for an end; PostgreSQL's fast shutdown is SIGINT. */
  stop_signal?: NodeJS.Signals;
}

/** A port of 127.0.0.1 that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The full path of the first program that is there and may be run: a name is looked up in PATH, a path as it is. */
export function findProgram(...candidates: string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];
  return candidates
    .flatMap((candidate) => (candidate.includes('/') ? [candidate] : folders.map((folder) => path.join(folder, candidate))))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Starts a server and waits until it accepts connections. Throws with its output when it ends before. */
export async function startServer(program: string, args: readonly string[], options: ServerOptions): Promise<ServerProcess> {
  const { port, host = '127.0.0.1', ready_within = 60_000, stop_signal = 'SIGTERM', ...spawnOptions } = options;
  // Its own group, so that its children end with it.
  const child = spawn(program, args, { ...spawnOptions, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  const keep = (chunk: Buffer) => void (printed = (printed + chunk.toString()).slice(-20_000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let ended = false;
  child.once('error', (error) => keep(Buffer.from(`${error.message}\n`)));
  const closed = new Promise<void>((resolve) => {
    child.once('close', resolve);
    child.once('error', () => resolve());
  }).then(() => void (ended = true));

  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const onExit = () => signalGroup('SIGKILL');
  process.once('exit', onExit);
  const end = async (signal: NodeJS.Signals) => {
    if (!ended) child.kill(signal);
    await Promise.race([closed, sleep(10_000, undefined, { ref: false })]);
    signalGroup('SIGKILL');
    await closed;
    process.removeListener('exit', onExit);
  };

  const deadline = Date.now() + ready_within;
  while (!(await accepts(host, port))) {
    if (ended || Date.now() > deadline) {
      await end('SIGKILL');
      throw new Error(`${path.basename(program)} ${ended ? 'ended before it accepted connections' : `did not accept connections within ${ready_within} ms`}:\n${printed}`);
    }
    await sleep(25);
  }
  return { process: child, output: () => printed, stop: () => end(stop_signal), kill: () => end('SIGKILL') };
}

/** Runs a program to its end. Throws with its output when it fails. */
export async function runProgram(program: string, args: readonly string[], options: SpawnOptions & { input?: string } = {}): Promise<string> {
  const { input, ...spawnOptions } = options;
  const child = spawn(program, args, { ...spawnOptions, stdio: 'pipe' });
  let printed = '';
  child.stdout!.on('data', (chunk: Buffer) => void (printed += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => void (printed += chunk.toString()));
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${path.basename(program)} failed (${code}):\n${printed}`);
  return printed;
}

async function accepts(host: string, port: number): Promise<boolean> {
  const socket = net.connect({ host, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
