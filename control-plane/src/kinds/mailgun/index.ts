import { z } from 'zod';
import { email } from '../../categories/email.ts';
import { addressesOf, filledBodies, mailboxText, uniqueRecipients } from '../../engines/email/delivery.ts';
import { checkMessage } from '../../engines/email/message.ts';
import type { CheckedMessage } from '../../engines/email/message.ts';
import { basicAuthentication, createHttpClient } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { defineKind } from '../contract.ts';
import type { Call } from '../contract.ts';
import { baseUrl, mailgunConfig } from './config.ts';
import { explainMailgun } from './errors.ts';

const domainAnswer = z.object({ domain: z.object({ name: z.string(), state: z.string(), disabled: z.object({ reason: z.string().nullish() }).nullish() }) });
const sentAnswer = z.object({ id: z.string() });

export const mailgun = defineKind({
  kind: 'mailgun',
  label: 'Mailgun',
  description: 'Sends mail through Mailgun',
  category: email,
  documentation_url: 'https://documentation.mailgun.com/docs/mailgun/api-reference/mg-auth',
  peer: { class: 'published API description', name: 'Mailgun’s OpenAPI description' },
  config: mailgunConfig,
  async open(config, { egress }) {
    const client = createHttpClient({
      egress, base_url: baseUrl(config), backend: 'Mailgun', authentication: basicAuthentication('api', config.api_key), explain: (failure) => explainMailgun(failure, config.domain),
    });
    return {
      async test({ signal }: Call) {
        const { domain } = domainAnswer.parse((await client.request({ path: `/v4/domains/${config.domain}`, signal })).json());
        if (domain.state === 'active') return { message: `Mailgun sends mail of ${domain.name}` };
        const reason = domain.disabled?.reason ? ` (${domain.disabled.reason.slice(0, 200)})` : '';
        throw new PatchbayError('backend_permission_denied', `Mailgun does not send mail of ${domain.name}: it is ${domain.state}${reason}.`, {
          hint: domain.state === 'unverified' ? 'Enter the DNS records that the Mailgun console shows, and have it verify them.' : 'See the domain in the Mailgun console.',
        });
      },
      async send(input, { signal }) {
        const message = checkMessage(input, config.from);
        const recipients = uniqueRecipients(message);
        const response = await client.request({ method: 'POST', path: `/v3/${config.domain}/messages`, raw: await encoded(formOf(message, recipients, config.test_mode)), signal });
        const { id } = sentAnswer.parse(response.json());
        return { message_id: id, accepted: addressesOf([...recipients.to, ...recipients.cc, ...recipients.bcc]), rejected: [] };
      },
      close: async () => undefined,
    };
  },
});
export default mailgun;

/** The form of `POST /v3/{domain}/messages`. */
function formOf(message: CheckedMessage, recipients: Pick<CheckedMessage, 'to' | 'cc' | 'bcc'>, testMode: boolean): FormData {
  const form = new FormData();
  form.append('from', mailboxText(message.from));
  for (const field of ['to', 'cc', 'bcc'] as const) for (const mailbox of recipients[field]) form.append(field, mailboxText(mailbox));
  form.append('subject', message.subject);
  for (const [field, body] of Object.entries(filledBodies(message, 'Mailgun'))) form.append(field, body);
  if (message.reply_to.length > 0) form.append('h:Reply-To', message.reply_to.map(mailboxText).join(', '));
  for (const [name, value] of Object.entries(message.headers)) form.append(`h:${name}`, value);
  for (const { filename, content_type = '', content } of message.attachments) {
    form.append('attachment', new Blob([new Uint8Array(content)], { type: content_type }), filename);
  }
  if (testMode) form.append('o:testmode', 'yes');
  return form;
}

/** Encoded here and not on the wire, so that its length is known. */
async function encoded(form: FormData): Promise<{ content: Uint8Array; content_type: string }> {
  const body = new Response(form);
  return { content: new Uint8Array(await body.arrayBuffer()), content_type: body.headers.get('content-type')! };
}
