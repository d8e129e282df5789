import { mariadb } from '../../../control-plane/src/kinds/mariadb/index.ts';
import { mysqlBench } from './mysql-rows.ts';

export const bench = mysqlBench(mariadb);
