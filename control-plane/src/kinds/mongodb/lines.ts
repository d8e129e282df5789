/**
 * Raw BSON (https://bsonspec.org/spec.html) as lines of JSON, byte by byte, with no object in between, since making objects and text of
 * them takes several times as long. What is rare (regular expressions, code, …) goes through objects after all.
 */
import type { BSON, Document } from 'mongodb';
import { isoMoment } from '../../engines/sql/times.ts';
import type { RecordBatch } from '../contract.ts';
import { encodeDocument } from './values.ts';

/** In bytes: what is handed on at once. */
const bufferSize = 128 * 1024;
/** The JSON of a document has at most so many bytes for each of its own: control characters are escaped (\u0001). */
const growth = 6;

/** @param pages of documents as a cursor gives them with `raw: true` @throws {BSONError} for what is no BSON */
export async function* linesOfBson(bson: typeof BSON, pages: AsyncIterable<Document[]>): AsyncGenerator<RecordBatch> {
  const write = createWriter(bson);
  let out: Buffer = Buffer.allocUnsafeSlow(bufferSize);
  let at = 0;
  for await (const page of pages as AsyncIterable<unknown[]>) {
    let start = at;
    let count = 0;
    for (const document of page as Buffer[]) {
      const most = growth * document.length + 1;
      if (at + most > out.length) {
        if (count > 0) yield { ndjson: out.subarray(start, at), count };
        out = Buffer.allocUnsafeSlow(Math.max(bufferSize, most));
        start = at = count = 0;
      }
      const end = write(document, out, at);
      if (end === undefined) {
        if (count > 0) yield { ndjson: out.subarray(start, at), count };
        yield { ndjson: Buffer.from(`${encodeDocument(bson.deserialize(document, { useBigInt64: true }))}\n`), count: 1 };
        start = at;
        count = 0;
        continue;
      }
      out[end] = newline;
      at = end + 1;
      count += 1;
    }
    if (count > 0) yield { ndjson: out.subarray(start, at), count };
  }
}

const [newline, quote, backslash, comma, colon, space] = [0x0a, 0x22, 0x5c, 0x2c, 0x3a, 0x20];
const types = { double: 0x01, text: 0x02, document: 0x03, array: 0x04, binary: 0x05, object_id: 0x07, boolean: 0x08, date: 0x09, null: 0x0a, int: 0x10, timestamp: 0x11, long: 0x12, decimal: 0x13 } as const;
/** In bytes, at least. */
const sizes: Partial<Record<number, number>> = {
  [types.double]: 8, [types.text]: 5, [types.document]: 5, [types.array]: 5, [types.binary]: 5, [types.object_id]: 12, [types.boolean]: 1, [types.date]: 8, [types.int]: 4, [types.timestamp]: 8, [types.long]: 8, [types.decimal]: 16,
};
/** Subtypes of binary that are no plain bytes. */
const [oldBinary, oldUuid, uuid] = [2, 3, 4];
/** In milliseconds from 1970: what is farther no Date can hold. */
const farthest = 8.64e15;
const hexadecimal = Buffer.from('0123456789abcdef');

/** @returns a function that writes one document as JSON into `out` from `at` on, and gives where it ended; undefined for a type that it leaves to others, and for what is no BSON */
function createWriter(bson: typeof BSON): (document: Buffer, out: Buffer, at: number) => number | undefined {
  let source: Buffer;
  let out: Buffer;
  /** Where is read, and where is written. */
  let from = 0;
  let at = 0;

  const ascii = (text: string): void => {
    for (let index = 0; index < text.length; index += 1) out[at++] = text.charCodeAt(index);
  };
  const quoted = (text: string): void => {
    out[at++] = quote;
    ascii(text);
    out[at++] = quote;
  };

  /** @param length in bytes, without the zero that ends it */
  const text = (length: number): void => {
    const start = at;
    out[at++] = quote;
    for (let index = from; index < from + length; index += 1) {
      const byte = source[index]!;
      if (byte < space || byte >= 0x80) {
        at = start;
        at += out.write(JSON.stringify(source.toString('utf8', from, from + length)), at);
        from += length + 1;
        return;
      }
      if (byte === quote || byte === backslash) out[at++] = backslash;
      out[at++] = byte;
    }
    out[at++] = quote;
    from += length + 1;
  };

  const decimal = (): void => {
    const [low, high, top, head] = [source.readUInt32LE(from), source.readUInt32LE(from + 4), source.readUInt32LE(from + 8), source.readUInt32LE(from + 12)];
    const whole = high * 2 ** 32 + low;
    const exponent = ((head >>> 17) & 0x3fff) - 6176;
    // The plain ones; all others are left to the driver.
    if (whole > 0 && whole <= Number.MAX_SAFE_INTEGER && top === 0 && (head & 0x1ffff) === 0 && exponent <= 0 && exponent >= -6) {
      const digits = String(whole).padStart(1 - exponent, '0');
      const point = digits.length + exponent;
      quoted(`${head >>> 31 === 0 ? '' : '-'}${digits.slice(0, point)}${exponent < 0 ? `.${digits.slice(point)}` : ''}`);
    } else quoted(new bson.Decimal128(source.subarray(from, from + 16)).toString());
    from += 16;
  };

  const objectId = (): void => {
    out[at++] = quote;
    for (const end = from + 12; from < end; from += 1) {
      out[at++] = hexadecimal[source[from]! >> 4]!;
      out[at++] = hexadecimal[source[from]! & 15]!;
    }
    out[at++] = quote;
  };

  const date = (): void => {
    const milliseconds = source.readInt32LE(from + 4) * 2 ** 32 + source.readUInt32LE(from);
    if (Math.abs(milliseconds) > farthest) ascii('null');
    else quoted(isoMoment(milliseconds));
    from += 8;
  };

  const binary = (end: number): boolean => {
    const length = source.readInt32LE(from);
    const kind = source[from + 4];
    if (length < 0 || from + 5 + length > end || kind === oldBinary || kind === oldUuid || kind === uuid) return false;
    quoted(source.toString('base64', from + 5, from + 5 + length));
    from += 5 + length;
    return true;
  };

  /** @returns false for what is left to others */
  const value = (type: number, end: number): boolean => {
    if (from + (sizes[type] ?? 0) > end) return false;
    switch (type) {
      case types.text: {
        const length = source.readInt32LE(from);
        from += 4;
        if (length < 1 || from + length > end) return false;
        text(length - 1);
        return true;
      }
      case types.int:
        ascii(String(source.readInt32LE(from)));
        from += 4;
        return true;
      case types.double: {
        const number = source.readDoubleLE(from);
        if (Number.isFinite(number)) ascii(String(number));
        else quoted(String(number));
        from += 8;
        return true;
      }
      case types.long:
        quoted(String(source.readBigInt64LE(from)));
        from += 8;
        return true;
      case types.timestamp:
        quoted(String(source.readBigUInt64LE(from)));
        from += 8;
        return true;
      case types.boolean:
        ascii(source[from++] === 1 ? 'true' : 'false');
        return true;
      case types.null: ascii('null'); return true;
      case types.date: date(); return true;
      case types.object_id: objectId(); return true;
      case types.decimal: decimal(); return true;
      case types.binary: return binary(end);
      case types.document: return members(end, false);
      case types.array: return members(end, true);
      default: return false;
    }
  };

  const members = (limit: number, isArray: boolean): boolean => {
    const end = from + source.readInt32LE(from) - 1;
    if (end < from + 4 || end >= limit) return false;
    from += 4;
    out[at++] = isArray ? 0x5b : 0x7b;
    for (let isFirst = true; from < end; isFirst = false) {
      const type = source[from++]!;
      let after = from;
      while (after < end && source[after] !== 0) after += 1;
      if (after === end) return false;
      if (!isFirst) out[at++] = comma;
      if (isArray) from = after + 1;
      else {
        text(after - from);
        out[at++] = colon;
      }
      if (!value(type, end)) return false;
    }
    out[at++] = isArray ? 0x5d : 0x7d;
    from = end + 1;
    return true;
  };

  return (document, into, place) => {
    source = document;
    out = into;
    from = 0;
    at = place;
    return members(source.length, false) && from === source.length ? at : undefined;
  };
}
