/** A message of each item through its tenant's own mail server, with the item's files attached. */
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { runNode } from './engine.ts';
import { startSmtpPeer } from '../peers/smtp.ts';
import type { SmtpPeer } from '../peers/smtp.ts';

describe('email', () => {
  let plane: ControlPlane;
  const servers: Record<string, SmtpPeer> = {};

  beforeAll(async () => {
    plane = await startControlPlane();
    for (const tenant of ['acme', 'globex']) {
      servers[tenant] = await startSmtpPeer(undefined, { authOptional: true, disabledCommands: ['STARTTLS'] });
      await plane.tenant(tenant);
      await plane.connector(tenant, `${tenant} mail`, 'smtp', { host: '127.0.0.1', port: servers[tenant].port, security: 'none', from: `${tenant} <hello@${tenant}.example>` });
    }
  }, 120_000);

  afterAll(async () => {
    await Promise.all(Object.values(servers).map((server) => server.stop()));
    await plane?.stop();
  });

  test.each(['email', 'smtp'])('the %s node sends with copies, a display name with a comma, and attachments', async (type) => {
    const binary = {
      invoice: { data: Buffer.from('an invoice').toString('base64'), mimeType: 'application/pdf', fileName: 'invoice.pdf' },
      photo: { data: Buffer.from('a photo').toString('base64'), mimeType: 'image/png', fileName: 'photo.png' },
    };
    const { items, error } = await runNode({
      type,
      credentials: { patchbayApi: plane.credential },
      items: [{ json: { tenant: 'acme' }, binary }, { json: { tenant: 'globex' }, binary }],
      parameters: {
        operation: 'send', backend: 'tenantDefault', tenant: { mode: 'id', value: '={{ $json.tenant }}', __rl: true },
        to: '"Doe, Jane" <jane@example.com>, joe@example.com', subject: '=Hello from {{ $json.tenant }}', text: 'See the files.',
        additionalFields: { cc: 'copy@example.com', attachments: 'invoice, photo' },
      },
    });
    expect(error).toBeUndefined();
    expect(items.map(({ json, pairedItem }) => [json.accepted, json.rejected, pairedItem])).toEqual(
      [0, 1].map((item) => [['jane@example.com', 'joe@example.com', 'copy@example.com'], [], { item }]),
    );
    for (const tenant of ['acme', 'globex']) {
      const mail = servers[tenant]!.received.at(-1)!;
      expect(mail.from).toBe(`hello@${tenant}.example`);
      expect(mail.source).toContain(`Subject: Hello from ${tenant}`);
      expect(mail.source).toMatch(/filename=invoice\.pdf[\s\S]*YW4gaW52b2ljZQ==[\s\S]*filename=photo\.png/);
    }
  });

  test('a message without a text is refused with the field’s name, and so is a mistyped recipient', async () => {
    const send = (parameters: Record<string, string>) => runNode({
      type: 'email', credentials: { patchbayApi: { ...plane.credential, defaultTenant: 'acme' } },
      parameters: { operation: 'send', backend: 'tenantDefault', to: 'a@example.com', subject: '', ...parameters },
    });
    expect((await send({})).error).toMatchObject({ message: expect.stringContaining('text'), context: { problem: { code: 'invalid_request' } } });
    expect((await send({ text: 'x', to: 'nobody@example.com' })).error).toMatchObject({ message: expect.stringContaining('nobody@example.com') });
  });
});
