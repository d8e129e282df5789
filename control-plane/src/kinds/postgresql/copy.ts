/**
 * Rows of `COPY … TO STDOUT` as NDJSON, bytes to bytes: no value becomes a JavaScript string.
 *
 * COPY's text is the fastest thing that PostgreSQL can send (its own JSON functions take three times as
 * long), and it is all but JSON already: a backslash escape of COPY is the same escape in JSON, so that
 * a text needs only its quotes escaped.
 */
import type { RecordBatch } from '../../kinds/contract.ts';
import { batchSize } from '../../engines/sql/batch.ts';
import { exactJson } from '../../platform/exact-json.ts';
import type { Encoding } from './types.ts';

const tab = 0x09;
const newline = 0x0a;
const verticalTab = 0x0b;
const space = 0x20;
const quote = 0x22;
const plus = 0x2b;
const point = 0x2e;
const zero = 0x30;
const colon = 0x3a;
const backslash = 0x5c;
const code = (character: string) => character.charCodeAt(0);
const [minus, upperI, upperN, upperT, lowerT, lowerU, lowerV] = ['-', 'I', 'N', 'T', 't', 'u', 'v'].map(code) as [number, number, number, number, number, number, number];
const [braceOpen, braceClose] = [code('{'), code('}')];

const nullText = Buffer.from('null');
const trueText = Buffer.from('true');
const falseText = Buffer.from('false');
const hexDigits = Buffer.from('0123456789abcdef');

/** A byte may become six: `\u001f`. */
const growth = 6;

/** A number in JSON of fewer characters is not rounded. */
const suspiciousDigits = 16;

/** In milliseconds: rows that trickle are not held back for longer. */
const longestHold = 1000;

export interface CopyColumn {
  name: string;
  /** How the value's text is turned into JSON. */
  encoding: Encoding;
}

/** @param chunks whole rows of COPY's text format, as many as there were */
export async function* copyToNdjson(columns: CopyColumn[], chunks: AsyncIterable<Buffer>): AsyncGenerator<RecordBatch> {
  const encoder = createRowEncoder(columns);
  let taken = performance.now();
  for await (const chunk of chunks) {
    let position = 0;
    while (position < chunk.length) {
      const rowEnd = chunk.indexOf(newline, position);
      if (rowEnd < 0) throw new Error('COPY sent a part of a row');
      if (!encoder.hasRoom(rowEnd - position)) {
        const batch = encoder.take(rowEnd - position);
        if (batch) yield batch;
        taken = performance.now();
      }
      encoder.encode(chunk, position, rowEnd);
      position = rowEnd + 1;
    }
    if (performance.now() - taken > longestHold) {
      const batch = encoder.take(0);
      if (batch) yield batch;
      taken = performance.now();
    }
  }
  const last = encoder.take(0);
  if (last) yield last;
}

/** Holds one output buffer, and writes rows into it until it is taken. */
function createRowEncoder(columns: CopyColumn[]) {
  const prefixes = columns.map(({ name }, index) => Buffer.from(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`));
  // Beside its fields' bytes a row takes its prefixes, braces, and per field two quotes, or "null", or "00:".
  const fixed = prefixes.reduce((sum, prefix) => sum + prefix.length + 8, 8);
  let output = Buffer.allocUnsafeSlow(batchSize);
  let end = 0;
  let count = 0;
  let input: Buffer = output;
  let position = 0;
  let rowEnd = 0;

  const put = (bytes: Buffer): void => {
    for (let index = 0; index < bytes.length; index += 1) output[end + index] = bytes[index]!;
    end += bytes.length;
  };
  const putControl = (byte: number): void => {
    for (const part of [backslash, lowerU, zero, zero, hexDigits[byte >> 4]!, hexDigits[byte & 15]!]) output[end++] = part;
  };
  const putPlain = (): void => {
    let at = end;
    for (let byte = input[position]!; byte !== tab && position < rowEnd; byte = input[++position]!) output[at++] = byte;
    end = at;
  };

  /** Each writes the field that begins at `position` and leaves `position` at the tab or newline behind it. */
  const writers: Record<Encoding, () => void> = {
    text() {
      output[end++] = quote;
      for (let byte = input[position]!; byte !== tab && position < rowEnd; byte = input[++position]!) {
        if (byte >= space && byte !== quote && byte !== backslash) {
          output[end++] = byte;
        } else if (byte === quote) {
          output[end++] = backslash;
          output[end++] = quote;
        } else if (byte !== backslash) {
          putControl(byte);
        } else if (input[++position] === lowerV) {
          putControl(verticalTab); // The only escape of COPY that JSON lacks.
        } else {
          output[end++] = backslash;
          output[end++] = input[position]!;
        }
      }
      output[end++] = quote;
    },
    number: putPlain,
    float() {
      const sign = input[position] === minus ? 1 : 0;
      const first = input[position + sign];
      const isNumber = first !== upperN && first !== upperI;
      if (!isNumber) output[end++] = quote;
      putPlain();
      if (!isNumber) output[end++] = quote;
    },
    boolean() {
      put(input[position] === lowerT ? trueText : falseText);
      position += 1;
    },
    timestamp() {
      output[end++] = quote;
      for (let byte = input[position]!; byte !== tab && position < rowEnd; byte = input[++position]!) {
        const next = input[position + 1]!;
        output[end++] = byte === space && next < colon ? upperT : byte; // A space before "BC" stays one.
        if (byte === plus) for (const part of [zero, zero, colon]) output[end++] = part; // +00 → +00:00
      }
      output[end++] = quote;
    },
    /** COPY's escapes are taken off again: in JSON they can only stand for a backslash or white space. */
    json() {
      const start = end;
      let digits = 0;
      let most = 0;
      for (let byte = input[position]!; byte !== tab && position < rowEnd; byte = input[++position]!) {
        output[end++] = byte !== backslash || input[++position] === backslash ? byte : space;
        digits = (byte >= zero && byte < colon) || byte === point ? digits + 1 : 0;
        if (digits > most) most = digits;
      }
      // Two quotes about so long a number have room where a byte may become six.
      if (most >= suspiciousDigits) end = start + output.write(exactJson(output.toString('utf8', start, end)), start);
    },
  };
  const fields = columns.map(({ encoding }) => writers[encoding]);

  return {
    /** Whether a row of so many bytes fits, and more is wanted in this batch. */
    hasRoom: (length: number) => end + length * growth + fixed <= output.length,
    /** What was written so far; the next row of so many bytes will have room. */
    take(length: number): RecordBatch | undefined {
      const batch = count > 0 ? { ndjson: output.subarray(0, end), count } : undefined;
      output = Buffer.allocUnsafeSlow(Math.max(batchSize, length * growth + fixed));
      end = 0;
      count = 0;
      return batch;
    },
    encode(chunk: Buffer, start: number, newlineAt: number): void {
      input = chunk;
      position = start;
      rowEnd = newlineAt;
      output[end++] = braceOpen;
      for (let column = 0; column < fields.length; column += 1) {
        put(prefixes[column]!);
        if (input[position] === backslash && input[position + 1] === upperN) {
          put(nullText);
          position += 2;
        } else {
          fields[column]!();
        }
        position += 1; // The tab or the newline.
      }
      output[end++] = braceClose;
      output[end++] = newline;
      count += 1;
    },
  };
}
