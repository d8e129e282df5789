import fc from 'fast-check';
import { exactJson } from '../../platform/exact-json.ts';
import { copyToNdjson } from './copy.ts';
import { arrayJson, encodeText } from './types.ts';
import type { Encoding } from './types.ts';

/** As PostgreSQL writes a text in COPY's text format. */
function copyEscape(text: string | null): string {
  if (text === null) return '\\N';
  const escapes: Record<string, string> = { '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' };
  return text.replace(/[\\\b\f\n\r\t\v]/g, (character) => escapes[character]!);
}

async function transcode(encodings: Encoding[], rows: (string | null)[][], rowsAChunk = 3): Promise<unknown[][]> {
  const lines = rows.map((row) => Buffer.from(`${row.map(copyEscape).join('\t')}\n`));
  const chunks = async function* () {
    for (let index = 0; index < lines.length; index += rowsAChunk) yield Buffer.concat(lines.slice(index, index + rowsAChunk));
  };
  const names = encodings.map((_, index) => `column "${index}"`);
  const values: unknown[][] = [];
  for await (const batch of copyToNdjson(encodings.map((encoding, index) => ({ name: names[index]!, encoding })), chunks())) {
    if (!('ndjson' in batch)) throw new Error('not NDJSON');
    const batchLines = Buffer.from(batch.ndjson).toString().split('\n');
    expect(batchLines.pop()).toBe('');
    expect(batchLines).toHaveLength(batch.count);
    for (const line of batchLines) {
      const record = JSON.parse(line) as Record<string, unknown>;
      expect(Object.keys(record)).toEqual(names);
      values.push(Object.values(record));
    }
  }
  return values;
}

const anyText = fc.string({ unit: fc.oneof(fc.constantFrom('"', '\\', '\n', '\t', '\v', '\x01', '\x1f', '\x7f', 'N', ' ', '+'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })) }).filter((text) => !text.includes('\0'));

describe('COPY to NDJSON', () => {
  test('any text comes through as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.option(anyText), fc.option(anyText)), { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 5 }), async (rows, rowsAChunk) => {
        expect(await transcode(['text', 'text'], rows, rowsAChunk)).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });

  test('any JSON comes through as it was, on one line', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.json(), { minLength: 1, maxLength: 10 }), fc.constantFrom(undefined, 2, '\t'), async (documents, indent) => {
        const texts = documents.map((text) => [JSON.stringify(JSON.parse(text), null, indent)]);
        expect(await transcode(['json'], texts)).toEqual(texts.map(([text]) => [JSON.parse(exactJson(text!))]));
      }),
      { numRuns: 200 },
    );
  });

  test('other values take the form that JSON has for them, the same as through a cursor', async () => {
    const encodings: Encoding[] = ['number', 'float', 'boolean', 'timestamp', 'text'];
    const rows = [
      ['1', '-1.5e+300', 't', '2026-01-02 03:04:05.123456+00', ''],
      ['-7', 'NaN', 'f', '2026-01-02 03:04:05', 'a'],
      ['0', 'Infinity', 't', 'infinity', 'b'],
      ['2', '-Infinity', 'f', '0044-03-15 00:00:00+00 BC', 'c'],
      ['3', '1e+20', null, '-infinity', null],
      [null, null, null, null, null],
    ];
    const expected = [
      [1, -1.5e300, true, '2026-01-02T03:04:05.123456+00:00', ''],
      [-7, 'NaN', false, '2026-01-02T03:04:05', 'a'],
      [0, 'Infinity', true, 'infinity', 'b'],
      [2, '-Infinity', false, '0044-03-15T00:00:00+00:00 BC', 'c'],
      [3, 1e20, null, '-infinity', null],
      [null, null, null, null, null],
    ];
    expect(await transcode(encodings, rows)).toEqual(expected);
    expect(rows.map((row) => row.map((value, index) => (value === null ? null : JSON.parse(encodeText(encodings[index]!, value)))))).toEqual(expected);
  });

  test('rows longer than a batch, and rows without columns', async () => {
    const long = [['x'.repeat(300_000)], ['"'.repeat(100_000)], ['y']];
    expect(await transcode(['text'], long)).toEqual(long);
    expect(await transcode([], [[], []])).toEqual([[], []]);
  });
});

test('arrays in their text form become lists', () => {
  const json = (text: string) => JSON.parse(arrayJson(text, JSON.stringify)) as unknown;
  expect(json('{}')).toEqual([]);
  expect(json('{1,NULL,"NULL","a,b","q\\"\\\\",{}}')).toEqual(['1', null, 'NULL', 'a,b', 'q"\\', []]);
  expect(json('[0:1][5:6]={{1,2},{3,4}}')).toEqual([['1', '2'], ['3', '4']]);
});
