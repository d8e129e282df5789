/** Oracle's SQL, as far as the tests use it, as DuckDB's. Bare names are in capitals there. */
import { literal, rewrite, tokensOf } from '../duckdb/tokens.ts';

export const catalog = `
  create view all_users as select schema_name as username, 'N' as oracle_maintained from information_schema.schemata where catalog_name = 'memory' and schema_name <> 'main';
  create view all_tables as select schema_name as owner, table_name, estimated_size as num_rows from duckdb_tables();
  create view all_views as select schema_name as owner, view_name from duckdb_views() where not internal and schema_name <> 'main';
  create view all_tab_columns as select table_schema as owner, table_name, column_name, ordinal_position as column_id, is_nullable[1] as nullable,
    case when column_comment = 'CLOB' then 'CLOB' when data_type like 'DECIMAL%' or data_type in ('BIGINT', 'INTEGER') then 'NUMBER'
      else coalesce(map {'VARCHAR': 'VARCHAR2', 'DOUBLE': 'BINARY_DOUBLE', 'TIMESTAMP': 'TIMESTAMP(6)', 'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP(6) WITH TIME ZONE', 'BLOB': 'RAW'}[data_type], data_type) end as data_type,
    case when data_type = 'VARCHAR' then 4000 when data_type = 'BLOB' then 2000 else 22 end as data_length,
    case when data_type = 'BIGINT' then 19 when data_type = 'INTEGER' then 10 else numeric_precision end as data_precision,
    case when data_type in ('BIGINT', 'INTEGER') then 0 else numeric_scale end as data_scale
    from information_schema.columns where table_catalog = 'memory';
  create view all_constraints as select constraint_schema as owner, constraint_name, table_name, 'P' as constraint_type from information_schema.table_constraints where constraint_type = 'PRIMARY KEY';
  create view all_cons_columns as select constraint_schema as owner, constraint_name, column_name from information_schema.key_column_usage;
  create macro to_char(x, f) as case when f like '%FF' then strftime(x, '%Y-%m-%dT%H:%M:%S.%f') else strftime(x, '%Y-%m-%dT%H:%M:%S') end;
  create macro sys_extract_utc(x) as x::timestamp;
  create macro nvl2(a, b, c) as case when a is not null then b else c end;
  create macro to_timestamp_tz(x, f) as case when x is null or regexp_matches(x, '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+[+-]\\d\\d:\\d\\d$') then x::timestamptz else error('ORA-01858: a non-numeric character was found') end;
  create macro oracle_to_timestamp(x, f) as case when x is null or regexp_matches(x, '^\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?)?$') then x::timestamp else error('ORA-01830: date format picture ends before converting entire input string') end;
  create macro hextoraw(x) as unhex(x);
  create macro to_number(x) as x::decimal(38, 8);
  create macro to_binary_double(x) as x::double;
  create macro to_clob(x) as x::varchar;
`;

/** @throws Oracle's error for a bind that is missing */
export function translate(sql: string, parameters: readonly unknown[]): string {
  const tokens = tokensOf(sql);
  for (let at = 0; at < tokens.length; at += 1) {
    if (tokens[at]!.source !== ':' || !/\d/.test(tokens[at + 1]?.source ?? '')) continue;
    let end = at + 1;
    while (/^\d$/.test(tokens[end]?.source ?? '')) end += 1;
    const number = Number(tokens.slice(at + 1, end).map(({ source }) => source).join(''));
    if (number > parameters.length) throw new Error('ORA-01008: not all variables bound');
    const value = parameters[number - 1];
    const source = value === null ? 'null' : typeof value === 'number' ? String(value) : literal(String(value));
    tokens.splice(at, end - at, { kind: 'other', source: ` ${source} `, value: '' });
  }
  return rewrite(tokens, (word, { source }) => (word === 'to_timestamp' ? 'oracle_to_timestamp' : word === 'dual' ? '(select 1)' : source.toUpperCase()))
    .replace(/\bFETCH FIRST (\d+) ROWS ONLY\b/g, 'LIMIT $1')
    .replace(/^MERGE INTO (.+?) T USING \((.*)\) S ON/s, 'MERGE INTO $1 T USING ($2) S ON')
    .replace(/UPDATE SET (.+?)( WHEN NOT MATCHED|$)/s, (_, changes: string, rest: string) => `UPDATE SET ${changes.replace(/T\.("[^"]+" =)/g, '$1')}${rest}`);
}
