/** From the bytes that come to typed records: to disk within the limit, as text, typed by DuckDB, as Parquet to the store. */
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import type { file } from '../../categories/file.ts';
import { identifier, literal } from '../../engines/lakehouse/quoting.ts';
import type { Connection, Duckdb } from '../../engines/lakehouse/duckdb.ts';
import { typedColumns } from '../../engines/lakehouse/typing.ts';
import type { DateOrder } from '../../engines/lakehouse/typing.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { FileCache } from '../../platform/file-cache/index.ts';
import { writeWithin } from '../../platform/file-cache/write.ts';
import type { Call, UploadStore } from '../contract.ts';
import { asUtf8, dialectOf, withLineFeeds } from './text.ts';
import { workbookAsText } from './workbook.ts';

export interface UploadDetails {
  rows: number;
  fields: { name: string; type: string; nullable: boolean }[];
  /** In bytes, of the file as it came. */
  original_size: number;
}

type UploadInput = z.output<(typeof file)['operations']['upload']['input']> & { content: AsyncIterable<Uint8Array>; size?: number };

interface Place {
  uploads: UploadStore;
  database: Duckdb;
  cache: FileCache;
  /** Typing takes memory: of one connector's files, one after another. */
  inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export async function keepUpload(input: UploadInput, { uploads, database, cache, inTurn }: Place, call: Call): Promise<{ name: string; rows: number; fields: UploadDetails['fields']; size: number }> {
  if ((input.size ?? 0) > uploads.limit) throw tooLarge(uploads.limit);
  const folder = await cache.scratch();
  const connection = database.connect(call.signal, [{ path: folder, name: input.name }]);
  try {
    const given = path.join(folder, 'given');
    const size = await writeWithin(given, input.content, async (bytes) => {
      if (bytes > uploads.limit) throw tooLarge(uploads.limit);
    }, call.signal);
    if (input.size !== undefined && input.size !== size) {
      throw new PatchbayError('invalid_request', `The body has ${size} bytes, ${input.size} were announced; nothing was kept.`, { hint: 'Send the whole file again.' });
    }
    const format = await formatOf(given, input.format);
    const parquet = path.join(folder, 'kept.parquet');
    const sheet = format === 'xlsx' ? await workbookRecords(given, folder, input, call.signal) : undefined;
    const details = await inTurn(async () => {
      const records = sheet ?? await textRecords(given, folder, { ...input, ...(format === 'tsv' && { delimiter: '\t' }) }, call.signal);
      const kept = await keepTyped(connection, records, parquet, input.date_format).catch((error: unknown) => {
        throw notRows(error);
      });
      return { ...kept, original_size: size };
    }, call.signal);
    await uploads.put({ name: input.name, content: createReadStream(parquet, { signal: call.signal }), details });
    return { name: input.name, rows: details.rows, fields: details.fields, size };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function formatOf(given: string, wanted: UploadInput['format']): Promise<'csv' | 'tsv' | 'xlsx'> {
  const handle = await open(given);
  const head = Buffer.alloc(4);
  await handle.read(head, 0, 4, 0).finally(() => handle.close());
  const isZip = head.readUInt32BE(0) === 0x504b0304;
  if (head.readUInt32BE(0) === 0xd0cf11e0) throw notThat('It is an Excel file of the old format (.xls), or one with a password.', 'Save it as .xlsx or CSV, without a password, and upload that.');
  if (wanted === 'xlsx' && !isZip) throw notThat('It is no Excel workbook (.xlsx).', 'Leave the format at auto, or upload the workbook itself.');
  if (isZip && wanted !== 'xlsx' && wanted !== 'auto') throw notThat('It is a ZIP file or an Excel workbook, no text.', 'Leave the format at auto for .xlsx files; unpack ZIP files first.');
  return isZip ? 'xlsx' : wanted === 'tsv' ? 'tsv' : 'csv';
}

interface Records {
  /** In SQL: columns of VARCHAR, c0 to the last. */
  source: string;
  names: string[];
  /** Of each column, whether it is text whatever it looks like. */
  is_text: boolean[];
}

async function workbookRecords(given: string, folder: string, input: UploadInput, signal: AbortSignal): Promise<Records> {
  const target = path.join(folder, 'sheet.csv');
  const { names, is_text } = await workbookAsText(given, target, input, signal);
  return { source: readCsv(target, names.length, ['delim = \',\'', 'header = false', 'null_padding = true', 'parallel = false']), names, is_text };
}

async function textRecords(given: string, folder: string, { header, delimiter }: Pick<UploadInput, 'header' | 'delimiter'>, signal: AbortSignal): Promise<Records> {
  if ((await stat(given)).size === 0) throw notThat('It is empty.', 'Upload a file with at least a row of names.');
  const text = await asUtf8(given, path.join(folder, 'text.csv'), signal);
  const { delimiter: delim, names, has_header, skip } = await dialectOf(text, { header, delimiter });
  const even = await withLineFeeds(text, path.join(folder, 'even.csv'), delim, signal);
  const source = readCsv(even, names.length, [`delim = ${literal(delim)}`, `header = ${has_header}`, `skip = ${skip}`, 'null_padding = false', 'strict_mode = true']);
  return { source, names, is_text: names.map(() => false) };
}

function readCsv(file: string, width: number, options: string[]): string {
  const columns = Array.from({ length: width }, (_, index) => `c${index}: 'VARCHAR'`).join(', ');
  return `read_csv(${literal(file)}, auto_detect = false, new_line = '\\n', quote = '"', escape = '"', allow_quoted_nulls = false, columns = {${columns}}, ${options.join(', ')})`;
}

async function keepTyped(connection: Connection, { source, names, is_text }: Records, parquet: string, order: DateOrder | undefined): Promise<Pick<UploadDetails, 'rows' | 'fields'>> {
  const columns = names.map((_, index) => `c${index}`);
  const open = columns.filter((_, index) => !is_text[index]);
  const typed = await typedColumns(connection, source, open, order);
  const selected = columns.map((column, index) => `${open.includes(column) ? typed[open.indexOf(column)]! : column} as ${identifier(names[index]!)}`);
  await connection.run(`copy (select ${selected.join(', ')} from ${source}) to ${literal(parquet)} (format parquet, compression zstd)`);
  const kept = `read_parquet(${literal(parquet)})`;
  const [count] = await connection.rows(`select count(*)::varchar as n from ${kept}`);
  const fields = await connection.rows(`describe select * from ${kept}`);
  return {
    rows: Number(count!['n']),
    fields: fields.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']), nullable: true })),
  };
}

/** @param error of DuckDB, reading the rows */
function notRows(error: unknown): unknown {
  if (!PatchbayError.is(error) || (error.code !== 'invalid_query' && error.code !== 'backend_error')) return error;
  const words = wordsOf(error);
  const [, line] = /CSV Error on Line: (\d+)/.exec(words) ?? [];
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(words) ?? [];
  const cells = (count: string) => `${count} ${count === '1' ? 'cell' : 'cells'}`;
  if (line !== undefined && expected !== undefined && found !== undefined) {
    return notThat(`Line ${line} has ${cells(found)} where the first row has ${expected}.`, 'Give every row as many cells, put cells that hold the delimiter in quotes, and remove what stands above the names; or name the delimiter.', error);
  }
  if (line !== undefined && /quote/i.test(words)) {
    return notThat(`Line ${line} has a quote that is not closed, or text after one that is.`, 'Close it, and write a quote inside of a quoted cell twice.', error);
  }
  return notThat(`It cannot be read as rows: ${firstSentence(error.message)}`, 'Correct the file, or name its delimiter and whether it has a header.', error);
}

/** All of them: the message itself may be cut. */
function wordsOf(error: unknown): string {
  return PatchbayError.is(error) && error.cause instanceof Error ? error.cause.message : String(error);
}

/** What follows are DuckDB's options, which nobody here can set. */
function firstSentence(message: string): string {
  const text = message.replace(/^A file cannot be read: /, '').split(/\s(?:Possible (?:fixes|solution)|This type was auto|\* )/)[0]!.slice(0, 300);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function tooLarge(limit: number): PatchbayError {
  return new PatchbayError('payload_too_large', `The file is larger than ${Math.floor(limit / 1_048_576)} MB; nothing was kept.`, {
    hint: 'Split it, or let the operator raise PATCHBAY_UPLOAD_LIMIT_MB.',
  });
}

export function notThat(what: string, hint: string, cause?: unknown): PatchbayError {
  return new PatchbayError('invalid_request', `The file was not kept. ${what}`, { hint, fields: [{ path: 'content', message: what }], cause });
}
