/** Text that no database takes: refused at the boundary, with the field's name. */
import { PatchbayError } from '../errors.ts';

/** The value, if none of its texts holds a NUL or half a surrogate pair; `invalid_request` otherwise. */
export function storable<T>(value: T, path = ''): T {
  const bad = find(value, path);
  if (bad === undefined) return value;
  throw new PatchbayError('invalid_request', `A field holds a character that cannot be stored: ${bad || 'the body'}.`, {
    hint: 'Leave out the NUL character (U+0000) and any half of a surrogate pair.', fields: [{ path: bad, message: 'holds a character that cannot be stored' }],
  });
}

function find(value: unknown, path: string): string | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? path : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    const below = path === '' ? name : `${path}.${name}`;
    if (find(name, '') !== undefined) return path;
    const bad = find(inner, below);
    if (bad !== undefined) return bad;
  }
  return undefined;
}
