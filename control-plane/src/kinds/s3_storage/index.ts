import { storage } from '../../categories/storage.ts';
import { createStorageSession } from '../../engines/objects/session.ts';
import { defineKind } from '../contract.ts';
import { s3Config } from './config.ts';
import { importS3Config } from './import.ts';

export const s3Storage = defineKind({
  kind: 's3_storage',
  label: 'S3',
  description: 'A bucket of Amazon S3 or of any server that speaks its protocol',
  category: storage,
  aliases: ['s3'],
  optional_operations: ['query'],
  documentation_url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html',
  peer: { class: 'real server', name: 'OpenStack Swift s3api 2.30' },
  config: s3Config,
  async open(config, context) {
    const { openS3Store } = await import('../../engines/s3/store.ts');
    const store = await openS3Store(config, context);
    return createStorageSession(store, {
      prefix: config.prefix, output_schemas: context.output_schemas, ...(context.cache && { cache: context.cache }),
      identity: ['s3', config.endpoint ?? config.region, config.bucket, config.access_key_id],
    });
  },
  importConfig: importS3Config,
});

export default s3Storage;
