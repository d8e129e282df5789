/** What a text of rows is: its encoding, what stands between its cells, and whether its first row holds names. */
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse/sync';

export interface Dialect {
  delimiter: string;
  /** Of the columns, each with a name of its own. */
  names: string[];
  /** Whether the first row holds them, and is no record. */
  has_header: boolean;
  /** Empty lines before the first row. */
  skip: number;
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** In bytes: by so much of a file its dialect is found out. */
const sampleSize = 256 * 1024;
const delimiters = [',', ';', '\t', '|'];

/** @returns the path of the text in UTF-8: the text itself, or the target. Without a mark, what is not UTF-8 is what spreadsheets of western Europe write */
export async function asUtf8(text: string, target: string, signal: AbortSignal): Promise<string> {
  const encoding = await encodingOf(text, signal);
  if (encoding === 'utf-8') return text;
  const decoder = new TextDecoder(encoding);
  await pipeline(createReadStream(text), async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  }, createWriteStream(target), { signal });
  return target;
}

async function encodingOf(text: string, signal: AbortSignal): Promise<Encoding> {
  const mark = await beginningOf(text, 2);
  if (mark.length === 2 && mark.readUInt16BE(0) === 0xfffe) return 'utf-16le';
  if (mark.length === 2 && mark.readUInt16BE(0) === 0xfeff) return 'utf-16be';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(text, { signal })) decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'windows-1252';
    throw signal.aborted ? signal.reason : error;
  }
}

/**
 * Rows that end with LF, which alone DuckDB tells for sure: given other ends, or several, it may leave out rows without a word.
 * @param text the path of one in UTF-8; @returns the path of the text itself where it has no CR, or the target. What stands in quotes stays
 */
export async function withLineFeeds(text: string, target: string, delimiter: string, signal: AbortSignal): Promise<string> {
  if (!(await holdsByte(text, cr, signal))) return text;
  const last = Buffer.from(delimiter).at(-1)!;
  let [isQuoted, before] = [false, lf];
  const ends = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const kept = Buffer.allocUnsafe(chunk.length);
      let length = 0;
      for (const byte of chunk) {
        // A quote within a cell that began without one is itself.
        if (byte === quote) isQuoted = isQuoted ? false : before === quote || before === last || before === lf || before === cr || before === markEnd;
        if (isQuoted || byte !== lf || before !== cr) kept[length++] = byte === cr && !isQuoted ? lf : byte;
        // A CR in quotes takes no LF with it.
        before = byte === cr && isQuoted ? 0 : byte;
      }
      done(null, kept.subarray(0, length));
    },
  });
  await pipeline(createReadStream(text), ends, createWriteStream(target), { signal });
  return target;
}

const [lf, cr, quote, markEnd] = [0x0a, 0x0d, 0x22, 0xbf];

async function holdsByte(text: string, byte: number, signal: AbortSignal): Promise<boolean> {
  for await (const chunk of createReadStream(text, { signal })) if ((chunk as Buffer).includes(byte)) return true;
  return false;
}

/** @param text the path of one in UTF-8 */
export async function dialectOf(text: string, given: { header?: boolean | undefined; delimiter?: string | undefined }): Promise<Dialect> {
  const bytes = await beginningOf(text, sampleSize);
  const sample = new TextDecoder().decode(bytes);
  const isCut = bytes.length === sampleSize;
  const candidates = (given.delimiter === undefined ? delimiters : [given.delimiter]).map((delimiter) => ({ delimiter, rows: rowsOf(sample, delimiter, isCut) }));
  const { delimiter, rows } = candidates.map((candidate) => ({ ...candidate, ...fitness(candidate.rows) }))
    .reduce((best, one) => (one.share > best.share || (one.share === best.share && one.width > best.width) ? one : best));
  const first = rows[0] ?? [''];
  const has_header = given.header ?? isHeader(first);
  return { delimiter, names: columnNames(has_header ? first : first.map(() => '')), has_header, skip: /^(?:\r\n|\n|\r)*/.exec(sample)![0].replaceAll('\r\n', '\n').length };
}

/** How many of the rows are as wide as the first. A single column says nothing for a delimiter. */
function fitness(rows: string[][]): { width: number; share: number } {
  const width = rows[0]?.length ?? 1;
  return { width, share: width === 1 ? 0 : rows.filter((row) => row.length === width).length / rows.length };
}

function rowsOf(sample: string, delimiter: string, isCut: boolean): string[][] {
  const rows: string[][] = [];
  try {
    parse(sample, { delimiter, bom: true, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true, relax_quotes: true, skip_empty_lines: true, on_record: (row: string[]) => void rows.push(row) });
  } catch {
    // A quote that is open where the sample ends; whatever else is wrong is found when all of it is read.
    return rows;
  }
  if (isCut && rows.length > 1) rows.pop();
  return rows;
}

/** Names are texts: a row with a number, a date or a truth is a record. */
export function isHeader(cells: readonly string[]): boolean {
  return cells.some((cell) => cell.trim() !== '') && !cells.some((cell) => /^\s*(?:[-+]?[.,]?\d[\d.,]*(?:e[-+]?\d+)?|true|false|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*)\s*$/i.test(cell));
}

/** Each column needs a name of its own, whatever its capitals: empty ones get their number, repeated ones a suffix. */
export function columnNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const base = cell.trim() === '' ? `column${index}` : cell;
    let name = base;
    for (let count = 1; taken.has(name.toLowerCase()); count += 1) name = `${base}_${count}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

async function beginningOf(file: string, length: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
