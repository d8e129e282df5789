/** What every vector store does, in the same words. */
import type { LongOperation, OperationCase, RefusalCase } from './test-kind.ts';

const near = (value: number) => expect.closeTo(value, 5);
const names = ({ matches }: { matches: { id: string }[] }) => matches.map(({ id }) => id);
const vector = (angle: number) => [2 * Math.cos(angle), 2 * Math.sin(angle), 0];

/** A circle of ten vectors of the length 2, an angle of 0.1 apart. */
const circle = Array.from({ length: 10 }, (_, index) => ({
  id: `v${index}`, vector: vector(index / 10), text: `text ${index} ß`, metadata: { number: index, even: index % 2 === 0, name: `n${index}`, half: index / 2 },
}));
const find = (filter: unknown[], ids: string[]): OperationCase => ({
  input: { collection: 'circle', vector: vector(0), filter }, expect: (result) => expect(names(result)).toEqual(ids),
});

export const vectorOperations: Record<string, OperationCase[]> = {
  upsert: [
    { input: { collection: 'circle', records: circle }, expect: (result) => expect(result).toEqual({ upserted: 10 }) },
    // Of the same id the last one counts, and nothing of the former one is left.
    { input: { collection: 'other', records: [{ id: 'a', vector: [1, 0], text: 'former', metadata: { x: 1 } }, { id: 'a', vector: [1, 1], text: 'then', metadata: { y: 2 } }] }, expect: (result) => expect(result).toEqual({ upserted: 1 }) },
    { input: { collection: 'other', records: [{ id: 'a', vector: [0, 3] }, { id: '7', vector: [5, 0], metadata: { x: 3 } }] }, expect: (result) => expect(result).toEqual({ upserted: 2 }) },
    { input: { collection: 'many', records: Array.from({ length: 1200 }, (_, index) => ({ id: String(index), vector: [index + 1, 1, 1], metadata: { third: index % 3 } })) }, expect: (result) => expect(result).toEqual({ upserted: 1200 }) },
  ],
  discover: [
    { input: {}, expect: ({ models }) => expect(models.map(({ name }: { name: string }) => name)).toEqual(['circle', 'many', 'other']) },
    { input: { search: 'IRC', limit: 1 }, expect: (result) => expect(result).toMatchObject({ models: [{ name: 'circle', type: 'collection' }] }) },
    { input: { limit: 2 }, expect: (result) => expect(result).toMatchObject({ models: [{ name: 'circle' }, { name: 'many' }], next_cursor: expect.any(String) }) },
    { input: { model: 'circle' }, expect: (result) => expect(result).toMatchObject({ models: [{ name: 'circle', estimated_rows: 10, fields: expect.arrayContaining([expect.objectContaining({ name: 'vector', type: 'vector(3)' })]) }] }) },
  ],
  search: [
    {
      input: { collection: 'circle', vector: [7, 0, 0], limit: 2 },
      expect: (result) => expect(result).toEqual({
        matches: [
          { id: 'v0', distance: near(0), text: 'text 0 ß', metadata: { number: 0, even: true, name: 'n0', half: 0 } },
          { id: 'v1', distance: near(1 - Math.cos(0.1)), text: 'text 1 ß', metadata: { number: 1, even: false, name: 'n1', half: 0.5 } },
        ],
      }),
    },
    { input: { collection: 'circle', vector: vector(0) }, expect: (result) => expect(names(result)).toEqual(circle.map(({ id }) => id)) },
    {
      input: { collection: 'other', vector: [0, 1], limit: 5 },
      expect: (result) => expect(result).toEqual({ matches: [{ id: 'a', distance: near(0), text: null, metadata: null }, { id: '7', distance: near(1), text: null, metadata: { x: 3 } }] }),
    },
    find([{ field: 'number', operator: '>=', value: 8 }], ['v8', 'v9']),
    find([{ field: 'number', operator: '<', value: 3 }, { field: 'even', value: true }], ['v0', 'v2']),
    find([{ field: 'name', operator: 'in', value: ['n3', 'n7', 'nothing'] }], ['v3', 'v7']),
    find([{ field: 'half', operator: '<=', value: 0.5 }], ['v0', 'v1']),
    find([{ field: 'number', operator: '>', value: 0 }, { field: 'name', operator: '!=', value: 'n5' }, { field: 'number', operator: '<', value: 6 }], ['v1', 'v2', 'v3', 'v4']),
    find([{ field: 'absent', operator: '!=', value: 1 }], circle.map(({ id }) => id)),
    find([{ field: 'name', value: 'nobody' }], []),
    // What was taken away by a later upsert is found no more.
    { input: { collection: 'other', vector: [0, 1], filter: [{ field: 'y', value: 2 }] }, expect: (result) => expect(result).toEqual({ matches: [] }) },
  ],
  delete: [
    { input: { collection: 'circle', ids: ['v0', 'v1', 'v0', 'nothing'] }, expect: (result) => expect(result).toEqual({ deleted: 2 }) },
    { input: { collection: 'circle', ids: ['v0'] }, expect: (result) => expect(result).toEqual({ deleted: 0 }) },
    { input: { collection: 'circle', filter: [{ field: 'number', operator: '>', value: 6 }] }, expect: (result) => expect(result).toEqual({ deleted: 3 }) },
    { input: { collection: 'many', filter: [{ field: 'third', operator: 'in', value: [0, 1] }] }, expect: (result) => expect(result).toEqual({ deleted: 800 }) },
  ],
};

/** In all directions: an approximate index gives fewer than it is asked for where they lie too close. */
const far = Array.from({ length: 400 }, (_, index) => ({ id: `far${index}`, vector: Array.from({ length: 64 }, (_unused, place) => Math.sin(index * 64 + place)), text: `text ${index}` }));

/** An upsert that breaks off has replaced records or not; it has lost none, as the search tells. */
export const vectorLong: LongOperation[] = [
  { operation: 'upsert', input: { collection: 'far', records: far }, expect: (result) => expect(result).toEqual({ upserted: 400 }) },
  { operation: 'search', input: { collection: 'far', vector: far[0]!.vector, limit: 100 }, expect: (result) => expect(result.matches).toHaveLength(100) },
];

export const vectorRefusals: RefusalCase[] = [
  { operation: 'search', input: { collection: 'nonesuch', vector: [1] }, code: 'model_not_found', says: /no collection "nonesuch"/ },
  { operation: 'delete', input: { collection: 'nonesuch', ids: ['a'] }, code: 'model_not_found' },
  { operation: 'discover', input: { model: 'nonesuch' }, code: 'model_not_found' },
  { operation: 'search', input: { collection: 'circle', vector: [1, 2] }, code: 'rejected_by_backend', says: /dimension of 3/ },
  { operation: 'upsert', input: { collection: 'circle', records: [{ id: 'x', vector: [1, 2] }] }, code: 'rejected_by_backend', says: /dimension of 3/ },
  { operation: 'upsert', input: { collection: 'circle', records: [{ id: 'x', vector: [] }] }, code: 'invalid_request' },
  { operation: 'upsert', input: { collection: 'circle', records: [{ id: 'x', vector: [1, 2, 3], metadata: { deep: {} } }] }, code: 'invalid_request' },
  { operation: 'delete', input: { collection: 'circle' }, code: 'invalid_request', says: /either ids or a filter/ },
];
