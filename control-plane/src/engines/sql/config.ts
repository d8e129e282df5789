/** The config fields of every SQL kind. A kind spreads them into its own `z.strictObject`. */
import { z } from 'zod';
import { secret } from '../../kinds/contract.ts';
import { timeoutField } from '../../kinds/shared/config.ts';

/** libpq's words, which the other databases' clients know too. */
export const sslmodes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type Sslmode = (typeof sslmodes)[number];

/** Where the server is and who signs in. */
export const serverFields = (defaultPort: number) => ({
  host: z.string().trim().min(1).meta({ title: 'Host', destination: true, order: 10, placeholder: 'db.example.com' }),
  port: z.int().min(1).max(65_535).default(defaultPort).meta({ title: 'Port', destination: true, order: 20 }),
  database: z.string().min(1).meta({ title: 'Database', order: 30 }),
  username: z.string().min(1).meta({ title: 'User name', order: 40 }),
  password: secret(z.string().optional().meta({ title: 'Password', order: 50 })),
});

export const tlsFields = {
  sslmode: z.enum(sslmodes).default('prefer').meta({
    title: 'TLS',
    description:
      'disable: never. prefer: if the server offers it. require: always, but any certificate passes unless a CA certificate is given. verify-ca: its certificate must be signed by a trusted authority. verify-full: and it must name this host',
    destination: true, order: 110, group: 'Security',
  }),
  ca_certificate: z.string().optional().meta({
    title: 'CA certificate',
    description: 'PEM. What the server’s certificate must be signed by; the public authorities when empty',
    destination: true, order: 120, group: 'Security', multiline: true,
    show_when: { sslmode: ['require', 'verify-ca', 'verify-full'] },
  }),
};

export const readOnlyField = z.boolean().default(true).meta({
  title: 'Read only',
  description: 'Queries run in a read-only transaction and Write is refused. Turn it off to let workflows change data',
  order: 100, group: 'Security',
});

export const poolFields = {
  pool_size: z.int().min(0).max(100).default(5).meta({
    title: 'Pool size', description: 'Connections kept open while nothing uses them', order: 200, group: 'Pooling', advanced: true,
  }),
  max_overflow: z.int().min(0).max(200).default(15).meta({
    title: 'Max overflow', description: 'Connections opened beyond the pool size when there is more to do, and closed afterwards',
    order: 210, group: 'Pooling', advanced: true,
  }),
  pool_recycle: z.int().min(0).max(86_400).default(1800).meta({
    title: 'Pool recycle (seconds)', description: 'A connection older than this is replaced before its next use; 0: never',
    order: 220, group: 'Pooling', advanced: true,
  }),
};

export const sqlFields = (defaultPort: number) => ({
  ...serverFields(defaultPort),
  read_only: readOnlyField,
  ...tlsFields,
  ...poolFields,
  timeout: timeoutField,
});

/** What a session reads of its config beside what its driver needs. */
export interface PoolConfig {
  pool_size: number;
  max_overflow: number;
  pool_recycle: number;
}

export interface TlsConfig {
  sslmode: Sslmode;
  ca_certificate?: string;
}

/** How strictly a certificate is looked at. `require` with a CA certificate checks it, as libpq does. */
export function verification({ sslmode, ca_certificate }: TlsConfig): { chain: boolean; name: boolean } {
  return {
    chain: sslmode === 'verify-ca' || sslmode === 'verify-full' || (sslmode === 'require' && Boolean(ca_certificate)),
    name: sslmode === 'verify-full',
  };
}
