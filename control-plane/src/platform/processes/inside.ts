/** What a program that was started by `startProgram` has of the process that started it. */
import { writeFileSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { readFrames, writeBytes, writeMessage } from './frames.ts';

export interface Parent {
  send(message: unknown): void;
  /** Resolves when more can be sent. @param count at least 1 */
  sendBytes(bytes: Uint8Array, count: number): Promise<void>;
}

/** In bytes: what may wait to be taken. */
const mostUnsent = 512 * 1024;
/** In milliseconds. */
const memoryPause = 25;

/** @param take gets the messages; @param leave tidies up when the parent is gone */
export function connectParent(take: (message: unknown) => void, leave: () => void): Parent {
  const socket = new Socket({ fd: 3, readable: true, writable: true });
  socket.on('error', () => undefined);
  socket.once('close', () => {
    try {
      leave();
    } finally {
      end();
    }
  });
  readFrames(socket, (frame) => 'message' in frame && take(frame.message));
  return {
    send: (message) => writeMessage(socket, message),
    async sendBytes(bytes, count) {
      writeBytes(socket, bytes, count);
      if (socket.writableLength > mostUnsent) await once(socket, 'drain');
    },
  };
}

/** Ends this process when it takes more. @param limit of resident memory, in bytes @returns a function that ends the watch */
export function watchMemory(limit: number): () => void {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() < limit) return;
    writeSync(2, 'out of memory\n');
    end();
  }, memoryPause);
  return () => clearInterval(watch);
}

/** Where memory runs out all the same, Linux ends this process before the one that started it. */
export function giveWay(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Elsewhere there is no such file.
  }
}

/** To exit, Node.js would wait for threads that run. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
