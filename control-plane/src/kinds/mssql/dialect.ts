import { decimalType, fractionDigits, mostDigits, widened } from '../../engines/sql/decimals.ts';
import { UnfitValue } from '../../engines/sql/dialect.ts';
import type { Column, Dialect } from '../../engines/sql/dialect.ts';
import { utcLocal } from '../../engines/sql/times.ts';

export interface MssqlColumn extends Column {
  /** As INFORMATION_SCHEMA has it: without length and precision. */
  data_type: string;
}

export const quote = (identifier: string): string => `[${identifier.replaceAll(']', ']]')}]`;

const exact = new Set(['decimal', 'numeric']);
const monies = new Set(['money', 'smallmoney']);
const clr = new Set(['geography', 'geometry', 'hierarchyid']);
const bytes = new Set(['binary', 'varbinary', 'image', 'timestamp', 'rowversion']);
const localTimes = new Set(['datetime', 'datetime2', 'smalldatetime']);
const numbers = new Set(['tinyint', 'smallint', 'int', 'bigint', 'float']);
/** What a text is bound as: CAST to a length would cut it without a word, where the column itself refuses what is too long. */
const asBound = new Set(['char', 'varchar', 'nchar', 'nvarchar', 'sql_variant', 'json', 'vector']);
const longTexts: Record<string, string> = { text: 'varchar(max)', ntext: 'nvarchar(max)' };
/** Without the digits of a second that they round to; they have seven then. */
const unrounded: Record<string, string> = { smalldatetime: 'datetime2', datetime2: 'datetime2', datetimeoffset: 'datetimeoffset', time: 'time' };
const guid = /^(\{[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\}|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/i;
const money = { precision: 19, scale: 4 };

function castDecimal({ data_type, type }: MssqlColumn, text: string, placeholder: string): string {
  const { precision, scale } = widened(monies.has(data_type) ? money : decimalType(type), text, type);
  return `cast(${placeholder} as decimal(${precision}, ${scale}))`;
}

export const mssqlDialect: Dialect<MssqlColumn> = {
  quote,
  placeholder: (number) => `@p${number}`,
  // The driver would make doubles of these, which round.
  select({ data_type }, reference) {
    if (exact.has(data_type)) return `cast(${reference} as varchar(41))`;
    if (monies.has(data_type)) return `cast(cast(${reference} as decimal(19, 4)) as varchar(41))`;
    return clr.has(data_type) ? `${reference}.ToString()` : reference;
  },
  limit: (select, rows) => select.replace(/^select /, `select top (${rows}) `),
  contains: (reference, placeholder) => `charindex(${placeholder}, cast(${reference} as nvarchar(max))) > 0`,
  bind(column, value, placeholder) {
    const { data_type, type } = column;
    const target = longTexts[data_type] ?? unrounded[data_type] ?? type;
    if (value === null && asBound.has(data_type)) return { text: placeholder, parameter: null };
    if (value === null) return { text: `cast(${placeholder} as ${bytes.has(data_type) ? 'varbinary(max)' : target})`, parameter: null };
    if (data_type === 'json' || data_type === 'vector') return { text: placeholder, parameter: JSON.stringify(value) };
    if (typeof value === 'object') throw new UnfitValue(`holds ${Array.isArray(value) ? 'a list' : 'an object'}, but its type is ${type}`);
    if (bytes.has(data_type)) return { text: placeholder, parameter: Buffer.from(String(value), 'base64') };
    const plain = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
    if (asBound.has(data_type)) return { text: placeholder, parameter: plain };
    // What follows the 36 characters would be ignored.
    if (data_type === 'uniqueidentifier' && !guid.test(plain)) throw new UnfitValue('holds no GUID');
    if (exact.has(data_type) || monies.has(data_type)) return { text: castDecimal(column, plain, placeholder), parameter: plain };
    // The oldest type takes fewer digits of a second than ISO texts may have.
    if (localTimes.has(data_type)) return { text: `cast(cast(${placeholder} as datetime2) as ${target})`, parameter: utcLocal(plain) };
    return { text: `cast(${placeholder} as ${target})`, parameter: plain };
  },
  compare(column, value, placeholder) {
    const { data_type } = column;
    // Compared with a number it stays one, whatever the column can hold.
    if (typeof value === 'number' && numbers.has(data_type)) return { text: placeholder, parameter: value };
    if (exact.has(data_type) || monies.has(data_type)) {
      const digits = fractionDigits(String(value));
      if (digits === undefined && typeof value === 'number') return { text: placeholder, parameter: value };
      return { text: `cast(${placeholder} as decimal(${mostDigits}, ${Math.min(mostDigits, digits ?? 0)}))`, parameter: typeof value === 'boolean' ? Number(value) : String(value) };
    }
    return mssqlDialect.bind(column, value, placeholder);
  },
  merge: ({ target, fields, key, updates, inserts, rows }) =>
    `merge into ${target} with (holdlock) as t using (values ${rows.map((row) => `(${row.join(', ')})`).join(', ')}) as s (${fields.join(', ')}) ` +
    `on ${key.map((name) => `t.${name} = s.${name}`).join(' and ')} ` +
    (updates.length > 0 ? `when matched then update set ${updates.map((name) => `${name} = s.${name}`).join(', ')} ` : '') +
    (inserts ? `when not matched then insert (${fields.join(', ')}) values (${fields.map((name) => `s.${name}`).join(', ')})` : '') + ';',
  // The protocol's limit is 2100, of which sp_executesql takes two.
  most_parameters: 2000,
};
