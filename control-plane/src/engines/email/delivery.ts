/** What mail services with an API of their own want of a message. */
import { PatchbayError } from '../../platform/errors.ts';
import type { CheckedMessage, Mailbox } from './message.ts';

/** Each address once: in `to`, else in `cc`, else in `bcc`. Services refuse, or serve twice, one that is repeated. */
export function uniqueRecipients({ to, cc, bcc }: Pick<CheckedMessage, 'to' | 'cc' | 'bcc'>): Pick<CheckedMessage, 'to' | 'cc' | 'bcc'> {
  const seen = new Set<string>();
  const once = (mailboxes: Mailbox[]) => mailboxes.filter(({ address }) => {
    const key = address.toLowerCase();
    return !seen.has(key) && seen.add(key);
  });
  return { to: once(to), cc: once(cc), bcc: once(bcc) };
}

/** The bodies that hold something. Throws `invalid_request` when none does. */
export function filledBodies({ text, html }: Pick<CheckedMessage, 'text' | 'html'>, service: string): { text?: string; html?: string } {
  const filled = { ...(text !== undefined && text !== '' && { text }), ...(html !== undefined && html !== '' && { html }) };
  if (Object.keys(filled).length > 0) return filled;
  throw new PatchbayError('invalid_request', `${service} takes no message without a body.`, { hint: 'Give the message a text or an HTML body.', fields: [{ path: 'text', message: 'is empty' }] });
}

/** `"Ada, Countess" <ada@example.com>` (RFC 5322) */
export function mailboxText({ name, address }: Mailbox): string {
  return name === '' ? address : `"${name.replace(/["\\]/g, '\\$&')}" <${address}>`;
}

export const addressesOf = (mailboxes: readonly Mailbox[]): string[] => mailboxes.map(({ address }) => address);
