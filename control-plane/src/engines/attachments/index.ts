/** Files that go along with a message: their names and types checked, so that no line of them can become a header of its own. */
import type { Attachment } from '../../categories/shared.ts';
import type { FieldError } from '../../platform/errors.ts';

// eslint-disable-next-line no-control-regex -- control characters are what is refused; a tab may stand in a subject
export const controlCharacter = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const mediaType = /^[\w.+-]+\/[\w.+-]+(\s*;\s*[\w.-]+=("[^"\r\n]*"|[\w.+-]+))*$/;

/** Whether it is a content type as it may stand in a header. */
export const isContentType = (text: string): boolean => mediaType.test(text);

/** What is wrong with them, by field: `attachments.0.filename`. */
export function attachmentErrors(attachments: readonly Attachment[]): FieldError[] {
  return attachments.flatMap(({ filename, content_type }, index) => [
    ...(controlCharacter.test(filename) ? [{ path: `attachments.${index}.filename`, message: 'has a line break or another control character' }] : []),
    ...(content_type !== undefined && !isContentType(content_type) ? [{ path: `attachments.${index}.content_type`, message: 'is no content type, such as application/pdf' }] : []),
  ]);
}
