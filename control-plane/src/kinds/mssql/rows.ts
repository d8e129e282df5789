/** Rows as they come, at the pace of their consumer, as lines of JSON. */
import type { Request } from 'tedious';
import { batchSize } from '../../engines/sql/batch.ts';
import { distinctNames } from '../../engines/sql/cells.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { RecordBatch } from '../contract.ts';
import { encoderOf } from './values.ts';
import type { ColumnMetadata } from './values.ts';

export interface RowStream {
  batches: AsyncIterable<RecordBatch>;
  /** How many records the statement wrote, once it has ended. */
  affected(): number;
}

interface Cell {
  value: unknown;
}

/** @param start sends the statement; its callback is tedious's */
export function rowsOf(start: (callback: (error?: Error | null, count?: number) => void) => Request): RowStream {
  let affected = 0;
  async function* batches(): AsyncGenerator<RecordBatch> {
    const ready: RecordBatch[] = [];
    let text = '';
    let count = 0;
    let columns: { prefix: string; encode: (value: never) => string }[] | undefined;
    let failure: { error: unknown } | undefined;
    let ended = false;
    let wake = () => {};
    const cut = () => {
      if (count > 0) ready.push({ ndjson: Buffer.from(text), count });
      text = '';
      count = 0;
    };
    const fail = (error: unknown) => {
      failure ??= { error };
      wake();
    };
    const request = start((error, written) => {
      affected = written ?? 0;
      ended = true;
      cut();
      if (error) fail(error);
      wake();
    });
    request.on('columnMetadata', (metadata) => {
      if (columns) fail(severalStatements());
      const names = distinctNames((metadata as ColumnMetadata[]).map(({ colName }, index) => colName || `column_${index + 1}`));
      columns = (metadata as ColumnMetadata[]).map((column, index) => ({
        prefix: `${index === 0 ? '{' : ','}${JSON.stringify(names[index])}:`,
        encode: encoderOf(column),
      }));
    });
    request.on('row', (cells: Cell[]) => {
      if (failure) return;
      try {
        for (let index = 0; index < cells.length; index += 1) {
          const { value } = cells[index]!;
          const { prefix, encode } = columns![index]!;
          text += prefix + (value === null ? 'null' : encode(value as never));
        }
      } catch (error) {
        return fail(error);
      }
      text += '}\n';
      count += 1;
      if (text.length < batchSize) return;
      cut();
      request.pause();
      wake();
    });
    const woken = async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    };
    try {
      for (;;) {
        while (ready.length === 0 && !ended && !failure) await woken();
        if (failure) throw failure.error;
        const next = ready.shift();
        // While the consumer works on a batch, one more may gather, not many.
        if (ready.length === 0 && !ended) request.resume();
        if (next) yield next;
        else if (ended) return;
      }
    } finally {
      // Not read to its end: stopped at the server, so that the connection is in step again.
      if (!ended) {
        request.cancel();
        request.resume();
        while (!ended) await woken();
      }
    }
  }
  return { batches: batches(), affected: () => affected };
}

function severalStatements(): PatchbayError {
  return new PatchbayError('invalid_query', 'The query gives more than one set of rows.', {
    hint: 'Write one statement in each query.',
    fields: [{ path: 'query', message: 'must be one statement' }],
  });
}
