import { ossStorage } from '../../../control-plane/src/kinds/oss_storage/index.ts';
import { s3Bench } from './s3-bucket.ts';

export const bench = s3Bench(ossStorage);
