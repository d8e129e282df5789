/** Reads a stream of records (NDJSON) block by block, so that no more than a block of text is held beside the records. */
import type { IDataObject } from 'n8n-workflow';
import type { Problem } from './problem';

const newline = 0x0a;

/** The stream ended before the backend had said all: what was read is not all there is. */
export interface Cut {
  problem?: Problem;
}

/**
 * @param limit stop after so many records, closing the stream
 * @param onCut makes the error for a stream that broke off; its last line may say why
 */
export async function* readRecords(
  body: AsyncIterable<Uint8Array> & { destroy?(): void },
  onCut: (cut: Cut) => Error,
  limit = Infinity,
): AsyncGenerator<IDataObject[]> {
  let left = limit;
  // A record called `$error` is one when the stream ends well, and the reason when it does not: it waits.
  let last: IDataObject[] = [];
  try {
    for await (const block of completeLines(body)) {
      const records = [...last, ...parseLines(block)];
      last = records.length > 0 && '$error' in (records.at(-1) ?? {}) ? records.splice(-1) : [];
      if (records.length >= left) {
        yield records.slice(0, left);
        return;
      }
      left -= records.length;
      if (records.length > 0) yield records;
    }
    if (last.length > 0) yield last;
  } catch {
    throw onCut({ problem: last[0]?.$error as Problem | undefined });
  } finally {
    body.destroy?.();
  }
}

/** Cuts a stream at its last line break so far; lines that lie across chunks are joined. */
async function* completeLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array[] = [];
  for await (const chunk of body) {
    const end = chunk.lastIndexOf(newline);
    if (end === -1) {
      rest.push(chunk);
      continue;
    }
    yield Buffer.concat([...rest, chunk.subarray(0, end)]).toString('utf8');
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
  }
  if (rest.length > 0) yield Buffer.concat(rest).toString('utf8');
}

/** A line break stands between records and never in one, so a block of lines is one array but for its commas. */
function parseLines(block: string): IDataObject[] {
  const text = block.trim();
  return text === '' ? [] : (JSON.parse(`[${text.replaceAll(/\r?\n+/g, ',')}]`) as IDataObject[]);
}
