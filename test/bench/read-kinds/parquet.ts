/** The rows as a Parquet file on disk, and DuckDB used directly on it: what kinds that keep or reach files are measured against. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { duckdbRows } from './table.ts';

const opened = (async () => (await DuckDBInstance.create(':memory:')).connect())();
let file: Promise<string> | undefined;

/** @returns its path; gone when the process ends */
export const parquetFile = (): Promise<string> => (file ??= (async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'patchbay-bench-rows-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const target = path.join(folder, 'orders.parquet');
  await (await opened).run(`copy (${duckdbRows}) to '${target}' (format parquet, compression zstd)`);
  return target;
})());

/** @returns how many rows came, each an object of JavaScript */
export async function readParquet(source: string): Promise<number> {
  const result = await (await opened).stream(`select * from read_parquet('${source}')`);
  let count = 0;
  for await (const page of result.yieldRowObjects()) count += page.length;
  return count;
}
