/**
 * FAISS's index files, as `faiss.write_index` writes them: flat indexes (`IxF2` by Euclidean distance, `IxFI` by
 * inner product), with or without ids of their own (`IxMp`, `IxM2`). Little-endian, each list with its length before it.
 * Source: faiss/impl/index_write.cpp and index_read.cpp
 */
import { PatchbayError } from '../../platform/errors.ts';

export interface FlatIndex {
  dimension: number;
  metric: 'l2' | 'ip';
  /** One after another: as many numbers as `dimension` times the count. */
  vectors: Float32Array;
  /** In the order of the vectors; undefined when they are only numbered. */
  ids?: BigInt64Array;
}

const kindsOfIndex: Record<string, string> = {
  IHNf: 'HNSW', IHNp: 'HNSW', IHNs: 'HNSW', IHN2: 'HNSW', IHc2: 'HNSW', INSf: 'NSG', INSp: 'NSG', INSs: 'NSG',
  IwFl: 'IVF', IvFl: 'IVF', IwFu: 'IVF', IwPQ: 'IVF with product quantization', IvPQ: 'IVF with product quantization', IwSq: 'IVF with scalar quantization', IwSQ: 'IVF with scalar quantization',
  IwPf: 'IVF with product quantization', IxPQ: 'product quantization', IxPq: 'product quantization', IxSQ: 'scalar quantization', IxPT: 'pre-transform', IxRF: 'refinement', IxHE: 'locality-sensitive hashing',
  IxHe: 'locality-sensitive hashing', IBxF: 'binary flat', IBwF: 'binary IVF', IBHf: 'binary HNSW', IBMp: 'binary with ids',
};

/** dimension, count, two unused numbers, whether it is trained, metric */
const headerSize = 4 + 8 + 8 + 8 + 1 + 4;
const unused = 1n << 20n;
const metricNumbers = { ip: 0, l2: 1 } as const;

/** @returns the index and where it ends. Throws `invalid_request` for what it is not. */
export function readIndex(file: Buffer): { index: FlatIndex; end: number } {
  let at = 0;
  const take = (size: number): Buffer => {
    if (at + size > file.length) throw notReadable('it is cut off');
    at += size;
    return file.subarray(at - size, at);
  };
  const count = (width: number): number => {
    const value = take(8).readBigUInt64LE();
    if (value > BigInt(Math.floor((file.length - at) / width))) throw notReadable('it is cut off');
    return Number(value);
  };
  const header = () => {
    const bytes = take(headerSize);
    const metric = bytes.readInt32LE(29);
    if (metric !== metricNumbers.ip && metric !== metricNumbers.l2) throw notReadable(`its metric has the number ${metric}, where L2 and inner product are known`);
    return { dimension: bytes.readInt32LE(0), total: bytes.readBigInt64LE(4), metric: metric === metricNumbers.ip ? 'ip' as const : 'l2' as const };
  };
  const read = (inMap: boolean): FlatIndex => {
    const sort = take(4).toString('latin1');
    if ((sort === 'IxMp' || sort === 'IxM2') && !inMap) {
      const { total } = header();
      const index = read(true);
      const length = count(8);
      if (BigInt(length) !== total || length * index.dimension !== index.vectors.length) throw notReadable('its ids are not as many as its vectors');
      return { ...index, ids: new BigInt64Array(aligned(take(length * 8))) };
    }
    if (sort !== 'IxF2' && sort !== 'IxFI' && sort !== 'IxFl') {
      const known = kindsOfIndex[sort];
      throw notReadable(known ? `it is of the sort ${known} (${sort}), where only flat ones are kept here` : 'it does not begin as one does', known !== undefined);
    }
    const { dimension, total, metric } = header();
    const length = count(4);
    if (dimension < 1 || BigInt(length) !== total * BigInt(dimension)) throw notReadable('its vectors are not as many as it says');
    return { dimension, metric, vectors: new Float32Array(aligned(take(length * 4))) };
  };
  return { index: read(false), end: at };
}

/** A copy whose memory begins where numbers may. */
function aligned(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

function notReadable(why: string, isIndex = true): PatchbayError {
  return new PatchbayError('invalid_request', `This is no FAISS index that can be kept: ${why}.`, {
    hint: isIndex ? 'Write it with faiss.write_index from an IndexFlatL2 or IndexFlatIP, alone or within an IndexIDMap.' : 'Give a file that faiss.write_index wrote.',
    fields: [{ path: 'content', message: why }],
  });
}

/** The file of an `IndexIDMap` over a flat index, in pieces. */
export function writeIndex({ dimension, metric, vectors, ids }: FlatIndex & { ids: BigInt64Array }): Buffer[] {
  const header = (sort: string): Buffer => {
    const bytes = Buffer.alloc(4 + headerSize);
    bytes.write(sort, 0, 'latin1');
    bytes.writeInt32LE(dimension, 4);
    bytes.writeBigInt64LE(BigInt(ids.length), 8);
    bytes.writeBigInt64LE(unused, 16);
    bytes.writeBigInt64LE(unused, 24);
    bytes[32] = 1;
    bytes.writeInt32LE(metricNumbers[metric], 33);
    return bytes;
  };
  return [
    header('IxMp'), header(metric === 'ip' ? 'IxFI' : 'IxF2'),
    lengthOf(vectors.length), Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength),
    lengthOf(ids.length), Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength),
  ];
}

function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(length));
  return bytes;
}
