/** From the bytes that come to typed records: to disk within the limit, as text, typed by DuckDB, as Parquet to the store. */
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import type { file } from '../../categories/file.ts';
import { literal } from '../../engines/lakehouse/duckdb.ts';
import type { Connection, Duckdb } from '../../engines/lakehouse/duckdb.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { FileCache } from '../../platform/file-cache/index.ts';
import { writeWithin } from '../../platform/file-cache/write.ts';
import type { Call, UploadStore } from '../contract.ts';
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
  inTurn<T>(work: () => Promise<T>): Promise<T>;
}

export async function keepUpload(input: UploadInput, { uploads, database, cache, inTurn }: Place, call: Call): Promise<{ name: string; rows: number; fields: UploadDetails['fields']; size: number }> {
  if ((input.size ?? 0) > uploads.limit) throw tooLarge(uploads.limit);
  const folder = await cache.scratch();
  const connection = await database.connect(call.signal, [{ path: folder, name: input.name }]);
  try {
    const given = path.join(folder, 'given');
    const size = await writeWithin(given, input.content, async (bytes) => {
      if (bytes > uploads.limit) throw tooLarge(uploads.limit);
    }, call.signal);
    if (input.size !== undefined && input.size !== size) {
      throw new PatchbayError('invalid_request', `The body has ${size} bytes, ${input.size} were announced; nothing was kept.`, { hint: 'Send the whole file again.' });
    }
    const format = await formatOf(given, input.format);
    const text = format === 'xlsx' ? await workbookAsText(given, path.join(folder, 'sheet.csv'), input.sheet, call.signal) : given;
    const parquet = path.join(folder, 'kept.parquet');
    const details = { ...(await inTurn(() => convert(connection, text, parquet, { ...input, format }))), original_size: size };
    await uploads.put({ name: input.name, content: createReadStream(parquet, { signal: call.signal }), details });
    return { name: input.name, rows: details.rows, fields: details.fields, size };
  } finally {
    connection.close();
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

type Reading = Pick<UploadInput, 'header' | 'delimiter'> & { format: 'csv' | 'tsv' | 'xlsx' };

async function convert(connection: Connection, text: string, parquet: string, reading: Reading): Promise<Pick<UploadDetails, 'rows' | 'fields'>> {
  if ((await stat(text)).size === 0) throw notThat('It is empty.', 'Upload a file with at least a row of names.');
  const copy = (encoding: string) => connection.run(`copy (select * from ${readCsv(text, reading, encoding)}) to ${literal(parquet)} (format parquet, compression zstd)`);
  const encoding = await encodingOf(text);
  try {
    await copy(encoding).catch((error: unknown) => {
      // Neither has a mark to know it by: what is not UTF-8 is what spreadsheets of western Europe write.
      if (encoding !== 'utf-8' || !/utf-?8|unicode/i.test(String(error))) throw error;
      return copy('latin-1');
    });
  } catch (error) {
    if (!PatchbayError.is(error) || (error.code !== 'invalid_query' && error.code !== 'backend_error')) throw error;
    throw notThat(`It cannot be read as rows: ${firstSentence(error.message)}`, 'Correct the file, or name its delimiter and whether it has a header.', error);
  }
  const source = `read_parquet(${literal(parquet)})`;
  const [count] = await connection.rows(`select count(*)::varchar as n from ${source}`);
  const fields = await connection.rows(`describe select * from ${source}`);
  return {
    rows: Number(count!['n']),
    fields: fields.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']), nullable: true })),
  };
}

/** The whole file is looked at, so that each cell fits the type of its field. */
function readCsv(text: string, { header, delimiter, format }: Reading, encoding: string): string {
  const delim = format === 'xlsx' ? ',' : format === 'tsv' ? '\t' : delimiter;
  const options = [
    'sample_size = -1', 'null_padding = false', `encoding = ${literal(encoding)}`,
    ...(header === undefined ? [] : [`header = ${header}`]),
    ...(delim === undefined ? [] : [`delim = ${literal(delim)}`]),
    ...(format === 'xlsx' ? [`quote = '"'`, `escape = '"'`] : []),
  ];
  return `read_csv(${literal(text)}, ${options.join(', ')})`;
}

async function encodingOf(text: string): Promise<'utf-8' | 'utf-16'> {
  const handle = await open(text);
  const head = Buffer.alloc(2);
  await handle.read(head, 0, 2, 0).finally(() => handle.close());
  return head.readUInt16BE(0) === 0xfffe || head.readUInt16BE(0) === 0xfeff ? 'utf-16' : 'utf-8';
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
