import { z } from 'zod';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { caCertificateField, httpUrl, requiredWith } from '../shared/http-fields.ts';

export const snowflakeConfig = z.strictObject({
  account: z.string().trim().regex(/^[A-Za-z0-9_.-]+$/, 'Give the account’s identifier, such as myorg-myaccount').meta({
    title: 'Account', description: 'Its identifier: organization-account, or a locator with its region', destination: true, order: 10, placeholder: 'myorg-myaccount',
  }),
  username: z.string().min(1).meta({ title: 'User name', order: 20 }),
  authentication: z.enum(['key_pair', 'access_token']).default('key_pair').meta({
    title: 'Authentication', description: 'Snowflake’s SQL API takes no passwords', order: 30,
  }),
  private_key: secret(z.string().min(1).optional().meta({
    title: 'Private key', description: 'PEM (PKCS #8) of the key pair whose public key the user has', order: 40, multiline: true,
    placeholder: '-----BEGIN PRIVATE KEY-----', show_when: { authentication: ['key_pair'] },
  })),
  private_key_passphrase: secret(z.string().optional().meta({
    title: 'Passphrase', description: 'Of the private key, where it is encrypted', order: 50, show_when: { authentication: ['key_pair'] },
  })),
  access_token: secret(z.string().min(1).optional().meta({
    title: 'Access token', description: 'A programmatic access token of the user', order: 60, show_when: { authentication: ['access_token'] },
  })),
  warehouse: z.string().min(1).optional().meta({ title: 'Warehouse', description: 'The user’s own when empty', order: 70 }),
  database: z.string().min(1).meta({ title: 'Database', order: 80 }),
  schema: z.string().min(1).default('PUBLIC').meta({ title: 'Schema', description: 'Where names without a schema are looked for', order: 90 }),
  role: z.string().min(1).optional().meta({ title: 'Role', description: 'The user’s own when empty', order: 100 }),
  read_only: z.boolean().default(true).meta({
    title: 'Read only', description: 'Only statements that read are run, and Write is refused. Turn it off to let workflows change data', order: 110, group: 'Security',
  }),
  url: httpUrl.optional().meta({
    title: 'Address', description: 'https://ACCOUNT.snowflakecomputing.com when empty; another one for a private link', destination: true, order: 120, advanced: true,
  }),
  ca_certificate: caCertificateField,
  timeout: timeoutField,
}).superRefine(requiredWith({ key_pair: ['private_key'], access_token: ['access_token'] }));

export type SnowflakeConfig = z.output<typeof snowflakeConfig>;
