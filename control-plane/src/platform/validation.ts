/** Parsing at the boundary: zod's issues as field errors that say what to do. */
import type { z } from 'zod';
import { PatchbayError } from './errors.ts';
import type { FieldError } from './errors.ts';
import './validation-words.ts';

/** Zod's issues as field errors. @param prefix what the path begins with: `config` */
export function fieldErrors(error: z.ZodError, prefix = ''): FieldError[] {
  return error.issues.flatMap((issue) => {
    const path = [prefix, ...issue.path.map(String)].filter(Boolean).join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [path, key].filter(Boolean).join('.'), message: 'there is no such field' }));
    }
    // Whatever a schema says of a value that it does not like, here there is none.
    return [{ path, message: issue.code === 'invalid_type' && issue.input === undefined ? 'is required' : issue.message }];
  });
}

/** Parses, or throws `invalid_request` naming each field. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, prefix = ''): z.output<S> {
  const parsed = schema.safeParse(input, { reportInput: true });
  if (parsed.success) return parsed.data;
  const fields = fieldErrors(parsed.error, prefix);
  throw new PatchbayError('invalid_request', `${fields.length === 1 ? 'A field is' : `${fields.length} fields are`} not valid: ${fields.map(({ path, message }) => `${path || 'the body'}: ${message}`).join('; ')}.`, {
    hint: 'Correct the fields named and send the request again.',
    fields,
  });
}
