import { z } from 'zod';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { caCertificateField, httpUrl, maxResponseField, requiredWith } from '../shared/http-fields.ts';
import { oauthFields, oauthRequirements } from './oauth-fields.ts';
import { endpointPaging, pagingFields, requirePagingFields } from './paging-fields.ts';
import { requireWebhookFields, webhookFields } from './webhook-fields.ts';

export const endpoint = z.strictObject({
  name: z.string().min(1).max(200).meta({ title: 'Name', description: 'Workflows read it by this', placeholder: 'orders', order: 1 }),
  path: z.string().min(1).meta({ title: 'Path', description: 'Below the base URL', placeholder: '/orders', order: 2 }),
  records_path: z.string().optional().meta({ title: 'Where the records lie', description: 'In the answer: names with dots between them. Empty: the answer is a list, or has one in data, results, items or the like', placeholder: 'data.items', order: 3 }),
  description: z.string().optional().meta({ title: 'Description', order: 4 }),
  ...endpointPaging,
}).meta({ title: 'Endpoint' });
export type Endpoint = z.output<typeof endpoint>;

export const apiRestConfig = z.strictObject({
  base_url: httpUrl.meta({
    title: 'Base URL', description: 'Every request goes below it', placeholder: 'https://api.example.com/v1', destination: true, order: 1,
  }),
  authentication: z.enum([
    'none', 'basic', 'bearer', 'api_key', 'oauth2_client_credentials', 'oauth2_refresh_token', 'oauth2_authorization_code',
  ]).default('none').meta({
    title: 'Authentication', description: 'oauth2_authorization_code: somebody connects an account through a link, once the connector is saved', order: 2,
  }),
  username: z.string().optional().meta({ title: 'User name', order: 3, show_when: { authentication: ['basic'] } }),
  password: secret(z.string().optional()).meta({ title: 'Password', order: 4, show_when: { authentication: ['basic'] } }),
  token: secret(z.string().optional()).meta({ title: 'Token', order: 5, show_when: { authentication: ['bearer'] } }),
  api_key_in: z.enum(['header', 'query']).default('header').meta({
    title: 'Key goes into', order: 6, show_when: { authentication: ['api_key'] }, destination: true,
  }),
  api_key_name: z.string().regex(/^[A-Za-z0-9_.!#$&'*+^`|~-]+$/, 'Give the name of one header or parameter').default('X-API-Key').meta({
    title: 'Name of the header or parameter', order: 7, show_when: { authentication: ['api_key'] }, destination: true,
  }),
  api_key: secret(z.string().optional()).meta({ title: 'API key', order: 8, show_when: { authentication: ['api_key'] } }),
  ...oauthFields,
  headers: z.record(z.string(), z.string()).optional().meta({
    title: 'Headers', description: 'Sent with each request. Not for secrets: these are shown to whoever sees the connector', order: 20, group: 'Requests',
  }),
  test_path: z.string().default('/').meta({
    title: 'Test path', description: 'A GET of it must succeed when the connector works', order: 21, group: 'Requests',
  }),
  endpoints: z.array(endpoint).default([]).meta({
    title: 'Endpoints',
    description: 'What can be read: a name, a path and, where the records lie deeper in the answer, their path (data.items); where its pages differ from the API’s, the fields of its pages',
    order: 22,
    group: 'Requests',
  }),
  ...pagingFields,
  requests_per_second: z.number().positive().max(10_000).optional().meta({ title: 'Requests per second', description: 'At most so many; no limit when empty', order: 40, group: 'Limits', advanced: true }),
  max_concurrency: z.int().min(1).max(200).default(10).meta({ title: 'Requests at once', description: 'Others wait', order: 41, group: 'Limits', advanced: true }),
  retries: z.int().min(0).max(10).default(3).meta({
    title: 'Retries', description: 'How often a GET or HEAD is sent again when the API is busy or not available (429, 502, 503, 504)', order: 42, group: 'Limits', advanced: true,
  }),
  ...webhookFields,
  ca_certificate: caCertificateField,
  max_response_mb: maxResponseField,
  timeout: timeoutField,
}).superRefine(requiredWith({ basic: ['username', 'password'], bearer: ['token'], api_key: ['api_key'], ...oauthRequirements })).superRefine(requirePagingFields).superRefine(requireWebhookFields);

export type ApiRestConfig = z.output<typeof apiRestConfig>;
