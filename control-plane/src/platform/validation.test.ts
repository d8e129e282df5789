import { z } from 'zod';
import { PatchbayError } from './errors.ts';
import { parseInput } from './validation.ts';

const schema = z.strictObject({
  name: z.string().trim().min(1).max(5), id: z.uuid(), port: z.int().min(1).max(65535), sizes: z.array(z.number()).min(1), mode: z.enum(['own', 'none']), address: z.url(), code: z.string().length(2), active: z.boolean(),
  when: z.iso.datetime(), own: z.string().refine(() => false, 'is taken'), missing: z.string('Give a name'),
});

test('what is wrong with a field is said in words that follow its name', () => {
  const wrong = { name: ' ', id: 'x', port: 0, sizes: [], mode: 'other', address: 'x', code: 'x', active: 'yes', when: 'today', own: 'x', more: 1 };
  let caught: unknown;
  try {
    parseInput(schema, wrong);
  } catch (error) {
    caught = error;
  }
  expect(PatchbayError.is(caught) && Object.fromEntries(caught.fields!.map(({ path, message }) => [path, message]))).toEqual({
    name: 'must not be empty', id: 'must be a UUID', port: 'must be at least 1', sizes: 'must have at least 1 entry', mode: 'must be one of own, none', address: 'must be a URL', code: 'must have at least 2 characters',
    active: 'must be true or false', when: 'must be a date and time such as 2026-01-31T12:00:00Z', own: 'is taken', missing: 'is required', more: 'there is no such field',
  });
  expect(() => parseInput(schema.shape.name, 'far too long', 'name')).toThrow('name: must have at most 5 characters');
  expect(() => parseInput(schema.shape.port, 1.5, 'port')).toThrow('port: must be a whole number');
  expect(() => parseInput(z.number().gt(0), 0, 'rate')).toThrow('rate: must be more than 0');
});
