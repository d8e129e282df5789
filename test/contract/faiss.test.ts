import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { faiss } from '../../control-plane/src/kinds/faiss/index.ts';
import type { UploadStore } from '../../control-plane/src/kinds/contract.ts';
import { createUploads } from '../../control-plane/src/modules/uploads/index.ts';
import { connectors, tenants } from '../../control-plane/src/modules/tables/index.ts';
import { openStore } from '../../control-plane/src/platform/db/index.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { newId } from '../../control-plane/src/platform/ids.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { runOperation } from '../../control-plane/src/kinds/run.ts';
import type { AnySession } from '../../control-plane/src/kinds/contract.ts';
import { faissIsHere, searchWithFaiss, writeWithFaiss } from '../peers/faiss.ts';
import { peerAvailable } from '../peers/peer.ts';
import { createTestDatabase } from '../setup/database.ts';
import { collect, testKind } from './test-kind.ts';
import { vectorOperations, vectorRefusals } from './vector-cases.ts';

const megabyte = 1024 * 1024;

async function startUploads(limit = 20 * megabyte): Promise<{ uploads: UploadStore; stop(): Promise<void> }> {
  const database = await createTestDatabase();
  const store = openStore(database.url, { pool_size: 3 });
  const [tenant_id, id] = [newId(), newId()];
  await store.db.insert(tenants).values({ id: tenant_id, slug: 'acme', name: 'Acme', path: [tenant_id] });
  await store.db.insert(connectors).values({ tenant_id, id, slug: 'vectors', name: 'Vectors', kind: 'faiss', category: 'vector_store', config: {}, secrets: {} });
  return {
    uploads: createUploads({ store, limit }).of({ tenant_id, id }),
    async stop() {
      await store.close();
      await database.drop();
    },
  };
}

/** A flat index by Euclidean distance of the vectors (1, 2) and (3, 4), byte by byte. */
const small = Buffer.from([
  ...Buffer.from('IxF2'), 2, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0,
  ...Buffer.from(new Float32Array([1, 2, 3, 4]).buffer),
]);

testKind(faiss, {
  async start() {
    const { uploads, stop } = await startUploads();
    return { config: {}, context: { uploads }, stop };
  },
  wrong_configs: { metric: { metric: 'manhattan' } },
  faults: 'the kind dials nothing: what it keeps lies in the service’s own store',
  long_operations: 'it answers at once, from memory, and dials nothing that could break off',
  operations: {
    ...vectorOperations,
    search: [
      ...vectorOperations['search']!,
      {
        input: { collection: 'circle', vector: [1, 0, 0], filter: [{ field: 'name', operator: 'contains', value: '9' }, { field: 'absent', operator: 'is_null' }, { field: 'even', operator: 'is_not_null' }] },
        expect: ({ matches }) => expect(matches.map(({ id }: { id: string }) => id)).toEqual(['v9']),
      },
    ],
    import_index: [{ input: { collection: 'imported' }, content: small, expect: (result) => expect(result).toEqual({ collection: 'imported', vectors: 2, dimension: 2 }) }],
    export_index: [{ input: { collection: 'other' }, expect: (result: Buffer) => expect(result.subarray(0, 4).toString()).toBe('IxMp') }],
  },
  refusals: [
    ...vectorRefusals,
    { operation: 'export_index', input: { collection: 'nonesuch' }, code: 'model_not_found' },
    { operation: 'upsert', input: { collection: 'zeros', records: [{ id: 'a', vector: [0, 0] }] }, code: 'rejected_by_backend', says: /no direction/ },
  ],
});

const opened = async (uploads: UploadStore | undefined, config: object = {}) => {
  const egress = createEgress({ allow: [] });
  const session = (await faiss.open(faiss.config.parse(config), { egress, log: silentLogger, output_schemas: [], ...(uploads && { uploads }) })) as unknown as AnySession;
  const run = async (operation: string, input: unknown, content?: Buffer) =>
    collect(await runOperation(faiss, session, operation, input, { signal: new AbortController().signal, log: silentLogger, timeout: 30 }, content && { content: (async function* () { yield content; })() }));
  return { run };
};

describe('faiss: files', () => {
  let peer: Awaited<ReturnType<typeof startUploads>>;
  beforeAll(async () => void (peer = await startUploads(64 * 1024)));
  afterAll(() => peer.stop());

  test.each([
    ['nothing', Buffer.alloc(0), /cut off/],
    ['text', Buffer.from('hello, this is no index at all, whatever it is called'), /does not begin/],
    ['HNSW', Buffer.concat([Buffer.from('IHNf'), small.subarray(4)]), /HNSW \(IHNf\)/],
    ['half an index', small.subarray(0, -3), /cut off/],
    ['a length beyond the end', Buffer.concat([small.subarray(0, 37), Buffer.alloc(8, 255)]), /cut off/],
    ['another count', Buffer.concat([small.subarray(0, 8), Buffer.from([3]), small.subarray(9)]), /not as many/],
    ['another metric', Buffer.concat([small.subarray(0, 33), Buffer.from([2]), small.subarray(34)]), /metric/],
    ['a damaged end', Buffer.concat([small, Buffer.from('{}'), Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('PATCHBY1')]), /damaged/],
  ])('%s is refused, and what was there stays', async (_what, file, says) => {
    const { run } = await opened(peer.uploads);
    await run('import_index', { collection: 'kept' }, small);
    await expect(run('import_index', { collection: 'kept' }, file)).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringMatching(says) });
    expect(await run('search', { collection: 'kept', vector: [3, 4], limit: 1 })).toEqual({ matches: [{ id: '1', distance: 0, text: null, metadata: null }] });
  });

  test('a collection is not larger than uploads may be', async () => {
    const { run } = await opened(peer.uploads);
    const records = Array.from({ length: 300 }, (_, index) => ({ id: `r${index}`, vector: Array.from({ length: 64 }, () => index + 1) }));
    await run('upsert', { collection: 'full', records: records.slice(0, 200) });
    await expect(run('upsert', { collection: 'full', records })).rejects.toMatchObject({ code: 'payload_too_large' });
    expect(await run('discover', { model: 'full' })).toMatchObject({ models: [{ estimated_rows: 200 }] });
    await expect(run('import_index', { collection: 'full' }, Buffer.alloc(65 * 1024))).rejects.toMatchObject({ code: 'payload_too_large' });
  });

  test('changes at the same time are all kept, and another session sees them', async () => {
    const [one, two] = [await opened(peer.uploads), await opened(peer.uploads)];
    await Promise.all(Array.from({ length: 10 }, (_, index) => one.run('upsert', { collection: 'busy', records: [{ id: `r${index}`, vector: [1, index] }] })));
    expect(await two.run('search', { collection: 'busy', vector: [1, 0], limit: 20 })).toMatchObject({ matches: { length: 10 } });
    await one.run('delete', { collection: 'busy', filter: [{ field: 'x', operator: 'is_null' }] });
    expect(await two.run('search', { collection: 'busy', vector: [1, 0] })).toEqual({ matches: [] });
  });

  test('a connector that is not saved keeps nothing', async () => {
    const { run } = await opened(undefined);
    await expect(run('upsert', { collection: 'x', records: [{ id: 'a', vector: [1] }] })).rejects.toMatchObject({ code: 'invalid_config' });
  });
});

(peerAvailable('FAISS (python3-faiss)', faissIsHere) ? describe : describe.skip)('faiss: with FAISS itself', () => {
  // The same numbers each time, and no two distances alike.
  const random = (seed: number) => () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648 - 0.5;
  const next = random(7);
  const vectors = Array.from({ length: 500 }, () => Array.from({ length: 24 }, next));
  const queries = Array.from({ length: 20 }, () => Array.from({ length: 24 }, next));
  let peer: Awaited<ReturnType<typeof startUploads>>;
  let folder: string;
  const file = (name: string) => path.join(folder, name);
  beforeAll(async () => {
    peer = await startUploads();
    folder = await mkdtemp(path.join(tmpdir(), 'patchbay-faiss-'));
  });
  afterAll(async () => {
    await peer.stop();
    await rm(folder, { recursive: true, force: true });
  });
  type Matches = { matches: { id: string; distance: number }[] };

  test.each([
    ['IndexFlatL2', 'faiss.IndexFlatL2(d)', undefined],
    ['IndexFlatIP', 'faiss.IndexFlatIP(d)', undefined],
    ['IndexIDMap', 'faiss.IndexIDMap(faiss.IndexFlatL2(d))', (index: number) => index * 7 - 100],
    ['IndexIDMap2', 'faiss.IndexIDMap2(faiss.IndexFlatIP(d))', (index: number) => 9_000_000_000 + index],
  ])('what FAISS wrote as %s is searched with equal results, and so is what is exported again', async (name, index, idOf) => {
    await writeWithFaiss(file(name), index, vectors, idOf && vectors.map((_, position) => idOf(position)));
    const theirs = await searchWithFaiss(file(name), queries, 10);
    const { run } = await opened(peer.uploads, { metric: 'l2' });
    expect(await run('import_index', { collection: name }, await readFile(file(name)))).toEqual({ collection: name, vectors: 500, dimension: 24 });
    for (const [position, query] of queries.entries()) {
      const { matches } = (await run('search', { collection: name, vector: query })) as Matches;
      expect(matches.map(({ id }) => id)).toEqual(theirs.ids[position]);
      const asTheirs = index.includes('IP') ? (distance: number) => 1 - distance : (distance: number) => distance;
      matches.forEach(({ distance }, rank) => expect(asTheirs(distance)).toBeCloseTo(theirs.distances[position]![rank]!, 5));
    }
    await run('delete', { collection: name, ids: [theirs.ids[0]![0]!] });
    await writeFile(file('ours'), (await run('export_index', { collection: name })) as Buffer);
    expect(await searchWithFaiss(file('ours'), [queries[0]!], 9)).toMatchObject({ sort: 'IndexIDMap', total: 499, dimension: 24, ids: [theirs.ids[0]!.slice(1)] });
  });

  test.each(['cosine', 'l2', 'ip'])('FAISS reads what was made here by the metric %s, and an import of it loses nothing', async (metric) => {
    const { run } = await opened(peer.uploads, { metric });
    const collection = `made-${metric}`;
    const records = vectors.map((vector, index) => ({ id: index % 2 === 0 ? String(index) : `odd ${index}`, vector, text: `text ${index}`, metadata: { index } }));
    await run('upsert', { collection, records });
    const exported = (await run('export_index', { collection })) as Buffer;
    await writeFile(file(collection), exported);
    const length = (vector: number[]) => (metric === 'cosine' ? Math.hypot(...vector) : 1);
    const theirs = await searchWithFaiss(file(collection), queries.map((query) => query.map((number) => number / length(query))), 10);
    await run('import_index', { collection: 'again' }, exported);
    for (const [position, query] of queries.entries()) {
      const { matches } = (await run('search', { collection: 'again', vector: query })) as Matches;
      expect(matches).toEqual(((await run('search', { collection, vector: query })) as Matches).matches);
      matches.forEach(({ id, distance }, rank) => {
        const number = theirs.ids[position]![rank]!;
        expect(id.startsWith('odd') ? BigInt(number) >= 2n ** 62n : id === number).toBe(true);
        expect(metric === 'l2' ? distance : 1 - distance).toBeCloseTo(theirs.distances[position]![rank]!, 5);
      });
    }
  });

  test.each([['HNSW', 'faiss.IndexHNSWFlat(d, 8)'], ['IVF', 'faiss.IndexIVFFlat(faiss.IndexFlatL2(d), d, 4)'], ['product quantization', 'faiss.IndexPQ(d, 4, 4)'], ['scalar quantization', 'faiss.IndexScalarQuantizer(d, faiss.ScalarQuantizer.QT_8bit)']])('%s is refused by its name', async (name, index) => {
    await writeWithFaiss(file('refused'), index, vectors);
    const { run } = await opened(peer.uploads);
    await expect(run('import_index', { collection: 'refused' }, await readFile(file('refused')))).rejects.toThrow(`of the sort ${name}`);
  });
});
