/** Starts the peer of one kind and prints its config as one line of JSON. Ends with SIGTERM. */
import type { KindBench } from './table.ts';

const { bench } = (await import(`./${process.argv[2]!}.kind.ts`)) as { bench: KindBench };
const peer = await bench.start();
console.log(JSON.stringify(peer.config));
const keepAlive = setInterval(() => undefined, 60_000);
process.once('SIGTERM', () => {
  clearInterval(keepAlive);
  void peer.stop().finally(() => process.exit(0));
});
