/** A message as every mail kind takes it: checked so that no line of it can become a header or a recipient of its own. */
import type { z } from 'zod';
import addressparser from 'nodemailer/lib/addressparser';
import type { email } from '../../categories/email.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { FieldError } from '../../platform/errors.ts';
import { attachmentErrors, controlCharacter } from '../attachments/index.ts';

export type SendInput = z.output<(typeof email)['operations']['send']['input']>;

export interface Mailbox {
  /** Empty when there is none. */
  name: string;
  address: string;
}

export interface CheckedMessage {
  from: Mailbox;
  to: Mailbox[];
  cc: Mailbox[];
  bcc: Mailbox[];
  reply_to: Mailbox[];
  subject: string;
  text?: string;
  html?: string;
  headers: Record<string, string>;
  attachments: { filename: string; content_type?: string; content: Buffer }[];
}

const headerName = /^[!-9;-~]+$/;
/** Headers that have fields of their own, or that say how the message is built. */
const ownHeaders = /^(from|sender|to|cc|bcc|reply-to|subject|mime-version|return-path|content-.*|resent-.*|dkim-signature)$/i;

/**
 * @param defaultFrom the connector's own sender, when the message names none
 * Throws `invalid_request` that names each wrong field, `invalid_config` when there is no sender.
 */
export function checkMessage(input: SendInput, defaultFrom: string | undefined): CheckedMessage {
  const errors: FieldError[] = [];
  const wrong = (path: string, message: string): [] => {
    errors.push({ path, message });
    return [];
  };

  const mailboxes = (path: string, texts: readonly string[] | undefined): Mailbox[] => (texts ?? []).flatMap((text, index) => {
    const at = texts!.length > 1 ? `${path}.${index}` : path;
    if (controlCharacter.test(text)) return wrong(at, 'has a line break or another control character');
    const found = addressparser(text, { flatten: true }).map(({ name, address }) => ({ name, address }));
    // The parser would make the address b@example.com out of "a b@example.com": a slip, not a name.
    const isClear = text.includes('<') || found.every(({ name }) => name === '');
    if (found.length === 0 || !isClear || !found.every(({ address }) => isAddress(address))) return wrong(at, 'is no e-mail address');
    return found;
  });

  const { subject, headers = {}, attachments = [] } = input;
  const sender = input.from ?? defaultFrom;
  if (sender === undefined) {
    throw new PatchbayError('invalid_config', 'The connector has no sender and the message names none.', {
      hint: 'Give the connector a sender, or the message a "from".', fields: [{ path: 'config.from', message: 'is missing' }],
    });
  }
  const from = mailboxes('from', [sender]);
  if (from.length > 1) wrong('from', 'is more than one address');
  const recipients = { to: mailboxes('to', input.to), cc: mailboxes('cc', input.cc), bcc: mailboxes('bcc', input.bcc) };
  const reply_to = mailboxes('reply_to', input.reply_to === undefined ? [] : [input.reply_to]);
  if (controlCharacter.test(subject)) wrong('subject', 'has a line break or another control character');
  for (const [name, value] of Object.entries(headers)) {
    if (!headerName.test(name)) wrong('headers', `${JSON.stringify(name)} is no name of a header`);
    else if (ownHeaders.test(name)) wrong(`headers.${name}`, 'is not set here: it has a field of its own, or is made from the message');
    else if (controlCharacter.test(value)) wrong(`headers.${name}`, 'has a line break or another control character');
  }
  errors.push(...attachmentErrors(attachments));

  if (errors.length > 0) {
    throw new PatchbayError('invalid_request', `The message cannot be sent: ${errors.map(({ path, message }) => `${path} ${message}`).join('; ')}.`, {
      hint: 'Correct the fields named and send the message again.', fields: errors,
    });
  }
  return {
    from: from[0]!, ...recipients, reply_to, subject, headers,
    ...(input.text !== undefined && { text: input.text }),
    ...(input.html !== undefined && { html: input.html }),
    attachments: attachments.map(({ filename, content_type, content_base64 }) =>
      ({ filename, ...(content_type !== undefined && { content_type }), content: Buffer.from(content_base64, 'base64') })),
  };
}

/** What can stand in an SMTP envelope; whether it exists, the server says. */
function isAddress(address: string): boolean {
  return address.length <= 320 && /^[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\]+$/.test(address);
}
