/** Chroma's REST API, version 2. Source: /openapi.json of any server */
import { z } from 'zod';
import type { DeleteInput, Match, SearchInput, UpsertInput, VectorRecord } from '../../categories/vector_store.ts';
import type { Model } from '../../categories/shared.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { noSuchModel } from '../../engines/models/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { ChromaConfig } from './config.ts';
import { whereOf } from './filter.ts';

const collection = z.object({ id: z.string(), name: z.string(), dimension: z.int().nullish() });
type Collection = z.output<typeof collection>;
const idList = z.object({ ids: z.array(z.string()) });
const described = z.object({ ids: z.array(z.string()), metadatas: z.array(z.record(z.string(), z.unknown()).nullable()) });
const metadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).nullable());
const found = z.object({
  ids: z.tuple([z.array(z.string())]),
  documents: z.tuple([z.array(z.string().nullable())]),
  metadatas: z.tuple([z.array(metadata.nullable())]),
  distances: z.tuple([z.array(z.number())]),
});

/** Servers take several thousand at once, Chroma Cloud 300: https://docs.trychroma.com/cloud/quotas-limits */
const batchSize = 300;
const pageSize = 300;

export function chromaStore(client: HttpClient, config: ChromaConfig) {
  const root = `/api/v2/tenants/${encodeURIComponent(config.tenant)}/databases/${encodeURIComponent(config.database)}`;
  const collections = `${root}/collections`;
  const get = async <S extends z.ZodType>(schema: S, path: string, signal: AbortSignal, query = {}) =>
    parse(schema, (await client.request({ path, query, signal })).json());
  const post = async (path: string, json: unknown, signal: AbortSignal): Promise<unknown> =>
    (await client.request({ method: 'POST', path, json, signal })).json();

  const find = async (name: string, signal: AbortSignal): Promise<Collection | undefined> => {
    try {
      return await get(collection, `${collections}/${encodeURIComponent(name)}`, signal);
    } catch (error) {
      if (PatchbayError.is(error) && error.code === 'object_not_found') return undefined;
      throw error;
    }
  };
  const existing = async (name: string, signal: AbortSignal): Promise<Collection> => {
    const there = await find(name, signal);
    if (!there) throw noSuchModel('collection', name);
    return there;
  };
  const at = ({ id }: Collection, action: string) => `${collections}/${id}/${action}`;
  const idsWhere = async (where: { ids?: string[]; where?: unknown; limit?: number }, target: Collection, signal: AbortSignal) =>
    parse(idList, await post(at(target, 'get'), { ...where, include: [] }, signal)).ids;

  return {
    async test(signal: AbortSignal): Promise<{ message: string }> {
      const version = await get(z.string(), '/api/v2/version', signal);
      await client.request({ path: root, signal }).catch((error: unknown) => {
        if (!PatchbayError.is(error) || error.code !== 'object_not_found') throw error;
        throw new PatchbayError('invalid_config', `Chroma has no database "${config.database}" of a tenant "${config.tenant}".`, {
          hint: 'Create it there, or correct tenant and database.', fields: [{ path: 'config.database', message: 'does not exist' }], cause: error,
        });
      });
      return { message: `Chroma ${version}` };
    },

    async list(signal: AbortSignal): Promise<Model[]> {
      const all: Model[] = [];
      for (let offset = 0; ; offset += pageSize) {
        const page = await get(z.array(collection), collections, signal, { limit: pageSize, offset });
        all.push(...page.map(({ name }) => ({ name, type: 'collection' })));
        if (page.length < pageSize) return all;
      }
    },

    async describe(name: string, signal: AbortSignal): Promise<Model> {
      const target = await existing(name, signal);
      const count = await get(z.int(), at(target, 'count'), signal);
      const vector = target.dimension ? `vector(${target.dimension})` : 'vector';
      return {
        name, type: 'collection', estimated_rows: count,
        fields: [{ name: 'id', type: 'string', primary_key: true }, { name: 'vector', type: vector }, { name: 'text', type: 'string', nullable: true }, { name: 'metadata', type: 'object', nullable: true }],
      };
    },

    async upsert({ collection: name, records }: UpsertInput, signal: AbortSignal): Promise<{ upserted: number }> {
      // Of the same id, the last one counts; Chroma would take any.
      const unique = [...new Map(records.map((record) => [record.id, record])).values()];
      const target = (await find(name, signal)) ?? parse(collection, await post(collections, { name, get_or_create: true, configuration: { hnsw: { space: config.metric } } }, signal));
      for (let from = 0; from < unique.length; from += batchSize) {
        const batch = unique.slice(from, from + batchSize);
        const { ids, metadatas } = parse(described, await post(at(target, 'get'), { ids: batch.map(({ id }) => id), include: ['metadatas'] }, signal));
        const former = new Map(ids.map((id, index) => [id, Object.keys(metadatas[index] ?? {})]));
        // In one request: were they deleted before, a connection lost in between would lose the records too.
        await post(at(target, 'upsert'), columnsOf(batch, former), signal);
      }
      return { upserted: unique.length };
    },

    async search({ collection: name, vector, limit, filter }: SearchInput, signal: AbortSignal): Promise<{ matches: Match[] }> {
      const where = whereOf(filter);
      const target = await existing(name, signal);
      const answer = parse(found, await post(at(target, 'query'), {
        query_embeddings: [vector], n_results: limit, include: ['documents', 'metadatas', 'distances'], ...(where && { where }),
      }, signal));
      const [ids, texts, values, distances] = [answer.ids[0], answer.documents[0], answer.metadatas[0], answer.distances[0]];
      return { matches: ids.map((id, index) => ({ id, distance: distances[index] ?? 0, text: texts[index] || null, metadata: withoutNulls(values[index]) })) };
    },

    async delete({ collection: name, ids, filter }: DeleteInput, signal: AbortSignal): Promise<{ deleted: number }> {
      const where = whereOf(filter);
      const target = await existing(name, signal);
      let deleted = 0;
      const remove = async (some: string[]) => {
        if (some.length > 0) await post(at(target, 'delete'), { ids: some }, signal);
        deleted += some.length;
        return some.length;
      };
      if (ids) {
        const unique = [...new Set(ids)];
        for (let from = 0; from < unique.length; from += pageSize) await remove(await idsWhere({ ids: unique.slice(from, from + pageSize) }, target, signal));
      } else {
        // What was found is gone in the next round.
        while ((await remove(await idsWhere({ where, limit: pageSize }, target, signal))) > 0);
      }
      return { deleted };
    },
  };
}

/**
 * Chroma keeps the text and the metadata that a new record does not have, which is no replacement: a null takes a
 * name away, and an empty text stands for none.
 * @param former by id, of the records that are there: the names of their metadata
 */
const columnsOf = (records: VectorRecord[], former: ReadonlyMap<string, string[]>) => ({
  ids: records.map(({ id }) => id),
  embeddings: records.map(({ vector }) => vector),
  documents: records.map(({ id, text }) => text ?? (former.has(id) ? '' : null)),
  metadatas: records.map(({ id, metadata: values }) => {
    const all = { ...Object.fromEntries((former.get(id) ?? []).map((name) => [name, null])), ...values };
    return Object.keys(all).length > 0 ? all : null;
  }),
});

function withoutNulls(values: z.output<typeof metadata> | null | undefined): Match['metadata'] {
  if (!values) return null;
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string | number | boolean] => entry[1] !== null));
}

function parse<S extends z.ZodType>(schema: S, answer: unknown): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new PatchbayError('backend_error', 'Chroma answered in a form that this connector does not know.', {
    hint: 'Check that the address is the one of a Chroma server of version 1 or later.', cause: parsed.error,
  });
}
