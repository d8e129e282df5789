import { readFile } from 'node:fs/promises';
import { googleDrive } from '../../../control-plane/src/kinds/google_drive/index.ts';
import { startDrivePeer } from '../../peers/google-drive.ts';
import { parquetFile, readParquet } from './parquet.ts';
import type { KindBench } from './table.ts';

/** As of the buckets (bucket.ts). */
export const bench: KindBench = {
  kind: googleDrive,
  available: true,
  input: { model: 'orders.parquet' },
  async start() {
    const peer = await startDrivePeer();
    peer.add({ name: 'orders.parquet', parent: 'root-of-ada', content: await readFile(await parquetFile()) });
    const { client_id, client_secret, refresh_token, token_url } = peer.provider;
    return { config: { client_id, client_secret, refresh_token, token_url, base_url: peer.url }, stop: peer.stop };
  },
  direct: async () => readParquet(await parquetFile()),
};
