/** Lines of NDJSON gathered into batches that are worth a write, whatever the size of a row. */
import type { RecordBatch } from '../../kinds/contract.ts';

/** In bytes (for text: characters): what a socket takes at once. */
export const batchSize = 64 * 1024;

/** @param rows pages of rows as the driver gives them @param encode one row as one line of JSON, without the newline */
export async function* linesOf<Row>(rows: AsyncIterable<Row[]> | Iterable<Row[]>, encode: (row: Row) => string): AsyncGenerator<RecordBatch> {
  for await (const page of rows) {
    let text = '';
    let count = 0;
    for (const row of page) {
      text += encode(row);
      text += '\n';
      count += 1;
      if (text.length >= batchSize) {
        yield { ndjson: Buffer.from(text), count };
        text = '';
        count = 0;
      }
    }
    if (count > 0) yield { ndjson: Buffer.from(text), count };
  }
}

/** The same pages, the next one fetched while the one before is taken. For what is wanted to its end: a page may come in vain. */
export async function* fetchedAhead<Page>(pages: AsyncIterable<Page>): AsyncGenerator<Page> {
  const iterator = pages[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (let page = await next; !page.done; page = await next) {
      next = iterator.next();
      // It is told when it is awaited, if it ever is.
      next.catch(() => undefined);
      yield page.value;
    }
  } finally {
    await iterator.return?.();
  }
}

const newline = 0x0a;

/** Ends after so many records. @param to_the_end a statement that writes has to run to its end: whatever follows is taken and dropped */
export async function* firstRecords(
  batches: AsyncIterable<RecordBatch>, limit = Infinity, { to_the_end = false } = {},
): AsyncGenerator<RecordBatch> {
  let left = limit;
  for await (const batch of batches) {
    const count = 'rows' in batch ? batch.rows.length : batch.count;
    if (left > 0) yield count <= left ? batch : firstOf(batch, left);
    left -= count;
    if (left <= 0 && !to_the_end) return;
  }
}

function firstOf(batch: RecordBatch, count: number): RecordBatch {
  if ('rows' in batch) return { rows: batch.rows.slice(0, count) };
  let end = -1;
  for (let line = 0; line < count; line += 1) end = batch.ndjson.indexOf(newline, end + 1);
  return { ndjson: batch.ndjson.subarray(0, end + 1), count };
}
