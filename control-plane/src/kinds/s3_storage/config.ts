import { z } from 'zod';
import { prefixField } from '../../engines/objects/fields.ts';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';

/** No ARN and no slash: a bucket's name becomes a part of the host or the path that is signed for. */
const bucketName = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;
/** It becomes a part of Amazon's host name. */
const regionName = /^[a-z0-9][a-z0-9-]{0,62}$/i;

/** What is no URL at all was refused before. */
function isBare(url: string): boolean {
  const { username, password, search, hash } = URL.parse(url) ?? {};
  return !(username || password || search || hash);
}

export const s3Config = z.strictObject({
  bucket: z.string().regex(bucketName, 'must be a bucket’s name: 3 to 255 letters, digits, dots, hyphens or underscores').meta({
    title: 'Bucket', destination: true, order: 1, placeholder: 'acme-prod',
  }),
  region: z.string().regex(regionName, 'must be a region’s name, such as us-east-1').meta({
    title: 'Region', destination: true, order: 2, placeholder: 'us-east-1',
    description: 'Servers other than Amazon’s mostly take us-east-1 or auto',
  }),
  access_key_id: secret(z.string().min(1).meta({ title: 'Access key id', order: 3 })),
  secret_access_key: secret(z.string().min(1).meta({ title: 'Secret access key', order: 4 })),
  session_token: secret(z.string().min(1).optional().meta({
    title: 'Session token', order: 5, advanced: true, description: 'Only for temporary credentials',
  })),
  endpoint: z.url({ protocol: /^https?$/, error: 'must be a URL that begins with https:// or http://' })
    .refine(isBare, 'must not have a user, a query or a fragment')
    .optional()
    .meta({
      title: 'Endpoint', destination: true, order: 6, placeholder: 'https://minio.example.com:9000',
      description: 'Any S3-compatible server; empty for Amazon S3',
    }),
  prefix: prefixField,
  force_path_style: z.boolean().optional().meta({
    title: 'Path style', order: 8, advanced: true,
    description: 'The bucket in the path and not in the host name. When empty: for every endpoint but Amazon’s',
  }),
  timeout: timeoutField,
});

export type S3Config = z.output<typeof s3Config>;
