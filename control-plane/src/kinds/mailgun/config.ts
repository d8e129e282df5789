import { z } from 'zod';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { sender } from '../shared/email-fields.ts';
import { httpUrl } from '../shared/http-fields.ts';

export const mailgunConfig = z.strictObject({
  domain: z.string().regex(/^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i, 'Give the domain alone, such as mg.example.com').meta({
    title: 'Domain', description: 'The sending domain, as Mailgun lists it', placeholder: 'mg.example.com', destination: true, order: 1,
  }),
  api_key: secret(z.string().min(1)).meta({ title: 'API key', order: 2 }),
  region: z.enum(['us', 'eu']).default('us').meta({ title: 'Region', description: 'Where the domain was made', destination: true, order: 3 }),
  from: sender.meta({ title: 'From', description: 'The sender, when a message names none', placeholder: 'Acme <hello@mg.example.com>', order: 4 }),
  test_mode: z.boolean().default(false).meta({ title: 'Test mode', description: 'Have messages taken, not delivered', advanced: true, order: 10 }),
  base_url: httpUrl.optional().meta({ title: 'API address', description: 'In place of the region’s', placeholder: 'https://api.mailgun.net', destination: true, advanced: true, order: 30 }),
  timeout: timeoutField,
});

export type MailgunConfig = z.output<typeof mailgunConfig>;

const regions = { us: 'https://api.mailgun.net', eu: 'https://api.eu.mailgun.net' };
export const baseUrl = ({ base_url, region }: MailgunConfig): string => base_url ?? regions[region];
