import { z } from 'zod';
import { secret } from '../contract.ts';
import { timeoutField } from '../shared/config.ts';
import { sender } from '../shared/email-fields.ts';
import { caCertificateField } from '../shared/http-fields.ts';

export const smtpConfig = z.strictObject({
  host: z.string().min(1).regex(/^[^\s/@]+$/, 'Give a host name or an address, without smtp:// and port').meta({
    title: 'Host', placeholder: 'smtp.example.com', destination: true, order: 1,
  }),
  port: z.int().min(1).max(65535).default(587).meta({ title: 'Port', description: '587 with STARTTLS, 465 with TLS', destination: true, order: 2 }),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls').meta({
    title: 'Security',
    description: 'starttls: begins plain and must turn to TLS before anything is sent; tls: TLS from the start; none: everything, the password too, is sent in the clear',
    destination: true,
    order: 3,
  }),
  username: z.string().optional().meta({ title: 'User name', order: 4 }),
  password: secret(z.string().optional()).meta({ title: 'Password', order: 5 }),
  from: sender.meta({ title: 'From', description: 'The sender, when a message names none', placeholder: 'Acme <hello@example.com>', order: 6 }),
  client_name: z.string().regex(/^[A-Za-z0-9.:[\]-]+$/, 'Give a host name').optional().meta({
    title: 'Client host name', description: 'What Patchbay greets the server with (EHLO)', advanced: true, order: 20,
  }),
  ca_certificate: caCertificateField,
  pool_size: z.int().min(1).max(50).default(5).meta({ title: 'Connections', description: 'At most so many at once', advanced: true, order: 30 }),
  timeout: timeoutField,
}).superRefine((config, context) => {
  if ((config.username ?? '') !== '' && (config.password ?? '') === '') context.addIssue({ code: 'custom', path: ['password'], message: 'is required with a user name' });
  if ((config.username ?? '') === '' && (config.password ?? '') !== '') context.addIssue({ code: 'custom', path: ['username'], message: 'is required with a password' });
});

export type SmtpConfig = z.output<typeof smtpConfig>;
