/** Searching by comparing with every vector: exact, and fast enough for some hundred thousands. */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Filter } from '../../categories/shared.ts';
import type { Match } from '../../categories/vector_store.ts';
import type { Collection, Entry } from './collection.ts';

/** After so many multiplications others get their turn: some ten milliseconds. */
const stretch = 10_000_000;

/** @param query of the collection's dimension, and of the length 1 where the metric is cosine */
export async function nearest({ metric, dimension, vectors, entries }: Collection, query: Float32Array, limit: number, filters: readonly Filter[], signal: AbortSignal): Promise<Match[]> {
  // The worst of the best so far is the last one.
  const best: { position: number; distance: number }[] = [];
  const rows = Math.max(1, Math.floor(stretch / dimension));
  const distanceOf = metric === 'l2' ? squared : opposed;
  for (let from = 0; from < entries.length; from += rows) {
    signal.throwIfAborted();
    const to = Math.min(from + rows, entries.length);
    for (let position = from; position < to; position += 1) {
      if (filters.length > 0 && !holds(filters, entries[position]!)) continue;
      const distance = distanceOf(vectors, position * dimension, query);
      if (best.length === limit && distance >= best[limit - 1]!.distance) continue;
      best.splice(placeOf(best, distance), 0, { position, distance });
      if (best.length > limit) best.pop();
    }
    if (to < entries.length) await breathe();
  }
  return best.map(({ position, distance }) => {
    const { id, text, metadata } = entries[position]!;
    return { id, distance, text, metadata };
  });
}

function squared(vectors: Float32Array, start: number, query: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < query.length; index += 1) {
    const difference = vectors[start + index]! - query[index]!;
    sum += difference * difference;
  }
  return sum;
}

/** 1 − inner product, which is 1 − cosine for vectors of the length 1. */
function opposed(vectors: Float32Array, start: number, query: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < query.length; index += 1) sum += vectors[start + index]! * query[index]!;
  return 1 - sum;
}

/** Behind those that are as near. */
function placeOf(best: readonly { distance: number }[], distance: number): number {
  let low = 0;
  let high = best.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (best[middle]!.distance <= distance) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether all conditions hold. What lacks a field is unlike every value of it, and neither smaller nor larger. */
export function holds(filters: readonly Filter[], { metadata }: Pick<Entry, 'metadata'>): boolean {
  return filters.every(({ field, operator, value }) => {
    const own = metadata !== null && Object.hasOwn(metadata, field) ? metadata[field] : undefined;
    switch (operator) {
      case '=': return own !== undefined && own === value;
      case '!=': return own !== value;
      case 'in': return own !== undefined && Array.isArray(value) && value.includes(own);
      case 'is_null': return own === undefined;
      case 'is_not_null': return own !== undefined;
      case 'contains': return typeof own === 'string' && typeof value === 'string' && own.includes(value);
      default: return comparable(own, value) && compare(own, operator, value);
    }
  });
}

const comparable = (own: unknown, value: unknown): own is string | number => typeof own === typeof value && (typeof own === 'number' || typeof own === 'string');

function compare(own: string | number, operator: '<' | '<=' | '>' | '>=', value: unknown): boolean {
  const other = value as string | number;
  if (operator === '<') return own < other;
  if (operator === '<=') return own <= other;
  return operator === '>' ? own > other : own >= other;
}
