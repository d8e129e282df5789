/** Shapes that several categories share. */
import { z } from 'zod';

export const field = z.strictObject({
  name: z.string(),
  type: z.string().meta({ description: 'The backend’s own name of the type' }),
  nullable: z.boolean().optional(),
  primary_key: z.boolean().optional(),
});

/** Something that a connector can be read from. */
export const model = z.strictObject({
  name: z.string().meta({ description: 'What `read` takes as `model`' }),
  label: z.string().optional(),
  type: z.string().meta({ description: 'table, view, collection, endpoint, prefix, …' }),
  schema: z.string().optional(),
  estimated_rows: z.number().optional(),
  fields: z.array(field).optional().meta({ description: 'Given when one model is asked for' }),
});
export type Model = z.output<typeof model>;

export const discoverInput = z.strictObject({
  model: z.string().optional().meta({ title: 'Model', description: 'Describe this one with its fields' }),
  search: z.string().optional().meta({ title: 'Search', description: 'Only models whose name contains this' }),
  limit: z.int().min(1).max(1000).default(100).meta({ title: 'Limit' }),
  cursor: z.string().optional().meta({ title: 'Cursor', description: '`next_cursor` of the page before' }),
});

export const discoverOutput = z.strictObject({
  models: z.array(model),
  next_cursor: z.string().optional(),
});

export const filterOperators = ['=', '!=', '<', '<=', '>', '>=', 'in', 'is_null', 'is_not_null', 'contains'] as const;

export const filter = z.strictObject({
  field: z.string().min(1).meta({ title: 'Field' }),
  operator: z.enum(filterOperators).default('=').meta({ title: 'Operator' }),
  value: z.unknown().optional().meta({ title: 'Value' }),
});
export type Filter = z.output<typeof filter>;

export const orderBy = z.strictObject({
  field: z.string().min(1).meta({ title: 'Field' }),
  direction: z.enum(['asc', 'desc']).default('asc').meta({ title: 'Direction' }),
});

export const readInput = z.strictObject({
  model: z.string().min(1).meta({ title: 'Model', model: true, description: 'What to read: a table, collection, endpoint, prefix' }),
  fields: z.array(z.string().min(1)).optional().meta({ title: 'Fields', description: 'All when empty' }),
  where: z.array(filter).optional().meta({ title: 'Where', description: 'All must hold' }),
  order_by: z.array(orderBy).optional().meta({ title: 'Order by' }),
  limit: z.int().min(1).optional().meta({ title: 'Limit', description: 'All records when empty' }),
});
export type ReadInput = z.output<typeof readInput>;

/** A file that goes along with a message. */
export const attachment = z.strictObject({
  filename: z.string().min(1).max(255).meta({ title: 'File name' }),
  content_type: z.string().optional().meta({ title: 'Content type' }),
  content_base64: z.base64().meta({ title: 'Content (Base64)' }),
});
export type Attachment = z.output<typeof attachment>;

export const record = z.record(z.string(), z.unknown());
