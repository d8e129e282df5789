/** Config fields of every kind that is an object store. */
import { z } from 'zod';
import { pathProblem } from './keys.ts';

export const prefixField = z.string().max(512)
  .refine((prefix) => pathProblem(prefix) === undefined, { error: ({ input }) => pathProblem(String(input)) ?? 'is not a prefix' })
  .default('')
  .meta({
    title: 'Prefix', order: 7, placeholder: 'tenants/acme/',
    description: 'Every key is below it: nothing outside can be listed, read, stored or deleted',
  });
