/** What an API that calls back is recognized by. */
import { z } from 'zod';
import { secret } from '../contract.ts';

const group = 'Webhooks';
const header = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'Give the name of one header');
const byHmac = { webhook_verification: ['hmac'] };
const byCredential = { webhook_verification: ['basic', 'bearer'] };

/** There is no way to take requests unverified: a public address would take anybody's. */
export const webhookFields = {
  webhook_verification: z.enum(['off', 'hmac', 'standard_webhooks', 'basic', 'bearer', 'github', 'stripe', 'shopify']).default('off').meta({
    title: 'Incoming webhooks', description: 'How requests that the API sends to this connector’s own address are verified; off refuses them all', order: 40, group,
  }),
  webhook_secret: secret(z.string().min(8).optional()).meta({
    title: 'Webhook secret', description: 'The signing secret that the provider shows or asks for; the password or token of basic and bearer', order: 41, group,
    show_when: { webhook_verification: ['hmac', 'standard_webhooks', 'basic', 'bearer', 'github', 'stripe', 'shopify'] },
  }),
  webhook_username: z.string().min(1).optional().meta({ title: 'Webhook user name', order: 42, group, show_when: { webhook_verification: ['basic'] } }),
  webhook_header: header.default('X-Signature').meta({ title: 'Signature header', order: 43, group, show_when: byHmac }),
  webhook_algorithm: z.enum(['sha256', 'sha512', 'sha1']).default('sha256').meta({ title: 'Signature algorithm', order: 44, group, show_when: byHmac }),
  webhook_encoding: z.enum(['hex', 'base64']).default('hex').meta({ title: 'Signature encoding', order: 45, group, show_when: byHmac }),
  webhook_prefix: z.string().max(50).default('').meta({ title: 'Signature prefix', description: 'What stands before the signature in its header', placeholder: 'sha256=', order: 46, group, show_when: byHmac }),
  webhook_timestamp_header: header.optional().meta({
    title: 'Timestamp header', description: 'Holds the seconds since 1970, if the provider signs them as time.body. Without it, nor an id in the body, a second request with the same body is taken for the first one again', order: 47, group, show_when: byHmac,
  }),
  webhook_id_path: z.string().min(1).max(200).optional().meta({
    title: 'Id', description: 'Where in the body stands the event’s id: a request whose id came before is not taken twice. When empty: body and signed time', placeholder: 'event.id', order: 48, group, show_when: byHmac,
  }),
  webhook_id_header: header.default('Webhook-Id').meta({
    title: 'Id header', description: 'A request whose id came before is not taken twice', order: 48, group, show_when: byCredential,
  }),
  webhook_subject: z.string().min(1).max(200).optional().meta({
    title: 'Ordered by', description: 'Where in the body stands what events are kept in order by; all of the connector’s when empty', placeholder: 'data.id', order: 49, group,
    show_when: { webhook_verification: ['hmac', 'standard_webhooks', 'basic', 'bearer', 'github', 'stripe', 'shopify'] },
  }),
};

/** A check for `.superRefine`: what the chosen way to verify needs is there. */
export function requireWebhookFields(config: Record<string, unknown>, context: z.RefinementCtx): void {
  const chosen = String(config['webhook_verification']);
  const needed = chosen === 'off' ? [] : chosen === 'basic' ? ['webhook_username', 'webhook_secret'] : ['webhook_secret'];
  for (const name of needed) {
    if (config[name] === undefined) context.addIssue({ code: 'custom', path: [name], message: `is required to verify webhooks by "${chosen}"` });
  }
}
