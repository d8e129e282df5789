import { z } from 'zod';
import { defineCategory, operation } from '../kinds/contract.ts';
import { attachment } from './shared.ts';

/** Of one message: URLs and attachments together. */
const maxMedia = 10;

export const message = z.strictObject({
  message_id: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  channel: z.enum(['sms', 'whatsapp']),
  from: z.string(),
  to: z.string(),
  text: z.string(),
  status: z.string().meta({ description: 'queued, sent, delivered, undelivered, failed, received, read, …' }),
  media_count: z.int().min(0),
  sent_at: z.string().nullable(),
  error_code: z.string().nullable(),
  error_message: z.string().nullable(),
});

export const messaging = defineCategory({
  category: 'messaging',
  label: 'Messaging',
  description: 'Phone numbers and chat senders: SMS and WhatsApp',
  operations: {
    send: operation({
      title: 'Send', description: 'Send an SMS or a WhatsApp message',
      input: z.strictObject({
        channel: z.enum(['sms', 'whatsapp']).default('sms').meta({ title: 'Channel' }),
        to: z.string().regex(/^\+[1-9]\d{1,14}$/, 'Give the number as +, country code and number: +4915112345678')
          .meta({ title: 'To', placeholder: '+4915112345678' }),
        from: z.string().optional().meta({ title: 'From', description: 'The connector’s own sender when empty' }),
        text: z.string().max(1600).optional().meta({ title: 'Text', multiline: true }),
        media_urls: z.array(z.url()).max(maxMedia).optional().meta({ title: 'Media URLs', description: 'Public addresses of images, audio or documents' }),
        attachments: z.array(attachment).max(maxMedia).optional().meta({ title: 'Attachments', description: 'Images, audio or documents that have no public address' }),
        template_id: z.string().optional().meta({ title: 'Template', description: 'The id of a message template (Twilio: content SID, HX…)' }),
        template_variables: z.record(z.string(), z.string()).optional().meta({ title: 'Template variables' }),
      }).refine(({ text, template_id, media_urls, attachments }) => [text, template_id, media_urls, attachments].some((given) => given !== undefined), {
        message: 'Give the message a text, a template or media', path: ['text'],
      }).refine(({ media_urls = [], attachments = [] }) => media_urls.length + attachments.length <= maxMedia, {
        message: `Give at most ${maxMedia} media URLs and attachments together`, path: ['attachments'],
      }),
      output: message,
    }),
    receive: operation({
      title: 'Receive', description: 'List the messages that came in, newest first',
      input: z.strictObject({
        since: z.iso.datetime().optional().meta({ title: 'Since' }),
        from: z.string().optional().meta({ title: 'From', description: 'Only from this number' }),
        limit: z.int().min(1).max(1000).default(50).meta({ title: 'Limit' }),
        cursor: z.string().optional().meta({ title: 'Cursor', description: '`next_cursor` of the page before' }),
      }),
      output: z.strictObject({ messages: z.array(message), next_cursor: z.string().optional() }),
      repeatable: true,
    }),
    status: operation({
      title: 'Status', description: 'Look up what became of a message',
      input: z.strictObject({ message_id: z.string().min(1).meta({ title: 'Message id' }) }),
      output: message,
      optional: true, repeatable: true,
    }),
    download_media: operation({
      title: 'Download media', description: 'Fetch an image, a recording or a document of a message that came in',
      input: z.strictObject({
        media_url: z.string().min(1).meta({ title: 'Media URL', description: 'As the event message.received names it', placeholder: 'https://api.twilio.com/2010-04-01/Accounts/AC…/Messages/MM…/Media/ME…' }),
      }),
      output: z.strictObject({ media_url: z.string(), size: z.number().optional(), content_type: z.string().optional() }),
      result: 'bytes', optional: true, repeatable: true,
    }),
  },
});
