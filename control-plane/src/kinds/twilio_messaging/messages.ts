/** Twilio's Message resource: sent and looked up. Source: https://www.twilio.com/docs/messaging/api/message-resource */
import { z } from 'zod';
import type { message, messaging } from '../../categories/messaging.ts';
import { defaultRetry } from '../../engines/http/index.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { MediaHost } from '../contract.ts';
import type { TwilioConfig } from './config.ts';
import { deliveryError } from './errors.ts';
import { publishMedia } from './media.ts';

export type Message = z.output<typeof message>;
type SendInput = z.output<(typeof messaging)['operations']['send']['input']>;

export const twilioMessage = z.object({
  sid: z.string(),
  direction: z.string(),
  from: z.string().nullish(),
  to: z.string().nullish(),
  body: z.string().nullish(),
  status: z.string(),
  num_media: z.coerce.number().int().catch(0),
  date_sent: z.string().nullish(),
  date_created: z.string().nullish(),
  error_code: z.number().nullish(),
  error_message: z.string().nullish(),
});
export type TwilioMessage = z.output<typeof twilioMessage>;

export const whatsapp = 'whatsapp:';

export function messagesPath(config: TwilioConfig): string {
  return `/2010-04-01/Accounts/${config.account_sid}/Messages.json`;
}

/** @param own where attachments are served from, and where Twilio may tell what becomes of a message when nobody has said where else */
export async function send(
  client: HttpClient, config: TwilioConfig, input: SendInput, signal: AbortSignal, { media, status_callback }: { media?: MediaHost | undefined; status_callback?: string | undefined },
): Promise<Message> {
  const { channel, to, text, media_urls = [], template_id, template_variables } = input;
  const sender = senderOf(config, input);
  const published = await publishMedia(media, input);
  const request = client.request({
    method: 'POST',
    path: messagesPath(config),
    form: {
      To: channel === 'whatsapp' ? `${whatsapp}${to}` : to,
      ...sender,
      Body: text,
      MediaUrl: [...media_urls, ...published.urls],
      ContentSid: template_id,
      ContentVariables: template_variables && JSON.stringify(template_variables),
      // A messaging service has a setting of its own, which this would go before.
      StatusCallback: config.status_callback_url ?? ('MessagingServiceSid' in sender ? undefined : status_callback),
    },
    signal,
  });
  const response = await request.catch(async (error: unknown) => {
    // Kept where Twilio gave no answer, since it may have taken the message.
    if (PatchbayError.is(error) && Number(error.details?.['http_status']) < 500) await published.withdraw().catch(() => undefined);
    throw error;
  });
  return toMessage(parse(twilioMessage, response.json()));
}

export async function status(client: HttpClient, config: TwilioConfig, message_id: string, signal: AbortSignal): Promise<Message> {
  if (!/^(SM|MM)[0-9a-fA-F]{32}$/.test(message_id)) {
    throw new PatchbayError('object_not_found', `"${message_id}" is no id of a Twilio message.`, {
      hint: 'It begins with SM or MM and has 32 hexadecimal digits: the message_id that send answered.',
      fields: [{ path: 'message_id', message: 'is no id of a Twilio message' }],
    });
  }
  const path = `/2010-04-01/Accounts/${config.account_sid}/Messages/${message_id}.json`;
  const response = await client.request({ path, signal, retry: defaultRetry });
  return toMessage(parse(twilioMessage, response.json()));
}

/** `From` or `MessagingServiceSid`: the message's own sender, else the connector's for that channel. */
function senderOf(config: TwilioConfig, { channel, from }: SendInput): { From?: string; MessagingServiceSid?: string } {
  if (from?.startsWith('MG')) return { MessagingServiceSid: from };
  const number = from ?? (channel === 'whatsapp' ? config.whatsapp_sender : config.messaging_service_sid ? undefined : config.from_number);
  if (number !== undefined) return { From: channel === 'whatsapp' && !number.startsWith(whatsapp) ? `${whatsapp}${number}` : number };
  if (config.messaging_service_sid !== undefined) return { MessagingServiceSid: config.messaging_service_sid };
  const field = channel === 'whatsapp' ? 'whatsapp_sender' : 'from_number';
  throw new PatchbayError('invalid_config', `The connector has no sender for ${channel === 'whatsapp' ? 'WhatsApp' : 'SMS'}.`, {
    hint: 'Give the connector a sender or a messaging service, or name one in the message’s "from".',
    fields: [{ path: `config.${field}`, message: 'is missing' }],
  });
}

export function toMessage(twilio: TwilioMessage): Message {
  const { from, to, date_sent, error_code } = twilio;
  const sent = date_sent ? Date.parse(date_sent) : NaN;
  const plain = (address: string | null | undefined) => (address ?? '').replace(/^whatsapp:/, '');
  return {
    message_id: twilio.sid,
    direction: twilio.direction === 'inbound' ? 'inbound' : 'outbound',
    channel: [from, to].some((address) => address?.startsWith(whatsapp)) ? 'whatsapp' : 'sms',
    from: plain(from),
    to: plain(to),
    text: twilio.body ?? '',
    status: twilio.status,
    media_count: twilio.num_media,
    sent_at: Number.isNaN(sent) ? null : new Date(sent).toISOString(),
    error_code: error_code ? String(error_code) : null,
    error_message: error_code ? (twilio.error_message ?? deliveryError(error_code) ?? null) : null,
  };
}

export function parse<S extends z.ZodType>(schema: S, answer: unknown): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new PatchbayError('backend_error', 'Twilio answered in a form that this connector does not know.', {
    hint: 'Check that the API address is one of Twilio’s.', cause: parsed.error,
  });
}
