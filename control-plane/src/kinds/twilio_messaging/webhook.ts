/**
 * Requests that Twilio sends: messages that come in, and what becomes of those that went out. Signed with
 * the account's auth token. Sources: https://www.twilio.com/docs/usage/webhooks/webhooks-security and
 * https://www.twilio.com/docs/messaging/guides/webhook-request
 */
import { createHash, createHmac } from 'node:crypto';
import { digestOf, formFields, refusal, requestData } from '../../engines/webhooks/index.ts';
import { isSame } from '../../platform/standard-webhooks.ts';
import type { WebhookEvent, WebhookReceiver, WebhookRequest } from '../contract.ts';
import type { TwilioConfig } from './config.ts';
import { deliveryError } from './errors.ts';

type Fields = Record<string, string | string[]>;

/** "Nothing more to do": without it Twilio would log a missing answer, or say something to the sender. */
const emptyTwiml = { content_type: 'text/xml; charset=utf-8', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' };

export function webhookReceiver({ auth_token }: TwilioConfig): WebhookReceiver | undefined {
  if (auth_token === undefined) return undefined;
  return (request) => {
    const fields = verified(request, auth_token);
    return { event: eventOf(request, fields), answer: emptyTwiml };
  };
}

/** The request's parameters. Throws `webhook_refused`. */
function verified({ method, url, headers, body }: WebhookRequest, auth_token: string): Fields {
  const given = headers['x-twilio-signature'];
  if (!given) throw refusal('unsigned');
  const query = new URL(url).searchParams;
  const bodyHash = query.get('bodySHA256');
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  const fields = method !== 'GET' && isForm ? formFields(body.toString('utf8')) : {};
  const signed = signedText(fields);
  if (!addresses(url).some((address) => isSame(given, createHmac('sha1', auth_token).update(address + signed).digest('base64')))) throw refusal('tampered');
  if (bodyHash !== null && !isSame(createHash('sha256').update(body).digest('hex'), bodyHash.toLowerCase())) throw refusal('tampered');
  // A body that is neither a form nor named by its hash is not covered by the signature.
  if (method !== 'GET' && body.length > 0 && !isForm && bodyHash === null) throw refusal('unsigned');
  return method === 'GET' ? formFields(query.toString()) : fields;
}

/** Names and values in the order of the names; of a name that is given several times, each value once. */
export function signedText(fields: Fields): string {
  return Object.keys(fields).sort().map((name) => {
    const value = fields[name]!;
    return Array.isArray(value) ? [...new Set(value)].sort().map((one) => name + one).join('') : name + value;
  }).join('');
}

/** Twilio signs the address sometimes with the protocol's own port, sometimes without. */
function addresses(url: string): string[] {
  const match = /^(https?):\/\/([^/:?#]+|\[[^\]]+\])(:\d+)?(.*)$/.exec(url);
  if (!match) return [url];
  const [, protocol, host, port, rest] = match;
  const standard = protocol === 'https' ? ':443' : ':80';
  return [url, ...(port === undefined || port === standard ? [`${protocol}://${host}${rest}`, `${protocol}://${host}${standard}${rest}`] : [`${protocol}://${host}${rest}`])];
}

function eventOf(request: WebhookRequest, fields: Fields): WebhookEvent {
  const text = (name: string): string => { const value = fields[name] ?? ''; return Array.isArray(value) ? value.join(',') : value; };
  const message_id = text('MessageSid') || text('SmsSid');
  const status = text('MessageStatus') || text('SmsStatus');
  if (message_id === '' || status === '') {
    return { id: digestOf(request.url, request.body), type: 'webhook.received', data: requestData(request) };
  }
  const channel = [text('From'), text('To')].some((address) => address.startsWith('whatsapp:')) ? 'whatsapp' : 'sms';
  const plain = (name: string) => text(name).replace(/^whatsapp:/, '');
  const shared = { message_id, channel, from: plain('From'), to: plain('To') };
  if (status === 'received' || status === 'receiving') {
    const media = Array.from({ length: Math.min(Number(text('NumMedia')) || 0, 10) }, (_, index) => ({ url: text(`MediaUrl${index}`), content_type: text(`MediaContentType${index}`) }));
    return {
      id: `${message_id}:received`, type: 'message.received', subject: `${channel}:${shared.from}`,
      data: { ...shared, text: text('Body'), media, ...(text('ProfileName') !== '' && { profile_name: text('ProfileName') }), fields },
    };
  }
  const error_code = text('ErrorCode');
  return {
    id: `${message_id}:${status}`, type: 'message.status', subject: `${channel}:${shared.to}`,
    data: { ...shared, status, error_code: error_code || null, error_message: error_code ? (text('ErrorMessage') || deliveryError(Number(error_code)) || null) : null, fields },
  };
}
