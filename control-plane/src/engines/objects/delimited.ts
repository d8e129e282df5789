/** CSV and TSV with a header row, record by record. */
import { Readable, pipeline } from 'node:stream';
import { longestRecord, malformed } from './bytes.ts';

const batchSize = 500;

/** @returns batches of records whose values are strings, or null for a cell that is empty and not quoted */
export async function* delimitedRows(
  content: AsyncIterable<Buffer>,
  file: string,
  delimiter: ',' | '\t',
): AsyncGenerator<Record<string, unknown>[]> {
  const { parse } = await import('csv-parse');
  const parser = parse({
    delimiter,
    columns: columnNames,
    skip_empty_lines: true,
    max_record_size: longestRecord,
    cast: (value, { quoting, header }) => (value === '' && !quoting && !header ? null : value),
  });
  // Its error arrives at `parser` too, where the loop below meets it.
  pipeline(Readable.from(content, { objectMode: false, highWaterMark: 64 * 1024 }), parser, () => undefined);
  let rows: Record<string, unknown>[] = [];
  try {
    for await (const row of parser) {
      rows.push(row as Record<string, unknown>);
      if (rows.length < batchSize) continue;
      yield rows;
      rows = [];
    }
  } catch (error) {
    const { code, lines } = error as { code?: unknown; lines?: unknown };
    throw String(code).startsWith('CSV_') ? malformed(file, `${reasons[String(code)] ?? 'it is not valid CSV'} (line ${String(lines)})`, error) : error;
  }
  if (rows.length > 0) yield rows;
}

const reasons: Record<string, string> = {
  CSV_RECORD_INCONSISTENT_COLUMNS: 'a row has more or fewer cells than the header',
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  CSV_MAX_RECORD_SIZE: `a row is longer than ${longestRecord} bytes`,
};

/** Each column needs a name of its own: empty ones get their number, repeated ones a suffix. */
function columnNames(header: string[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const base = cell.trim() || `column_${index + 1}`;
    let name = base;
    for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
    taken.add(name);
    return name;
  });
}
