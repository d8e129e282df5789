/** An ObjectStore that is a folder: for tests of what is built on stores, where no protocol is in question. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PatchbayError } from '../../control-plane/src/platform/errors.ts';
import type { ListInput, ObjectPage, ObjectStore, StoredObject } from '../../control-plane/src/engines/objects/store.ts';

export interface FolderStore extends ObjectStore {
  /** Keys that were fetched, in order. */
  fetched: string[];
}

export function createFolderStore(folder: string): FolderStore {
  const fetched: string[] = [];
  const describe = async (key: string): Promise<StoredObject> => {
    const file = path.join(folder, key);
    const { size, mtime } = await stat(file);
    const etag = createHash('md5').update(size > 1_000_000 ? `${size}:${mtime.getTime()}` : await readFile(file)).digest('hex');
    return { key, size, last_modified: mtime.toISOString(), etag };
  };
  const list = async ({ prefix, folders, limit, token }: ListInput): Promise<ObjectPage> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const keys = entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).filter((key) => key.startsWith(prefix));
    const names = new Set(keys.map((key) => {
      const slash = folders ? key.indexOf('/', prefix.length) : -1;
      return slash < 0 ? key : key.slice(0, slash + 1);
    }));
    const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).filter((name) => token === undefined || name > token);
    const page = sorted.slice(0, limit);
    return {
      objects: await Promise.all(page.filter((name) => !folders || !name.endsWith('/')).map(describe)),
      folders: folders ? page.filter((name) => name.endsWith('/')) : [],
      ...(sorted.length > limit && { next_token: page.at(-1)! }),
    };
  };
  return {
    fetched,
    list,
    check: async () => 'The folder is there',
    async get(key) {
      const found = await describe(key).catch(() => {
        throw new PatchbayError('object_not_found', `There is no object ${key}.`);
      });
      fetched.push(key);
      return { content: createReadStream(path.join(folder, key)), size: found.size, etag: found.etag! };
    },
    exists: async (key) => stat(path.join(folder, key)).then(() => true, () => false),
    async put({ key, content }) {
      await mkdir(path.dirname(path.join(folder, key)), { recursive: true });
      const bytes = Buffer.concat(await Array.fromAsync(content));
      await writeFile(path.join(folder, key), bytes);
      return { size: bytes.length };
    },
    remove: async (key) => rm(path.join(folder, key), { force: true }),
    close: async () => undefined,
  };
}
