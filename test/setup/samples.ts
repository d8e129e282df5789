/** Valid input made from an endpoint's own schemas, so that a test of all endpoints needs no list of them. */
import { inputJsonSchema } from '../../control-plane/src/kinds/fields.ts';
import type { Endpoint } from '../../control-plane/src/modules/access/index.ts';
import type { Json } from './client.ts';

export type JsonSchema = Json;

export function schemaOf(schema: Parameters<typeof inputJsonSchema>[0] | undefined): JsonSchema {
  return schema ? inputJsonSchema(schema) : {};
}

/** The least that the schema takes; a property in `given` has that value. */
export function sampleOf(schema: JsonSchema, given: Record<string, unknown>): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choice) return sampleOf(choice[0], given);
  switch (schema.type) {
    case 'object': {
      const names = new Set<string>([...(schema.required ?? []), ...Object.keys(schema.properties ?? {}).filter((name) => name in given)]);
      return Object.fromEntries([...names].map((name) => [name, name in given ? given[name] : sampleOf(schema.properties[name] ?? {}, given)]));
    }
    case 'array': return Array.from({ length: schema.minItems ?? 0 }, () => sampleOf(schema.items ?? {}, given));
    case 'string':
      if (schema.format === 'uri') return 'https://sample.example.com/';
      if (schema.format === 'date-time') return '2099-01-01T00:00:00Z';
      return 'sample'.padEnd(schema.minLength ?? 0, 'x');
    case 'integer': case 'number': return schema.minimum ?? 1;
    case 'boolean': return true;
    default: return 'sample';
  }
}

/** The path with its parameters filled in. */
export function pathOf({ path }: Pick<Endpoint, 'path'>, parameters: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    if (!(name in parameters)) throw new Error(`${path}: say what {${name}} is, in the test that uses samples`);
    return encodeURIComponent(parameters[name]!);
  });
}
