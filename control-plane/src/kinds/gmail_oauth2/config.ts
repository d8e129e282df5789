import { z } from 'zod';
import { timeoutField } from '../shared/config.ts';
import { sender } from '../shared/email-fields.ts';
import { googleAccountFields, googleAddressFields } from '../shared/google-fields.ts';
import { httpUrl } from '../shared/http-fields.ts';

export const gmailConfig = z.strictObject({
  ...googleAccountFields(),
  from: sender.optional().meta({
    title: 'From', description: 'The sender, when a message names none: the account’s address, or one of its aliases. Empty: the account’s address, where the scopes let it be known', placeholder: 'Acme <hello@example.com>', order: 10,
  }),
  scopes: z.string().min(1).default('openid email https://www.googleapis.com/auth/gmail.send https://www.googleapis.com/auth/gmail.metadata').meta({
    title: 'Scopes', description: 'gmail.send is needed; by gmail.metadata the test sees which account it is', advanced: true, order: 20,
  }),
  base_url: httpUrl.default('https://gmail.googleapis.com').meta({ title: 'API address', destination: true, advanced: true, order: 49 }),
  ...googleAddressFields,
  timeout: timeoutField,
}).superRefine((config, context) => {
  for (const name of ['client_id', 'client_secret'] as const) if (config[name] === undefined) context.addIssue({ code: 'custom', path: [name], message: 'is required' });
});

export type GmailConfig = z.output<typeof gmailConfig>;
