/** A protocol peer of Elasticsearch and OpenSearch: the documented REST API in the subset that the connector uses. */
import { randomUUID } from 'node:crypto';
import type { TestCertificate } from './certificate.ts';
import { startHttpPeer } from './http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from './http.ts';

type Document = Record<string, unknown>;
export interface PeerIndex {
  properties: Document;
  documents: Map<string, Document>;
}
export interface ElasticsearchPeer extends HttpPeer {
  indices: Map<string, PeerIndex>;
  /** Points in time and scrolls that are open. */
  contexts: Map<string, { hits: Hit[]; at: number }>;
}
interface Hit { _index: string; _id: string; _source: Document; sort: unknown[] }

const error = (status: number, type: string, reason: string): HttpAnswer => ({ status, body: { error: { type, reason, root_cause: [{ type, reason }] }, status } });

export async function startElasticsearch(options: { product?: 'opensearch'; password: string; indices: Record<string, PeerIndex>; certificate?: TestCertificate }): Promise<ElasticsearchPeer> {
  const indices = new Map(Object.entries(options.indices));
  const contexts: ElasticsearchPeer['contexts'] = new Map();
  const expected = `Basic ${Buffer.from(`elastic:${options.password}`).toString('base64')}`;

  const named = (pattern: string) => [...indices.keys()].filter((name) => pattern.split(',').some((part) => new RegExp(`^${part.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name)));
  const hitsOf = (names: string[]): Hit[] => names.flatMap((_index) => [...indices.get(_index)!.documents].map(([_id, _source]) => ({ _index, _id, _source, sort: [] })));
  const search = (hits: Hit[], body: Document): Hit[] => {
    const found = hits.filter((hit) => matches(hit, (body['query'] as Document | undefined) ?? { match_all: {} }));
    const [sort] = (body['sort'] as Record<string, unknown>[] | undefined) ?? [];
    const [field, how] = Object.entries(typeof sort === 'object' ? sort : {})[0] ?? [];
    const order = (how as { order?: string } | undefined)?.order === 'desc' ? -1 : 1;
    if (field && field !== '_shard_doc') found.sort((a, b) => order * compare(valueOf(a, field), valueOf(b, field)));
    return found.map((hit, place) => ({ ...hit, _source: selected(hit._source, body['_source']), sort: [place] }));
  };

  const handle = ({ method, url, headers, body }: ReceivedRequest): HttpAnswer => {
    if (headers.authorization !== expected) return error(401, 'security_exception', 'unable to authenticate user');
    const path = decodeURIComponent(url.pathname).slice(1);
    const [first = '', second = ''] = path.split('/');
    const text = body.toString();
    const json = (second === '_bulk' || text === '' ? {} : JSON.parse(text)) as Document;
    if (path === '') return { body: { cluster_name: 'peer', version: { number: options.product ? '2.19.0' : '9.1.0', ...(options.product && { distribution: options.product }) } } };
    if (first === '_resolve') return { body: { indices: named(path.split('/')[2]!).map((name) => ({ name })), aliases: [], data_streams: [] } };
    if (first === '_pit') return contexts.delete(json['id'] as string) ? { body: { succeeded: true } } : error(404, 'search_context_missing_exception', 'no such context');
    if (path === '_search/scroll') return method === 'DELETE' ? forget(json['scroll_id'] as string[]) : nextOfScroll(json['scroll_id'] as string);
    if (path === '_search') return pageOfPoint(json);
    if (first === '_sql' || first === '_plugins') return sql(json, path);
    if (first === '_query') return { body: { columns: [{ name: 'n', type: 'integer' }], values: (json['params'] as unknown[]).map((value) => [value]) } };
    const names = named(first);
    if (second === '_bulk') return bulk(first, text);
    if (names.length === 0 && !first.includes('*')) return error(404, 'index_not_found_exception', `no such index [${first}]`);
    if (second === '_mapping') return { body: Object.fromEntries(names.map((name) => [name, { mappings: { properties: indices.get(name)!.properties } }])) };
    if (second === '_field_caps') return { body: { fields: capabilities(names.map((name) => indices.get(name)!.properties)) } };
    if (second === '_count') return { body: { count: hitsOf(names).length } };
    if (second === '_pit') {
      const id = randomUUID();
      contexts.set(id, { hits: hitsOf(names), at: 0 });
      return { body: { id } };
    }
    if (second === '_search' && json['aggs']) return aggregations(search(hitsOf(names), json), json['aggs'] as Document);
    if (second === '_search') {
      const hits = search(hitsOf(names), json);
      const size = json['size'] as number;
      const id = randomUUID();
      contexts.set(id, { hits, at: size });
      return { body: { _scroll_id: `${id} ${size}`, hits: { hits: hits.slice(0, size) } } };
    }
    return error(400, 'illegal_argument_exception', `no handler for ${method} ${path}`);
  };

  const pageOfPoint = (body: Document): HttpAnswer => {
    const context = contexts.get((body['pit'] as { id: string }).id);
    if (!context) return error(404, 'search_context_missing_exception', 'No search context found');
    const query = body['query'] as Document | undefined;
    if (query && !known(query)) return error(400, 'parsing_exception', `unknown query [${Object.keys(query)[0]}]`);
    const from = body['search_after'] ? ((body['search_after'] as number[])[0]! + 1) : 0;
    return { body: { pit_id: (body['pit'] as { id: string }).id, hits: { hits: search(context.hits, body).slice(from, from + (body['size'] as number)) } } };
  };
  const nextOfScroll = (scroll: string): HttpAnswer => {
    const [id = '', size] = scroll.split(' ');
    const context = contexts.get(id);
    if (!context) return error(404, 'search_context_missing_exception', 'No search context found');
    const hits = context.hits.slice(context.at, context.at + Number(size));
    context.at += hits.length;
    return { body: { _scroll_id: scroll, hits: { hits } } };
  };
  const forget = (scrolls: string[]): HttpAnswer => {
    for (const scroll of scrolls) contexts.delete(scroll.split(' ')[0]!);
    return { body: { succeeded: true } };
  };
  const bulk = (index: string, text: string): HttpAnswer => {
    if (!indices.has(index)) indices.set(index, { properties: {}, documents: new Map() });
    const { documents } = indices.get(index)!;
    const lines = text.trim().split('\n').map((line) => JSON.parse(line) as Document);
    const items: Document[] = [];
    while (lines.length > 0) {
      const [action, { _id = randomUUID() }] = Object.entries(lines.shift()!)[0] as [string, { _id?: string }];
      const source = action === 'delete' ? {} : lines.shift()!;
      const exists = documents.has(_id);
      if (action === 'create' && exists) items.push({ create: { _id, status: 409, error: { type: 'version_conflict_engine_exception', reason: `[${_id}]: version conflict, document already exists` } } });
      else if ((action === 'update' && !exists && !source['doc_as_upsert']) || (action === 'delete' && !exists)) items.push({ [action]: { _id, status: 404 } });
      else {
        if (action === 'delete') documents.delete(_id);
        else documents.set(_id, action === 'update' ? { ...documents.get(_id), ...(source['doc'] as Document) } : source);
        items.push({ [action]: { _id, status: exists ? 200 : 201 } });
      }
    }
    return { body: { errors: items.some((item) => (Object.values(item)[0] as { status: number }).status > 299), items } };
  };
  const peer = await startHttpPeer(handle, options.certificate);
  return { ...peer, indices, contexts, async restart() { contexts.clear(); await peer.restart(); } };
}

/** Not a SQL engine: a table of three numbers in two pages, which echoes its first parameter. */
function sql(json: Document, path: string): HttpAnswer {
  const openSearch = path.startsWith('_plugins');
  if (path.endsWith('/close')) return { body: { succeeded: true } };
  const rows = openSearch ? 'datarows' : 'rows';
  if (json['cursor']) return { body: { [rows]: [[3, null]] } };
  if (String(json['query']).includes('nowhere')) return error(400, 'verification_exception', 'Unknown index [nowhere]');
  const parameter = (openSearch ? (json['parameters'] as { value: unknown }[] | undefined)?.[0]?.value : (json['params'] as unknown[] | undefined)?.[0]) ?? null;
  return { body: { [openSearch ? 'schema' : 'columns']: [{ name: 'n', type: 'long' }, { name: 'echo', type: 'keyword' }], [rows]: [[1, parameter], [2, parameter]], cursor: 'more' } };
}

/** Each field, object and sub-field by its full name, with every type that it has. */
function capabilities(mappings: Document[]): Record<string, Document> {
  const fields: Record<string, Document> = {};
  const add = (properties: Document, prefix = ''): void => {
    for (const [key, mapping] of Object.entries(properties)) {
      const { type = 'object', properties: inner = {}, fields: parts = {} } = mapping as { type?: string; properties?: Document; fields?: Document };
      (fields[prefix + key] ??= {})[type] = { type, searchable: true, aggregatable: true };
      add({ ...inner, ...parts }, `${prefix}${key}.`);
    }
  };
  mappings.forEach((properties) => add(properties));
  return fields;
}

const known = (query: Document) => ['match_all', 'bool', 'term', 'terms', 'range', 'exists', 'wildcard'].includes(Object.keys(query)[0] ?? '');
const valueOf = ({ _id, _source }: Hit, path: string): unknown => (path === '_id' ? _id : path.replace(/\.keyword$/, '').split('.').reduce<unknown>((value, part) => (value as Document | undefined)?.[part], _source));
/** A number that JavaScript would round is kept as its digits, with JSON.rawJSON. */
const plain = (value: unknown): unknown => (typeof value === 'object' && value !== null && 'rawJSON' in value ? value.rawJSON : value);
const compare = (a: unknown, b: unknown) => ((plain(a) as number) < (plain(b) as number) ? -1 : (plain(a) as number) > (plain(b) as number) ? 1 : 0);

function matches(hit: Hit, query: Document): boolean {
  const [type, body] = Object.entries(query)[0] as [string, Document];
  const [path, how] = Object.entries(body)[0] ?? [];
  const value = path === undefined ? undefined : valueOf(hit, path);
  switch (type) {
    case 'match_all': return true;
    case 'bool': return ((body['filter'] as Document[] | undefined) ?? []).every((inner) => matches(hit, inner)) && !((body['must_not'] as Document[] | undefined) ?? []).some((inner) => matches(hit, inner));
    case 'term': return String(plain(value)) === String((how as { value: unknown }).value);
    case 'terms': return (how as unknown[]).includes(value);
    case 'exists': return valueOf(hit, how as string) != null;
    case 'wildcard': return typeof value === 'string' && value.includes((how as { value: string }).value.slice(1, -1));
    default: return Object.entries(how as Document).every(([operator, bound]) => value != null && { lt: compare(value, bound) < 0, lte: compare(value, bound) <= 0, gt: compare(value, bound) > 0, gte: compare(value, bound) >= 0 }[operator]);
  }
}

function selected(source: Document, wanted: unknown): Document {
  if (wanted === undefined) return source;
  return wanted === false ? {} : Object.fromEntries(Object.entries(source).filter(([name]) => (wanted as string[]).includes(name)));
}

function aggregations(hits: Hit[], wanted: Document): HttpAnswer {
  return {
    body: {
      aggregations: Object.fromEntries(Object.entries(wanted).map(([name, aggregation]) => {
        const { terms } = aggregation as { terms: { field: string } };
        const counts = new Map<unknown, number>();
        for (const hit of hits) counts.set(valueOf(hit, terms.field), (counts.get(valueOf(hit, terms.field)) ?? 0) + 1);
        return [name, { buckets: [...counts].map(([key, doc_count]) => ({ key, doc_count })) }];
      })),
    },
  };
}
