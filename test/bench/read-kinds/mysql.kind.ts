import { mysql } from '../../../control-plane/src/kinds/mysql/index.ts';
import { mysqlBench } from './mysql-rows.ts';

export const bench = mysqlBench(mysql);
