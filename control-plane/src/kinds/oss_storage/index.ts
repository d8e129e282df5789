import { storage } from '../../categories/storage.ts';
import { createStorageSession } from '../../engines/objects/session.ts';
import { defineKind } from '../contract.ts';
import { ossConfig } from './config.ts';
import { importOssConfig } from './import.ts';

export const ossStorage = defineKind({
  kind: 'oss_storage',
  label: 'Alibaba Cloud OSS',
  description: 'A bucket of Alibaba Cloud Object Storage Service',
  category: storage,
  aliases: ['oss'],
  optional_operations: ['query'],
  documentation_url: 'https://www.alibabacloud.com/help/en/oss/developer-reference/use-aws-sdks-to-access-oss',
  peer: { class: 'real server', name: 'OpenStack Swift s3api 2.30' },
  config: ossConfig,
  async open(config, context) {
    const { openS3Store } = await import('../../engines/s3/store.ts');
    const region = config.region.replace(/^oss-/, '');
    const endpoint = config.endpoint ?? `https://s3.oss-${region}.aliyuncs.com`;
    const store = await openS3Store({ ...config, region, endpoint }, context);
    return createStorageSession(store, {
      prefix: config.prefix, output_schemas: context.output_schemas, ...(context.cache && { cache: context.cache }),
      identity: ['oss', endpoint, config.bucket, config.access_key_id],
    });
  },
  importConfig: importOssConfig,
});

export default ossStorage;
