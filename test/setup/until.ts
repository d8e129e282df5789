/** Waits for what happens by itself. Throws after fifty seconds: long enough that only a defect takes so long, also on a busy machine. */
import { setTimeout as sleep } from 'node:timers/promises';

export async function until<T>(what: string, probe: () => Promise<T | undefined | false> | T | undefined | false): Promise<T> {
  const deadline = Date.now() + 50_000;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not come about within 50 s`);
    await sleep(20);
  }
}
