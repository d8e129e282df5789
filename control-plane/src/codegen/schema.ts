/** Reads the JSON Schema of an input or a config: what a field is, whatever wraps it. */
import type { z } from 'zod';
import { inputJsonSchema } from '../kinds/fields.ts';
import type { InputType } from '../../../nodes/shared/types.ts';

export interface JsonSchema {
  type?: string;
  enum?: (string | number | boolean)[];
  const?: string | number | boolean;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  default?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  title?: string;
  description?: string;
  placeholder?: string;
  multiline?: boolean;
  advanced?: boolean;
  secret?: boolean;
  model?: boolean;
  order?: number;
  group?: string;
  show_when?: Record<string, (string | number | boolean)[]>;
}

export interface Field {
  name: string;
  schema: JsonSchema;
  type: InputType;
  required: boolean;
}

/** @param schema one of ours, or the JSON Schema that another Patchbay made of its own */
export function schemaOf(schema: z.ZodType | JsonSchema): JsonSchema {
  return '_zod' in schema ? (inputJsonSchema(schema) as JsonSchema) : schema;
}

export function fieldsOf(schema: JsonSchema): Field[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    schema: property,
    type: typeOf(property),
    required: required.has(name),
  }));
}

/** The values of an enumeration, written as `enum` or as a union of constants. */
export function valuesOf(schema: JsonSchema): (string | number | boolean)[] {
  if (schema.enum) return schema.enum;
  if (schema.const !== undefined) return [schema.const];
  return variantsOf(schema).flatMap(valuesOf);
}

/** The members of a union, without null. */
function variantsOf(schema: JsonSchema): JsonSchema[] {
  return (schema.anyOf ?? schema.oneOf ?? []).filter(({ type }) => type !== 'null');
}

const isList = (schema: JsonSchema): boolean => schema.type === 'array' && typeOf(schema.items ?? {}) === 'text';

export function typeOf(schema: JsonSchema): InputType {
  if (schema.model) return 'model';
  const variants = variantsOf(schema);
  if (variants.length === 1 && variants[0]) return typeOf(variants[0]);
  if (variants.length > 1) {
    if (variants.every((variant) => valuesOf(variant).length > 0)) return 'option';
    if (variants.some(isList) && variants.every((variant) => isList(variant) || typeOf(variant) === 'text')) return 'list';
    return 'any';
  }
  if (schema.enum || schema.const !== undefined) return 'option';
  switch (schema.type) {
    case 'string': return 'text';
    case 'integer':
    case 'number': return 'number';
    case 'boolean': return 'boolean';
    case 'object': return 'json';
    case 'array':
      if (isList(schema)) return 'list';
      if (schema.items?.properties?.content_base64) return 'attachments';
      return schema.items?.properties ? 'objects' : 'json';
    default: return 'any';
  }
}
