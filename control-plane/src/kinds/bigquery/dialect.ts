import { UnfitValue } from '../../engines/sql/dialect.ts';
import type { Column, Dialect } from '../../engines/sql/dialect.ts';
import { utcLocal } from '../../engines/sql/times.ts';

export interface BigqueryColumn extends Column {
  /** Its type in GoogleSQL, that of the elements for an ARRAY: INT64, STRUCT, … */
  base: string;
  repeated: boolean;
}

export const quote = (identifier: string): string => `\`${identifier.replace(/[\\`]/g, '\\$&')}\``;

/** A text as a value of the type. */
function converted(base: string, expression: string): string {
  if (base === 'STRING') return expression;
  if (base === 'BYTES') return `from_base64(${expression})`;
  if (base === 'JSON') return `parse_json(${expression})`;
  return base === 'GEOGRAPHY' ? `st_geogfromtext(${expression})` : `cast(${expression} as ${base})`;
}

const rowsAsSelects = (rows: string[][], names: string[] = []): string =>
  rows.map((row) => `select ${row.map((value, index) => (names[index] ? `${value} as ${names[index]}` : value)).join(', ')}`).join(' union all ');

export const bigqueryDialect: Dialect<BigqueryColumn> = {
  quote,
  placeholder: () => '?',
  select: (_column, reference) => reference,
  limit: (select, rows) => `${select} limit ${rows}`,
  contains: (reference, placeholder) => `strpos(cast(${reference} as string), ${placeholder}) > 0`,
  bind({ base, repeated, type }, value, placeholder) {
    if (base === 'STRUCT') throw new UnfitValue(`is of the type ${type}, which only a query can write`);
    if (repeated) {
      if (value !== null && !Array.isArray(value)) throw new UnfitValue(`holds no list, but its type is ${type}`);
      const element = base === 'JSON' ? 'item' : converted(base, 'item');
      const items = base === 'JSON' ? `json_query_array(parse_json(${placeholder}))` : `json_value_array(${placeholder})`;
      return { text: `array(select ${element} from unnest(${items}) as item with offset place order by place)`, parameter: JSON.stringify(value ?? []) };
    }
    if (base === 'JSON') return { text: converted(base, placeholder), parameter: value === null ? null : JSON.stringify(value) };
    if (value !== null && typeof value === 'object') throw new UnfitValue(`holds ${Array.isArray(value) ? 'a list' : 'an object'}, but its type is ${type}`);
    return { text: converted(base, placeholder), parameter: value === null ? null : base === 'DATETIME' ? utcLocal(String(value)) : String(value) };
  },
  // All parameters are texts: BigQuery converts none by itself.
  compare: ({ base }, value, placeholder) => ({ text: converted(base, placeholder), parameter: base === 'DATETIME' ? utcLocal(String(value)) : String(value) }),
  rows: (rows) => rowsAsSelects(rows),
  merges_updates: true,
  merge: ({ target, fields, key, updates, inserts, rows }) =>
    `merge ${target} t using (${rowsAsSelects(rows, fields)}) s on ${key.map((name) => `t.${name} = s.${name}`).join(' and ')}` +
    (updates.length > 0 ? ` when matched then update set ${updates.map((name) => `${name} = s.${name}`).join(', ')}` : '') +
    (inserts ? ` when not matched then insert (${fields.join(', ')}) values (${fields.map((name) => `s.${name}`).join(', ')})` : ''),
  most_parameters: 10_000,
  most_records: 5000,
};
