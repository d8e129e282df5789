/**
 * A collection in memory, and as a file: FAISS's index with our ids, texts and metadata behind its end, where FAISS
 * does not look. So one file holds all, is replaced as one, and is read by FAISS as it is.
 */
import { z } from 'zod';
import { metrics, vectorRecord } from '../../categories/vector_store.ts';
import type { Metric, VectorRecord } from '../../categories/vector_store.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { readIndex, writeIndex } from './format.ts';

export interface Entry {
  id: string;
  /** As FAISS knows it. */
  number: bigint;
  text: string | null;
  metadata: NonNullable<VectorRecord['metadata']> | null;
}

export interface Collection {
  metric: Metric;
  dimension: number;
  /** In the order of the entries; of the length 1 each where the metric is cosine. */
  vectors: Float32Array;
  entries: Entry[];
}

const mark = Buffer.from('PATCHBY1', 'latin1');
const tail = z.strictObject({
  metric: z.enum(metrics),
  /** id, text, metadata of each vector */
  entries: z.array(z.tuple([z.string(), z.string().nullable(), vectorRecord.shape.metadata.unwrap().nullable()])),
});

/** Ids that are no numbers get one from here on; numbers of the caller's own stay below. */
const firstOwn = 1n << 62n;
const decimal = /^(0|-?[1-9]\d{0,18})$/;

/** FAISS's number of an id that is a number itself. */
export function numberOf(id: string): bigint | undefined {
  if (!decimal.test(id)) return undefined;
  const number = BigInt(id);
  return number < firstOwn && number > -firstOwn ? number : undefined;
}

/** The next number for an id that is none. */
export function nextOwn(entries: readonly Entry[]): bigint {
  return entries.reduce((next, { number }) => (number >= next ? number + 1n : next), firstOwn);
}

export function fileOf({ metric, dimension, vectors, entries }: Collection): Buffer[] {
  const own = Buffer.from(JSON.stringify({ metric, entries: entries.map(({ id, text, metadata }) => [id, text, metadata]) } satisfies z.input<typeof tail>));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(own.length));
  return [...writeIndex({ dimension, metric: metric === 'l2' ? 'l2' : 'ip', vectors, ids: BigInt64Array.from(entries, ({ number }) => number) }), own, length, mark];
}

/** Reads a file of ours, or any that FAISS wrote: its vectors then have their numbers as ids, and nothing else. */
export function collectionOf(file: Buffer): Collection {
  const { index, end } = readIndex(file);
  const numbers = index.ids ?? BigInt64Array.from({ length: index.vectors.length / index.dimension }, (_, position) => BigInt(position));
  const own = tailOf(file.subarray(end));
  if (!own) {
    const entries = Array.from(numbers, (number) => ({ id: String(number), number, text: null, metadata: null }));
    if (new Set(numbers).size < numbers.length) throw new PatchbayError('invalid_request', 'The index has several vectors of one id.', { hint: 'Give each vector an id of its own.', fields: [{ path: 'content', message: 'has an id twice' }] });
    return { metric: index.metric, dimension: index.dimension, vectors: index.vectors, entries };
  }
  if (own.entries.length !== numbers.length) throw damaged();
  return {
    metric: own.metric, dimension: index.dimension, vectors: index.vectors,
    entries: own.entries.map(([id, text, metadata], position) => ({ id, number: numbers[position]!, text, metadata })),
  };
}

function tailOf(rest: Buffer): z.output<typeof tail> | undefined {
  const foot = rest.length - 8 - mark.length;
  if (foot < 0 || !rest.subarray(-mark.length).equals(mark)) return undefined;
  const length = rest.readBigUInt64LE(foot);
  if (length !== BigInt(foot)) throw damaged();
  try {
    return tail.parse(JSON.parse(rest.subarray(0, foot).toString('utf8')));
  } catch (error) {
    throw damaged(error);
  }
}

function damaged(cause?: unknown): PatchbayError {
  return new PatchbayError('invalid_request', 'The index file is damaged: what follows FAISS’s part does not fit to it.', {
    hint: 'Export it again, or write it with faiss.write_index.', fields: [{ path: 'content', message: 'is damaged' }], cause,
  });
}

/** The vector as this metric keeps it. @param field where it came from, for the error */
export function kept(vector: readonly number[], metric: Metric, field: string): Float32Array {
  const numbers = Float32Array.from(vector);
  if (metric !== 'cosine') return numbers;
  const length = Math.hypot(...vector);
  if (!(length > 0)) {
    throw new PatchbayError('rejected_by_backend', 'A vector of zeros has no direction, and by the metric cosine nothing else counts.', { hint: 'Leave such vectors away, or use the metric l2.', fields: [{ path: field, message: 'has only zeros' }] });
  }
  return numbers.map((number) => number / length);
}
