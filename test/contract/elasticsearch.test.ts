/** Elasticsearch and OpenSearch: the suite of every kind against peers of their REST API, then what only this kind promises. */
import { elasticsearch } from '../../control-plane/src/kinds/elasticsearch/index.ts';
import { canMakeCertificates, testCertificate } from '../peers/certificate.ts';
import { startElasticsearch } from '../peers/elasticsearch.ts';
import type { ElasticsearchPeer } from '../peers/elasticsearch.ts';
import { peerAvailable } from '../peers/peer.ts';
import { openKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const password = 'a password of the peer';
const numbers = new Map(Array.from({ length: 5000 }, (_, index) => [`n${index}`, { n: index }]));
const people = () => new Map(['Ada', 'Bea', 'Cyd'].map((name, index) => [`${index + 1}`, { name, age: 30 + index, ...(index === 1 && { city: 'Ulm' }) }]));
const indices = () => ({
  people: { properties: { name: { type: 'text', fields: { keyword: { type: 'keyword' } } }, age: { type: 'long' }, city: { type: 'keyword' }, notes: { type: 'text' } }, documents: people() },
  numbers: { properties: { n: { type: 'long' } }, documents: numbers },
});
const start = async (product?: 'opensearch') => startElasticsearch({ ...(product && { product }), password, indices: indices(), certificate: await testCertificate() });
const configOf = async ({ url }: ElasticsearchPeer) => ({ base_url: url, authentication: 'basic', username: 'elastic', password, ca_certificate: (await testCertificate()).ca, read_only: false, page_size: 500 });

(peerAvailable('openssl', canMakeCertificates) ? describe : describe.skip).each([undefined, 'opensearch' as const])('elasticsearch (%s)', (product) => {
  testKind(elasticsearch, {
    async start() {
      const peer = await start(product);
      return { config: await configOf(peer), backend: peer, stop: peer.stop };
    },
    wrong_configs: { base_url: { base_url: 'search.example.com' }, password: { password: undefined } },
    faults: {
      at: (port) => ({ base_url: `https://127.0.0.1:${port}` }),
      wrong_credentials: { password: 'another' },
      tls: { ca_certificate: undefined },
    },
    operations: {
      discover: [
        { input: { limit: 1 }, expect: (page) => expect(page).toEqual({ models: [{ name: 'numbers', type: 'index' }], next_cursor: 'numbers' }) },
        {
          input: { model: 'people' },
          expect: ({ models }) => expect(models).toEqual([{
            name: 'people', type: 'index', estimated_rows: 3,
            fields: [['_id', 'keyword'], ['name', 'text'], ['age', 'long'], ['city', 'keyword'], ['notes', 'text']].map(([name, type]) => ({ name, type, nullable: name !== '_id', primary_key: name === '_id' })),
          }]),
        },
      ],
      read: [
        { input: { model: 'people', order_by: [{ field: 'age', direction: 'desc' }], limit: 2 }, expect: (records) => expect(records).toEqual([{ _id: '3', name: 'Cyd', age: '32' }, { _id: '2', name: 'Bea', age: '31', city: 'Ulm' }]) },
        { input: { model: 'people', fields: ['name'], where: [{ field: 'name', operator: 'contains', value: 'e' }, { field: 'age', operator: '>=', value: 31 }, { field: 'city', operator: 'is_not_null' }] }, expect: (records) => expect(records).toEqual([{ name: 'Bea' }]) },
        { input: { model: 'people', fields: ['_id'], where: [{ field: 'name', operator: 'in', value: ['Ada', 'Cyd'] }, { field: 'name', operator: '!=', value: 'Ada' }, { field: 'city', operator: 'is_null' }] }, expect: (records) => expect(records).toEqual([{ _id: '3' }]) },
        { input: { model: 'numbers', limit: 1300 }, expect: (records) => expect(new Set(records.map(({ n }: { n: string }) => n)).size).toBe(1300) },
      ],
      query: [
        { input: { query: '{"index":"people","query":{"term":{"name.keyword":{"value":{"$parameter":1}}}}}', parameters: ['Bea'] }, expect: (records) => expect(records).toEqual([{ _id: '2', name: 'Bea', age: '31', city: 'Ulm' }]) },
        { input: { query: '{"index":"people","aggs":{"towns":{"terms":{"field":"city"}}},"query":{"exists":{"field":"city"}}}' }, expect: (records) => expect(records).toEqual([{ aggregation: 'towns', key: 'Ulm', doc_count: 1 }]) },
        { input: { query: 'select n, echo from numbers where x = ?', parameters: ['p'] }, expect: (records) => expect(records).toEqual([{ n: '1', echo: 'p' }, { n: '2', echo: 'p' }, { n: '3', echo: null }]) },
      ],
      write: [
        { input: { model: 'written', records: [{ _id: 'a', n: 1 }, { n: 2 }] }, expect: (result) => expect(result).toEqual({ affected_records: 2 }) },
        { input: { model: 'written', mode: 'upsert', records: [{ _id: 'a', m: 3 }, { _id: 'b', m: 4 }] }, expect: (result) => expect(result).toEqual({ affected_records: 2 }) },
        { input: { model: 'written', mode: 'update', records: [{ _id: 'a', m: 5 }, { _id: 'none', m: 6 }] }, expect: (result) => expect(result).toEqual({ affected_records: 1 }) },
        { input: { model: 'written', mode: 'delete', records: [{ _id: 'b' }, { _id: 'none' }] }, expect: (result) => expect(result).toEqual({ affected_records: 1 }) },
      ],
    },
    refusals: [
      { operation: 'discover', input: { model: 'nothing' }, code: 'model_not_found' },
      { operation: 'read', input: { model: 'nothing' }, code: 'model_not_found', says: /nothing/ },
      { operation: 'read', input: { model: 'people', where: [{ field: 'notes', value: 'x' }] }, code: 'invalid_request', says: /only be searched/ },
      { operation: 'query', input: { query: 'select n from nowhere' }, code: 'invalid_query', says: /nowhere/ },
      { operation: 'query', input: { query: 'delete from people' }, code: 'invalid_query' },
      { operation: 'query', input: { query: '{"index":"people","query":{"term":{"name":{"$parameter":1}}}}', parameters: [{ wildcard: '*' }] }, code: 'invalid_request' },
      { operation: 'write', input: { model: 'people', records: [{ _id: '1', name: 'again' }] }, code: 'rejected_by_backend', says: /already exists/ },
    ],
    long_operations: [{ operation: 'read', input: { model: 'numbers' }, expect: (records) => expect(new Set(records.map(({ n }: { n: string }) => n)).size).toBe(5000) }],
    imports: [
      { source: 'https://me:p%40ss@search.example.com:9200/', config: { base_url: 'https://search.example.com:9200', authentication: 'basic', username: 'me', password: 'p@ss' } },
      { source: `shop:${Buffer.from('eu.example.com$abc123$def456').toString('base64')}`, config: { base_url: 'https://abc123.eu.example.com' } },
    ],
  });

  test('a restart in the middle of a read is an error, contexts are closed, and limits hold', async () => {
    const peer = await start(product);
    const kind = await openKind(elasticsearch, await configOf(peer));
    const limited = await openKind(elasticsearch, { ...(await configOf(peer)), read_only: true }, ['peop*']);
    try {
      const read = kind.session['read'] as (input: object, call: object) => AsyncIterable<{ count: number }>;
      await expect((async () => {
        // What a restart makes it forget.
        for await (const { count } of read({ model: 'numbers' }, kind.call())) if (count > 0) peer.contexts.clear();
      })()).rejects.toMatchObject({ code: 'backend_unavailable' });
      await kind.records('read', { model: 'numbers', limit: 700 });
      expect(peer.contexts.size).toBe(0);
      expect(await limited.run('discover', {})).toEqual({ models: [{ name: 'people', type: 'index' }] });
      await expect(limited.records('read', { model: 'numbers' })).rejects.toMatchObject({ code: 'model_not_found' });
      await expect(limited.run('write', { model: 'people', records: [{}] })).rejects.toMatchObject({ code: 'connector_read_only' });
    } finally {
      await limited.close();
      await kind.close();
      await peer.stop();
    }
  });

  test('a field has one type in all records: longs are text whatever their size, other numbers are numbers', async () => {
    const raw = (text: string) => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
    const peer = await start(product);
    const kind = await openKind(elasticsearch, await configOf(peer));
    const long = { type: 'long' };
    peer.indices.set('typed', {
      properties: {
        n: long, small: { type: 'integer' }, price: { type: 'double' }, u: { type: 'unsigned_long' }, span: { type: 'long_range' }, code: { type: 'keyword', fields: { n: long } },
        lines: { type: 'nested', properties: { n: long, deep: { properties: { n: long, s: { type: 'short' } } } } },
      },
      documents: new Map<string, Record<string, unknown>>([
        ['a', { n: 5, small: 1, price: 1.5, u: 7, span: { gte: 1, lt: null }, code: 8, lines: [{ n: 1, deep: { n: [2, 3], s: 4 } }, { n: null }], 'lines.n': 6, unmapped: 9 }],
        ['b', { n: raw('9007199254740993'), small: 2, price: raw('123456789012345678901'), u: raw('18446744073709551615'), unmapped: raw('9007199254740993') }],
      ]),
    });
    peer.indices.set('typed-old', { properties: { n: { type: 'integer' } }, documents: new Map([['c', { n: 6 }]]) });
    const a = { _id: 'a', n: '5', small: 1, price: 1.5, u: '7', span: { gte: '1', lt: null }, code: 8, lines: [{ n: '1', deep: { n: ['2', '3'], s: 4 } }, { n: null }], 'lines.n': '6', unmapped: 9 };
    const b = { _id: 'b', n: '9007199254740993', small: 2, price: 123456789012345680000, u: '18446744073709551615', unmapped: '9007199254740993' };
    const query = (document: object) => kind.records('query', { query: JSON.stringify({ index: 'typed', ...document }) });
    try {
      expect(await kind.records('read', { model: 'typed' })).toEqual([a, b]);
      expect(await kind.records('read', { model: 'typed', where: [{ field: 'n', value: '5' }] })).toEqual([a]);
      expect(await kind.records('read', { model: 'typed*', fields: ['n'] })).toEqual([{ n: '5' }, { n: '9007199254740993' }, { n: '6' }]);
      expect(await kind.records('read', { model: 'typed-old' })).toEqual([{ _id: 'c', n: 6 }]);
      expect(await query({ sort: [{ n: 'asc' }] })).toEqual([a, b]);
      expect(await query({ aggs: { by_n: { terms: { field: 'n' } }, by_price: { terms: { field: 'price' } } } })).toEqual([
        { aggregation: 'by_n', key: '5', doc_count: 1 }, { aggregation: 'by_n', key: '9007199254740993', doc_count: 1 },
        { aggregation: 'by_price', key: 1.5, doc_count: 1 }, { aggregation: 'by_price', key: 123456789012345680000, doc_count: 1 },
      ]);
    } finally {
      await kind.close();
      await peer.stop();
    }
  });
});
