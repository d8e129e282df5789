import { z } from 'zod';
import { defineCategory, operation } from '../kinds/contract.ts';
import { discoverInput, discoverOutput, readInput, record } from './shared.ts';

export const queryInput = z.strictObject({
  query: z.string().min(1).meta({ title: 'Query', multiline: true, description: 'One statement in the backend’s own language' }),
  parameters: z.array(z.unknown()).default([]).meta({ title: 'Parameters', description: 'Bound in order, never pasted into the text' }),
  limit: z.int().min(1).optional().meta({ title: 'Limit', description: 'Stop after so many records' }),
});

export const writeModes = ['insert', 'upsert', 'update', 'delete'] as const;

export const writeInput = z.strictObject({
  model: z.string().min(1).meta({ title: 'Model', model: true, description: 'The table or collection to write to' }),
  mode: z.enum(writeModes).default('insert').meta({ title: 'Mode' }),
  records: z.array(record).min(1).meta({ title: 'Records' }),
  key: z.array(z.string().min(1)).default([]).meta({
    title: 'Key',
    description: 'The fields that identify a record, for upsert, update and delete; the primary key when empty',
  }),
});

export const database = defineCategory({
  category: 'database',
  label: 'Database',
  description: 'Tables and collections that can be browsed, read, queried and written',
  operations: {
    discover: operation({
      title: 'Discover', description: 'List tables, views and collections, or describe one',
      input: discoverInput, output: discoverOutput, repeatable: true, fallback: true,
    }),
    read: operation({
      title: 'Read', description: 'Read the records of one model',
      input: readInput, output: record, result: 'records', repeatable: true, fallback: true,
    }),
    query: operation({
      title: 'Query', description: 'Run one query and read its records',
      input: queryInput, output: record, result: 'records',
      fallback: 'read_only',
    }),
    write: operation({
      title: 'Write', description: 'Insert, upsert, update or delete records, all or none',
      input: writeInput,
      output: z.strictObject({ affected_records: z.int().min(0) }),
      optional: true,
    }),
  },
});
