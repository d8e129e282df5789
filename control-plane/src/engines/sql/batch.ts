/** Lines of NDJSON gathered into batches that are worth a write, whatever the size of a row. */
import type { RecordBatch } from '../../kinds/contract.ts';

/** In bytes (for text: characters): what a socket takes at once. */
export const batchSize = 64 * 1024;

/** @param rows pages of rows as the driver gives them @param encode one row as one line of JSON, without the newline */
export async function* linesOf<Row>(rows: AsyncIterable<Row[]>, encode: (row: Row) => string): AsyncGenerator<RecordBatch> {
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
