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
/** Types that nothing can be cast to, or not from text. */
const longTexts: Record<string, string> = { text: 'varchar(max)', ntext: 'nvarchar(max)', sql_variant: 'nvarchar(4000)', json: 'nvarchar(max)', vector: 'nvarchar(max)' };

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
  bind({ data_type, type }, value, placeholder) {
    const target = longTexts[data_type] ?? type;
    if (value === null) return { text: `cast(${placeholder} as ${bytes.has(data_type) ? 'varbinary(max)' : target})`, parameter: null };
    if (data_type === 'json' || data_type === 'vector') return { text: placeholder, parameter: JSON.stringify(value) };
    if (typeof value === 'object') throw new UnfitValue(`holds ${Array.isArray(value) ? 'a list' : 'an object'}, but its type is ${type}`);
    if (bytes.has(data_type)) return { text: placeholder, parameter: Buffer.from(String(value), 'base64') };
    const plain = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
    // The old types take fewer digits of a second than ISO texts may have.
    if (localTimes.has(data_type)) return { text: `cast(cast(${placeholder} as datetime2) as ${target})`, parameter: utcLocal(plain) };
    return { text: `cast(${placeholder} as ${target})`, parameter: plain };
  },
  merge: ({ target, fields, key, updates, inserts, rows }) =>
    `merge into ${target} with (holdlock) as t using (values ${rows.map((row) => `(${row.join(', ')})`).join(', ')}) as s (${fields.join(', ')}) ` +
    `on ${key.map((name) => `t.${name} = s.${name}`).join(' and ')} ` +
    (updates.length > 0 ? `when matched then update set ${updates.map((name) => `${name} = s.${name}`).join(', ')} ` : '') +
    (inserts ? `when not matched then insert (${fields.join(', ')}) values (${fields.map((name) => `s.${name}`).join(', ')})` : '') + ';',
  // The protocol's limit is 2100, of which sp_executesql takes two.
  most_parameters: 2000,
};
