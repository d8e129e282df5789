import { z } from 'zod';
import { email } from '../../categories/email.ts';
import { addressesOf, filledBodies, uniqueRecipients } from '../../engines/email/delivery.ts';
import { checkMessage } from '../../engines/email/message.ts';
import type { CheckedMessage, Mailbox } from '../../engines/email/message.ts';
import { bearerAuthentication, createHttpClient } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { defineKind } from '../contract.ts';
import type { Call } from '../contract.ts';
import { baseUrl, sendgridConfig } from './config.ts';
import { explainSendgrid } from './errors.ts';

const scopesAnswer = z.object({ scopes: z.array(z.string()) });

export const sendgrid = defineKind({
  kind: 'sendgrid',
  label: 'SendGrid',
  description: 'Sends mail through Twilio SendGrid',
  category: email,
  documentation_url: 'https://www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys',
  peer: { class: 'published API description', name: 'SendGrid’s OpenAPI description of the Mail API v3' },
  config: sendgridConfig,
  async open(config, { egress }) {
    const client = createHttpClient({
      egress, base_url: baseUrl(config), backend: 'SendGrid', authentication: bearerAuthentication(config.api_key), explain: explainSendgrid,
    });
    return {
      async test({ signal }: Call) {
        const { scopes } = scopesAnswer.parse((await client.request({ path: '/v3/scopes', signal })).json());
        if (!scopes.includes('mail.send')) {
          throw new PatchbayError('backend_permission_denied', 'SendGrid knows the API key, but it may not send mail.', { hint: 'Give it the permission Mail Send.' });
        }
        return { message: 'SendGrid knows the API key, and it may send mail' };
      },
      async send(input, { signal }) {
        const message = checkMessage(input, config.from);
        const { to, cc, bcc } = uniqueRecipients(message);
        const response = await client.request({ method: 'POST', path: '/v3/mail/send', json: bodyOf(message, { to, cc, bcc }, config.sandbox), signal });
        return { message_id: response.headers.get('x-message-id') ?? '', accepted: addressesOf([...to, ...cc, ...bcc]), rejected: [] };
      },
      close: async () => undefined,
    };
  },
});
export default sendgrid;

/** The body of `POST /v3/mail/send`. */
function bodyOf(message: CheckedMessage, { to, cc, bcc }: Pick<CheckedMessage, 'to' | 'cc' | 'bcc'>, sandbox: boolean): object {
  const { from, reply_to, subject, headers, attachments } = message;
  if (subject === '') {
    throw new PatchbayError('invalid_request', 'SendGrid takes no message without a subject.', { hint: 'Give the message a subject.', fields: [{ path: 'subject', message: 'is empty' }] });
  }
  const { text, html } = filledBodies(message, 'SendGrid');
  const some = <T>(name: string, list: T[]) => (list.length > 0 ? { [name]: list } : {});
  return {
    personalizations: [{ to: to.map(person), ...some('cc', cc.map(person)), ...some('bcc', bcc.map(person)) }],
    from: person(from),
    ...(reply_to.length === 1 ? { reply_to: person(reply_to[0]!) } : some('reply_to_list', reply_to.map(person))),
    subject,
    // The plain text has to come first.
    content: [...(text === undefined ? [] : [{ type: 'text/plain', value: text }]), ...(html === undefined ? [] : [{ type: 'text/html', value: html }])],
    ...(Object.keys(headers).length > 0 && { headers }),
    ...some('attachments', attachments.map(({ filename, content_type, content }) => ({
      filename, content: content.toString('base64'), ...(content_type !== undefined && { type: content_type }), disposition: 'attachment',
    }))),
    ...(sandbox && { mail_settings: { sandbox_mode: { enable: true } } }),
  };
}

function person({ name, address }: Mailbox): { email: string; name?: string } {
  return { email: address, ...(name !== '' && { name }) };
}
