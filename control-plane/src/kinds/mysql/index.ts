import { database } from '../../categories/database.ts';
import { importDsn } from '../../engines/sql/dsn.ts';
import { mysqlConfig } from '../../engines/sql/mysql/config.ts';
import { defineKind } from '../contract.ts';

export const mysql = defineKind({
  kind: 'mysql',
  label: 'MySQL',
  description: 'Tables, views and queries of a MySQL server, or of a service that speaks its protocol',
  category: database,
  documentation_url: 'https://dev.mysql.com/doc/refman/8.4/en/connecting.html',
  optional_operations: ['write'],
  peer: { class: 'real server', name: 'MariaDB' },
  config: mysqlConfig,
  async open(config, context) {
    const { openSession } = await import('../../engines/sql/mysql/session.ts');
    return openSession('MySQL', config, context);
  },
  importConfig: (source) => importDsn(source, ['mysql']),
});

export default mysql;
