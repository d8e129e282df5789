import { z } from 'zod';
import { email } from '../../categories/email.ts';
import { addressesOf, uniqueRecipients } from '../../engines/email/delivery.ts';
import { checkMessage } from '../../engines/email/message.ts';
import type { CheckedMessage } from '../../engines/email/message.ts';
import { accountSettings, explainGoogle, importGoogle } from '../../engines/google/index.ts';
import { createHttpClient, oauthAuthentication } from '../../engines/http/index.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { defineKind } from '../contract.ts';
import type { Call } from '../contract.ts';
import { scopesIn } from '../shared/oauth-fields.ts';
import { gmailConfig } from './config.ts';

const profileAnswer = z.object({ emailAddress: z.string() });
const sentAnswer = z.object({ id: z.string() });
const user = '/gmail/v1/users/me';

export const gmailOAuth2 = defineKind({
  kind: 'gmail_oauth2',
  label: 'Gmail OAuth2',
  description: 'Sends mail through a Gmail or Google Workspace account',
  category: email,
  documentation_url: 'https://developers.google.com/workspace/gmail/api/auth/web-server',
  peer: { class: 'protocol peer', name: 'a server that follows Google’s REST reference of Gmail and OAuth 2.0' },
  config: gmailConfig,
  importConfig: (source) => importGoogle(source, false),
  oauth2: (config) => accountSettings(config, scopesIn(config.scopes)),
  async open(config, { egress, oauth }) {
    const client = createHttpClient({
      egress, base_url: config.base_url, backend: 'Gmail', authentication: oauthAuthentication(oauth), explain: (failure) => explainGoogle(failure, 'Gmail'),
    });
    let own: string | undefined;
    return {
      async test({ signal }: Call) {
        const address = await accountAddress(client, signal);
        return { message: address === undefined ? 'Gmail knows the account; the scopes do not let its address be seen' : `Gmail sends mail of ${address}` };
      },
      async send(input, { signal }) {
        if (input.from === undefined && config.from === undefined) own ??= await accountAddress(client, signal);
        const message = checkMessage(input, config.from ?? own);
        const recipients = uniqueRecipients(message);
        const raw = (await composed({ ...message, ...recipients })).toString('base64url');
        const response = await client.request({ method: 'POST', path: `${user}/messages/send`, json: { raw }, signal });
        return { message_id: sentAnswer.parse(response.json()).id, accepted: addressesOf([...recipients.to, ...recipients.cc, ...recipients.bcc]), rejected: [] };
      },
      close: async () => undefined,
    };
  },
});
export default gmailOAuth2;

/** The account's address; undefined where the scopes allow sending alone. */
async function accountAddress(client: HttpClient, signal: AbortSignal): Promise<string | undefined> {
  try {
    return profileAnswer.parse((await client.request({ path: `${user}/profile`, signal })).json()).emailAddress;
  } catch (error) {
    const reason = PatchbayError.is(error) ? error.details?.['google_reason'] : undefined;
    if (reason === 'insufficientPermissions' || reason === 'ACCESS_TOKEN_SCOPE_INSUFFICIENT') return undefined;
    throw error;
  }
}

/** The message as RFC 822 has it. Gmail takes the recipients from it, so that Bcc stays in; Gmail takes it out. */
async function composed({ from, to, cc, bcc, reply_to, subject, text, html, headers, attachments }: CheckedMessage): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const node = new MailComposer({
    from, to, cc, bcc, replyTo: reply_to, subject, text, html, headers,
    attachments: attachments.map(({ filename, content_type, content }) => ({ filename, content, contentType: content_type })),
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  node.keepBcc = true;
  return node.build();
}
