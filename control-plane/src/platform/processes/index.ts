/**
 * A program of ours in a process of its own, for work that may take any amount of memory or time: it ends at once when it
 * is told to, alone, and with this process, however that ends. It sees no setting and no secret of this one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { readFrames, writeMessage } from './frames.ts';
import type { Frame } from './frames.ts';

export interface Program {
  send(message: unknown): void;
  /** What it sends goes to the last that was given. */
  listen(take: (frame: Frame) => void): void;
  /** What it sends stays where it is, and it waits. */
  pause(): void;
  resume(): void;
  /** Whether this process goes on for it. */
  keepAlive(isNeeded: boolean): void;
  /** Returns at once, `ended` tells when it is gone. */
  kill(): void;
  /** Never rejects. */
  ended: Promise<Ending>;
}

export interface Ending {
  /** Why, as far as is known: how it ended, and the last that it wrote. */
  words: string;
  /** It took more than it may have. */
  isOutOfMemory: boolean;
}

/** In characters, of what it writes to stderr. */
const longestWords = 16_000;

/** @param heap of JavaScript, in MB */
export function startProgram(entry: URL, { directory, heap }: { directory: string; heap: number }): Program {
  const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, fileURLToPath(entry)], {
    cwd: directory,
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Ctrl+C is for the service, which lets running requests end.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  let words = '';
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    child.kill('SIGKILL');
  };
  // First of all: there are no streams where it could not be started for want of files.
  child.on('error', fail);
  const socket = child.stdio[3] as Socket;
  const errors = child.stderr as unknown as Socket;
  errors.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-longestWords)));
  errors.on('error', fail);
  socket.on('error', fail);
  let take: (frame: Frame) => void = () => undefined;
  readFrames(socket, (frame) => take(frame));
  const ended = once(child, 'close').then(() => ({
    words: [failure?.message, child.signalCode ?? (child.exitCode === null ? undefined : `exit code ${child.exitCode}`), words.trim().slice(0, 1000)].filter(Boolean).join(': '),
    isOutOfMemory: /out of memory|bad_alloc/i.test(words),
  }), (error: Error) => ({ words: error.message, isOutOfMemory: false }));
  const keepAlive = (isNeeded: boolean): void => {
    for (const one of [child, socket, errors]) if (isNeeded) one.ref(); else one.unref();
  };
  keepAlive(false);
  return {
    send: (message) => writeMessage(socket, message),
    listen: (listener) => (take = listener),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    keepAlive,
    kill: () => {
      child.kill('SIGKILL');
      // Nobody reads what it still sent.
      socket.destroy();
    },
    ended,
  };
}
