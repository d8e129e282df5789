/** What the lakehouse reads from: a store, with a cache for copies of its objects. */
import type { Call } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { CachedFile, FileCache } from '../../platform/file-cache/index.ts';
import { plainText } from '../objects/bytes.ts';
import { modelNotFound } from '../objects/files.ts';
import type { Place } from '../objects/files.ts';
import type { StoredObject } from '../objects/store.ts';
import type { Names } from './errors.ts';

export interface LakePlace extends Place {
  /** Names the store and whose rights are used: copies are shared by those who name it alike. */
  identity: readonly string[];
  cache: FileCache;
}

/** An object, and the folder that its copy has to lie in, if any. */
export interface LakeObject extends StoredObject {
  folder?: string;
}

/** The copies that one operation uses. */
export interface Copies {
  /** The path of a copy. @param form text is unpacked, and loses its byte order mark */
  of(object: LakeObject, form: 'bytes' | 'text'): Promise<string>;
  /** As `of`, of many at once, in their order. */
  all(objects: readonly LakeObject[], form: 'bytes' | 'text'): Promise<string[]>;
  /** A file that is made of an object, which is fetched only if its content is read. @param step what is made, so that it is told from the object itself */
  derived(object: StoredObject, step: string, make: (content: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>): Promise<string>;
  /** What the paths are called to the user. */
  names: Names;
  /** They may be removed from now on. */
  release(): void;
}

const downloadsAtOnce = 8;

export function createCopies({ store, keys, identity, cache }: LakePlace, call: Call): Copies {
  const held = new Map<string, CachedFile>();
  const names: Names = [];
  let released = false;

  /** Fetched when it is first read. */
  async function* bytesOf({ key }: StoredObject, name: string, within: Call): AsyncGenerator<Uint8Array> {
    const { content } = await store.get(key, within).catch((error: unknown) => {
      throw PatchbayError.is(error) && error.code === 'object_not_found' ? modelNotFound(name, 'its file is gone') : error;
    });
    yield* content;
  }

  const acquire = async (object: LakeObject, step: string, ending: string, make: (content: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>, size?: number) => {
    const name = keys.fromStore(object.key);
    const file = await cache.acquire({
      key: [...identity, object.key, object.etag ?? `${object.last_modified ?? ''}:${object.size}`, step],
      ending,
      ...(object.folder !== undefined && { folder: object.folder }),
      ...(size !== undefined && { size }),
      fetch: (signal) => make(bytesOf(object, name, { ...call, signal })),
    }, call.signal);
    if (released || held.has(file.path)) file.release();
    else {
      held.set(file.path, file);
      names.push({ path: file.path, name });
    }
    return file.path;
  };

  const of: Copies['of'] = (object, form) => form === 'bytes'
    ? acquire(object, 'bytes', '.data', (content) => content, object.size)
    : acquire(object, 'text', '.text', (content) => plainText(content, keys.fromStore(object.key)));

  return {
    names,
    of,
    async all(objects, form) {
      const paths: string[] = new Array<string>(objects.length);
      let next = 0;
      const work = async () => {
        for (let index = next++; index < objects.length; index = next++) paths[index] = await of(objects[index]!, form);
      };
      await Promise.all(Array.from({ length: Math.min(downloadsAtOnce, objects.length) }, work));
      return paths;
    },
    derived: (object, step, make) => acquire(object, step, '.text', make),
    release() {
      released = true;
      for (const file of held.values()) file.release();
      held.clear();
    },
  };
}
