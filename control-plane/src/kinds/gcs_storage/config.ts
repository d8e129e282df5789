import { z } from 'zod';
import { prefixField } from '../../engines/objects/fields.ts';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { httpUrl } from '../shared/http-fields.ts';

export const gcsConfig = z.strictObject({
  bucket: z.string().regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'must be a bucket’s name: lower-case letters, digits, dots, hyphens and underscores').meta({
    title: 'Bucket', destination: true, order: 1, placeholder: 'acme-prod',
  }),
  service_account_json: secret(z.string().min(1).meta({
    title: 'Service account key (JSON)', order: 2, multiline: true, description: 'The whole key file as Google gave it', placeholder: '{"type": "service_account", …}',
  })),
  prefix: prefixField,
  endpoint: httpUrl.default('https://storage.googleapis.com').meta({
    title: 'Endpoint', destination: true, order: 8, advanced: true, description: 'Of the JSON API; another one for private access or an emulator',
  }),
  timeout: timeoutField,
});

export type GcsConfig = z.output<typeof gcsConfig>;
