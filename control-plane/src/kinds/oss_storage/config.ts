import { z } from 'zod';
import { prefixField } from '../../engines/objects/fields.ts';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { httpUrl } from '../shared/http-fields.ts';

export const ossConfig = z.strictObject({
  bucket: z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'must be a bucket’s name: 3 to 63 lower-case letters, digits and hyphens').meta({
    title: 'Bucket', destination: true, order: 1, placeholder: 'acme-prod',
  }),
  // It becomes a part of the host name.
  region: z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, 'must be a region’s id, such as cn-hangzhou or eu-central-1').meta({
    title: 'Region', destination: true, order: 2, placeholder: 'eu-central-1', description: 'As the console shows it, with or without oss- in front',
  }),
  access_key_id: secret(z.string().min(1).meta({ title: 'AccessKey id', order: 3 })),
  secret_access_key: secret(z.string().min(1).meta({ title: 'AccessKey secret', order: 4 })),
  session_token: secret(z.string().min(1).optional().meta({ title: 'Security token', order: 5, advanced: true, description: 'Only for temporary credentials (STS)' })),
  prefix: prefixField,
  endpoint: httpUrl.optional().meta({
    title: 'Endpoint', destination: true, order: 8, advanced: true, placeholder: 'https://s3.oss-cn-hangzhou-internal.aliyuncs.com',
    description: 'In place of the region’s public one: an internal or accelerated endpoint that speaks the S3 protocol',
  }),
  force_path_style: z.boolean().default(false).meta({
    title: 'Path style', order: 9, advanced: true, description: 'The bucket in the path and not in the host name, which Alibaba’s own endpoints refuse',
  }),
  timeout: timeoutField,
});

export type OssConfig = z.output<typeof ossConfig>;
