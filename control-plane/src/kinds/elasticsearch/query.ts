/** `query`: Query DSL as one JSON document, or SQL or ES|QL as text. */
import { z } from 'zod';
import { bindParameters, invalidQuery, parseDocument } from '../../engines/documents/parameters.ts';
import { aggregationRows } from './aggregations.ts';
import type { Aggregation } from './aggregations.ts';
import type { Client } from './client.ts';
import { formOf, inForm } from './numbers.ts';
import type { NumberFields } from './numbers.ts';

export type Row = Record<string, unknown>;

const searchQuery = z.strictObject({
  index: z.string().min(1),
  query: z.record(z.string(), z.unknown()).optional(),
  sort: z.unknown().optional(),
  size: z.int().min(0).optional(),
  aggs: z.record(z.string(), z.unknown()).optional(),
  _source: z.unknown().optional(),
  fields: z.array(z.unknown()).optional(),
  min_score: z.number().optional(),
  runtime_mappings: z.record(z.string(), z.unknown()).optional(),
});
export type SearchQuery = z.output<typeof searchQuery>;

/** @throws {PatchbayError} `invalid_query` */
export function searchQueryOf(text: string, parameters: readonly unknown[]): SearchQuery {
  const parsed = searchQuery.safeParse(bindParameters(parseDocument(text), parameters));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidQuery(`${issue!.path.join('.') || 'the document'}: ${issue!.message}`, parsed.error);
}

/** Documents are not asked for. */
export async function aggregate(client: Client, { index: _named, aggs = {}, ...search }: SearchQuery, path: string, fields: NumberFields, signal: AbortSignal): Promise<Row[]> {
  const { aggregations = {} } = await client.call<{ aggregations?: Record<string, Aggregation> }>({
    method: 'POST', path, query: { allow_partial_search_results: false }, json: { ...search, aggs, size: 0 }, signal,
  });
  return aggregationRows(aggs, aggregations, fields);
}

interface Column {
  name: string;
  alias?: string;
  type?: string;
}

interface TextAnswer {
  columns?: Column[];
  rows?: unknown[][];
  values?: unknown[][];
  /** OpenSearch’s names for the same. */
  schema?: Column[];
  datarows?: unknown[][];
  cursor?: string;
}

/** What ES|QL gives at most, by the server's own default setting. */
const mostRows = 10_000;

/** Rows of SQL, page by page, or of ES|QL, which has no pages. */
export async function* textPages(client: Client, query: string, parameters: readonly unknown[], fetch_size: number, signal: AbortSignal): AsyncGenerator<Row[]> {
  const word = /^\s*([a-z]+)/i.exec(query)?.[1]?.toLowerCase();
  const { product } = await client.server(signal);
  const openSearch = product === 'OpenSearch';
  if (!openSearch && (word === 'from' || word === 'row')) {
    // Without a LIMIT of its own a query ends at 1,000 rows, without a word.
    const limited = /\|\s*limit\b/i.test(query) ? query : `${query}\n| LIMIT ${mostRows}`;
    const { columns = [], values = [] } = await client.call<TextAnswer>({ method: 'POST', path: '_query', json: { query: limited, params: parameters }, signal });
    if (limited !== query && values.length >= mostRows) throw invalidQuery(`it gives more than the ${mostRows} rows that ES|QL can; give it a LIMIT, or ask by SQL, which has pages`);
    yield rowsOf(columns, values);
    return;
  }
  if (word === undefined || !['select', 'show', 'describe', 'desc'].includes(word)) {
    throw invalidQuery(openSearch ? 'it is neither JSON nor a SELECT' : 'it is neither JSON nor a SELECT nor ES|QL that begins with FROM or ROW');
  }
  const path = openSearch ? '_plugins/_sql' : '_sql';
  const query_string = openSearch ? {} : { format: 'json' };
  const bound = openSearch ? { parameters: parameters.map((value) => ({ type: sqlType(value), value })) } : { params: parameters };
  const json = { query, fetch_size, ...(parameters.length > 0 && bound) };
  let page = await client.call<TextAnswer>({ method: 'POST', path, query: query_string, json, signal });
  const columns = page.columns ?? page.schema ?? [];
  let cursor = page.cursor;
  try {
    for (;;) {
      yield rowsOf(columns, page.rows ?? page.datarows ?? []);
      cursor = page.cursor;
      if (!cursor) return;
      page = await client.call<TextAnswer>({ method: 'POST', path, query: query_string, json: { cursor }, signal });
    }
  } finally {
    if (cursor) await client.tidy({ method: 'POST', path: `${path}/close`, json: { cursor } });
  }
}

function sqlType(value: unknown): string {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'long' : 'double';
  return 'string';
}

function rowsOf(columns: Column[], values: unknown[][]): Row[] {
  const named = columns.map(({ name, alias, type }) => [alias ?? name, formOf(type)] as const);
  return values.map((row) => Object.fromEntries(named.map(([name, form], index) => {
    const value = row[index] ?? null;
    return [name, form ? inForm(value, form) : value];
  })));
}
