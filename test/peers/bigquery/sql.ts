/** GoogleSQL, as far as the tests use it, as DuckDB's. */
import { literal, rewrite, tokensOf } from '../duckdb/tokens.ts';

export const macros = `
  create macro parse_json(words) as words::json;
`;

const types: Record<string, string> = {
  int64: 'bigint', float64: 'double', numeric: 'decimal(38, 9)', bignumeric: 'decimal(38, 9)', string: 'varchar', bytes: 'blob', bool: 'boolean', timestamp: 'timestamptz', datetime: 'timestamp',
};

export interface Parameter {
  parameterType: { type: string };
  parameterValue: { value?: string | null };
}

/** @throws when a parameter is missing */
export function translate(sql: string, parameters: readonly Parameter[]): string {
  const tokens = tokensOf(sql, { bigquery: true, backticks: true });
  let next = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.source !== '?') continue;
    const bound = parameters[next];
    next += 1;
    if (!bound) throw new Error('Binder Error: Query parameter is missing.');
    const { value } = bound.parameterValue;
    const source = value === null || value === undefined ? 'null' : ['INT64', 'FLOAT64', 'BOOL'].includes(bound.parameterType.type) ? value : literal(value);
    tokens[index] = { kind: 'other', source: ` ${source} `, value: '' };
  }
  const text = rewrite(tokens, (word, _token, index) => {
    const before = tokens.slice(0, index).map(({ source }) => source).join('');
    if (word === 'merge') return 'merge into';
    return /\bas\s+$/i.test(before) && types[word] !== undefined ? types[word] : undefined;
  });
  return text.replace(
    /array\(select (.+?) from unnest\(json_(?:value|query)_array\((.+?)\)\) as item with offset place order by place\)/gi,
    (_, element: string, items: string) => `list_transform(from_json(${items}, '["VARCHAR"]'), lambda item: ${element})`,
  );
}
