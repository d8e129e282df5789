import { createHmac } from 'node:crypto';
import { PatchbayError } from '../../platform/errors.ts';
import type { WebhookRequest } from '../contract.ts';
import { twilioConfig } from './config.ts';
import { signedText, webhookReceiver } from './webhook.ts';

// The vectors that Twilio's own libraries are tested with.
const auth_token = '12345';
const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
const form = { CallSid: 'CA1234567890ABCDE', Caller: '+14158675309', Digits: '1234', From: '+14158675309', To: '+18005551212' };

const account_sid = `AC${'0'.repeat(32)}`;
const receive = webhookReceiver(twilioConfig.parse({ account_sid, auth_token }))!;
const request = (changes: Partial<WebhookRequest> = {}, fields: Record<string, string> = form): WebhookRequest => ({
  method: 'POST', url, body: Buffer.from(new URLSearchParams(fields).toString()), ...changes,
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=', ...changes.headers },
});
const signed = (fields: Record<string, string>): WebhookRequest =>
  request({ headers: { 'x-twilio-signature': createHmac('sha1', auth_token).update(url + signedText(fields)).digest('base64') } }, fields);
const reason = async (given: WebhookRequest): Promise<unknown> => {
  try {
    return (await receive(given)).event;
  } catch (error) {
    return PatchbayError.is(error) ? [error.code, error.details?.['reason']] : error;
  }
};

test('takes what Twilio signed, at the address with or without its port', async () => {
  const { event, answer } = await receive(request());
  expect(event).toMatchObject({ type: 'webhook.received', data: { method: 'POST', query: { foo: '1', bar: '2' }, body: form } });
  expect(answer).toEqual({ content_type: 'text/xml; charset=utf-8', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' });
  expect((await receive(request({ url: url.replace('.com', '.com:443') }))).event.type).toBe('webhook.received');
});

test('takes a JSON body by the hash in the signed address', async () => {
  const json = {
    url: `${url}&bodySHA256=0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620`,
    headers: { 'content-type': 'application/json', 'x-twilio-signature': 'a9nBmqA0ju/hNViExpshrM61xv4=' },
  };
  const body = Buffer.from('{"property": "value", "boolean": true}');
  expect(await reason(request({ ...json, body }))).toMatchObject({ data: { body: { property: 'value', boolean: true } } });
  expect(await reason(request({ ...json, body: Buffer.from('{"property": "other"}') }))).toEqual(['webhook_refused', 'tampered']);
});

test('refuses what is unsigned, changed, or sent elsewhere', async () => {
  expect(await reason(request({ headers: { 'x-twilio-signature': '' } }))).toEqual(['webhook_refused', 'unsigned']);
  expect(await reason(request({}, { ...form, Digits: '12345' }))).toEqual(['webhook_refused', 'tampered']);
  expect(await reason(request({ url: url.replace('bar=2', 'bar=3') }))).toEqual(['webhook_refused', 'tampered']);
  const unsignedBody = createHmac('sha1', auth_token).update(url).digest('base64');
  expect(await reason(request({ headers: { 'content-type': 'text/plain', 'x-twilio-signature': unsignedBody }, body: Buffer.from('anything') }))).toEqual(['webhook_refused', 'unsigned']);
});

test('reads an incoming WhatsApp message', async () => {
  const fields = {
    MessageSid: 'SM1', SmsStatus: 'received', From: 'whatsapp:+4915112345678', To: 'whatsapp:+14155238886', Body: 'Grüße', ProfileName: 'Ada',
    NumMedia: '1', MediaUrl0: 'https://api.twilio.com/media/1', MediaContentType0: 'image/jpeg',
  };
  expect((await receive(signed(fields))).event).toEqual({
    id: 'SM1:received', type: 'message.received', subject: 'whatsapp:+4915112345678',
    data: {
      message_id: 'SM1', channel: 'whatsapp', from: '+4915112345678', to: '+14155238886', text: 'Grüße', profile_name: 'Ada',
      media: [{ url: 'https://api.twilio.com/media/1', content_type: 'image/jpeg' }], fields,
    },
  });
});

test('reads what became of a message', async () => {
  const fields = { MessageSid: 'SM2', MessageStatus: 'undelivered', From: '+15005550006', To: '+4915112345678', ErrorCode: '30003' };
  expect((await receive(signed(fields))).event).toEqual({
    id: 'SM2:undelivered', type: 'message.status', subject: 'sms:+4915112345678',
    data: { message_id: 'SM2', channel: 'sms', from: '+15005550006', to: '+4915112345678', status: 'undelivered', error_code: '30003', error_message: 'The recipient’s phone is off or out of reach', fields },
  });
});

test('takes none without the account’s auth token', () => {
  expect(webhookReceiver(twilioConfig.parse({ account_sid, authentication: 'api_key', api_key_sid: `SK${'0'.repeat(32)}`, api_key_secret: 'x' }))).toBeUndefined();
});
