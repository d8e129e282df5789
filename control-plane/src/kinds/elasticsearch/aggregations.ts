/** Aggregations as records, and the numbers in them by the types of the fields that they are of. */
import { inForm, typeNumbers } from './numbers.ts';
import type { NumberFields } from './numbers.ts';
import type { Row } from './query.ts';

interface Bucket extends Row {
  key?: unknown;
}
export type Aggregation = Row & { buckets?: Bucket[] | Record<string, Bucket> };

/** One record a bucket, or one for an aggregation that has no buckets. @param wanted as the query asked for them */
export function aggregationRows(wanted: Row, aggregations: Record<string, Aggregation>, fields: NumberFields): Row[] {
  typeResults(wanted, aggregations, fields);
  return Object.entries(aggregations).flatMap(([aggregation, result]): Row[] => {
    if (result.buckets === undefined) return [{ aggregation, ...result }];
    const buckets: Bucket[] = Array.isArray(result.buckets) ? result.buckets : Object.entries(result.buckets).map(([key, bucket]) => ({ key, ...bucket }));
    return buckets.map((bucket) => ({ aggregation, ...bucket }));
  });
}

function typeResults(wanted: Row, container: Row, fields: NumberFields): void {
  for (const [name, definition] of Object.entries(wanted)) {
    const result = container[name] as Aggregation | undefined;
    if (!result) continue;
    const { aggs, aggregations = aggs, meta: _meta, ...own } = definition as Record<string, Row | undefined>;
    const [[type = '', settings = {}] = []] = Object.entries(own);
    typeDocuments(result, fields);
    const buckets = Array.isArray(result.buckets) ? result.buckets : Object.values(result.buckets ?? {});
    for (const bucket of buckets) if (bucket.key !== undefined) bucket.key = typedKey(type, settings, bucket.key, fields);
    if (aggregations) for (const inner of result.buckets ? buckets : [result]) typeResults(aggregations, inner, fields);
  }
}

/** Keys are values of a field where the buckets are one for each of its values. */
function typedKey(type: string, settings: Row, key: unknown, { forms }: NumberFields): unknown {
  const of = (source: unknown, value: unknown): unknown => {
    const form = forms.get(String((source as Row | undefined)?.['field']));
    return form ? inForm(value, form) : value;
  };
  if (type === 'terms' || type === 'rare_terms' || type === 'significant_terms') return of(settings, key);
  if (type === 'multi_terms' && Array.isArray(key)) return key.map((value, index) => of([settings['terms']].flat()[index], value));
  if (type !== 'composite') return key;
  const sources = Object.assign({}, ...[settings['sources']].flat()) as Record<string, Row>;
  return Object.fromEntries(Object.entries(key as Row).map(([name, value]) => [name, of(sources[name]?.['terms'], value)]));
}

/** Of `top_hits` and `top_metrics`. */
function typeDocuments(result: Row, fields: NumberFields): void {
  const hits = (result['hits'] as { hits?: Row[] } | undefined)?.hits ?? [];
  const top = Array.isArray(result['top']) ? result['top'] as Row[] : [];
  for (const document of [...hits.flatMap(({ _source, fields: named }) => [_source, named]), ...top.map(({ metrics }) => metrics)]) {
    if (typeof document === 'object' && document !== null) typeNumbers(document as Row, fields);
  }
}
