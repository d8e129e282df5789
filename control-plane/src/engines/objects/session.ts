/** The storage category's operations on any object store: what a kind adds is the store. */
import type { storage } from '../../categories/storage.ts';
import type { Session } from '../../kinds/contract.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { discoverModels } from './discover.ts';
import { createKeySpace } from './keys.ts';
import { readModel } from './read.ts';
import type { ObjectStore } from './store.ts';

export interface StorageSessionOptions {
  /** The root prefix: no operation reaches a key outside of it. */
  prefix: string;
  output_schemas: readonly string[];
}

export function createStorageSession(store: ObjectStore, options: StorageSessionOptions): Session<typeof storage> {
  const keys = createKeySpace(options.prefix, options.output_schemas);
  const place = { store, keys };
  return {
    test: async (call) => ({ message: await store.check(call) }),
    discover: (input, call) => discoverModels(place, input, call),
    read: (input, call) => readModel(place, input, call),
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
    close: () => store.close(),
  };
}
