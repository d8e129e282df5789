import { z } from 'zod';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { caCertificateField, httpUrl, requiredWith } from '../shared/http-fields.ts';

const withJwt = (algorithms: string[]) => ({ authentication: ['jwt'], jwt_algorithm: algorithms });
const byPassphrase = ['HS256', 'HS384', 'HS512'] as const;
const byKey = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const;

export const n8nWebhookConfig = z.strictObject({
  url: httpUrl.meta({
    title: 'Webhook URL', description: 'The production URL of the workflow’s Webhook node', placeholder: 'https://n8n.example.com/webhook/…', destination: true, order: 1,
  }),
  method: z.enum(['POST', 'PUT', 'PATCH']).default('POST').meta({ title: 'Method', description: 'As in the Webhook node', order: 2 }),
  authentication: z.enum(['none', 'basic', 'header', 'jwt']).default('none').meta({ title: 'Authentication', description: 'As in the Webhook node', order: 3 }),
  username: z.string().optional().meta({ title: 'User name', order: 4, show_when: { authentication: ['basic'] } }),
  password: secret(z.string().optional()).meta({ title: 'Password', order: 5, show_when: { authentication: ['basic'] } }),
  header_name: z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'Give the name of one header').optional().meta({
    title: 'Header name', order: 6, show_when: { authentication: ['header'] },
  }),
  header_value: secret(z.string().optional()).meta({ title: 'Header value', order: 7, show_when: { authentication: ['header'] } }),
  jwt_algorithm: z.enum([...byPassphrase, ...byKey]).default('HS256').meta({ title: 'Algorithm', order: 8, show_when: { authentication: ['jwt'] } }),
  jwt_secret: secret(z.string().optional()).meta({ title: 'Passphrase', order: 9, show_when: withJwt([...byPassphrase]) }),
  jwt_private_key: secret(z.string().optional()).meta({
    title: 'Private key (PEM)', description: 'n8n holds the public one', multiline: true, order: 10, show_when: withJwt([...byKey]),
  }),
  signing_secret: secret(z.string().min(8).optional()).meta({
    title: 'Signing secret', description: 'Signs each event as Standard Webhooks does, for a workflow that verifies it', placeholder: 'whsec_…', order: 20, group: 'Event',
  }),
  body: z.enum(['envelope', 'payload']).default('envelope').meta({
    title: 'Body', description: 'envelope: {event, event_id, sent_at, payload}; payload: the payload alone', order: 21, group: 'Event',
  }),
  ca_certificate: caCertificateField,
  timeout: timeoutField,
})
  .superRefine(requiredWith({ basic: ['username', 'password'], header: ['header_name', 'header_value'] }))
  .superRefine((config, context) => {
    const field = config.jwt_algorithm.startsWith('HS') ? 'jwt_secret' : 'jwt_private_key';
    if (config.authentication === 'jwt' && !config[field]) {
      context.addIssue({ code: 'custom', path: [field], message: `is required with the algorithm ${config.jwt_algorithm}` });
    }
  });

export type N8nWebhookConfig = z.output<typeof n8nWebhookConfig>;
