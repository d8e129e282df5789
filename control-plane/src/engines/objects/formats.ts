/** Which objects are read as records, and how: one table, by the ending of the key. */
import type { RecordBatch } from '../../kinds/contract.ts';
import { delimitedLines } from './delimited.ts';
import { jsonLines } from './json-lines.ts';
import { jsonValues } from './json-values.ts';

/** Reads a file's text, gunzipped before. `file` is its key, for messages. */
export type FormatReader = (text: AsyncIterable<Buffer>, file: string) => AsyncIterable<RecordBatch>;

const readers: Record<string, FormatReader> = {
  jsonl: jsonLines,
  ndjson: jsonLines,
  json: jsonValues,
  csv: (text, file) => delimitedLines(text, file, ','),
  tsv: (text, file) => delimitedLines(text, file, '\t'),
};

/** What holds records but cannot be read; kept apart, lest a read of its folder silently leaves it out. */
const unread = new Set(['avro', 'orc', 'xlsx', 'xls']);

export const readableFormats = 'Delta tables, Parquet, and JSON Lines (.jsonl, .ndjson), JSON, CSV and TSV, these also with .gz';

export type FormatOf = { reader: FormatReader } | { columnar: 'parquet' } | { refused: string } | undefined;

/** What the lakehouse reads. */
export type LakeFormat = 'parquet' | 'csv' | 'tsv' | 'json';

const lakeFormats: Record<string, LakeFormat> = { jsonl: 'json', ndjson: 'json', json: 'json', csv: 'csv', tsv: 'tsv' };

export function lakeFormatOf(key: string): LakeFormat | undefined {
  if (isParquet(key)) return 'parquet';
  const ending = endingOf(key);
  return ending !== undefined && Object.hasOwn(lakeFormats, ending) ? lakeFormats[ending] : undefined;
}

/** `part-0.parquet`, and `part-0.gz.parquet` or `part-0.snappy.parquet`; a whole file that is packed again is none. */
function isParquet(key: string): boolean {
  return key.toLowerCase().endsWith('.parquet');
}

function endingOf(key: string): string | undefined {
  return /\.([a-z0-9]+)(?:\.gz)?$/.exec(key.toLowerCase())?.[1];
}

/** @returns undefined for what is no file of records: images, markers, folders */
export function formatOf(key: string): FormatOf {
  if (isParquet(key)) return { columnar: 'parquet' };
  const ending = endingOf(key);
  if (ending === undefined) return undefined;
  const reader = Object.hasOwn(readers, ending) ? readers[ending] : undefined;
  if (reader) return { reader };
  return unread.has(ending) ? { refused: ending } : undefined;
}

export function isReadable(key: string): boolean {
  const format = formatOf(key);
  return format !== undefined && !('refused' in format);
}
