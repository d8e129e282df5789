import { z } from 'zod';
import { defineCategory, operation } from '../kinds/contract.ts';
import { discoverInput, discoverOutput, filter } from './shared.ts';

const collection = z.string().min(1).max(200).meta({ title: 'Collection', model: true });
const vector = z.array(z.number()).min(1).max(65_536).meta({ title: 'Vector', description: 'A list of numbers, as an embedding model gives it' });
const metadata = z.record(z.string().min(1), z.union([z.string(), z.number(), z.boolean()]));
const filters = z.array(filter).optional().meta({ title: 'Filter', description: 'Conditions on the metadata; all must hold' });

export const metrics = ['cosine', 'l2', 'ip'] as const;
export type Metric = (typeof metrics)[number];

export const vectorRecord = z.strictObject({
  id: z.string().min(1).max(500).meta({ title: 'ID' }),
  vector,
  text: z.string().optional().meta({ title: 'Text', description: 'What the vector stands for' }),
  metadata: metadata.optional().meta({ title: 'Metadata', description: 'Names with texts, numbers or booleans, to filter by' }),
});
export type VectorRecord = z.output<typeof vectorRecord>;

export const match = z.strictObject({
  id: z.string(),
  distance: z.number().meta({ description: 'Smaller is nearer. By the collection’s metric: 1 − cosine, the squared Euclidean distance (l2), or 1 − inner product (ip)' }),
  text: z.string().nullable(),
  metadata: metadata.nullable(),
});
export type Match = z.output<typeof match>;

export const vectorStore = defineCategory({
  category: 'vector_store',
  label: 'Vector store',
  description: 'Collections of vectors that are searched by nearness',
  operations: {
    discover: operation({
      resource: 'Collection',
      title: 'Discover', description: 'List the collections',
      input: discoverInput, output: discoverOutput, repeatable: true, fallback: true,
    }),
    upsert: operation({
      resource: 'Record',
      title: 'Upsert', description: 'Store vectors, replacing those of the same id; a collection that is not there is made',
      input: z.strictObject({
        collection,
        records: z.array(vectorRecord).min(1).max(10_000).meta({ title: 'Records' }),
      }),
      output: z.strictObject({ upserted: z.int() }),
      repeatable: true,
    }),
    search: operation({
      resource: 'Record',
      title: 'Search', description: 'Find the vectors nearest to one, the nearest first',
      input: z.strictObject({
        collection,
        vector,
        limit: z.int().min(1).max(1000).default(10).meta({ title: 'Limit' }),
        filter: filters,
      }),
      output: z.strictObject({ matches: z.array(match) }),
      repeatable: true, fallback: true,
    }),
    delete: operation({
      resource: 'Record',
      title: 'Delete', description: 'Delete vectors by their ids or by a filter; those that are not there are no error',
      input: z.strictObject({
        collection,
        ids: z.array(z.string().min(1)).min(1).max(10_000).optional().meta({ title: 'IDs' }),
        filter: z.array(filter).min(1).optional().meta({ title: 'Filter', description: 'Conditions on the metadata; all must hold' }),
      }).refine((input) => (input.ids === undefined) !== (input.filter === undefined), { message: 'Give either ids or a filter', path: ['ids'] }),
      output: z.strictObject({ deleted: z.int() }),
      repeatable: true,
    }),
    import_index: operation({
      resource: 'Collection',
      title: 'Import index', description: 'Store an index file as a collection, replacing what is there',
      input: z.strictObject({ collection }),
      output: z.strictObject({ collection: z.string(), vectors: z.int(), dimension: z.int() }),
      optional: true, repeatable: true, takes_bytes: true,
    }),
    export_index: operation({
      resource: 'Collection',
      title: 'Export index', description: 'Fetch a collection as an index file',
      input: z.strictObject({ collection }),
      output: z.strictObject({ collection: z.string() }),
      result: 'bytes', optional: true, repeatable: true,
    }),
  },
});
export type SearchInput = z.output<(typeof vectorStore)['operations']['search']['input']>;
export type UpsertInput = z.output<(typeof vectorStore)['operations']['upsert']['input']>;
export type DeleteInput = z.output<(typeof vectorStore)['operations']['delete']['input']>;
