/** A message of each item from its tenant's own number, with the item's files attached: Twilio fetches them from the service. */
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { runNode } from './engine.ts';
import { startPeer } from './peer-process.ts';
import type { PeerProcess } from './peer-process.ts';

const publicUrl = 'https://patchbay.example.com';
const numbers: Record<string, string> = { acme: '+15005550006', globex: '+15005550106' };

describe('messaging', () => {
  let plane: ControlPlane;
  let twilio: PeerProcess;
  let config: Record<string, string>;

  beforeAll(async () => {
    [plane, twilio] = await Promise.all([startControlPlane({ PATCHBAY_PUBLIC_URL: publicUrl }), startPeer('twilio', 'startTwilioPeer')]);
    await twilio.call('leadTo', publicUrl, plane.url);
    const { account_sid, auth_token, url } = twilio.peer as unknown as Record<string, string>;
    config = { account_sid: account_sid!, auth_token: auth_token!, base_url: url! };
    for (const [tenant, from_number] of Object.entries(numbers)) {
      await plane.tenant(tenant);
      await plane.connector(tenant, `${tenant} messages`, 'twilio_messaging', { ...config, from_number });
    }
  }, 120_000);

  afterAll(async () => {
    await plane?.stop();
    await twilio?.stop();
  });

  /** Files that n8n holds for an item of this tenant. */
  const filesOf = (tenant: string) => ({
    photo: { content: Buffer.from(`\x89PNG\r\n\x1a\n${tenant}`, 'latin1'), mimeType: 'image/png', fileName: 'photo.png' },
    invoice: { content: Buffer.from(`%PDF-1.7 of ${tenant}`), mimeType: 'application/pdf', fileName: 'invoice.pdf' },
  });
  const itemOf = (tenant: string) => ({
    json: { tenant },
    binary: Object.fromEntries(Object.entries(filesOf(tenant)).map(([name, { content, ...rest }]) => [name, { ...rest, data: content.toString('base64') }])),
  });
  const fetchedOf = (tenant: string) => Object.values(filesOf(tenant)).map(({ content, mimeType, fileName }) => ({ content_type: mimeType, filename: fileName, content: content.toString('base64') }));

  test.each(['messaging', 'twilioMessaging'])('the %s node sends the files of each item', async (type) => {
    const { items, error } = await runNode({
      type, credentials: { patchbayApi: plane.credential }, items: Object.keys(numbers).map(itemOf),
      parameters: {
        operation: 'send', backend: 'tenantDefault', tenant: { mode: 'id', value: '={{ $json.tenant }}', __rl: true },
        channel: 'sms', to: '+4915112345678', text: '=Hello from {{ $json.tenant }}', additionalFields: { attachments: 'photo, invoice' },
      },
    });
    expect(error).toBeUndefined();
    expect(items.map(({ json, pairedItem }) => [json.from, json.text, json.media_count, pairedItem])).toEqual(
      Object.entries(numbers).map(([tenant, number], item) => [number, `Hello from ${tenant}`, 2, { item }]),
    );
    for (const [index, tenant] of Object.keys(numbers).entries()) expect(await twilio.call('mediaOf', items[index]!.json.message_id)).toEqual(fetchedOf(tenant));
  });

  test.each(['messaging', 'twilioMessaging'])('the %s node downloads what came in with a message', async (type) => {
    const content = filesOf('acme').photo.content.toString('base64');
    const media_url = await twilio.call('keepMedium', content, 'image/png') as string;
    const { items, error } = await runNode({
      type, credentials: { patchbayApi: plane.credential }, items: [{ json: { tenant: 'acme', media_url } }],
      parameters: { operation: 'download_media', backend: 'tenantDefault', tenant: { mode: 'id', value: '={{ $json.tenant }}', __rl: true }, media_url: '={{ $json.media_url }}', binaryField: 'photo' },
    });
    expect(error).toBeUndefined();
    expect(items).toMatchObject([{ json: { media_url, content_type: 'image/png' }, binary: { photo: { data: content, mimeType: 'image/png', fileName: media_url.split('/').at(-1) } }, pairedItem: { item: 0 } }]);
  });

  test('Return All follows the messages that came in page after page', async () => {
    const [id] = (await plane.api<{ connectors: { id: string }[] }>('GET', '/api/connectors?tenant=acme')).connectors.map((connector) => connector.id);
    for (let index = 0; index < 1100; index += 1) await twilio.call('deliver', { from: '+4915100000001', to: numbers.acme, body: `${index}`, date_sent: new Date(Date.UTC(2026, 0, 5, 12, 0, index)) });
    const run = async (more: object) => (await runNode({
      type: 'messaging', credentials: { patchbayApi: plane.credential }, parameters: { operation: 'receive', backend: 'connector', connector: { mode: 'id', value: id!, __rl: true }, ...more },
    })).items.map(({ json }) => Number(json.text));
    const all = Array.from({ length: 1100 }, (_, index) => 1099 - index);
    expect(await run({ returnAll: true })).toEqual(all);
    expect([await run({ limit: 1050 }), await run({})]).toEqual([all.slice(0, 1050), all.slice(0, 50)]);
  });

  test('the node’s own credential sends them as well', async () => {
    const own = { accountSid: config.account_sid, authToken: config.auth_token, baseUrl: config.base_url, fromNumber: numbers.acme, patchbayUrl: plane.url, patchbayApiKey: plane.adminKey } as never;
    const { items, error } = await runNode({
      type: 'twilioMessaging', credentials: { patchbayTwilioMessagingApi: own }, items: [itemOf('acme')],
      parameters: { operation: 'send', backend: 'own', channel: 'sms', to: '+4915112345678', text: '', additionalFields: { attachments: 'photo' } },
    });
    expect(error).toBeUndefined();
    expect(await twilio.call('mediaOf', items[0]!.json.message_id)).toEqual(fetchedOf('acme').slice(0, 1));
  });

  test('a field that the item has not, and files that Twilio does not take, are sentences', async () => {
    const send = (item: ReturnType<typeof itemOf>, attachments: string) => runNode({
      type: 'messaging', credentials: { patchbayApi: { ...plane.credential, defaultTenant: 'acme' } }, items: [item],
      parameters: { operation: 'send', backend: 'tenantDefault', channel: 'sms', to: '+4915112345678', text: 'Hi', additionalFields: { attachments } },
    });
    expect((await send(itemOf('acme'), 'video')).error?.message).toMatch(/binary/);
    const item = itemOf('acme');
    item.binary['photo']!.data = Buffer.alloc(5 * 1024 * 1024 + 1).toString('base64');
    expect((await send(item, 'photo')).error).toMatchObject({ message: expect.stringContaining('Twilio takes 5 MB'), context: { problem: { code: 'payload_too_large' } } });
  });
});
