/** `read`'s input as one SELECT: names come from the catalog and are quoted, values are bound. */
import type { Filter, ReadInput } from '../../categories/shared.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { FieldError } from '../../platform/errors.ts';
import { modelName } from './model.ts';
import { UnfitValue } from './dialect.ts';
import type { Column, Dialect, Scalar, Statement, Table } from './dialect.ts';

export interface Select<C extends Column> extends Statement {
  /** What is selected, in order. */
  columns: C[];
}

/** The table's name in the statement: an unqualified name in ORDER BY would mean the converted output. */
const alias = 't';
const longestList = 10_000;

/** @throws {PatchbayError} `invalid_request` naming each field that is not a column, and each value that cannot be compared */
export function buildSelect<C extends Column>(dialect: Dialect<C>, table: Table<C>, input: ReadInput): Select<C> {
  const errors: FieldError[] = [];
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const find = (name: string, path: string): C | undefined => {
    const column = byName.get(name);
    if (!column) errors.push({ path, message: `there is no field "${name}" in ${modelName(table.schema, table.name)}` });
    return column;
  };
  const reference = (column: C) => `${alias}.${dialect.quote(column.name)}`;

  const columns = input.fields?.length
    ? [...new Set(input.fields)].map((name, index) => find(name, `fields.${index}`)).filter((column) => column !== undefined)
    : table.columns;
  const parameters: unknown[] = [];
  const bindText = (text: string) => dialect.placeholder(parameters.push(text));
  const bind = (value: Scalar, column: C) => {
    const { text, parameter } = (dialect.compare ?? dialect.bind).call(dialect, column, value, dialect.placeholder(parameters.length + 1));
    parameters.push(parameter);
    return text;
  };
  const conditions = (input.where ?? []).map((filter, index) => {
    const column = find(filter.field, `where.${index}.field`);
    const refuse = (message: string) => {
      errors.push({ path: `where.${index}.value`, message });
      return '';
    };
    const wrong = wrongValue(filter);
    if (wrong) return refuse(wrong);
    try {
      return column ? condition(dialect, column, reference(column), filter, { bind, bindText }) : '';
    } catch (error) {
      if (error instanceof UnfitValue) return refuse(error.message);
      throw error;
    }
  });
  const order = (input.order_by ?? []).map(({ field, direction }, index) => {
    const column = find(field, `order_by.${index}.field`);
    return column ? `${reference(column)} ${direction}` : '';
  });
  if (errors.length > 0) {
    throw new PatchbayError('invalid_request', `${errors.map(({ path, message }) => `${path}: ${message}`).join('; ')}.`, {
      hint: `The fields are: ${table.columns.map(({ name }) => name).join(', ')}.`,
      fields: errors,
    });
  }

  const list = columns.map((column) => `${dialect.select(column, reference(column))} as ${dialect.quote(column.name)}`).join(', ');
  let text = `select ${list} from ${dialect.quote(table.schema)}.${dialect.quote(table.name)} ${alias}`;
  if (conditions.length > 0) text += ` where ${conditions.join(' and ')}`;
  if (order.length > 0) text += ` order by ${order.join(', ')}`;
  if (input.limit !== undefined) text = dialect.limit(text, input.limit);
  return { text, parameters, columns };
}

type Operator = Filter['operator'];

const comparisons = { '=': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const satisfies Partial<Record<Operator, string>>;

function condition<C extends Column>(
  dialect: Dialect<C>,
  column: C,
  reference: string,
  { operator, value }: Filter,
  { bind, bindText }: { bind(value: Scalar, column: C): string; bindText(text: string): string },
): string {
  if (operator === 'is_null') return `${reference} is null`;
  if (operator === 'is_not_null') return `${reference} is not null`;
  if (operator === 'contains') return dialect.contains(reference, bindText(String(value)));
  if (operator !== 'in') return `${reference} ${comparisons[operator]} ${bind(value as Scalar, column)}`;
  const values = value as Scalar[];
  return values.length === 0 ? '1 = 0' : `${reference} in (${values.map((one) => bind(one, column)).join(', ')})`;
}

/** What is wrong with a filter's value, or undefined. */
function wrongValue({ operator, value }: Filter): string | undefined {
  if (operator === 'is_null' || operator === 'is_not_null') return undefined;
  if (operator === 'in') {
    if (!Array.isArray(value)) return '"in" needs a list of values';
    if (value.length > longestList) return `a list may hold at most ${longestList} values`;
    return value.every(isScalar) ? undefined : 'a list may hold only text, numbers and booleans';
  }
  if (value === undefined) return 'is required';
  if (value === null) return 'nothing compares with null: use is_null or is_not_null';
  return isScalar(value) ? undefined : 'must be text, a number or a boolean';
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
