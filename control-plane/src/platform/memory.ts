/**
 * Keeps memory flat while large buffers stream through.
 *
 * A buffer's bytes are freed with the small object that holds them, and those few objects give the
 * engine no reason to look: it lets some 64 MiB of dead bytes gather before it does. So whoever streams
 * says how much went by, and every few megabytes the young objects are collected, which takes well
 * under a millisecond since hardly any of them live.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const interval = 8 * 1024 * 1024;
let collect: ((options: { type: 'minor' }) => void) | undefined;
let passed = 0;

/** @param bytes that were sent on and are no longer needed */
export function bytesPassed(bytes: number): void {
  passed += bytes;
  if (passed < interval) return;
  passed = 0;
  if (!collect) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as typeof collect;
  }
  collect?.({ type: 'minor' });
}
