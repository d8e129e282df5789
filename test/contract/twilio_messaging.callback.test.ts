/** Where Twilio tells what becomes of a message. */
import { twilioMessaging } from '../../control-plane/src/kinds/twilio_messaging/index.ts';
import { createEgress } from '../../control-plane/src/platform/egress/index.ts';
import { silentLogger } from '../../control-plane/src/platform/telemetry/log.ts';
import { startTwilioPeer } from '../peers/twilio.ts';
import type { TwilioPeer } from '../peers/twilio.ts';

const egress = createEgress({ allow: ['127.0.0.0/8'] });
const webhook_url = 'https://patchbay.example.com/hooks/acme/sms';
let twilio: TwilioPeer;
beforeAll(async () => void (twilio = await startTwilioPeer()));
afterAll(async () => {
  await Promise.all([twilio.stop(), egress.close()]);
  expect(twilio.violations).toEqual([]);
});

test.each([
  ['the connector’s own address', {}, webhook_url, webhook_url],
  ['what its config says', { status_callback_url: 'https://elsewhere.example.com/twilio' }, webhook_url, 'https://elsewhere.example.com/twilio'],
  ['nowhere, when the Internet does not reach the service', {}, undefined, undefined],
  ['wherever a messaging service says', { messaging_service_sid: `MG${'1'.repeat(32)}` }, webhook_url, undefined],
  ['nowhere, when nothing could verify it', { authentication: 'api_key', auth_token: undefined, api_key_sid: 'own', api_key_secret: 'own' }, webhook_url, undefined],
])('%s', async (_where, more, address, expected) => {
  const key = 'api_key_sid' in more ? { api_key_sid: twilio.api_key_sid, api_key_secret: twilio.api_key_secret } : {};
  const config = twilioMessaging.config.parse({ account_sid: twilio.account_sid, auth_token: twilio.auth_token, base_url: twilio.url, from_number: '+15005550006', ...more, ...key });
  const session = await twilioMessaging.open(config, { egress, log: silentLogger, output_schemas: [], ...(address !== undefined && { webhook_url: address }) });
  await session.send(twilioMessaging.category.operations.send.input.parse({ to: '+4915112345678', text: 'Hello' }), { signal: new AbortController().signal, log: silentLogger });
  expect(new URLSearchParams(twilio.received.at(-1)!.body.toString()).get('StatusCallback') ?? undefined).toBe(expected);
  await session.close();
});
