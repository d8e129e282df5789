/** Snowflake's SQL, as far as the tests use it, as DuckDB's. Bare names are in capitals there. */
import { literal, rewrite, tokensOf } from '../duckdb/tokens.ts';

/** The catalog as Snowflake shows it, over DuckDB's own. */
export const catalog = `
  create schema "PUBLIC";
  create schema peer;
  create view peer.tables as select t.table_schema as table_schema, t.table_name as table_name, t.table_type as table_type, estimated_size as row_count
    from information_schema.tables t left join duckdb_tables() d on d.schema_name = t.table_schema and d.table_name = t.table_name
    where t.table_catalog = 'memory' and t.table_schema not in ('peer', 'main');
  create view peer.columns as select table_schema, table_name, column_name, ordinal_position, is_nullable,
    case when data_type like 'DECIMAL%' or data_type in ('BIGINT', 'INTEGER', 'HUGEINT', 'SMALLINT') then 'NUMBER'
      else coalesce(map {'VARCHAR': 'TEXT', 'DOUBLE': 'FLOAT', 'TIMESTAMP': 'TIMESTAMP_NTZ', 'TIMESTAMP_NS': 'TIMESTAMP_NTZ', 'TIMESTAMP WITH TIME ZONE': 'TIMESTAMP_TZ',
        'BLOB': 'BINARY', 'JSON': 'VARIANT'}[data_type], data_type) end as data_type,
    case when data_type like 'DECIMAL%' then numeric_precision when data_type in ('BIGINT', 'INTEGER', 'HUGEINT', 'SMALLINT') then 38 end as numeric_precision,
    case when data_type like 'DECIMAL%' then numeric_scale when data_type in ('BIGINT', 'INTEGER', 'HUGEINT', 'SMALLINT') then 0 end as numeric_scale,
    case when data_type like 'TIME%' then 9 end as datetime_precision
    from information_schema.columns where table_catalog = 'memory';
  create macro parse_json(words) as words::json;
  create macro base64_decode_binary(words) as from_base64(words);
  create macro peer_version() as '9.0.0';
  create macro current_role() as 'ANALYST';
  create macro current_warehouse() as 'WH';
`;

const types: Record<string, string> = {
  number: 'decimal', text: 'varchar', float: 'double', timestamp_ntz: 'timestamp', timestamp_tz: 'timestamptz', timestamp_ltz: 'timestamptz', binary: 'blob', variant: 'json', time: 'time',
};

export interface Binding {
  type: string;
  value: string | null;
}

/** @throws when a parameter is missing */
export function translate(sql: string, bindings: readonly Binding[]): string {
  const keys = /^\s*show primary keys in table "((?:[^"]|"")+)"\."((?:[^"]|"")+)"\s*$/i.exec(sql);
  if (keys) {
    const [, schema, table] = keys.map((part) => part?.replaceAll('""', '"'));
    return `select null, null, ${literal(schema!)}, ${literal(table!)}, unnest(constraint_column_names) from duckdb_constraints()
      where constraint_type = 'PRIMARY KEY' and schema_name = ${literal(schema!)} and table_name = ${literal(table!)}`;
  }
  const tokens = tokensOf(sql);
  let next = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.source !== '?') continue;
    const bound = bindings[next];
    next += 1;
    if (!bound) throw new Error('Binder Error: Bind variable ? not set.');
    tokens[index] = { kind: 'other', source: bound.value === null ? 'null' : bound.type === 'TEXT' ? literal(bound.value) : bound.value, value: '' };
  }
  return rewrite(tokens, (word, token, index) => {
    const before = tokens.slice(0, index).map(({ source }) => source).join('');
    const isType = /::\s*$/.test(before) || /\bas\s+$/i.test(before);
    if (isType && types[word] !== undefined) {
      if (word !== 'number' && tokens[index + 1]?.source === '(') for (let at = index + 1, end = tokens.findIndex((other, place) => place > index && other.source === ')'); at <= end; at += 1) tokens[at] = { kind: 'space', source: ' ', value: ' ' };
      return types[word];
    }
    if (word === 'information_schema') return 'peer';
    if (word === 'current_version') return 'peer_version';
    return token.source.toUpperCase();
  });
}
