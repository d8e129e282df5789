/**
 * `npm run bench -- NAME [ARGUMENT…]`: runs test/bench/NAME.bench.ts and prints, as the last line, one JSON object with
 * `bench`, the measured figures and `ratio`, the share of a reference that ran beside it.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

export interface BenchResult {
  /** Ours over the reference's; what each is, the bench's own comment says. */
  ratio: number;
  [figure: string]: unknown;
}

const folder = import.meta.dirname;
const name = process.argv[2] ?? '';
const file = path.join(folder, `${name}.bench.ts`);

if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) {
  const names = readdirSync(folder).filter((entry) => entry.endsWith('.bench.ts')).map((entry) => entry.slice(0, -'.bench.ts'.length));
  console.error(`Usage: npm run bench -- NAME\nNAME is one of: ${names.join(', ')}`);
  process.exit(2);
}

const { run } = (await import(file)) as { run(names: string[]): Promise<BenchResult> };
const result = await run(process.argv.slice(3));
console.log(JSON.stringify({ bench: name, ...result }));
process.exit(0);
