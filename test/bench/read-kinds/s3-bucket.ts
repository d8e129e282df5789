import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { AnyKind } from '../../../control-plane/src/kinds/contract.ts';
import { findSwift, startSwift } from '../../peers/swift.ts';
import { bucketBench } from './bucket.ts';

/** S3 and OSS have one protocol, and here one server. */
export const s3Bench = (kind: AnyKind) => bucketBench(kind, async () => {
  const { endpoint, region, access_key_id, secret_access_key, stop } = await startSwift();
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId: access_key_id, secretAccessKey: secret_access_key } });
  await client.send(new CreateBucketCommand({ Bucket: 'bench' }));
  client.destroy();
  return { config: { bucket: 'bench', endpoint, region, force_path_style: true, access_key_id, secret_access_key }, stop };
}, findSwift() !== undefined);
