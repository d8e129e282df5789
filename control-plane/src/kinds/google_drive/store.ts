/** A drive as an object store: keys are paths below the root folder. */
import { z } from 'zod';
import type { ObjectStore } from '../../engines/objects/store.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Call } from '../contract.ts';
import { rootOf } from './config.ts';
import type { DriveConfig } from './config.ts';
import { fetchAs, folderType, possibleNames } from './documents.ts';
import { createDriveLister, outranks } from './list.ts';
import { allDrives, createDriveTree } from './tree.ts';
import type { DriveFile } from './tree.ts';
import { upload } from './upload.ts';

const rootAnswer = z.object({ name: z.string(), mimeType: z.string(), trashed: z.boolean().optional() });

export function createDriveStore(client: HttpClient, config: DriveConfig): ObjectStore {
  const root = rootOf(config);
  const tree = createDriveTree({ client, root, ...(config.shared_drive_id !== undefined && { shared_drive_id: config.shared_drive_id }) });
  const lister = createDriveLister(tree);
  const cleaning = new Set<Promise<unknown>>();
  const filePath = (id: string, more = '') => `/drive/v3/files/${encodeURIComponent(id)}${more}`;

  const split = (key: string): { path: string[]; name: string } => {
    const path = key.split('/');
    return { path: path.slice(0, -1), name: path.at(-1)! };
  };
  /** All files that go by this key, the one that is meant first. */
  const find = ({ path, name }: { path: string[]; name: string }, call: Call): Promise<{ file: DriveFile; export_type?: string }[]> => tree.within(path, call, async (folderId) => {
    if (folderId === undefined || name === '') return [];
    const found = await tree.named(folderId, possibleNames(name), call);
    return found.flatMap((file) => {
      const how = fetchAs(file, name);
      return how ? [{ file, ...how }] : [];
    }).sort((a, b) => (outranks(a.file, b.file) ? -1 : 1));
  });
  const notFound = (key: string) => new PatchbayError('object_not_found', `Google Drive has no file "${key}".`, {
    hint: 'Give the key as `list` shows it.', fields: [{ path: 'key', message: 'there is no such object' }],
  });

  return {
    async check({ signal }) {
      const response = await client.request({ path: filePath(root), query: { fields: 'id,name,mimeType,trashed', ...allDrives }, signal }).catch((error: unknown) => {
        throw PatchbayError.is(error) && error.code === 'object_not_found' ? wrongRoot('Google Drive does not show the root folder to this account.', error) : error;
      });
      const { name, mimeType, trashed } = rootAnswer.parse(response.json());
      if (mimeType !== folderType || trashed) throw wrongRoot(`The root "${name}" ${trashed ? 'is in the trash' : 'is no folder'}.`);
      return `Google Drive folder "${name}"`;
    },
    list: (input, call) => lister.list(input, call),
    async get(key, call) {
      const [found] = await find(split(key), call);
      if (!found) throw notFound(key);
      const { file: { id, mimeType, size, md5Checksum }, export_type } = found;
      const { body } = export_type === undefined
        ? await client.stream({ path: filePath(id), query: { alt: 'media', ...allDrives }, headers: { accept: '*/*' }, signal: call.signal })
        : await client.stream({ path: filePath(id, '/export'), query: { mimeType: export_type }, headers: { accept: '*/*' }, signal: call.signal });
      if (export_type !== undefined) return { content: body, content_type: export_type };
      return { content: body, content_type: mimeType, ...(size !== undefined && { size }), ...(md5Checksum !== undefined && { etag: md5Checksum }) };
    },
    exists: async (key, call) => (await find(split(key), call)).length > 0,
    async put({ key, content, content_type }, call) {
      const { path, name } = split(key);
      if (name === '' || path.includes('')) {
        throw new PatchbayError('invalid_request', 'A file in Google Drive has a name, and so has each of its folders.', { hint: 'Leave out double slashes, and slashes at the ends.', fields: [{ path: 'key', message: 'has a part without a name' }] });
      }
      const parent = await tree.makeFolder(path, call);
      const same = (await tree.named(parent, [name], call)).filter((file) => fetchAs(file, name) && !file.mimeType.startsWith('application/vnd.google-apps.')).sort((a, b) => (outranks(a, b) ? -1 : 1));
      const kept = await upload(
        { client, file_id: same[0]?.id, name, parent, content, signal: call.signal, ...(content_type !== undefined && { content_type }) },
        (ending) => {
          const tracked: Promise<unknown> = ending.finally(() => cleaning.delete(tracked));
          cleaning.add(tracked);
        },
      );
      lister.forget();
      return kept;
    },
    async remove(key, call) {
      for (const { file } of await find(split(key), call)) {
        const { signal } = call;
        const accepts = (status: number) => status < 300 || status === 404;
        await (config.delete_permanently
          ? client.request({ method: 'DELETE', path: filePath(file.id), query: allDrives, accepts, signal })
          : client.request({ method: 'PATCH', path: filePath(file.id), query: { ...allDrives, fields: 'id' }, json: { trashed: true }, accepts, signal }));
      }
      lister.forget();
    },
    close: async () => void (await Promise.all(cleaning)),
  };
}

function wrongRoot(message: string, cause?: unknown): PatchbayError {
  return new PatchbayError('invalid_config', message, {
    hint: 'Correct the id of the root folder or shared drive, or share it with the account.', fields: [{ path: 'config.root_folder_id', message: 'is no folder of this account' }], cause,
  });
}
