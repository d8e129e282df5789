/** Listing a drive as keys: folders are walked in the order of the bytes of their keys, as far as a page needs it. */
import type { ListInput, ObjectPage, StoredObject } from '../../engines/objects/store.ts';
import type { Call } from '../contract.ts';
import { contentType, folderType, listedName } from './documents.ts';
import type { DriveFile, DriveTree } from './tree.ts';

interface Entry {
  /** With a slash at its end for a folder. */
  name: string;
  file: DriveFile;
}

/** In milliseconds: how long later pages go by what the first one saw. */
const snapshotLife = 60_000;
const mostSnapshots = 50;

export interface DriveLister {
  list(input: ListInput, call: Call): Promise<ObjectPage>;
  /** Something was written: what was seen before counts no more. */
  forget(): void;
}

export function createDriveLister(tree: DriveTree): DriveLister {
  const snapshots = new Map<string, { entries: Entry[]; until: number }>();

  /** @param isLater a later page: it may go by what an earlier one saw, so that a large folder is not fetched again for each */
  const entriesOf = async (folderId: string, call: Call, isLater: boolean): Promise<Entry[]> => {
    const seen = snapshots.get(folderId);
    if (isLater && seen && seen.until > Date.now()) return seen.entries;
    const entries = sorted(await tree.children(folderId, call));
    snapshots.delete(folderId);
    if (snapshots.size >= mostSnapshots) snapshots.delete(snapshots.keys().next().value!);
    snapshots.set(folderId, { entries, until: Date.now() + snapshotLife });
    return entries;
  };

  async function* walk(folderId: string, base: string, beginning: string, folders: boolean, after: string | undefined, call: Call): AsyncGenerator<{ key: string; file?: DriveFile }> {
    for (const { name, file } of await entriesOf(folderId, call, after !== undefined)) {
      if (!name.startsWith(beginning)) continue;
      const key = base + name;
      const isPast = after !== undefined && Buffer.compare(Buffer.from(key), Buffer.from(after)) <= 0;
      if (file.mimeType !== folderType) {
        if (!isPast) yield { key, file };
      } else if (folders) {
        if (!isPast) yield { key };
      } else if (!isPast || after.startsWith(key)) yield* walk(file.id, key, '', false, after, call);
    }
  }

  return {
    forget: () => snapshots.clear(),
    async list({ prefix, folders, limit, token }, call) {
      const slash = prefix.lastIndexOf('/') + 1;
      const path = prefix.slice(0, slash).split('/').slice(0, -1);
      return tree.within(path, call, async (folderId) => {
        const page: ObjectPage = { objects: [], folders: [] };
        if (folderId === undefined) return page;
        let last = '';
        for await (const { key, file } of walk(folderId, prefix.slice(0, slash), prefix.slice(slash), folders, token, call)) {
          if (page.objects.length + page.folders.length === limit) return { ...page, next_token: last };
          if (file) page.objects.push(asObject(key, file));
          else page.folders.push(key);
          last = key;
        }
        return page;
      });
    },
  };
}

/** Each name once: of files the newest, of folders the oldest, which is the one that paths lead to; a file before a document that is listed alike. */
function sorted(files: readonly DriveFile[]): Entry[] {
  const byName = new Map<string, DriveFile>();
  for (const file of files) {
    const isFolder = file.mimeType === folderType;
    const bare = isFolder ? (file.name.includes('/') || /^\.{0,2}$/.test(file.name) ? undefined : `${file.name}/`) : listedName(file);
    if (bare === undefined) continue;
    const other = byName.get(bare);
    if (!other || (!isFolder && outranks(file, other))) byName.set(bare, file);
  }
  return [...byName].map(([name, file]) => ({ bytes: Buffer.from(name), entry: { name, file } })).sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ entry }) => entry);
}

/** Whether this file is meant by a name that another one has too. */
export function outranks(file: DriveFile, other: DriveFile): boolean {
  const isDocument = ({ mimeType }: DriveFile) => mimeType.startsWith('application/vnd.google-apps.');
  if (isDocument(file) !== isDocument(other)) return isDocument(other);
  return (file.modifiedTime ?? '') > (other.modifiedTime ?? '');
}

function asObject(key: string, file: DriveFile): StoredObject {
  return {
    key, size: file.size ?? 0, content_type: contentType(file),
    ...(file.modifiedTime !== undefined && { last_modified: file.modifiedTime }), ...(file.md5Checksum !== undefined && { etag: file.md5Checksum }),
  };
}
