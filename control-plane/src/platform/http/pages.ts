/** Lists in pages: `limit` and an opaque `cursor`, ordered by id (which is ordered by time). */
import { z } from 'zod';
import { PatchbayError } from '../errors.ts';
import { isId } from '../ids.ts';

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(100).meta({ description: 'How many at most' }),
  cursor: z.string().optional().meta({ description: '`next_cursor` of the page before' }),
};

export function encodeCursor(id: string): string {
  return Buffer.from(id).toString('base64url');
}

/** The id after which the page begins. */
export function decodeCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, 'base64url').toString();
  if (isId(id)) return id;
  throw new PatchbayError('invalid_request', 'The cursor is not one that this service gave.', {
    fields: [{ path: 'query.cursor', message: 'is not a cursor' }],
    hint: 'Pass next_cursor of the page before, unchanged.',
  });
}

/** Cuts the one row too many that tells whether there is a next page. */
export function page<T extends { id: string }>(rows: T[], limit: number): { rows: T[]; next_cursor?: string } {
  if (rows.length <= limit) return { rows };
  const kept = rows.slice(0, limit);
  return { rows: kept, next_cursor: encodeCursor(kept[kept.length - 1]!.id) };
}
