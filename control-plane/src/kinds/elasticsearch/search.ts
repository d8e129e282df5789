/** `read`'s input as a search, its filters and order pushed down. */
import type { Filter, ReadInput } from '../../categories/shared.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Field } from './indices.ts';

/** @throws {PatchbayError} `invalid_request` naming the field that cannot be used so */
export function searchOf(input: ReadInput, fields: readonly Field[]): Record<string, unknown> {
  const known = new Map(fields.map((field) => [field.name, field]));
  const exact = (name: string, path: string): string => {
    if (name === '_id') return name;
    const field = known.get(name);
    if (!field) throw invalid(path, `there is no field "${name}"`, 'Run Discover for the fields of this index.');
    if (field.exact === undefined) throw invalid(path, `the field "${name}" is of type ${field.type}, which can only be searched`, 'Use Query with a match, or give the field a sub-field of type keyword.');
    return field.exact;
  };
  const conditions = (input.where ?? []).map((filter, index) => {
    const path = `where.${index}.field`;
    return filter.operator === 'is_null' || filter.operator === 'is_not_null' ? existence(filter) : condition(filter, exact(filter.field, path));
  });
  const wanted = input.fields?.filter((name) => name !== '_id');
  return {
    query: conditions.length === 0 ? { match_all: {} } : { bool: { filter: conditions } },
    ...(input.order_by?.length && { sort: input.order_by.map(({ field, direction }, index) => ({ [exact(field, `order_by.${index}.field`)]: { order: direction } })) }),
    ...(input.fields?.length && { _source: wanted!.length > 0 ? wanted : false }),
    track_total_hits: false,
  };
}

function existence({ field, operator }: Filter): object {
  const exists = { exists: { field } };
  return operator === 'is_null' ? { bool: { must_not: [exists] } } : exists;
}

const ranges: Partial<Record<Filter['operator'], string>> = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' };

function condition({ operator, value }: Filter, field: string): object {
  const range = ranges[operator];
  if (range !== undefined) return { range: { [field]: { [range]: scalar(value) } } };
  switch (operator) {
    case 'in': return { terms: { [field]: list(value) } };
    case 'contains': return { wildcard: { [field]: { value: `*${String(scalar(value)).replace(/[\\*?]/g, '\\$&')}*` } } };
    // As in SQL, what has no value is not unequal.
    case '!=': return { bool: { filter: [{ exists: { field } }], must_not: [{ term: { [field]: { value: scalar(value) } } }] } };
    default: return { term: { [field]: { value: scalar(value) } } };
  }
}

function scalar(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw invalid('where', 'a value is missing, or is not text, a number or a truth value', 'To look for empty fields, use is_null.');
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw invalid('where', '"in" takes a list of values', 'Give the values as a JSON list.');
  return value.map(scalar);
}

function invalid(path: string, why: string, hint: string): PatchbayError {
  return new PatchbayError('invalid_request', `This cannot be read: ${why}.`, { hint, fields: [{ path, message: why }] });
}
