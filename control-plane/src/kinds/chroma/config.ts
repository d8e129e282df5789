import { z } from 'zod';
import { metrics } from '../../categories/vector_store.ts';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { caCertificateField, httpUrl, maxResponseField, requiredWith } from '../shared/http-fields.ts';

export const chromaConfig = z.strictObject({
  base_url: httpUrl.meta({ title: 'Base URL', placeholder: 'https://chroma.example.com:8000', destination: true, order: 1 }),
  authentication: z.enum(['none', 'token', 'bearer', 'basic']).default('none').meta({
    title: 'Authentication', description: 'token: the header x-chroma-token, as Chroma Cloud takes it. bearer and basic: for a proxy in front', order: 2,
  }),
  token: secret(z.string().min(1).optional()).meta({ title: 'Token', order: 3, show_when: { authentication: ['token', 'bearer'] } }),
  username: z.string().min(1).optional().meta({ title: 'User name', order: 4, show_when: { authentication: ['basic'] } }),
  password: secret(z.string().min(1).optional()).meta({ title: 'Password', order: 5, show_when: { authentication: ['basic'] } }),
  tenant: z.string().min(1).default('default_tenant').meta({ title: 'Tenant', description: 'Chroma’s own, which has nothing to do with those here', order: 10 }),
  database: z.string().min(1).default('default_database').meta({ title: 'Database', order: 11 }),
  metric: z.enum(metrics).default('cosine').meta({ title: 'Metric', description: 'Of the collections that are made here; it cannot be changed later', order: 12 }),
  max_response_mb: maxResponseField,
  ca_certificate: caCertificateField,
  timeout: timeoutField,
}).superRefine(requiredWith({ token: ['token'], bearer: ['token'], basic: ['username', 'password'] }));

export type ChromaConfig = z.output<typeof chromaConfig>;
