import { UnfitValue } from '../../engines/sql/dialect.ts';
import type { Column, Dialect } from '../../engines/sql/dialect.ts';
import { utcLocal } from '../../engines/sql/times.ts';
import { select } from './types.ts';

export interface OracleColumn extends Column {
  /** Without length: NUMBER, VARCHAR2, TIMESTAMP(6) WITH TIME ZONE. */
  data_type: string;
}

export const quote = (identifier: string): string => `"${identifier.replaceAll('"', '')}"`;

const zoned = (type: string): boolean => / TIME ZONE$/.test(type);
/** A text in ISO 8601 as a value of the type. */
function time(type: string, expression: string): string {
  if (zoned(type)) return `to_timestamp_tz(${expression}, 'YYYY-MM-DD"T"HH24:MI:SS.FFTZH:TZM')`;
  const moment = `to_timestamp(${expression}, 'YYYY-MM-DD"T"HH24:MI:SS.FF')`;
  return type === 'DATE' ? `cast(${moment} as date)` : moment;
}
const isoZoned = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d+)?(?:Z|([+-]\d\d):?(\d\d))$/;
/** With all that the format names: what stands before a zone cannot be left out. */
const zonedTime = (text: string): string =>
  text.replace(isoZoned, (_, day: string, time: string, fraction = '.0', hours = '+00', minutes = '00') => `${day}T${time}${fraction}${hours}:${minutes}`);
const isTime = (type: string): boolean => type === 'DATE' || type.startsWith('TIMESTAMP');

const selects = (rows: string[][], names: string[] = []): string =>
  rows.map((row) => `select ${row.map((value, index) => (names[index] ? `${value} as ${names[index]}` : value)).join(', ')} from dual`).join(' union all ');

export const oracleDialect: Dialect<OracleColumn> = {
  quote,
  placeholder: (number) => `:${number}`,
  select: ({ data_type }, reference) => select(data_type, reference),
  limit: (text, rows) => `${text} fetch first ${rows} rows only`,
  contains: (reference, placeholder) => `instr(to_clob(${reference}), ${placeholder}) > 0`,
  bind({ data_type, type }, value, placeholder) {
    const structured = data_type === 'JSON';
    if (value !== null && typeof value === 'object' && !structured) throw new UnfitValue(`holds ${Array.isArray(value) ? 'a list' : 'an object'}, but its type is ${type}`);
    const plain = value === null ? null : structured ? JSON.stringify(value) : typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
    if (isTime(data_type)) return { text: time(data_type, placeholder), parameter: plain === null ? null : zoned(data_type) ? zonedTime(plain) : utcLocal(plain) };
    if (data_type === 'RAW') return { text: `hextoraw(${placeholder})`, parameter: plain === null ? null : Buffer.from(plain, 'base64').toString('hex') };
    if (data_type === 'BLOB') {
      const bytes = plain === null ? null : Buffer.from(plain, 'base64');
      return bytes && bytes.length > longestRaw ? { text: placeholder, parameter: new Large('BLOB', bytes) } : { text: `to_blob(${placeholder})`, parameter: bytes };
    }
    if (plain !== null && (structured || data_type.endsWith('CLOB')) && Buffer.byteLength(plain) > longestText) {
      return { text: placeholder, parameter: new Large(data_type === 'NCLOB' ? 'NCLOB' : 'CLOB', plain) };
    }
    if (data_type === 'NUMBER' || data_type === 'FLOAT') return { text: `to_number(${placeholder})`, parameter: plain };
    if (/^BINARY_/.test(data_type)) return { text: `to_${data_type.toLowerCase()}(${placeholder})`, parameter: plain };
    return { text: data_type.endsWith('CLOB') ? `to_${data_type.toLowerCase()}(${placeholder})` : placeholder, parameter: plain };
  },
  compare: (column, value, placeholder) => (column.data_type === 'JSON' ? { text: placeholder, parameter: String(value) } : oracleDialect.bind(column, value, placeholder)),
  rows: (rows) => selects(rows),
  merge: ({ target, fields, key, updates, inserts, rows }) =>
    `merge into ${target} t using (${selects(rows, fields)}) s on (${key.map((name) => `t.${name} = s.${name}`).join(' and ')})` +
    (updates.length > 0 ? ` when matched then update set ${updates.map((name) => `t.${name} = s.${name}`).join(', ')}` : '') +
    (inserts ? ` when not matched then insert (${fields.join(', ')}) values (${fields.map((name) => `s.${name}`).join(', ')})` : ''),
  most_parameters: 20_000,
  // Each row is a SELECT of its own, which the server has to parse.
  most_records: 200,
};

/** A value that is too long for SQL's own texts and bytes: to be bound as a temporary LOB. */
export class Large {
  type: 'CLOB' | 'NCLOB' | 'BLOB';
  val: string | Buffer;
  constructor(type: Large['type'], val: string | Buffer) {
    this.type = type;
    this.val = val;
  }
}

/** In bytes: what every Oracle takes in SQL without a LOB. */
const [longestText, longestRaw] = [4000, 2000];

/** What a caller binds. Text converts itself to whatever it meets. */
export function queryParameter(value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
