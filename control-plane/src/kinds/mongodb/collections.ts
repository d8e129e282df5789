/** Databases and their collections; a collection's fields are those of its first documents. */
import type { Document, MongoClient } from 'mongodb';
import type { Model } from '../../categories/shared.ts';
import { pageOfModels } from '../../engines/models/index.ts';
import type { DiscoverInput, DiscoverOutput } from '../../engines/sql/discover.ts';
import { checkSchema, modelName, modelNotFound, parseModelName } from '../../engines/sql/model.ts';

export interface Place {
  client: MongoClient;
  database: string | undefined;
  output_schemas: readonly string[];
  signal: AbortSignal;
}
export interface Found { schema: string; name: string; type: string }

const sampled = 100;
const own = new Set(['admin', 'config', 'local']);

/** @throws {PatchbayError} `model_not_found` @param must_exist writing makes a collection */
export async function findCollection(place: Place, model: string, must_exist = true): Promise<Found> {
  const { name, schema = place.database ?? place.output_schemas[0] } = parseModelName(model);
  if (schema === undefined) throw modelNotFound(model);
  checkSchema(model, { schema, name }, place.output_schemas);
  if (!must_exist) return { schema, name, type: 'collection' };
  const [found] = await place.client.db(schema).listCollections({ name }, { nameOnly: true, authorizedCollections: true, signal: place.signal }).toArray();
  if (!found) throw modelNotFound(model);
  return { schema, name, type: found.type ?? 'collection' };
}

export async function discoverCollections(place: Place, input: DiscoverInput): Promise<DiscoverOutput> {
  if (input.model !== undefined) return describe(place, input.model);
  const models: Model[] = [];
  for (const schema of await databases(place)) {
    for (const { name, type = 'collection' } of await place.client.db(schema).listCollections({}, { nameOnly: true, authorizedCollections: true, signal: place.signal }).toArray()) {
      if (!name.startsWith('system.')) models.push({ name: modelName(schema, name), type, schema });
    }
  }
  return pageOfModels(models, input);
}

async function databases({ client, database, output_schemas, signal }: Place): Promise<string[]> {
  if (output_schemas.length > 0) return [...output_schemas];
  if (database !== undefined) return [database];
  const { databases: found } = await client.db('admin').command({ listDatabases: 1, nameOnly: true, authorizedDatabases: true }, { signal }) as { databases: { name: string }[] };
  return found.map(({ name }) => name).filter((name) => !own.has(name));
}

async function describe(place: Place, model: string): Promise<DiscoverOutput> {
  const { schema, name, type } = await findCollection(place, model);
  const collection = place.client.db(schema).collection(name);
  const documents = await collection.find({}, { limit: sampled, signal: place.signal }).toArray();
  const types = new Map<string, { types: Set<string>; count: number }>();
  for (const document of documents) {
    for (const [field, value] of Object.entries(document)) {
      const known = types.get(field) ?? { types: new Set(), count: 0 };
      types.set(field, known);
      if (value === null) continue;
      known.count += 1;
      known.types.add(typeOf(value));
    }
  }
  return {
    models: [{
      name: modelName(schema, name), type, schema,
      ...(type === 'collection' && { estimated_rows: Number(await collection.estimatedDocumentCount()) }),
      fields: [...types].map(([field, { types: found, count }]) => ({
        name: field, type: [...found].sort().join(' | ') || 'null', nullable: count < documents.length, primary_key: field === '_id',
      })),
    }],
  };
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (typeof value === 'bigint') return 'long';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'double';
  const tag = (value as Document)['_bsontype'] as string | undefined;
  return typeof value === 'object' ? (tag ? tag[0]!.toLowerCase() + tag.slice(1) : 'object') : typeof value;
}
