import { z } from 'zod';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { sender } from '../shared/email-fields.ts';
import { httpUrl } from '../shared/http-fields.ts';

export const sendgridConfig = z.strictObject({
  api_key: secret(z.string().min(1)).meta({ title: 'API key', description: 'With the permission Mail Send', placeholder: 'SG.…', order: 1 }),
  from: sender.meta({ title: 'From', description: 'The sender, when a message names none: verified at SendGrid, or of a domain that is', placeholder: 'Acme <hello@example.com>', order: 2 }),
  region: z.enum(['global', 'eu']).default('global').meta({ title: 'Region', description: 'eu: for subusers whose data stays in the EU', destination: true, order: 3 }),
  sandbox: z.boolean().default(false).meta({ title: 'Sandbox', description: 'Have messages checked, not delivered', advanced: true, order: 10 }),
  base_url: httpUrl.optional().meta({ title: 'API address', description: 'In place of the region’s', placeholder: 'https://api.sendgrid.com', destination: true, advanced: true, order: 30 }),
  timeout: timeoutField,
});

export type SendgridConfig = z.output<typeof sendgridConfig>;

const regions = { global: 'https://api.sendgrid.com', eu: 'https://api.eu.sendgrid.com' };
export const baseUrl = ({ base_url, region }: SendgridConfig): string => base_url ?? regions[region];
