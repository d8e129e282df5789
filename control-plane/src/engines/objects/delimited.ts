/** CSV and TSV with a header row, record by record. */
import type { Parser } from 'csv-parse';
import type { RecordBatch } from '../../kinds/contract.ts';
import { linesOf } from '../sql/batch.ts';
import { jsonText, rowEncoder } from '../sql/cells.ts';
import { longestRecord, malformed } from './bytes.ts';

/** @returns records whose values are strings, or null for a cell that is empty and not quoted */
export async function* delimitedLines(content: AsyncIterable<Buffer>, file: string, delimiter: ',' | '\t'): AsyncGenerator<RecordBatch> {
  const { parse } = await import('csv-parse');
  // Rows as lists: objects, as it makes them, take longer to make and to write than all the rest.
  const parser = parse({ delimiter, skip_empty_lines: true, max_record_size: longestRecord, cast: (value, { quoting }) => (value === '' && !quoting ? null : value) });
  let encode: ((row: Cell[]) => string) | undefined;
  const pages = (async function* () {
    for await (const page of recordsOf(parser, content)) {
      encode ??= rowEncoder(columnNames(page.shift()!).map((name) => ({ name, encode: jsonText })));
      yield page;
    }
  })();
  try {
    yield* linesOf(pages, (row) => encode!(row));
  } catch (error) {
    const { code, lines } = error as { code?: unknown; lines?: unknown };
    throw String(code).startsWith('CSV_') ? malformed(file, `${reasons[String(code)] ?? 'it is not valid CSV'} (line ${String(lines)})`, error) : error;
  }
}

type Cell = string | null;

/** All that a chunk completes at once. */
async function* recordsOf(parser: Parser, content: AsyncIterable<Buffer>): AsyncGenerator<Cell[][]> {
  const found: Cell[][] = [];
  const taken = () => found.splice(0);
  parser.on('data', (record: Cell[]) => found.push(record)).on('error', () => undefined);
  try {
    for await (const chunk of content) {
      await new Promise<void>((resolve, reject) => parser.write(chunk, (error) => (error ? reject(error) : resolve())));
      if (found.length > 0) yield taken();
    }
    await new Promise<void>((resolve, reject) => parser.once('end', resolve).once('error', reject).end());
    if (found.length > 0) yield taken();
  } finally {
    parser.destroy();
  }
}

const reasons: Record<string, string> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'a row has more or fewer cells than the header',
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  CSV_MAX_RECORD_SIZE: `a row is longer than ${longestRecord} bytes`,
};

/** Each column needs a name of its own: empty ones get their number, repeated ones a suffix. */
function columnNames(header: Cell[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const base = cell?.trim() || `column_${index + 1}`;
    let name = base;
    for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
    taken.add(name);
    return name;
  });
}
