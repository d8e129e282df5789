/** Transact-SQL, as far as the tests use it, as DuckDB's SQL. */
import { literal, rewrite, tokensOf } from '../duckdb/tokens.ts';
import type { Token } from '../duckdb/tokens.ts';
import type { Value } from './rpc.ts';

/** The catalog as SQL Server shows it, over DuckDB's own. The length of a text, which DuckDB does not have, is its column's comment. */
export const catalog = `
  create schema dbo;
  create schema peer;
  create view peer.tables as select table_schema as TABLE_SCHEMA, table_name as TABLE_NAME, table_type as TABLE_TYPE
    from information_schema.tables where table_catalog = 'memory' and table_schema not in ('peer', 'main');
  create view peer.columns as select table_schema as TABLE_SCHEMA, table_name as TABLE_NAME, column_name as COLUMN_NAME, ordinal_position as ORDINAL_POSITION,
    is_nullable as IS_NULLABLE,
    case when data_type = 'DECIMAL(19,4)' then 'money' when data_type like 'DECIMAL%' then 'decimal'
      else coalesce(map {'VARCHAR': 'nvarchar', 'INTEGER': 'int', 'BIGINT': 'bigint', 'SMALLINT': 'smallint', 'UTINYINT': 'tinyint', 'DOUBLE': 'float', 'FLOAT': 'real',
        'BOOLEAN': 'bit', 'TIMESTAMP': 'datetime2', 'TIMESTAMP WITH TIME ZONE': 'datetimeoffset', 'DATE': 'date', 'TIME': 'time', 'BLOB': 'varbinary',
        'UUID': 'uniqueidentifier'}[data_type], 'sql_variant') end as DATA_TYPE,
    case when data_type in ('VARCHAR', 'BLOB') then coalesce(try_cast(COLUMN_COMMENT as integer), -1) end as CHARACTER_MAXIMUM_LENGTH, numeric_precision as NUMERIC_PRECISION, numeric_scale as NUMERIC_SCALE,
    case when data_type in ('TIMESTAMP', 'TIMESTAMP WITH TIME ZONE', 'TIME') then 7 end as DATETIME_PRECISION
    from information_schema.columns where table_catalog = 'memory';
  create view peer.key_column_usage as select * from information_schema.key_column_usage;
  create view peer.table_constraints as select * from information_schema.table_constraints;
  create macro charindex(needle, hay) as strpos(hay, needle);
  create macro schema_name() as 'dbo';
  create macro getdate() as now()::timestamp;
`;

const types: Record<string, string> = {
  nvarchar: 'varchar', nchar: 'varchar', datetime2: 'timestamp', datetime: 'timestamp', smalldatetime: 'timestamp', datetimeoffset: 'timestamptz',
  bit: 'boolean', money: 'decimal(19, 4)', uniqueidentifier: 'uuid', varbinary: 'blob', binary: 'blob', tinyint: 'utinyint', float: 'double',
};
/** Their length or precision means nothing to DuckDB. */
const withLength = new Set([...Object.keys(types), 'varchar', 'char', 'time']);

function valueLiteral(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return literal(value);
  if (Buffer.isBuffer(value)) return `from_base64('${value.toString('base64')}')`;
  if (typeof value === 'number' && !Number.isInteger(value)) return `${value}::double`;
  return String(value);
}

/** @throws with SQL Server's number for a variable that was not declared */
export function translate(sql: string, parameters: Map<string, Value>): string {
  const tokens = withoutHints(tokensOf(sql, { brackets: true }));
  cutTexts(tokens);
  const top = takeTop(tokens);
  const text = rewrite(tokens, (word, _token, index) => {
    if (word === '@@version') return "'Microsoft SQL Server 2022 (peer)'";
    if (word.startsWith('@')) {
      const name = word.slice(1);
      if (!parameters.has(name)) throw Object.assign(new Error(`Must declare the scalar variable "@${name}".`), { number: 137 });
      return valueLiteral(parameters.get(name)!);
    }
    if (word === 'information_schema') return 'peer';
    if (!withLength.has(word) || !isType(tokens, index)) return undefined;
    dropLength(tokens, index);
    return types[word];
  });
  return top === undefined ? text : `${text.replace(/;?\s*$/, '')} limit ${top}`;
}

const significant = (token: Token): boolean => token.kind !== 'space' && token.kind !== 'comment';
const before = (tokens: Token[], index: number): Token | undefined => tokens.slice(0, index).findLast(significant);

/** A type stands behind AS or inside of a definition; a column of that name does not matter here. */
const isType = (tokens: Token[], index: number): boolean => before(tokens, index)?.value === 'as' || before(tokens, index)?.kind === 'name';

function dropLength(tokens: Token[], index: number): void {
  if (tokens[index + 1]?.source !== '(') return;
  const end = tokens.findIndex((token, at) => at > index && token.source === ')');
  for (let at = index + 1; at <= end; at += 1) tokens[at] = { kind: 'space', source: ' ', value: ' ' };
}

const cutting = new Set(['char', 'varchar', 'nchar', 'nvarchar', 'uniqueidentifier']);

/** CAST cuts a text to the length of its type without a word, at 30 characters where there is no length, and to a GUID's 36. */
function cutTexts(tokens: Token[]): void {
  for (const [start, token] of tokens.entries()) {
    if (token.kind !== 'word' || token.value !== 'cast' || tokens[start + 1]?.source !== '(') continue;
    let depth = 0;
    let as = 0;
    let end = start + 1;
    for (; end < tokens.length; end += 1) {
      const { source, kind, value } = tokens[end]!;
      if (source === '(') depth += 1;
      if (source === ')' && (depth -= 1) === 0) break;
      if (depth === 1 && kind === 'word' && value === 'as') as = end;
    }
    const [type, ...length] = tokens.slice(as + 1, end).filter(significant);
    if (!type || !cutting.has(type.value) || length[1]?.value === 'max') continue;
    const most = type.value === 'uniqueidentifier' ? 36 : length.length > 0 ? Number(length.slice(1, -1).map(({ source }) => source).join('')) : 30;
    tokens[start + 1] = { kind: 'other', source: '(left(cast(', value: '(' };
    tokens[as] = { kind: 'other', source: `as varchar), ${most}) as`, value: 'as' };
  }
}

/** `with (holdlock)` and `collate …`. */
function withoutHints(tokens: Token[]): Token[] {
  const kept: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at]!;
    if (token.kind === 'word' && token.value === 'collate') at = tokens.findIndex((other, place) => place > at && other.kind === 'word');
    else if (token.kind === 'word' && token.value === 'with' && tokens[at + 2]?.source === '(' && tokens[at + 3]?.value === 'holdlock') at += 4;
    else kept.push(token);
  }
  return kept;
}

/** Takes `top (n)` out of the first SELECT. */
function takeTop(tokens: Token[]): string | undefined {
  const at = tokens.findIndex((token) => token.kind === 'word' && token.value === 'top');
  if (at < 0 || before(tokens, at)?.value !== 'select') return undefined;
  const numbers = tokens.slice(at).findIndex((token) => /\d/.test(token.source)) + at;
  let count = '';
  let end = numbers;
  for (; /\d/.test(tokens[end]?.source ?? ''); end += 1) count += tokens[end]!.source;
  if (tokens[end]?.source === ')') end += 1;
  tokens.splice(at, end - at);
  return count;
}
