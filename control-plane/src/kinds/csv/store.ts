/** Uploads seen as objects, so that what reads buckets reads them. */
import { modelNotFound } from '../../engines/objects/files.ts';
import type { ListInput, ObjectPage, ObjectStore, StoredObject } from '../../engines/objects/store.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { StoredUpload, UploadStore } from '../contract.ts';

const pageSize = 1000;

/** For reading alone. */
export function createUploadObjects(uploads: UploadStore): Pick<ObjectStore, 'list' | 'get'> {
  return {
    async list({ prefix, limit }: ListInput): Promise<ObjectPage> {
      const exact = await uploads.find(prefix);
      if (exact) return { objects: [asObject(exact)], folders: [] };
      const objects = (await allUploads(uploads)).map(asObject).filter(({ key }) => key.startsWith(prefix));
      return { objects: objects.slice(0, limit), folders: [] };
    },
    async get(key) {
      const upload = await uploads.find(key);
      if (!upload) throw modelNotFound(key, 'nothing was uploaded by that name');
      return { content: uploads.content(upload), size: upload.size, etag: upload.id };
    },
  };
}

async function allUploads(uploads: UploadStore): Promise<StoredUpload[]> {
  const all: StoredUpload[] = [];
  for (;;) {
    const page = await uploads.list({ limit: pageSize, ...(all.length > 0 && { after: all.at(-1)!.name }) });
    all.push(...page);
    if (page.length < pageSize) return all;
  }
}

function asObject({ name, size, id }: StoredUpload): StoredObject {
  return { key: name, size, etag: id };
}

/** @throws {PatchbayError} when the connector is not saved */
export function requireUploads(uploads: UploadStore | undefined): UploadStore {
  if (uploads) return uploads;
  throw new PatchbayError('invalid_request', 'Uploads are kept for a saved connector: there is nowhere to keep this one.', {
    hint: 'Create a connector of the kind csv, then use it by its id or as the default of its tenant.',
  });
}
