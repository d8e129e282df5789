import { file } from '../../categories/file.ts';
import type { Model } from '../../categories/shared.ts';
import { modelNotFound } from '../../engines/objects/files.ts';
import { decodeCursor, encodeCursor } from '../../engines/objects/cursor.ts';
import { createKeySpace } from '../../engines/objects/keys.ts';
import { createLakehouse } from '../../engines/lakehouse/index.ts';
import { defineKind } from '../contract.ts';
import type { StoredUpload } from '../contract.ts';
import { csvConfig } from './config.ts';
import { createUploadObjects, requireUploads } from './store.ts';
import { createTurns } from './turns.ts';
import type { UploadDetails } from './upload.ts';

export const csv = defineKind({
  kind: 'csv',
  label: 'CSV & Excel',
  description: 'CSV and Excel files that are uploaded, typed and kept as records',
  category: file,
  aliases: ['excel'],
  optional_operations: ['query'],
  documentation_url: 'https://www.rfc-editor.org/rfc/rfc4180',
  peer: { class: 'real server', name: 'PostgreSQL, as the store of uploads' },
  config: csvConfig,
  async open(_config, { uploads, cache }) {
    const objects = uploads && createUploadObjects(uploads);
    const store = { list: async () => requireUploads(undefined) as never, get: async () => requireUploads(undefined) as never, ...objects };
    const lakehouse = createLakehouse({ store, keys: createKeySpace('', []), formatOf: () => 'parquet' }, ['uploads'], cache);
    const inTurn = createTurns();
    return {
      async test() {
        if (!uploads) return { message: 'Uploads can be made once the connector is saved' };
        const [first] = await uploads.list({ limit: 1 });
        return { message: first ? 'There are uploads to read' : 'Nothing is uploaded yet' };
      },
      async discover({ model, search, limit, cursor }) {
        const store = requireUploads(uploads);
        if (model !== undefined) {
          const upload = await store.find(model);
          if (!upload) throw modelNotFound(model, 'nothing was uploaded by that name');
          return { models: [{ ...asModel(upload), fields: (upload.details as unknown as UploadDetails).fields }] };
        }
        const { token } = decodeCursor(cursor);
        const page = await store.list({ limit: limit + 1, ...(search !== undefined && { search }), ...(token !== undefined && { after: token }) });
        const shown = page.slice(0, limit);
        return { models: shown.map(asModel), ...encodeCursor(page.length > limit ? shown.at(-1)!.name : undefined) };
      },
      async *read(input, call) {
        requireUploads(uploads);
        yield* lakehouse.read(await lakehouse.find(input.model, call), input, call);
      },
      async *query(input, call) {
        requireUploads(uploads);
        yield* lakehouse.query(input, call);
      },
      async upload(input, call) {
        const { keepUpload } = await import('./upload.ts');
        return lakehouse.withDatabase((database, files) => keepUpload(input, { uploads: requireUploads(uploads), database, cache: files, inTurn }, call));
      },
      close: () => lakehouse.close(),
    };
  },
});

export default csv;

function asModel({ name, details }: StoredUpload): Model {
  return { name, type: 'upload', estimated_rows: (details as unknown as UploadDetails).rows };
}
