import { aggregationRows } from './aggregations.ts';
import type { NumberFields } from './numbers.ts';

const fields: NumberFields = { forms: new Map([['n', 'text'], ['order.n', 'text'], ['price', 'number']]), parents: new Set(['order']) };

test.each<[string, object, object, object[]]>([
  ['terms', { terms: { field: 'n' } }, { buckets: [{ key: 1, doc_count: 2 }] }, [{ key: '1', doc_count: 2 }]],
  ['terms of what is no long', { terms: { field: 'price' } }, { buckets: [{ key: 1.5, doc_count: 2 }] }, [{ key: 1.5, doc_count: 2 }]],
  ['terms of several fields', { multi_terms: { terms: [{ field: 'city' }, { field: 'n' }] } }, { buckets: [{ key: ['Ulm', 1], doc_count: 2 }] }, [{ key: ['Ulm', '1'], doc_count: 2 }]],
  ['a composite', { composite: { sources: [{ a: { terms: { field: 'n' } } }, { b: { histogram: { field: 'n', interval: 5 } } }] } }, { buckets: [{ key: { a: 1, b: 5 } }] }, [{ key: { a: '1', b: 5 } }]],
  ['a histogram, whose keys are of its own', { histogram: { field: 'n', interval: 5 } }, { buckets: [{ key: 5, doc_count: 2 }] }, [{ key: 5, doc_count: 2 }]],
  ['named buckets', { filters: { filters: { old: {} } }, aggs: { inner: { terms: { field: 'order.n' } } } }, { buckets: { old: { doc_count: 1, inner: { buckets: [{ key: 3 }] } } } }, [{ key: 'old', doc_count: 1, inner: { buckets: [{ key: '3' }] } }]],
  ['one bucket', { nested: { path: 'order' }, aggregations: { inner: { terms: { field: 'order.n' } } } }, { doc_count: 1, inner: { buckets: [{ key: 3 }] } }, [{ doc_count: 1, inner: { buckets: [{ key: '3' }] } }]],
  ['documents', { top_hits: {} }, { hits: { hits: [{ _id: 'a', _source: { order: { n: 4 } }, fields: { 'order.n': [4] } }] } }, [{ hits: { hits: [{ _id: 'a', _source: { order: { n: '4' } }, fields: { 'order.n': ['4'] } }] } }]],
  ['metrics of a document', { top_metrics: {} }, { top: [{ sort: [1], metrics: { n: 4, price: 4 } }] }, [{ top: [{ sort: [1], metrics: { n: '4', price: 4 } }] }]],
  ['a metric, which is a double', { sum: { field: 'n' } }, { value: 10 }, [{ value: 10 }]],
])('%s', (_what, definition, result, expected) => {
  expect(aggregationRows({ x: definition }, { x: result as never }, fields)).toEqual(expected.map((row) => ({ aggregation: 'x', ...row })));
});
