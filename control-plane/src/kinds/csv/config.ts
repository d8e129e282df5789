import { z } from 'zod';
import { timeoutField } from '../shared/config.ts';

export const csvConfig = z.strictObject({
  // A large workbook takes its time after its last byte has come.
  timeout: timeoutField.unwrap().default(300).meta(timeoutField.meta()!),
});

export type CsvConfig = z.output<typeof csvConfig>;
