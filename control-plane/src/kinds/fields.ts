/** Reading a config schema: its fields, their metadata, their defaults. */
import { z } from 'zod';
import type { AnyKind, ConfigSchema, FieldMeta } from './contract.ts';

export interface ConfigField {
  name: string;
  schema: z.ZodType;
  meta: FieldMeta;
  required: boolean;
}

/** The metadata of a schema and of all that it wraps (optional, default, nullable, …), the outermost winning. */
export function metaOf(schema: z.ZodType): FieldMeta {
  const inner = (schema as { def?: { innerType?: z.ZodType } }).def?.innerType;
  return { ...(inner ? metaOf(inner) : {}), ...(schema.meta() as FieldMeta | undefined) };
}

/** The fields of a config in the order in which a form shows them. */
export function configFields(config: ConfigSchema): ConfigField[] {
  const fields = Object.entries(config.shape).map(([name, schema]) => ({
    name,
    schema: schema as z.ZodType,
    meta: metaOf(schema as z.ZodType),
    required: !(schema as z.ZodType).safeParse(undefined).success,
  }));
  return fields
    .map((field, index) => ({ field, index }))
    .sort((a, b) => (a.field.meta.order ?? 1000 + a.index) - (b.field.meta.order ?? 1000 + b.index))
    .map(({ field }) => field);
}

export function secretFields(kind: AnyKind): string[] {
  return configFields(kind.config).filter(({ meta }) => meta.secret).map(({ name }) => name);
}

export function destinationFields(kind: AnyKind): string[] {
  return configFields(kind.config).filter(({ meta }) => meta.destination).map(({ name }) => name);
}

/** The JSON Schema (draft 2020-12) of what a caller sends; secrets are `writeOnly`. */
export function inputJsonSchema(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema['secret']) jsonSchema.writeOnly = true;
    },
  }) as Record<string, unknown>;
}
