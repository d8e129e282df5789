import { z } from 'zod';
import { messaging } from '../../categories/messaging.ts';
import { basicAuthentication, createHttpClient } from '../../engines/http/index.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { defineKind } from '../contract.ts';
import type { Call } from '../contract.ts';
import { twilioConfig } from './config.ts';
import type { TwilioConfig } from './config.ts';
import { downloadMedia } from './download.ts';
import { explainTwilio } from './errors.ts';
import { messagesPath, send, status } from './messages.ts';
import { receive } from './receive.ts';
import { webhookReceiver } from './webhook.ts';

export const twilioMessaging = defineKind({
  kind: 'twilio_messaging',
  label: 'Twilio',
  description: 'SMS and WhatsApp messages through Twilio',
  category: messaging,
  documentation_url: 'https://www.twilio.com/docs/messaging/api/message-resource',
  optional_operations: ['status', 'download_media'],
  peer: { class: 'published API description', name: 'Twilio’s OpenAPI description of API 2010-04-01' },
  config: twilioConfig,
  webhook: webhookReceiver,
  async open(config, { egress, media, webhook_url }) {
    // What comes there is verified by the auth token alone.
    const status_callback = config.auth_token === undefined ? undefined : webhook_url;
    const [username, password] = config.authentication === 'api_key'
      ? [config.api_key_sid ?? '', config.api_key_secret ?? '']
      : [config.account_sid, config.auth_token ?? ''];
    const client = createHttpClient({
      egress,
      base_url: config.base_url,
      backend: 'Twilio',
      authentication: basicAuthentication(username, password),
      explain: explainTwilio,
    });
    return {
      test: ({ signal }: Call) => greet(client, config, signal),
      send: (input, { signal }) => send(client, config, input, signal, { media, status_callback }),
      receive: (input, { signal }) => receive(client, config, input, signal),
      status: ({ message_id }, { signal }) => status(client, config, message_id, signal),
      download_media: ({ media_url }, { signal }) => downloadMedia(client, config, media_url, signal),
      close: async () => undefined,
    };
  },
});
export default twilioMessaging;

const account = z.object({ friendly_name: z.string().nullish(), status: z.string().nullish() });

/** An API key of the standard sort may not see the account, so that with a key the messages are asked for. */
async function greet(client: HttpClient, config: TwilioConfig, signal: AbortSignal): Promise<{ message: string }> {
  if (config.authentication === 'api_key') {
    await client.request({ path: messagesPath(config), query: { PageSize: 1 }, signal });
    return { message: `The API key reaches the messages of the Twilio account ${config.account_sid}` };
  }
  const response = await client.request({ path: `/2010-04-01/Accounts/${config.account_sid}.json`, signal });
  const { friendly_name, status: state } = account.parse(response.json());
  const name = `Twilio account "${friendly_name ?? config.account_sid}"`;
  if (state && state !== 'active') {
    throw new PatchbayError('backend_permission_denied', `The ${name} is ${state}, so that it sends nothing.`, { hint: 'Reactivate it in the Twilio console.' });
  }
  return { message: name };
}
