import { z } from 'zod';
import { poolFields, readOnlyField } from '../../engines/sql/config.ts';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';

export const oracleConfig = z.strictObject({
  host: z.string().trim().min(1).regex(/^[A-Za-z0-9._:-]+$/, 'Give a host name or an address').meta({ title: 'Host', destination: true, order: 10, placeholder: 'db.example.com' }),
  port: z.int().min(1).max(65_535).default(1521).meta({ title: 'Port', destination: true, order: 20 }),
  service_name: z.string().regex(/^[A-Za-z0-9._#$-]+$/, 'Give the name of a service').meta({ title: 'Service name', description: 'Of the (pluggable) database, as in FREEPDB1', order: 30 }),
  username: z.string().min(1).meta({ title: 'User name', order: 40 }),
  password: secret(z.string().optional().meta({ title: 'Password', order: 50 })),
  schema: z.string().min(1).optional().meta({ title: 'Schema', description: 'Where names without a schema are looked for; the user’s own when empty', order: 60 }),
  read_only: readOnlyField,
  tls: z.boolean().default(false).meta({ title: 'TLS', description: 'Connect by TCPS and check the server’s certificate', destination: true, order: 110, group: 'Security' }),
  ca_certificate: z.string().optional().meta({
    title: 'CA certificate', description: 'PEM. What the server’s certificate must be signed by; the public authorities when empty',
    destination: true, order: 120, group: 'Security', multiline: true, show_when: { tls: [true] },
  }),
  ...poolFields,
  timeout: timeoutField,
});

export type OracleConfig = z.output<typeof oracleConfig>;
