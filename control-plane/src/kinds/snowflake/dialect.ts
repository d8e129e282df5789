import { decimalType, fractionDigits, mostDigits, widened } from '../../engines/sql/decimals.ts';
import { UnfitValue } from '../../engines/sql/dialect.ts';
import type { Column, Dialect } from '../../engines/sql/dialect.ts';
import type { Binding } from './client.ts';

export interface SnowflakeColumn extends Column {
  /** As INFORMATION_SCHEMA has it: NUMBER, TEXT, TIMESTAMP_NTZ, … */
  data_type: string;
}

export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

const semiStructured: Record<string, string> = { VARIANT: 'parse_json', OBJECT: 'parse_json', ARRAY: 'parse_json', GEOGRAPHY: 'to_geography', GEOMETRY: 'to_geometry' };
const casts: Record<string, string> = { OBJECT: '::object', ARRAY: '::array' };
const rowsAsSelects = (rows: string[][], names: string[] = []): string =>
  rows.map((row) => `select ${row.map((value, index) => (names[index] ? `${value} as ${names[index]}` : value)).join(', ')}`).join(' union all ');

export const snowflakeDialect: Dialect<SnowflakeColumn> = {
  quote,
  placeholder: () => '?',
  select: (_column, reference) => reference,
  limit: (select, rows) => `${select} limit ${rows}`,
  contains: (reference, placeholder) => `contains(${reference}::varchar, ${placeholder})`,
  bind({ data_type, type }, value, placeholder) {
    const reader = semiStructured[data_type];
    const text = (parameter: string | null, expression = `${placeholder}::${type}`) => ({ text: expression, parameter });
    if (reader) return text(value === null ? null : JSON.stringify(value), `${reader}(${placeholder})${casts[data_type] ?? ''}`);
    if (data_type === 'BINARY') return text(value === null ? null : String(value), `base64_decode_binary(${placeholder})`);
    if (value === null) return text(null);
    if (typeof value === 'object') throw new UnfitValue(`holds ${Array.isArray(value) ? 'a list' : 'an object'}, but its type is ${type}`);
    if (data_type !== 'NUMBER') return text(String(value));
    const { precision, scale } = widened(decimalType(type), String(value), type);
    return text(String(value), `${placeholder}::NUMBER(${precision},${scale})`);
  },
  compare(column, value, placeholder) {
    if (column.data_type !== 'NUMBER') return snowflakeDialect.bind(column, value, placeholder);
    const digits = fractionDigits(String(value));
    if (typeof value !== 'string' && digits === undefined) return { text: placeholder, parameter: value };
    return { text: `${placeholder}::NUMBER(${mostDigits},${Math.min(mostDigits - 1, digits ?? 0)})`, parameter: String(value) };
  },
  rows: (rows) => rowsAsSelects(rows),
  merges_updates: true,
  merge: ({ target, fields, key, updates, inserts, rows }) =>
    `merge into ${target} t using (${rowsAsSelects(rows, fields)}) s on ${key.map((name) => `t.${name} = s.${name}`).join(' and ')}` +
    (updates.length > 0 ? ` when matched then update set ${updates.map((name) => `${name} = s.${name}`).join(', ')}` : '') +
    (inserts ? ` when not matched then insert (${fields.join(', ')}) values (${fields.map((name) => `s.${name}`).join(', ')})` : ''),
  most_parameters: 20_000,
  most_records: 5000,
};

/** What a caller binds: text converts itself to whatever it meets. */
export function bindingOf(value: unknown): Binding {
  if (value === null || value === undefined) return { type: 'TEXT', value: null };
  if (typeof value === 'boolean') return { type: 'BOOLEAN', value: String(value) };
  if (typeof value === 'number') return { type: Number.isInteger(value) ? 'FIXED' : 'REAL', value: String(value) };
  return { type: 'TEXT', value: typeof value === 'object' ? JSON.stringify(value) : String(value) };
}
