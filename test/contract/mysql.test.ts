import { mysql } from '../../control-plane/src/kinds/mysql/index.ts';
import { hasMariadb } from '../peers/mariadb.ts';
import { peerAvailable } from '../peers/peer.ts';
import { mysqlCases } from './mysql-cases.ts';
import { testKind } from './test-kind.ts';

(peerAvailable('MariaDB (mariadbd, mariadb-install-db, mariadb) or openssl', hasMariadb) ? describe : describe.skip)('mysql', () => {
  testKind(mysql, mysqlCases('mysql'));
});
