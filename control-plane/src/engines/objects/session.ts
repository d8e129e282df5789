/** The storage category's operations on any object store: what a kind adds is the store. */
import type { storage } from '../../categories/storage.ts';
import type { Session } from '../../kinds/contract.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { FileCache } from '../../platform/file-cache/index.ts';
import { createLakehouse } from '../lakehouse/index.ts';
import { discoverModels } from './discover.ts';
import { isText } from './files.ts';
import { createKeySpace } from './keys.ts';
import { readModel } from './read.ts';
import type { ObjectStore } from './store.ts';

export interface StorageSessionOptions {
  /** The root prefix: no operation reaches a key outside of it. */
  prefix: string;
  output_schemas: readonly string[];
  /** The store, and the account whose rights are used: tells copies in the cache apart. Never a secret. */
  identity: readonly string[];
  /** See OpenContext. */
  cache?: FileCache;
}

export function createStorageSession(store: ObjectStore, options: StorageSessionOptions): Session<typeof storage, 'query'> {
  const keys = createKeySpace(options.prefix, options.output_schemas);
  const place = { store, keys };
  const lakehouse = createLakehouse(place, options.identity, options.cache);
  return {
    test: async (call) => ({ message: await store.check(call) }),
    discover: (input, call) => discoverModels(place, lakehouse, input, call),
    async *read(input, call) {
      if (await isText(place, input.model, call)) yield* readModel(place, input, call);
      else yield* lakehouse.read(await lakehouse.find(input.model, call), input, call);
    },
    query: (input, call) => lakehouse.query(input, call),
    async list({ prefix, limit, cursor }, call) {
      const page = await store.list({ prefix: keys.prefixToStore(prefix), folders: false, limit, ...decodeCursor(cursor) }, call);
      return {
        objects: page.objects.map((object) => ({ ...object, key: keys.fromStore(object.key) })),
        ...encodeCursor(page.next_token),
      };
    },
    get: async ({ key }, call) => store.get(keys.toStore(key), call),
    async put({ key, content, content_type, size }, call) {
      const stored = await store.put(
        { key: keys.toStore(key), content, ...(content_type !== undefined && { content_type }), ...(size !== undefined && { size }) },
        call,
      );
      return { key, ...stored };
    },
    async delete({ key }, call) {
      const full = keys.toStore(key);
      const deleted = await store.exists(full, call);
      await store.remove(full, call);
      return { key, deleted };
    },
    async close() {
      await lakehouse.close();
      await store.close();
    },
  };
}
