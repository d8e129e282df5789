import { z } from 'zod';
import { defineCategory, operation } from '../kinds/contract.ts';
import { attachment } from './shared.ts';

const address = z.string().trim().min(3).max(998);
const addresses = z.union([address, z.array(address).min(1)]).transform((value) => (Array.isArray(value) ? value : [value]));

export const email = defineCategory({
  category: 'email',
  label: 'Email',
  description: 'Mailboxes and mail services that send a message',
  operations: {
    send: operation({
      title: 'Send', description: 'Send one message',
      input: z.strictObject({
        to: addresses.meta({ title: 'To', placeholder: 'ada@example.com' }),
        cc: addresses.optional().meta({ title: 'Cc' }),
        bcc: addresses.optional().meta({ title: 'Bcc' }),
        from: address.optional().meta({ title: 'From', description: 'The connector’s own sender when empty' }),
        reply_to: address.optional().meta({ title: 'Reply to' }),
        subject: z.string().max(998).default('').meta({ title: 'Subject' }),
        text: z.string().optional().meta({ title: 'Text', multiline: true }),
        html: z.string().optional().meta({ title: 'HTML', multiline: true }),
        headers: z.record(z.string(), z.string()).optional().meta({ title: 'Headers', advanced: true }),
        attachments: z.array(attachment).max(50).optional().meta({ title: 'Attachments' }),
      }).refine((message) => message.text !== undefined || message.html !== undefined, {
        message: 'Give the message a text or an HTML body', path: ['text'],
      }),
      output: z.strictObject({
        message_id: z.string(),
        accepted: z.array(z.string()).meta({ description: 'Addresses that the server took' }),
        rejected: z.array(z.string()),
      }),
    }),
  },
});
