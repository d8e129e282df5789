/** Which files may hold rows that meet the conditions: by the values of their partition and by their statistics. */
import type { Filter } from '../../categories/shared.ts';

export interface FileFacts {
  /** A field's value in all rows of the file; null is null. Undefined when it is not known so. */
  constant(field: string): string | null | undefined;
  /** The least and the greatest value of a field; either may be missing. */
  range(field: string): { min?: unknown; max?: unknown } | undefined;
  /** How values of the field compare; undefined where that is not known. */
  sort(field: string): Sort | undefined;
}

/** Whole numbers, days, and text by the order of its bytes. */
export type Sort = 'integer' | 'date' | 'text';

/** False only when no row of the file can meet all of them. */
export function mayMatch(facts: FileFacts, filters: readonly Filter[]): boolean {
  return filters.every(({ field, operator, value }) => {
    const constant = facts.constant(field);
    if (operator === 'is_null') return constant === undefined || constant === null;
    if (operator === 'is_not_null') return constant !== null;
    if (constant === null) return false;
    const sort = facts.sort(field);
    if (sort === undefined || operator === 'contains' || operator === '!=') return true;
    const range = constant === undefined ? facts.range(field) : { min: constant, max: constant };
    if (range === undefined) return true;
    const below = (bound: unknown, limit: unknown) => bound !== undefined && compare(sort, bound, limit) === -1;
    const above = (bound: unknown, limit: unknown) => bound !== undefined && compare(sort, bound, limit) === 1;
    switch (operator) {
      case '=': return !above(range.min, value) && !below(range.max, value);
      case '<': return !(range.min !== undefined && (compare(sort, range.min, value) ?? -1) >= 0);
      case '<=': return !above(range.min, value);
      case '>': return !(range.max !== undefined && (compare(sort, range.max, value) ?? 1) <= 0);
      case '>=': return !below(range.max, value);
      case 'in': return !Array.isArray(value) || value.some((one) => !above(range.min, one) && !below(range.max, one));
    }
  });
}

/** Undefined when it cannot be told for sure: for whatever DuckDB might read in another way than is done here. */
function compare(sort: Sort, left: unknown, right: unknown): -1 | 0 | 1 | undefined {
  if (sort === 'integer') {
    const [a, b] = [integer(left), integer(right)];
    return a === undefined || b === undefined ? undefined : a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof left !== 'string' || typeof right !== 'string') return undefined;
  if (sort === 'date' && !(day.test(left) && day.test(right))) return undefined;
  const order = Buffer.compare(Buffer.from(left), Buffer.from(right));
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

const day = /^\d{4}-\d{2}-\d{2}$/;

/** Those that JavaScript has without rounding. */
function integer(value: unknown): number | undefined {
  if (typeof value !== 'number' && (typeof value !== 'string' || !/^-?\d+$/.test(value))) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}
