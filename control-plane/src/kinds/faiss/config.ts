import { z } from 'zod';
import { metrics } from '../../categories/vector_store.ts';
import { timeoutField } from '../shared/config.ts';

export const faissConfig = z.strictObject({
  metric: z.enum(metrics).default('cosine').meta({ title: 'Metric', description: 'Of the collections that are made here; it cannot be changed later', order: 1 }),
  timeout: timeoutField,
});
