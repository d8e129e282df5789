/** A store's page token in a form that is known to be ours when it comes back. */
import { PatchbayError } from '../../platform/errors.ts';

const mark = 'page:';

export function encodeCursor(token: string | undefined): { next_cursor?: string } {
  return token === undefined ? {} : { next_cursor: Buffer.from(mark + token).toString('base64url') };
}

/** Throws `invalid_request` for what `encodeCursor` did not make: stores answer garbage with failures of their own. */
export function decodeCursor(cursor: string | undefined): { token?: string } {
  if (cursor === undefined) return {};
  const text = Buffer.from(cursor, 'base64url').toString();
  if (text.startsWith(mark)) return { token: text.slice(mark.length) };
  throw new PatchbayError('invalid_request', 'The cursor is not one that an earlier page gave.', {
    hint: 'Send `next_cursor` of the page before as it was given, or none for the first page.',
    fields: [{ path: 'cursor', message: 'is not a cursor of this list' }],
  });
}
