import { z } from 'zod';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { httpUrl, requiredWith } from '../shared/http-fields.ts';

const sid = (prefix: string, what: string) =>
  z.string().regex(new RegExp(`^${prefix}[0-9a-fA-F]{32}$`), `Give ${what}: ${prefix} and 32 hexadecimal digits`);
const phoneNumber = z.string().regex(/^\+[1-9]\d{1,14}$/, 'Give the number as +, country code and number: +4915112345678');

export const twilioConfig = z.strictObject({
  account_sid: sid('AC', 'the account SID').meta({ title: 'Account SID', placeholder: 'AC…', order: 1 }),
  authentication: z.enum(['auth_token', 'api_key']).default('auth_token').meta({
    title: 'Authentication', description: 'An API key can be revoked on its own and be limited to messages', order: 2,
  }),
  auth_token: secret(z.string().min(1).optional()).meta({ title: 'Auth token', description: 'Beside an API key it is needed only to verify what Twilio sends here: incoming messages and their status', order: 3 }),
  api_key_sid: sid('SK', 'the SID of the API key').optional().meta({
    title: 'API key SID', placeholder: 'SK…', order: 4, show_when: { authentication: ['api_key'] },
  }),
  api_key_secret: secret(z.string().min(1).optional()).meta({ title: 'API key secret', order: 5, show_when: { authentication: ['api_key'] } }),
  messaging_service_sid: sid('MG', 'the SID of the messaging service').optional().meta({
    title: 'Messaging service SID', description: 'Chooses the sender; used before the number', placeholder: 'MG…', order: 10, group: 'Senders',
  }),
  from_number: z.string().regex(/^(\+[1-9]\d{1,14}|\d{3,8}|[A-Za-z0-9 ]{1,11})$/, 'Give a number (+15005550006), a short code or a name of at most 11 letters').optional().meta({
    title: 'SMS sender', description: 'A Twilio number, a short code or an alphanumeric sender', placeholder: '+15005550006', order: 11, group: 'Senders',
  }),
  whatsapp_sender: phoneNumber.optional().meta({
    title: 'WhatsApp sender', description: 'The number that is registered with WhatsApp', placeholder: '+14155238886', order: 12, group: 'Senders',
  }),
  status_callback_url: httpUrl.optional().meta({ title: 'Status callback URL', description: 'Twilio posts each change of a message’s status there. When empty: this connector’s own address, if the Internet reaches it', advanced: true, order: 20 }),
  base_url: httpUrl.default('https://api.twilio.com').meta({
    title: 'API address', description: 'Another region or edge, such as https://api.dublin.ie1.twilio.com', advanced: true, destination: true, order: 30,
  }),
  timeout: timeoutField,
}).superRefine(requiredWith({ auth_token: ['auth_token'], api_key: ['api_key_sid', 'api_key_secret'] }));

export type TwilioConfig = z.output<typeof twilioConfig>;
