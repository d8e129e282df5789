import { UnfitValue } from '../../engines/sql/dialect.ts';
import type { Dialect } from '../../engines/sql/dialect.ts';
import { utcLocal } from '../../engines/sql/times.ts';
import { bytea, selection } from './types.ts';
import type { PostgresqlColumn } from './types.ts';

export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

const jsonTypes = new Set([114, 3802]);
const timestamp = 1114;

export const postgresqlDialect: Dialect<PostgresqlColumn> = {
  quote,
  placeholder: (number) => `$${number}`,
  select: (column, reference) => selection(column, reference).text,
  limit: (select, rows) => `${select} limit ${rows}`,
  contains: (reference, placeholder) => `pg_catalog.strpos(${reference}::text, ${placeholder}::text) > 0`,
  bind(column, value, placeholder) {
    if (value === null) return { text: `${placeholder}::${column.cast}`, parameter: null };
    if (jsonTypes.has(column.oid)) return { text: `${placeholder}::${column.cast}`, parameter: JSON.stringify(value) };
    if (column.element !== 0 && Array.isArray(value)) return { text: `${placeholder}::${column.cast}`, parameter: arrayLiteral(value) };
    if (typeof value === 'object') throw new UnfitValue(`holds ${Array.isArray(value) ? 'a list' : 'an object'}, but its type is ${column.type}`);
    if (column.oid === bytea) return { text: `pg_catalog.decode(${placeholder}::text, 'base64')`, parameter: String(value) };
    // A timestamp without a zone would drop the one that it is given.
    return { text: `${placeholder}::${column.cast}`, parameter: column.oid === timestamp ? utcLocal(String(value)) : String(value) };
  },
  // JSON as its text, which an object's can only be; all else as it is written.
  compare: (column, value, placeholder) =>
    jsonTypes.has(column.oid) ? { text: `${placeholder}::${column.cast}`, parameter: String(value) } : postgresqlDialect.bind(column, value, placeholder),
  upsert: (key, updates) =>
    `on conflict (${key.join(', ')}) do ${updates.length === 0 ? 'nothing' : `update set ${updates.map((column) => `${column} = excluded.${column}`).join(', ')}`}`,
  // The protocol counts them in 16 bits; fewer keep a statement's text small.
  most_parameters: 20_000,
};

/**
 * For COPY, which takes no parameters: each value is bound to a setting of the transaction first, and the
 * statement reads the setting. No value is ever part of a statement's text.
 */
export const copyDialect: Dialect<PostgresqlColumn> = {
  ...postgresqlDialect,
  placeholder: (number) => `pg_catalog.current_setting('patchbay.p${number}')`,
};

/** Binds the values that `copyDialect`'s placeholders stand for, until the transaction ends. */
export function bindSettings(count: number): string {
  return `select ${Array.from({ length: count }, (_, index) => `pg_catalog.set_config('patchbay.p${index + 1}', $${index + 1}::text, true)`).join(', ')}`;
}

/** A list in PostgreSQL's own form: `{"a","b",NULL}`. */
function arrayLiteral(values: unknown[]): string {
  const element = (value: unknown): string => {
    if (value === null || value === undefined) return 'NULL';
    if (Array.isArray(value)) return arrayLiteral(value);
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return `"${text.replace(/["\\]/g, '\\$&')}"`;
  };
  return `{${values.map(element).join(',')}}`;
}

/** What a user binds in a query: PostgreSQL infers the type from where it stands. */
export function queryParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object' || one === null)) return arrayLiteral(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
