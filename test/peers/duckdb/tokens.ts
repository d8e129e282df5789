/** SQL of another database as tokens, to be rewritten for DuckDB. */

export interface Token {
  kind: 'word' | 'text' | 'name' | 'comment' | 'space' | 'other';
  /** As it stands. */
  source: string;
  /** A text's or quoted name's content, a word in lower case. */
  value: string;
}

export interface Lexis {
  brackets?: boolean;
  backticks?: boolean;
  /** Backslashes escape in texts, which may stand in either quotes: BigQuery. */
  bigquery?: boolean;
}

const patterns: [Token['kind'], RegExp, (source: string) => string][] = [
  ['comment', /--[^\n]*|\/\*[\s\S]*?\*\//y, String],
  ['text', /[nN]?'(?:[^']|'')*'/y, (source) => source.slice(source.indexOf("'") + 1, -1).replaceAll("''", "'")],
  ['name', /"(?:[^"]|"")*"/y, (source) => source.slice(1, -1).replaceAll('""', '"')],
  ['word', /[\p{L}_@#][\p{L}\p{N}_@#$]*/uy, (source) => source.toLowerCase()],
  ['space', /\s+/y, String],
];
const bracketed: (typeof patterns)[number] = ['name', /\[(?:[^\]]|\]\])*\]/y, (source) => source.slice(1, -1).replaceAll(']]', ']')];
const backticked: (typeof patterns)[number] = ['name', /`(?:[^`\\]|\\.)*`/y, (source) => source.slice(1, -1).replace(/\\(.)/g, '$1')];
const escaped = (source: string) => source.slice(1, -1).replace(/\\(.)/g, (_, letter: string) => ({ n: '\n', t: '\t', r: '\r' })[letter] ?? letter);
const texts: (typeof patterns)[number] = ['text', /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y, escaped];

export function tokensOf(sql: string, lexis: Lexis = {}): Token[] {
  const known = [...(lexis.bigquery ? [texts] : []), ...(lexis.brackets ? [bracketed] : []), ...(lexis.backticks ? [backticked] : []), ...patterns];
  const tokens: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    const found = known.flatMap(([kind, pattern, read]) => {
      pattern.lastIndex = at;
      const source = pattern.exec(sql)?.[0];
      return source === undefined ? [] : [{ kind, source, value: read(source) }];
    })[0] ?? { kind: 'other' as const, source: sql[at]!, value: sql[at]! };
    tokens.push(found);
    at += found.source.length;
  }
  return tokens;
}

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
export const name = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** The tokens as DuckDB's SQL: texts and names in its quotes, words as `word` has them. */
export function rewrite(tokens: Token[], word: (value: string, token: Token, index: number) => string | undefined): string {
  return tokens.map((token, index) => {
    if (token.kind === 'text') return literal(token.value);
    if (token.kind === 'name') return name(token.value);
    if (token.kind === 'comment') return ' ';
    return (token.kind === 'word' && word(token.value, token, index)) || token.source;
  }).join('');
}
