/** Starts a server of test/peers and runs its functions for peer-process.ts: a line of JSON in, a line of JSON out. */
import { createInterface } from 'node:readline';

const [module, name, only] = process.argv.slice(2);
const { [name]: exported } = await import(`../peers/${module}.ts`);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);

if (only === 'has') {
  process.stdout.write(String(Boolean(typeof exported === 'function' ? await exported() : exported)));
} else {
  const peer = await exported();
  say({ result: peer });
  for await (const line of createInterface(process.stdin)) {
    const { name: called, args } = JSON.parse(line);
    try {
      say({ result: await peer[called](...args) });
    } catch (error) {
      say({ error: String(error) });
    }
  }
  await peer.stop();
  process.exit(0);
}
