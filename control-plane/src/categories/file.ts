import { z } from 'zod';
import { defineCategory, operation } from '../kinds/contract.ts';
import { queryInput } from './database.ts';
import { discoverInput, discoverOutput, field, readInput, record } from './shared.ts';

export const file = defineCategory({
  category: 'file',
  label: 'File',
  description: 'Files that are uploaded and kept as typed records',
  operations: {
    discover: operation({
      title: 'Discover', description: 'List the uploads, or describe one',
      input: discoverInput, output: discoverOutput, repeatable: true, fallback: true,
    }),
    read: operation({
      title: 'Read', description: 'Read the records of one upload',
      input: readInput, output: record, result: 'records', repeatable: true, fallback: true,
    }),
    query: operation({
      title: 'Query', description: 'Run one SELECT over the uploads and read its records',
      input: queryInput, output: record, result: 'records', optional: true, repeatable: true, fallback: true,
    }),
    upload: operation({
      title: 'Upload', description: 'Keep a file as records; it takes the place of an upload of the same name',
      input: z.strictObject({
        // eslint-disable-next-line no-control-regex -- nobody can type these
        name: z.string().trim().min(1).max(200).regex(/^[^/@\u0000-\u001f\u007f]+$/, 'must not have "/" or "@"').meta({
          title: 'Name', placeholder: 'customers', description: 'What the upload is called when it is read',
        }),
        format: z.enum(['auto', 'csv', 'tsv', 'xlsx']).default('auto').meta({ title: 'Format', description: 'By the content when auto' }),
        sheet: z.string().min(1).optional().meta({ title: 'Sheet', description: 'Of an Excel file, by its name; the first when empty' }),
        // A query string has no booleans.
        header: z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]).optional()
          .meta({ title: 'Header', description: 'Whether the first row holds the names of the fields; found out when empty' }),
        delimiter: z.string().min(1).max(4).optional().meta({ title: 'Delimiter', description: 'Between the cells of a row; found out when empty' }),
        date_format: z.enum(['DMY', 'MDY']).optional().meta({
          title: 'Date format', description: 'DMY when 01/02/2026 is the first of February, MDY when it is the second of January; such dates stay text when empty. Of text files',
        }),
        content_type: z.string().optional().meta({ title: 'Content type', placeholder: 'text/csv' }),
      }),
      output: z.strictObject({
        name: z.string(),
        rows: z.int().min(0),
        fields: z.array(field),
        size: z.int().min(0).meta({ description: 'In bytes, of the file as it came' }),
      }),
      takes_bytes: true, repeatable: true,
    }),
  },
});
