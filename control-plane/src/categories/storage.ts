import { z } from 'zod';
import { defineCategory, operation } from '../kinds/contract.ts';
import { queryInput } from './database.ts';
import { discoverInput, discoverOutput, readInput, record } from './shared.ts';

const key = z.string().min(1).max(1024).meta({ title: 'Key', description: 'The object’s full name, with its folders' });

export const storageObject = z.strictObject({
  key: z.string(),
  size: z.number().meta({ description: 'In bytes' }),
  last_modified: z.string().optional(),
  etag: z.string().optional(),
  content_type: z.string().optional(),
});

export const storage = defineCategory({
  category: 'storage',
  label: 'Storage',
  description: 'Buckets and drives: objects that are listed, fetched, stored and deleted',
  operations: {
    discover: operation({
      resource: 'Model',
      title: 'Discover', description: 'List the prefixes and tables that can be read',
      input: discoverInput, output: discoverOutput, repeatable: true, fallback: true,
    }),
    read: operation({
      resource: 'Model',
      title: 'Read', description: 'Read the records of a prefix, a table or a file: Delta Lake, Parquet, JSON Lines, JSON or CSV',
      input: readInput, output: record, result: 'records', repeatable: true, fallback: true,
    }),
    query: operation({
      resource: 'Model',
      title: 'Query', description: 'Run one SELECT over prefixes, tables and files and read its records',
      input: queryInput, output: record, result: 'records', optional: true, repeatable: true, fallback: true,
    }),
    list: operation({
      resource: 'Object',
      title: 'List', description: 'List objects, a page at a time',
      input: z.strictObject({
        prefix: z.string().default('').meta({ title: 'Prefix', description: 'Only keys that begin with this' }),
        limit: z.int().min(1).max(1000).default(100).meta({ title: 'Limit' }),
        cursor: z.string().optional().meta({ title: 'Cursor', description: '`next_cursor` of the page before' }),
      }),
      output: z.strictObject({ objects: z.array(storageObject), next_cursor: z.string().optional() }),
      repeatable: true, fallback: true,
    }),
    get: operation({
      resource: 'Object',
      title: 'Get', description: 'Fetch one object’s bytes',
      input: z.strictObject({ key }),
      output: storageObject, result: 'bytes', repeatable: true, fallback: true,
    }),
    put: operation({
      resource: 'Object',
      title: 'Put', description: 'Store one object, replacing what is there',
      input: z.strictObject({
        key,
        content_type: z.string().optional().meta({ title: 'Content type', placeholder: 'application/pdf' }),
      }),
      output: z.strictObject({ key: z.string(), etag: z.string().optional(), size: z.number() }),
      takes_bytes: true, repeatable: true,
    }),
    delete: operation({
      resource: 'Object',
      title: 'Delete', description: 'Delete one object; one that is not there is no error',
      input: z.strictObject({ key }),
      output: z.strictObject({ key: z.string(), deleted: z.boolean() }),
      repeatable: true,
    }),
  },
});
