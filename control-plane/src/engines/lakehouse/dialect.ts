/** `read`'s conditions, fields and order in DuckDB's SQL, by the engine that all SQL kinds share. */
import type { ReadInput } from '../../categories/shared.ts';
import { buildSelect } from '../sql/select.ts';
import type { Column, Dialect } from '../sql/dialect.ts';
import { identifier } from './quoting.ts';

/** What the view is called that `readSelect` selects from. */
export const readView = 'model_rows';

const readOnly = (): never => {
  throw new Error('the lakehouse does not write');
};

const dialect: Dialect = {
  quote: identifier,
  placeholder: (number) => `$${number}`,
  select: (_column, reference) => reference,
  limit: (select, rows) => `${select} limit ${rows}`,
  contains: (reference, placeholder) => `contains(${reference}::varchar, ${placeholder})`,
  compare: (_column, value, placeholder) => ({ text: placeholder, parameter: value }),
  bind: readOnly,
  upsert: readOnly,
  most_parameters: 10_000,
};

/** @throws {PatchbayError} `invalid_request` naming what is not there or cannot be compared */
export function readSelect(columns: Column[], input: ReadInput): { text: string; parameters: unknown[] } {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const where = input.where?.map((filter) => (isText(types.get(filter.field)) ? { ...filter, value: asText(filter.value) } : filter));
  return buildSelect(dialect, { schema: 'temp', name: readView, type: 'view', columns }, { ...input, ...(where && { where }) });
}

/** Compared with a number, DuckDB would take each text for one. */
function isText(type: string | undefined): boolean {
  return type === 'VARCHAR' || type === 'string';
}

function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}
