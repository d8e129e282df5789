/** Streams the records of a model, file after file, a batch at a time. */
import type { ReadInput } from '../../categories/shared.ts';
import type { Call, RecordBatch } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { plainText } from './bytes.ts';
import { filesOf, isPrefix, modelNotFound } from './files.ts';
import type { Place, RecordFile } from './files.ts';
import { asBuffer } from './bytes.ts';
import { firstLines, parseLines } from './json-lines.ts';
import { compileWhere, pick } from './select.ts';

/** Without conditions and fields, lines of JSON are handed on unparsed. */
export async function* readModel(place: Place, input: ReadInput, call: Call): AsyncGenerator<RecordBatch> {
  if (input.order_by?.length) {
    throw new PatchbayError('invalid_request', 'Files cannot be read in another order than their own.', {
      hint: 'Leave order_by out: files come in the order of their keys, records in the order of their file.',
      fields: [{ path: 'order_by', message: 'is not supported here' }],
    });
  }
  const select = selector(input);
  let left = input.limit ?? Infinity;
  for await (const file of filesOf(place, input.model, call)) {
    for await (const batch of recordsOf(place, file, input.model, call)) {
      const selected = limited(select(batch, file.name), left);
      const count = sizeOf(selected);
      if (count > 0) yield selected;
      left -= count;
      if (left <= 0) return;
    }
  }
}

/** The batches of one file as its reader makes them. */
export async function* recordsOf({ store }: Place, file: RecordFile, model: string, call: Call): AsyncGenerator<RecordBatch> {
  let content: AsyncIterable<Uint8Array>;
  try {
    ({ content } = await store.get(file.key, call));
  } catch (error) {
    // Of a prefix, a file may have gone since it was listed: then there is nothing of it to read.
    if (!PatchbayError.is(error) || error.code !== 'object_not_found') throw error;
    if (isPrefix(model)) return;
    throw modelNotFound(model, 'there is no such object');
  }
  yield* file.reader(plainText(content, file.name), file.name);
}

export function rowsOf(batch: RecordBatch, file: string): Record<string, unknown>[] {
  return 'rows' in batch ? batch.rows : parseLines({ ndjson: asBuffer(batch.ndjson), count: batch.count }, file);
}

function selector({ where = [], fields = [] }: ReadInput): (batch: RecordBatch, file: string) => RecordBatch {
  if (where.length === 0 && fields.length === 0) return (batch) => batch;
  const matches = compileWhere(where);
  return (batch, file) => {
    const rows = rowsOf(batch, file).filter(matches);
    return { rows: fields.length === 0 ? rows : rows.map((row) => pick(row, fields)) };
  };
}

function sizeOf(batch: RecordBatch): number {
  return 'rows' in batch ? batch.rows.length : batch.count;
}

function limited(batch: RecordBatch, limit: number): RecordBatch {
  if (sizeOf(batch) <= limit) return batch;
  return 'rows' in batch ? { rows: batch.rows.slice(0, limit) } : firstLines({ ndjson: asBuffer(batch.ndjson), count: batch.count }, limit);
}
