import { database } from '../../categories/database.ts';
import { importDsn } from '../../engines/sql/dsn.ts';
import { mysqlConfig } from '../../engines/sql/mysql/config.ts';
import { defineKind } from '../contract.ts';

export const mariadb = defineKind({
  kind: 'mariadb',
  label: 'MariaDB',
  description: 'Tables, views and queries of a MariaDB server',
  category: database,
  documentation_url: 'https://mariadb.com/docs/server/mariadb-quickstart-guides/mariadb-connecting-guide',
  optional_operations: ['write'],
  peer: { class: 'real server', name: 'MariaDB' },
  config: mysqlConfig,
  async open(config, context) {
    const { openSession } = await import('../../engines/sql/mysql/session.ts');
    return openSession('MariaDB', config, context);
  },
  importConfig: (source) => importDsn(source, ['mariadb', 'mysql']),
});

export default mariadb;
