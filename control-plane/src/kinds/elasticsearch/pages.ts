/** Hits page by page: in Elasticsearch by a point in time and `search_after`, in OpenSearch by a scroll. Two pages are held at a time. */
import { fetchedAhead } from '../../engines/sql/batch.ts';
import { inPath } from './client.ts';
import type { Client } from './client.ts';

export interface Hit {
  _id: string;
  _index: string;
  _source?: Record<string, unknown>;
  fields?: Record<string, unknown[]>;
  sort?: unknown[];
}

interface Answer {
  pit_id?: string;
  _scroll_id?: string;
  timed_out?: boolean;
  hits: { hits: Hit[] };
}

export interface PageOptions {
  page_size: number;
  /** How many hits are wanted in all. */
  limit?: number;
  signal: AbortSignal;
}

const keep_alive = '5m';

export async function* hitPages(client: Client, index: string, search: Record<string, unknown>, options: PageOptions): AsyncGenerator<Hit[]> {
  const { product } = await client.server(options.signal);
  let left = options.limit ?? Infinity;
  const pages = product === 'OpenSearch' ? scroll(client, index, search, options) : pointInTime(client, index, search, options);
  for await (const hits of options.limit === undefined ? fetchedAhead(pages) : pages) {
    yield hits.length <= left ? hits : hits.slice(0, left);
    left -= hits.length;
    if (left <= 0) return;
  }
}

const sizeOf = ({ page_size, limit = Infinity }: PageOptions) => Math.min(page_size, limit);

async function* pointInTime(client: Client, index: string, search: Record<string, unknown>, options: PageOptions): AsyncGenerator<Hit[]> {
  const { signal } = options;
  const size = sizeOf(options);
  let { id } = await client.call<{ id: string }>({ method: 'POST', path: `${inPath(index)}/_pit`, query: { keep_alive }, signal });
  try {
    let after: unknown[] | undefined;
    for (;;) {
      const json = { sort: [{ _shard_doc: 'asc' }], ...search, size, pit: { id, keep_alive }, ...(after && { search_after: after }) };
      const { pit_id, hits: { hits } } = await client.call<Answer>({ method: 'POST', path: '_search', query: { allow_partial_search_results: false }, json, signal });
      if (hits.length > 0) yield hits;
      if (hits.length < size) return;
      id = pit_id ?? id;
      after = hits.at(-1)!.sort;
    }
  } finally {
    await client.tidy({ method: 'DELETE', path: '_pit', json: { id } });
  }
}

async function* scroll(client: Client, index: string, search: Record<string, unknown>, options: PageOptions): AsyncGenerator<Hit[]> {
  const { signal } = options;
  const size = sizeOf(options);
  let answer = await client.call<Answer>({
    method: 'POST', path: `${inPath(index)}/_search`, query: { scroll: keep_alive, allow_partial_search_results: false }, json: { sort: ['_doc'], ...search, size }, signal,
  });
  let scroll_id = answer._scroll_id;
  try {
    for (;;) {
      const { hits } = answer.hits;
      if (hits.length > 0) yield hits;
      if (hits.length < size) return;
      answer = await client.call<Answer>({ method: 'POST', path: '_search/scroll', json: { scroll: keep_alive, scroll_id }, signal });
      scroll_id = answer._scroll_id ?? scroll_id;
    }
  } finally {
    await client.tidy({ method: 'DELETE', path: '_search/scroll', json: { scroll_id: [scroll_id] } });
  }
}
