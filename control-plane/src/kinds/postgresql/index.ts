import { database } from '../../categories/database.ts';
import { importDsn } from '../../engines/sql/dsn.ts';
import { defineKind } from '../contract.ts';
import { postgresqlConfig } from './config.ts';

export const postgresql = defineKind({
  kind: 'postgresql',
  label: 'PostgreSQL',
  description: 'Tables, views and queries of a PostgreSQL server, or of a service that speaks its protocol',
  category: database,
  aliases: ['rds', 'postgres'],
  documentation_url: 'https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS',
  optional_operations: ['write'],
  peer: { class: 'real server', name: 'PostgreSQL' },
  config: postgresqlConfig,
  async open(config, context) {
    const { openSession } = await import('./session.ts');
    return openSession(config, context);
  },
  importConfig: (source) => importDsn(source, ['postgres', 'postgresql']),
});

export default postgresql;
