/**
 * Folders by path. Drive knows ids and parents; a path is looked up name by name, from the root folder down, so
 * that nothing outside of it is ever found. What was found is remembered for a little while.
 */
import { z } from 'zod';
import type { HttpClient, QueryValue } from '../../engines/http/index.ts';
import type { Call } from '../contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { folderType } from './documents.ts';

const driveFile = z.object({
  id: z.string(), name: z.string(), mimeType: z.string(), size: z.coerce.number().optional(), modifiedTime: z.string().optional(), createdTime: z.string().optional(), md5Checksum: z.string().optional(),
});
export type DriveFile = z.output<typeof driveFile>;

const fileFields = 'id,name,mimeType,size,modifiedTime,createdTime,md5Checksum';
const filePage = z.object({ files: z.array(driveFile).default([]), nextPageToken: z.string().optional() });

/** In milliseconds. */
const remembered = 30_000;
const mostRemembered = 2000;
const transient = { attempts: 4, base_delay: 500, max_delay: 10_000, statuses: new Set([429, 500, 502, 503, 504]) };

export interface DriveTree {
  /** Everything in a folder, trash left out. */
  children(folderId: string, call: Call): Promise<DriveFile[]>;
  /** The files in a folder that have one of these names. */
  named(folderId: string, names: readonly string[], call: Call): Promise<DriveFile[]>;
  /** The id of the folder at this path; undefined when there is none. */
  folder(path: readonly string[], call: Call): Promise<string | undefined>;
  /** The same, made where it is missing. */
  makeFolder(path: readonly string[], call: Call): Promise<string>;
  /** Runs with a folder's id; once more when a remembered folder is gone. */
  within<T>(path: readonly string[], call: Call, run: (folderId: string | undefined) => Promise<T>): Promise<T>;
}

export interface DriveTreeOptions {
  client: HttpClient;
  root: string;
  shared_drive_id?: string;
}

/** For every request: without it, Drive denies that there are files in shared drives. */
export const allDrives = { supportsAllDrives: true };

export function createDriveTree({ client, root, shared_drive_id }: DriveTreeOptions): DriveTree {
  const known = new Map<string, { id: string; until: number }>();

  const search = async (conditions: string[], call: Call): Promise<DriveFile[]> => {
    const query: Record<string, QueryValue> = {
      q: [...conditions, 'trashed = false'].join(' and '), fields: `nextPageToken,files(${fileFields})`, pageSize: 1000, orderBy: 'createdTime', spaces: 'drive',
      ...allDrives, includeItemsFromAllDrives: true, ...(shared_drive_id !== undefined && { corpora: 'drive', driveId: shared_drive_id }),
    };
    const found: DriveFile[] = [];
    let pageToken: string | undefined;
    do {
      const response = await client.request({ path: '/drive/v3/files', query: { ...query, pageToken }, signal: call.signal, retry: transient });
      const page = filePage.parse(response.json());
      for (const file of page.files) found.push(file);
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    return found;
  };
  const within = (folderId: string) => `'${folderId}' in parents`;
  const anyOf = (names: readonly string[]) => `(${names.map((name) => `name = '${name.replace(/[\\']/g, '\\$&')}'`).join(' or ')})`;

  /** Of several folders of one name, the oldest. */
  const subfolder = async (parent: string, name: string, call: Call): Promise<string | undefined> =>
    (await search([within(parent), anyOf([name]), `mimeType = '${folderType}'`], call)).find((file) => file.name === name)?.id;

  const remember = (path: string, id: string): string => {
    if (known.size >= mostRemembered) known.delete(known.keys().next().value!);
    known.set(path, { id, until: Date.now() + remembered });
    return id;
  };

  const resolve = async (path: readonly string[], call: Call, missing: (parent: string, name: string) => Promise<string | undefined>): Promise<string | undefined> => {
    let id: string | undefined = root;
    for (let depth = 1; depth <= path.length && id !== undefined; depth += 1) {
      const name = path[depth - 1]!;
      const place = path.slice(0, depth).join('/');
      const hit = known.get(place);
      if (hit && hit.until > Date.now()) {
        id = hit.id;
        continue;
      }
      id = name === '' ? undefined : ((await subfolder(id, name, call)) ?? (await missing(id, name)));
      if (id !== undefined) remember(place, id);
    }
    return id;
  };
  const folder: DriveTree['folder'] = (path, call) => resolve(path, call, async () => undefined);

  return {
    folder,
    children: (folderId, call) => search([within(folderId)], call),
    async named(folderId, names, call) {
      return (await search([within(folderId), anyOf(names)], call)).filter(({ name, mimeType }) => mimeType !== folderType && names.includes(name));
    },
    async makeFolder(path, call) {
      const id = await resolve(path, call, async (parent, name) => {
        const response = await client.request({ method: 'POST', path: '/drive/v3/files', query: { ...allDrives, fields: 'id' }, json: { name, mimeType: folderType, parents: [parent] }, signal: call.signal });
        return z.object({ id: z.string() }).parse(response.json()).id;
      });
      return id!;
    },
    async within(path, call, run) {
      const before = known.size;
      try {
        return await run(await folder(path, call));
      } catch (error) {
        if (!PatchbayError.is(error) || error.code !== 'object_not_found' || before === 0) throw error;
        known.clear();
        return run(await folder(path, call));
      }
    },
  };
}
