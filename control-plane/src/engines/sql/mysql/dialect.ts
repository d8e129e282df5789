import { UnfitValue } from '../dialect.ts';
import type { Column, Dialect } from '../dialect.ts';

export interface MysqlColumn extends Column {
  /** `information_schema`'s data_type in lower case, `json` also where MariaDB calls it longtext. */
  data_type: string;
}

export const quote = (identifier: string): string => `\`${identifier.replaceAll('`', '``')}\``;

const bytes = new Set(['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob']);
const instants = new Set(['timestamp', 'datetime']);

export const mysqlDialect: Dialect<MysqlColumn> = {
  quote,
  placeholder: () => '?',
  select: (_column, reference) => reference,
  limit: (select, rows) => `${select} limit ${rows}`,
  contains: (reference, placeholder) => `locate(${placeholder}, cast(${reference} as char)) > 0`,
  bind({ data_type, type }, value, placeholder) {
    if (value === null) return { text: placeholder, parameter: null };
    if (data_type === 'json') return { text: placeholder, parameter: JSON.stringify(value) };
    if (typeof value === 'object') throw new UnfitValue(`holds ${Array.isArray(value) ? 'a list' : 'an object'}, but its type is ${type}`);
    if (bytes.has(data_type)) return { text: `from_base64(${placeholder})`, parameter: String(value) };
    // The server compares a single as the double that it is nearest to.
    if (data_type === 'float' && Number.isFinite(Number(value))) return { text: placeholder, parameter: String(Math.fround(Number(value))) };
    if (data_type === 'bit') return { text: `cast(${placeholder} as unsigned)`, parameter: plain(value) };
    if (instants.has(data_type)) return { text: placeholder, parameter: utcDateTime(String(value)) };
    return { text: placeholder, parameter: plain(value) };
  },
  compare(column, value, placeholder) {
    // Its text is what there is to compare.
    return column.data_type === 'json' ? { text: placeholder, parameter: plain(value) } : mysqlDialect.bind(column, value, placeholder);
  },
  // MySQL finds the row by any of its unique indexes. One that is not the key's own is not overwritten: the guard fails for it.
  upsert: (key, updates) => `on duplicate key update ${[...key.map(guarded), ...updates.map((column) => `${column} = values(${column})`)].join(', ')}`,
  most_parameters: 20_000,
};

/** The error of an upsert whose record is found by another unique index than the key: a number out of range. */
export const foundByAnother = 1690;

/** Leaves a part of the key as it is, or fails with `foundByAnother`: more than the largest integer. */
const guarded = (column: string): string => `${column} = if(${column} <=> values(${column}), ${column}, ~0 + 1 + char_length(values(${column})))`;

/** Numbers go as text, which the server converts to the column's own type without a detour through doubles. */
function plain(value: unknown): string {
  return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
}

/** What a caller binds in a query or a filter. */
export function queryParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : plain(value);
}

const isoInstant = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** A time with a zone as MySQL's own text in UTC, which is the session's zone; anything else as it is. */
export function utcDateTime(text: string): string {
  const match = isoInstant.exec(text);
  if (!match) return text.replace(/^(\d{4}-\d\d-\d\d)T/, '$1 ');
  const [, day, time, fraction = '', zone] = match;
  const instant = new Date(`${day}T${time}${zone!.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(instant.getTime()) ? text : `${instant.toISOString().slice(0, 19).replace('T', ' ')}${fraction}`;
}
