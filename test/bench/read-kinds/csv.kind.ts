import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { csv } from '../../../control-plane/src/kinds/csv/index.ts';
import type { AnyKind, OpenContext, StoredUpload, UploadStore } from '../../../control-plane/src/kinds/contract.ts';
import { parquetFile, readParquet } from './parquet.ts';
import type { KindBench } from './table.ts';

/** One upload as it is kept, which is Parquet, and its copy in the cache after the first read; the reference is DuckDB on the same file. */
export const bench: KindBench<object> = {
  kind: { ...csv, open: async (config: { timeout: number }, context: OpenContext) => csv.open(config, { ...context, uploads: uploadsOf(await parquetFile()) }) } as AnyKind,
  available: true,
  input: { model: 'orders' },
  start: async () => ({ config: {}, stop: async () => undefined }),
  direct: async () => readParquet(await parquetFile()),
};

function uploadsOf(file: string): UploadStore {
  const find = async (name: string): Promise<StoredUpload> => ({ name, id: file, size: (await stat(file)).size, details: {}, created_at: new Date() });
  return { limit: Infinity, find, list: async () => [await find('orders')], content: () => createReadStream(file), put: () => Promise.reject(new Error('is never asked to')) };
}
