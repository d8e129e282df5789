/** The thread that reads a workbook: see workbook.ts. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkbookAnswer } from './workbook.ts';

const { workbook, target, sheet } = workerData as { workbook: string; target: string; sheet?: string };

type Cell = string | number | boolean | Date | null;

const { readSheet } = await import('read-excel-file/node');
const answer = await convert().catch((error: unknown): WorkbookAnswer => {
  const { name, message } = error as Error;
  if (name === 'SheetNotFoundError' || /sheet.*not found/i.test(message)) return { refused: `It has no sheet "${sheet}".` };
  return { refused: 'It is no workbook that can be read.' };
});
parentPort!.postMessage(answer);

async function convert(): Promise<WorkbookAnswer> {
  const rows = (await readSheet(workbook, sheet ?? 1)) as Cell[][];
  if (rows.length === 0) return { refused: 'The sheet is empty.' };
  const width = Math.max(...rows.map((row) => row.length));
  const output = createWriteStream(target);
  for (const row of rows) {
    const line = Array.from({ length: width }, (_, index) => cellText(row[index] ?? null)).join(',');
    if (!output.write(`${line}\n`)) await once(output, 'drain');
  }
  output.end();
  await once(output, 'finish');
  return { done: true };
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString().replace('T00:00:00.000Z', '').replace('.000Z', '').replace('Z', '');
  // An empty text stays one: quoted, it is not null.
  return typeof cell === 'string' ? `"${cell.replaceAll('"', '""')}"` : String(cell);
}
