/**
 * Deletion vectors: the rows of a data file that are deleted, as a bitmap of 64-bit row numbers.
 * Formats: the Delta protocol's appendix "Deletion Vectors" and the Roaring bitmap specification.
 */
import { crc32 } from 'node:zlib';
import type { DeletionVectorDescriptor } from './actions.ts';

/** The framing of the bitmaps: the "portable" one in little endian, the older "native" one in big endian. */
const portableMagic = 1_681_511_377;
const nativeMagic = 1_681_511_376;

/** Where a vector lies: in the descriptor itself, or in a file below the table. */
export function vectorFile({ storageType, pathOrInlineDv }: DeletionVectorDescriptor): string | undefined {
  if (storageType !== 'u') return undefined;
  // The last 20 characters are a UUID; what stands before is a folder.
  const folder = pathOrInlineDv.slice(0, -20);
  const hex = decodeZ85(pathOrInlineDv.slice(-20)).toString('hex');
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return `${folder === '' ? '' : `${folder}/`}deletion_vector_${uuid}.bin`;
}

/** @returns the numbers of the deleted rows. Throws an Error that says what is wrong. */
export function inlineVector({ pathOrInlineDv }: DeletionVectorDescriptor): number[] {
  return decodeVector(decodeZ85(pathOrInlineDv));
}

/** @param file the whole file: a version byte, then at each offset size, data and checksum */
export function storedVector(file: Buffer, { offset, sizeInBytes }: DeletionVectorDescriptor): number[] {
  if (file[0] !== 1) throw new Error(`the file of deletion vectors has version ${file[0]}, not 1`);
  const start = offset ?? 1;
  if (start + 8 + sizeInBytes > file.length) throw new Error('the file of deletion vectors ends too early');
  if (file.readUInt32BE(start) !== sizeInBytes) throw new Error('the size of a deletion vector is not what the log says');
  const data = file.subarray(start + 4, start + 4 + sizeInBytes);
  if (crc32(data) !== file.readUInt32BE(start + 4 + sizeInBytes)) throw new Error('the checksum of a deletion vector does not match');
  return decodeVector(data);
}

function decodeVector(data: Buffer): number[] {
  const rows: number[] = [];
  if (data.length >= 12 && data.readUInt32LE(0) === portableMagic) {
    const count = Number(data.readBigUInt64LE(4));
    let at = 12;
    for (let index = 0; index < count; index += 1) at = decodeBitmap(data, at + 4, data.readUInt32LE(at) * 2 ** 32, rows);
    return rows;
  }
  if (data.length >= 8 && data.readUInt32BE(0) === nativeMagic) {
    const count = data.readUInt32BE(4);
    let at = 8;
    for (let high = 0; high < count; high += 1) {
      decodeBitmap(data, at + 4, high * 2 ** 32, rows);
      at += 4 + data.readUInt32BE(at);
    }
    return rows;
  }
  throw new Error('a deletion vector is in a format that is not known');
}

const cookieWithoutRuns = 12_346;
const cookieWithRuns = 12_347;
/** With runs, offsets are written only from so many containers on. */
const offsetsFrom = 4;

/** One 32-bit roaring bitmap. @returns where it ends */
function decodeBitmap(data: Buffer, start: number, base: number, rows: number[]): number {
  let at = start;
  const cookie = data.readUInt32LE(at);
  at += 4;
  const hasRuns = (cookie & 0xffff) === cookieWithRuns;
  if (!hasRuns && cookie !== cookieWithoutRuns) throw new Error('a deletion vector holds something that is no roaring bitmap');
  let size: number;
  let runs: Buffer | undefined;
  if (hasRuns) {
    size = (cookie >>> 16) + 1;
    runs = data.subarray(at, at + Math.ceil(size / 8));
    at += runs.length;
  } else {
    size = data.readUInt32LE(at);
    at += 4;
  }
  const header = at;
  at += size * 4;
  if (!hasRuns || size >= offsetsFrom) at += size * 4;
  for (let index = 0; index < size; index += 1) {
    const key = base + data.readUInt16LE(header + index * 4) * 65_536;
    const cardinality = data.readUInt16LE(header + index * 4 + 2) + 1;
    if (runs && (runs[index >> 3]! & (1 << (index & 7))) !== 0) at = decodeRuns(data, at, key, rows);
    else if (cardinality <= 4096) at = decodeList(data, at, key, cardinality, rows);
    else at = decodeBits(data, at, key, rows);
  }
  return at;
}

function decodeRuns(data: Buffer, start: number, key: number, rows: number[]): number {
  const count = data.readUInt16LE(start);
  let at = start + 2;
  for (let run = 0; run < count; run += 1, at += 4) {
    const first = data.readUInt16LE(at);
    const more = data.readUInt16LE(at + 2);
    for (let value = first; value <= first + more; value += 1) rows.push(key + value);
  }
  return at;
}

function decodeList(data: Buffer, start: number, key: number, cardinality: number, rows: number[]): number {
  for (let index = 0; index < cardinality; index += 1) rows.push(key + data.readUInt16LE(start + index * 2));
  return start + cardinality * 2;
}

function decodeBits(data: Buffer, start: number, key: number, rows: number[]): number {
  for (let byte = 0; byte < 8192; byte += 1) {
    for (let bits = data[start + byte]!; bits !== 0; bits &= bits - 1) rows.push(key + byte * 8 + (31 - Math.clz32(bits & -bits)));
  }
  return start + 8192;
}

const z85 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const digits = new Map([...z85].map((character, index) => [character, index]));

/** Base85 in the variant of ZeroMQ's RFC 32: five characters for four bytes. */
export function decodeZ85(text: string): Buffer {
  if (text.length % 5 !== 0) throw new Error('a deletion vector’s Base85 is cut short');
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let block = 0; block < text.length / 5; block += 1) {
    let value = 0;
    for (const character of text.slice(block * 5, block * 5 + 5)) {
      const digit = digits.get(character);
      if (digit === undefined) throw new Error('a deletion vector’s Base85 holds a character that is none of its own');
      value = value * 85 + digit;
    }
    if (value > 0xffffffff) throw new Error('a deletion vector’s Base85 is not valid');
    bytes.writeUInt32BE(value, block * 4);
  }
  return bytes;
}
