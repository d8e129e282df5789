/** `read`'s filters in MongoDB's words. MongoDB compares within a type, so that each thing a value may stand for is asked for. */
import type { BSON, Document } from 'mongodb';
import type { Filter, ReadInput } from '../../categories/shared.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { candidates } from './values.ts';

type Bson = typeof BSON;

/** @throws {PatchbayError} `invalid_request` */
export function filterOf(bson: Bson, where: readonly Filter[] = []): Document {
  return where.length === 0 ? {} : { $and: where.map((filter, index) => condition(bson, filter, `where.${index}`)) };
}

export function sortOf(order: ReadInput['order_by']): [string, 1 | -1][] | undefined {
  return order?.map(({ field, direction }, index) => [checkField(field, `order_by.${index}.field`), direction === 'asc' ? 1 : -1]);
}

export function projectionOf(fields: readonly string[] | undefined): Document | undefined {
  if (!fields?.length) return undefined;
  return { _id: fields.includes('_id') ? 1 : 0, ...Object.fromEntries(fields.map((field, index) => [checkField(field, `fields.${index}`), 1])) };
}

const comparisons: Partial<Record<Filter['operator'], string>> = { '<': '$lt', '<=': '$lte', '>': '$gt', '>=': '$gte' };

function condition(bson: Bson, { field, operator, value }: Filter, path: string): Document {
  checkField(field, `${path}.field`);
  if (operator === 'is_null') return { [field]: null };
  if (operator === 'is_not_null') return { [field]: { $ne: null } };
  if (value === null || value === undefined) throw invalid(`${path}.value`, 'nothing compares with null: use is_null or is_not_null');
  const comparison = comparisons[operator];
  if (comparison) return { $or: candidates(bson, value).map((candidate) => ({ [field]: { [comparison]: candidate } })) };
  if (operator === 'contains') return { [field]: { $regex: String(value).replace(/[.*+?^${}()|[\]\\]/g, '\\$&') } };
  // As in SQL, what has no value is not unequal.
  if (operator === '!=') return { [field]: { $nin: [...candidates(bson, value), null] } };
  if (operator === 'in' && !Array.isArray(value)) throw invalid(`${path}.value`, '"in" takes a list of values');
  return { [field]: { $in: operator === 'in' ? (value as unknown[]).flatMap((item) => candidates(bson, item)) : candidates(bson, value) } };
}

function checkField(field: string, path: string): string {
  if (!field.split('.').some((part) => part.startsWith('$') || part === '') && !field.includes('\0')) return field;
  throw invalid(path, `"${field}" is not the name of a field`);
}

function invalid(path: string, why: string): PatchbayError {
  return new PatchbayError('invalid_request', `This cannot be read: ${why}.`, { hint: 'Run Discover for the fields.', fields: [{ path, message: why }] });
}
