import { s3Storage } from '../../../control-plane/src/kinds/s3_storage/index.ts';
import { s3Bench } from './s3-bucket.ts';

export const bench = s3Bench(s3Storage);
