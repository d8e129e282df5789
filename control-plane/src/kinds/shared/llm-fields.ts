/** Config fields of kinds that speak to language models. */
import { z } from 'zod';
import { timeoutAfter } from './config.ts';
import { caCertificateField, maxResponseField } from './http-fields.ts';

export const llmFields = {
  model: z.string().min(1).optional().meta({ title: 'Default model', description: 'For requests that name none', order: 10 }),
  max_response_mb: maxResponseField,
  ca_certificate: caCertificateField,
  // A model thinks for longer than a database answers.
  timeout: timeoutAfter(120),
};

export const embeddingModelField = z.string().min(1).optional().meta({ title: 'Default embedding model', description: 'For the operation embed, where it names none', order: 11 });
