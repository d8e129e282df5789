/** `query`: one JSON document that is an aggregation or a find. */
import type { AbstractCursor, BSON, Document } from 'mongodb';
import { z } from 'zod';
import { bindParameters, invalidQuery, parseDocument } from '../../engines/documents/parameters.ts';
import { findCollection } from './collections.ts';
import type { Place } from './collections.ts';
import { fromJson, literal, operatorIn } from './values.ts';

const document = z.record(z.string(), z.unknown());
const queryDocument = z.strictObject({
  database: z.string().min(1).optional(),
  collection: z.string().min(1),
  aggregate: z.array(document).optional(),
  filter: document.optional(),
  projection: document.optional(),
  sort: document.optional(),
  skip: z.int().min(0).optional(),
  limit: z.int().min(1).optional(),
}).refine(({ aggregate, ...others }) => !aggregate || Object.keys(others).every((name) => name === 'database' || name === 'collection'), { message: 'an aggregation has its filter, sort and limit as stages' });

/** Code that runs in the server. */
const code = new Set(['$where', '$function', '$accumulator']);
const writing = new Set(['$out', '$merge']);

/** @throws {PatchbayError} `invalid_query` for what is not allowed, `model_not_found` */
export async function cursorOf(bson: typeof BSON, place: Place, text: string, parameters: readonly unknown[], options: { read_only: boolean; find: object }): Promise<AbstractCursor<Document>> {
  const written = parseDocument(text);
  // Extended JSON first, so that nothing is hidden in what a parameter or a wrapper turns into.
  const parsed = queryDocument.safeParse(bindParameters(written, parameters, (value) => value));
  if (!parsed.success) throw invalidQuery(`${parsed.error.issues[0]!.path.join('.') || 'the document'}: ${parsed.error.issues[0]!.message}`, parsed.error);
  for (const parameter of parameters) literal(bson, parameter);
  const forbidden = operatorIn(parsed.data, (name) => code.has(name) || (options.read_only && writing.has(name)));
  if (forbidden !== undefined) throw invalidQuery(writing.has(forbidden) ? `${forbidden} writes, and this connector only reads` : `${forbidden} runs code in the server, which is never allowed`);
  const { database, collection, aggregate, filter = {}, ...others } = fromJson(bson, parsed.data) as z.output<typeof queryDocument>;
  const { schema, name } = await findCollection(place, database === undefined ? collection : `${database}.${collection}`);
  const target = place.client.db(schema).collection(name);
  return aggregate ? target.aggregate(aggregate, options.find) : target.find(filter, { ...options.find, ...others } as object);
}
