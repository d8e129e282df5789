/** Collections as uploads of the connector: one file each, replaced as a whole. */
import { z } from 'zod';
import type { DeleteInput, Match, Metric, SearchInput, UpsertInput } from '../../categories/vector_store.ts';
import type { Model } from '../../categories/shared.ts';
import { noSuchModel } from '../../engines/models/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { StoredUpload, UploadStore } from '../contract.ts';
import { collectionOf, fileOf, kept, nextOwn, numberOf } from './collection.ts';
import type { Collection, Entry } from './collection.ts';
import { holds, nearest } from './search.ts';

const details = z.object({ vectors: z.int(), dimension: z.int(), metric: z.string() });

export function faissStore(uploads: UploadStore, metric: Metric) {
  const held = createMemory(uploads.limit);
  const inTurn = createTurns();

  const uploadOf = async (name: string): Promise<StoredUpload> => {
    const upload = await uploads.find(name);
    if (!upload) throw noSuchModel('collection', name);
    return upload;
  };
  const load = async (upload: StoredUpload): Promise<Collection> => {
    const known = held.get(upload);
    if (known) return known;
    const collection = collectionOf(await gathered(uploads.content(upload), uploads.limit));
    held.set(upload, collection);
    return collection;
  };
  const save = async (name: string, collection: Collection, replaces?: string | null): Promise<void> => {
    const pieces = fileOf(collection);
    const size = pieces.reduce((sum, { length }) => sum + length, 0);
    if (size > uploads.limit) throw tooLarge(uploads.limit);
    const details = { vectors: collection.entries.length, dimension: collection.dimension, metric: collection.metric };
    held.set(await uploads.put({ name, content: streamOf(pieces), details, ...(replaces !== undefined && { replaces }) }), collection);
  };
  /** A change to what is there when it is saved, also where another process saves as well. */
  const change = <T>(name: string, signal: AbortSignal, apply: () => Promise<T>): Promise<T> => inTurn(name, () => untilCurrent(signal, apply));

  return {
    async list(): Promise<Model[]> {
      const all: StoredUpload[] = [];
      for (let after: string | undefined; ;) {
        const page = await uploads.list({ limit: 1000, ...(after !== undefined && { after }) });
        all.push(...page);
        after = page.at(-1)?.name;
        if (page.length < 1000) return all.map(asModel);
      }
    },

    async describe(name: string): Promise<Model> {
      const upload = await uploadOf(name);
      const { dimension } = details.parse(upload.details);
      return {
        ...asModel(upload),
        fields: [{ name: 'id', type: 'string', primary_key: true }, { name: 'vector', type: `vector(${dimension})` }, { name: 'text', type: 'string', nullable: true }, { name: 'metadata', type: 'object', nullable: true }],
      };
    },

    upsert: ({ collection: name, records }: UpsertInput, signal: AbortSignal) => change(name, signal, async () => {
      const upload = await uploads.find(name);
      const before = upload ? await load(upload) : { metric, dimension: records[0]!.vector.length, vectors: new Float32Array(), entries: [] };
      const changed = new Map(records.map((record, index) => [record.id, { record, vector: vectorFor(before, record.vector, `records.${index}.vector`) }]));
      const positions = new Map(before.entries.map(({ id }, position) => [id, position]));
      const added = [...changed.keys()].filter((id) => !positions.has(id)).length;
      const vectors = new Float32Array(before.vectors.length + added * before.dimension);
      vectors.set(before.vectors);
      const entries = [...before.entries];
      let own = nextOwn(entries);
      for (const [id, { record, vector }] of changed) {
        const position = positions.get(id) ?? entries.length;
        const number = entries[position]?.number ?? numberOf(id) ?? own++;
        entries[position] = { id, number, text: record.text ?? null, metadata: record.metadata ?? null };
        vectors.set(vector, position * before.dimension);
      }
      await save(name, { ...before, vectors, entries }, upload?.id ?? null);
      return { upserted: changed.size };
    }),

    async search({ collection: name, vector, limit, filter = [] }: SearchInput, signal: AbortSignal): Promise<{ matches: Match[] }> {
      const collection = await untilCurrent(signal, async () => load(await uploadOf(name)));
      return { matches: await nearest(collection, vectorFor(collection, vector, 'vector'), limit, filter, signal) };
    },

    delete: ({ collection: name, ids, filter }: DeleteInput, signal: AbortSignal) => change(name, signal, async () => {
      const upload = await uploadOf(name);
      const before = await load(upload);
      const named = new Set(ids);
      const goes = (entry: Entry) => (filter ? holds(filter, entry) : named.has(entry.id));
      const stay = before.entries.flatMap((entry, position) => (goes(entry) ? [] : [position]));
      const deleted = before.entries.length - stay.length;
      if (deleted === 0) return { deleted };
      const { dimension } = before;
      const vectors = new Float32Array(stay.length * dimension);
      stay.forEach((position, index) => vectors.set(before.vectors.subarray(position * dimension, (position + 1) * dimension), index * dimension));
      await save(name, { ...before, vectors, entries: stay.map((position) => before.entries[position]!) }, upload.id);
      return { deleted };
    }),

    importIndex: (name: string, content: AsyncIterable<Uint8Array>) => inTurn(name, async () => {
      const collection = collectionOf(await gathered(content, uploads.limit));
      await save(name, collection);
      return { collection: name, vectors: collection.entries.length, dimension: collection.dimension };
    }),

    async exportIndex(name: string) {
      const upload = await uploadOf(name);
      return { content: uploads.content(upload), content_type: 'application/octet-stream', size: upload.size, etag: upload.id };
    },
  };
}

function asModel({ name, details: kept }: StoredUpload): Model {
  return { name, type: 'collection', estimated_rows: details.parse(kept).vectors };
}

function vectorFor({ dimension, metric }: Collection, vector: readonly number[], field: string): Float32Array {
  if (vector.length === dimension) return kept(vector, metric, field);
  throw new PatchbayError('rejected_by_backend', `The collection has vectors with a dimension of ${dimension}, and this one has ${vector.length}.`, {
    hint: 'Use the embedding model that made the others.', fields: [{ path: field, message: `must have ${dimension} numbers` }],
  });
}

function tooLarge(limit: number): PatchbayError {
  return new PatchbayError('payload_too_large', `The collection’s file would be larger than the ${Math.round(limit / 1024 / 1024)} MB that this service keeps of one.`, {
    hint: 'Divide it into several collections, or ask the operator for more (PATCHBAY_UPLOAD_LIMIT_MB).', details: { limit_bytes: limit },
  });
}

async function gathered(content: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

async function* streamOf(pieces: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** The collections used last, as many as fit into so many bytes of file, and one in any case. */
function createMemory(limit: number) {
  const held = new Map<string, { upload: StoredUpload; collection: Collection }>();
  return {
    get({ name, id }: StoredUpload): Collection | undefined {
      const known = held.get(name);
      if (known?.upload.id !== id) return undefined;
      held.delete(name);
      held.set(name, known);
      return known.collection;
    },
    set(upload: StoredUpload, collection: Collection): void {
      held.delete(upload.name);
      held.set(upload.name, { upload, collection });
      let size = [...held.values()].reduce((sum, one) => sum + one.upload.size, 0);
      for (const [name, one] of held) {
        if (size <= limit || held.size === 1) break;
        held.delete(name);
        size -= one.upload.size;
      }
    },
  };
}

/** Begins anew, from what is there now, as often as another takes the place of the file that the work began with. Each time one of them has come further. */
async function untilCurrent<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!PatchbayError.is(error) || error.code !== 'version_conflict') throw error;
    }
  }
}

/** Changes of one collection follow one another: each begins with what the one before has left. */
function createTurns(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (name, work) => {
    const mine = (last.get(name) ?? Promise.resolve()).then(work, work);
    last.set(name, mine);
    try {
      return await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}
