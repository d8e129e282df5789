/**
 * Media of a message. Twilio takes addresses only and fetches them itself, by HEAD and GET, so that attachments are published first.
 * Limits: https://www.twilio.com/docs/messaging/guides/accepted-mime-types and
 * https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages
 */
import { detectMimeType } from 'nodemailer/lib/mime-funcs/mime-types';
import type { z } from 'zod';
import type { messaging } from '../../categories/messaging.ts';
import { attachmentErrors } from '../../engines/attachments/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { FieldError } from '../../platform/errors.ts';
import type { MediaFile, MediaHost, Publication } from '../contract.ts';

type SendInput = z.output<(typeof messaging)['operations']['send']['input']>;

const megabyte = 1024 * 1024;
const unknownType = 'application/octet-stream';

/** The attachments at addresses that Twilio can fetch. Throws `invalid_request` and `payload_too_large` with the fields, before anything is published. */
export async function publishMedia(host: MediaHost | undefined, input: SendInput): Promise<Publication> {
  const { channel, attachments = [], media_urls = [] } = input;
  if (channel === 'whatsapp' && attachments.length + media_urls.length > 1) {
    throw new PatchbayError('invalid_request', 'A WhatsApp message takes one attachment or media URL: Twilio would leave out the others.', {
      hint: 'Send a message for each.', fields: [{ path: attachments.length > 0 ? 'attachments' : 'media_urls', message: 'holds more than one' }],
    });
  }
  if (attachments.length === 0) return { urls: [], withdraw: async () => undefined };
  const files = checkedFiles(input);
  if (!host) {
    throw new PatchbayError('invalid_config', 'Nothing here can serve the attachments, which Twilio fetches by an address.', { hint: 'Give public addresses as media_urls.' });
  }
  return host.publish(files);
}

function checkedFiles({ channel, attachments = [] }: SendInput): MediaFile[] {
  const files = attachments.map(({ filename, content_type = unknownType, content_base64 }) => ({
    // What n8n does not know either, the file's name may tell.
    filename, content_type: content_type === unknownType ? detectMimeType(filename) : content_type, content: Buffer.from(content_base64, 'base64'),
  }));
  const errors: FieldError[] = [...attachmentErrors(attachments), ...files.flatMap(({ content_type, content }, index) => [
    ...(content_type === unknownType ? [{ path: `attachments.${index}.content_type`, message: 'must say what the file is, such as image/png: Twilio takes no other' }] : []),
    ...(content.length === 0 ? [{ path: `attachments.${index}.content_base64`, message: 'is empty' }] : []),
  ])];
  if (errors.length > 0) {
    throw new PatchbayError('invalid_request', `The attachments cannot be sent: ${errors.map(({ path, message }) => `${path} ${message}`).join('; ')}.`, {
      hint: 'Correct the fields named and send the message again.', fields: errors,
    });
  }
  const isLarger = channel === 'whatsapp' && files.every(({ content_type }) => !content_type.startsWith('image/'));
  const limit = isLarger ? 16 : 5;
  const size = files.reduce((sum, { content }) => sum + content.length, 0);
  if (size > limit * megabyte) {
    const what = isLarger ? 'a WhatsApp message' : channel === 'whatsapp' ? 'a WhatsApp message with an image' : 'an MMS';
    throw new PatchbayError('payload_too_large', `The attachments have ${(size / megabyte).toFixed(1)} MB; Twilio takes ${limit} MB in ${what}.`, {
      hint: 'Make the files smaller, or send a link to them in the text.', fields: [{ path: 'attachments', message: `have more than ${limit} MB` }],
    });
  }
  return files;
}
