/** The conditions and fields of a `read`, applied to records that come from files. */
import type { Filter } from '../../categories/shared.ts';
import { PatchbayError } from '../../platform/errors.ts';

type Row = Record<string, unknown>;
export type Test = (row: Row) => boolean;

/**
 * As SQL would: null meets no condition but `is_null`. A number is compared with a text that holds one as
 * numbers, since all cells of a CSV are text. Throws `invalid_request` for a condition without its value.
 */
export function compileWhere(where: readonly Filter[]): Test {
  const tests = where.map((condition, index) => compile(condition, `where.${index}.value`));
  return (row) => tests.every((test) => test(row));
}

/** Of each record the fields named, those that it has, in the order named. */
export function pick(row: Row, fields: readonly string[]): Row {
  return Object.fromEntries(fields.filter((field) => Object.hasOwn(row, field)).map((field) => [field, row[field]]));
}

type Comparison = (value: unknown, expected: unknown) => boolean;

const comparisons: Record<Exclude<Filter['operator'], 'is_null' | 'is_not_null' | 'in'>, Comparison> = {
  '=': (value, expected) => compare(value, expected) === 0,
  '!=': (value, expected) => compare(value, expected) !== 0,
  '<': (value, expected) => compare(value, expected) < 0,
  '<=': (value, expected) => compare(value, expected) <= 0,
  '>': (value, expected) => compare(value, expected) > 0,
  '>=': (value, expected) => compare(value, expected) >= 0,
  contains: (value, expected) => text(value).includes(text(expected)),
};

function compile({ field, operator, value: expected }: Filter, path: string): Test {
  const value = (row: Row) => (Object.hasOwn(row, field) ? (row[field] ?? null) : null);
  if (operator === 'is_null') return (row) => value(row) === null;
  if (operator === 'is_not_null') return (row) => value(row) !== null;
  if (operator === 'in') {
    if (!Array.isArray(expected)) throw refused(path, 'must be a list for "in"');
    return (row) => value(row) !== null && expected.some((one) => one !== null && compare(value(row), one) === 0);
  }
  if (expected === undefined || expected === null) throw refused(path, `is required for "${operator}"; use is_null or is_not_null for what is missing`);
  const holds = comparisons[operator];
  return (row) => value(row) !== null && holds(value(row), expected);
}

/** NaN, which meets no condition but `!=`, never arises: what is not two numbers is compared as text. */
function compare(left: unknown, right: unknown): number {
  if (typeof left === 'number' || typeof right === 'number') {
    const [a, b] = [toNumber(left), toNumber(right)];
    if (a !== undefined && b !== undefined) return a - b;
  }
  const [a, b] = [text(left), text(right)];
  return a === b ? 0 : a < b ? -1 : 1;
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function text(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function refused(path: string, message: string): PatchbayError {
  return new PatchbayError('invalid_request', `A condition cannot be applied: its value ${message}.`, {
    hint: 'Give the condition a value that fits its operator.',
    fields: [{ path, message }],
  });
}
