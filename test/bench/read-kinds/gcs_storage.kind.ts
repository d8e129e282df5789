import { gcsStorage } from '../../../control-plane/src/kinds/gcs_storage/index.ts';
import { startGcs } from '../../peers/gcs.ts';
import { bucketBench } from './bucket.ts';

export const bench = bucketBench(gcsStorage, async () => {
  const { endpoint, accounts, stop } = await startGcs('bench');
  return { config: { bucket: 'bench', endpoint, service_account_json: accounts.owner }, stop };
});
