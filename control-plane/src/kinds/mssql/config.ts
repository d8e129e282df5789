import { z } from 'zod';
import { poolFields, serverFields } from '../../engines/sql/config.ts';
import { timeoutField } from '../shared/config.ts';

export const mssqlConfig = z.strictObject({
  ...serverFields(1433),
  read_only: z.boolean().default(true).meta({
    title: 'Read only',
    description: 'Queries that could write are refused, each is rolled back, and Write is refused. Turn it off to let workflows change data',
    order: 100, group: 'Security',
  }),
  encrypt: z.boolean().default(true).meta({
    title: 'Encrypt', description: 'Refuse a server that does not offer TLS', destination: true, order: 110, group: 'Security',
  }),
  trust_server_certificate: z.boolean().default(false).meta({
    title: 'Trust the server’s certificate',
    description: 'Whatever it is: nobody can listen, but anybody can pose as the server',
    destination: true, order: 120, group: 'Security', show_when: { encrypt: [true] },
  }),
  ca_certificate: z.string().optional().meta({
    title: 'CA certificate',
    description: 'PEM. What the server’s certificate must be signed by; the public authorities when empty',
    destination: true, order: 130, group: 'Security', multiline: true, show_when: { encrypt: [true] },
  }),
  ...poolFields,
  timeout: timeoutField,
});

export type MssqlConfig = z.output<typeof mssqlConfig>;
