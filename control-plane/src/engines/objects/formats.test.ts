import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { longestRecord, plainText } from './bytes.ts';
import { formatOf, isReadable } from './formats.ts';
import { rowsOf } from './read.ts';

/** Reads a whole text as the format of this name, cut into chunks of these sizes, and then of those that sockets bring. */
async function read(name: string, text: string | Uint8Array, sizes: number[] = []): Promise<unknown[]> {
  const format = formatOf(name);
  if (!format || !('reader' in format)) throw new Error(`${name} has no reader`);
  const rows: unknown[] = [];
  for await (const batch of format.reader(plainText(chunks(Buffer.from(text as string), sizes), name), name)) {
    const read = rowsOf(batch, name);
    if ('count' in batch) expect(read).toHaveLength(batch.count);
    rows.push(...read);
  }
  return JSON.parse(JSON.stringify(rows)) as unknown[];
}

async function* chunks(whole: Buffer, sizes: number[]): AsyncGenerator<Buffer> {
  for (let start = 0, count = 0; start < whole.length; count += 1) {
    const size = sizes[count] ?? 64 * 1024;
    yield whole.subarray(start, start + size);
    start += size;
  }
}

const records = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })).map((row) => JSON.parse(JSON.stringify(row)) as object), { maxLength: 8 });
const cuts = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 60 });

describe('however the bytes arrive, the records are the same', () => {
  test('JSON Lines', () => fc.assert(fc.asyncProperty(records, cuts, async (rows, sizes) => {
    expect(await read('a.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'), sizes)).toEqual(rows);
  })));

  test('a JSON array, on lines and indented', () => fc.assert(fc.asyncProperty(records, cuts, async (rows, sizes) => {
    expect(await read('a.json', JSON.stringify(rows, null, 2), sizes)).toEqual(rows);
  })));

  test('JSON objects one after another', () => fc.assert(fc.asyncProperty(records, cuts, async (rows, sizes) => {
    expect(await read('a.json', rows.map((row) => JSON.stringify(row, null, 1)).join('\r\n'), sizes)).toEqual(rows);
  })));

  test('gzip', () => fc.assert(fc.asyncProperty(records, cuts, async (rows, sizes) => {
    expect(await read('a.ndjson.gz', gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join('')), sizes)).toEqual(rows);
  }), { numRuns: 30 }));
});

test('JSON Lines: blank lines, Windows line ends and a byte order mark do no harm', async () => {
  expect(await read('a.jsonl', '\ufeff{"a":1}\r\n\r\n  \n\t{"a":2} \n\n{"a":3}')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
});

test('JSON keeps the digits that a JavaScript number would lose', async () => {
  const format = formatOf('a.json');
  if (!format || !('reader' in format)) throw new Error('JSON has a reader');
  const lines: string[] = [];
  for await (const batch of format.reader(plainText(chunks(Buffer.from('[{"id":12345678901234567890,\n"x":1.10}]'), []), 'a'), 'a')) {
    if ('ndjson' in batch) lines.push(Buffer.from(batch.ndjson).toString());
  }
  expect(lines).toEqual(['{"id":12345678901234567890, "x":1.10}\n']);
});

test('CSV: quotes, empty cells, empty lines, columns without a name or with the same', async () => {
  expect(await read('a.csv', 'id,name,,name\n1,"a ""b"",\nc",,x\n\n2,"",y,\n')).toEqual([
    { id: '1', name: 'a "b",\nc', column_3: null, name_2: 'x' },
    { id: '2', name: '', column_3: 'y', name_2: null },
  ]);
  expect(await read('a.tsv', 'a\tb\n1,5\t2\n')).toEqual([{ a: '1,5', b: '2' }]);
  expect(await read('a.csv', 'only,a,header\n')).toEqual([]);
});

test.each(['a.jsonl', 'a.json', 'a.csv', 'a.tsv', 'a.json.gz'])('%s without a byte has no records', async (name) => {
  expect(await read(name, '')).toEqual([]);
});

test.each([
  ['a.jsonl', '{"a":1}\n[1]\n', 'line 2 is not a JSON object'],
  ['a.jsonl', '{"a":1}\n{"a":', 'line 2 is not a JSON object'],
  ['a.jsonl', 'x'.repeat(longestRecord + 1), 'line 1 is longer than'],
  ['a.json', '[{"a":1}', 'ends in the middle'],
  ['a.json', '{"a":', 'ends in the middle'],
  ['a.json', '[1,2]', 'not an array of JSON objects'],
  ['a.json', '[{"a":1}] x', 'not an array of JSON objects'],
  ['a.json', '{"a":}', 'not valid JSON'],
  ['a.json', `{"a":"${'x'.repeat(longestRecord + 100_000)}"}`, 'a record is longer than'],
  ['a.csv', 'a,b\n1,2,3\n', 'more or fewer cells than the header (line 2)'],
  ['a.csv', 'a\n"open', 'a quote is not closed'],
  ['a.csv.gz', gzipSync('a\n1\n').subarray(0, 15), 'not valid gzip'],
])('%s that is not what its name says is told (%#)', async (name, text, says) => {
  await expect(read(name, text)).rejects.toMatchObject({ code: 'backend_error', message: expect.stringContaining(`${name} cannot be read`) });
  await expect(read(name, text)).rejects.toThrow(says);
});

test('the ending of a key decides, in any case', () => {
  expect(['a.jsonl', 'b/C.CSV', 'd.json.gz', 'e.tsv.GZ', 'f.ndjson'].map(isReadable)).toEqual(Array(5).fill(true));
  expect(['a.txt', 'csv', 'a.gz', 'folder.csv/', 'x.constructor', 'y.orc'].map(isReadable)).toEqual(Array(6).fill(false));
  expect(formatOf('y.orc')).toEqual({ refused: 'orc' });
  expect(formatOf('y.snappy.parquet')).toEqual({ columnar: 'parquet' });
  expect(formatOf('y.png')).toBeUndefined();
});
