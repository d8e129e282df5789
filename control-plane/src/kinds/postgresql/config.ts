import { z } from 'zod';
import { sqlFields } from '../../engines/sql/config.ts';
import { secret } from '../contract.ts';

export const postgresqlConfig = z.strictObject({
  ...sqlFields(5432),
  client_certificate: z.string().optional().meta({
    title: 'Client certificate', description: 'PEM, where the server asks clients for one',
    order: 130, group: 'Security', advanced: true, multiline: true,
  }),
  client_key: secret(z.string().optional().meta({
    title: 'Client key', description: 'PEM, the key of the client certificate', order: 140, group: 'Security', advanced: true, multiline: true,
  })),
});

export type PostgresqlConfig = z.output<typeof postgresqlConfig>;
