import { z } from 'zod';
import { sqlFields } from '../config.ts';

/** MySQL's and MariaDB's config: they differ in nothing that a connector has to know. */
export const mysqlConfig = z.strictObject(sqlFields(3306));
export type MysqlConfig = z.output<typeof mysqlConfig>;
