/** The catalog: every kind and category that this service knows, as JSON Schema. */
import { z } from 'zod';
import { isQueryable, operationsOf } from '../../kinds/contract.ts';
import type { AnyKind, Category } from '../../kinds/contract.ts';
import { inputJsonSchema } from '../../kinds/fields.ts';
import type { Registry } from '../../kinds/registry.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';

const jsonSchema = z.record(z.string(), z.unknown());

const kindSchema = z.strictObject({
  kind: z.string(), label: z.string(), description: z.string(), category: z.string(), aliases: z.array(z.string()),
  operations: z.array(z.string()), is_queryable: z.boolean(), documentation_url: z.string(), has_import: z.boolean(),
  redirect_uri: z.string().nullable().meta({ description: 'What to register at the provider, before it gives out a client id; null for a kind to which nobody connects an account' }),
  config_schema: jsonSchema.meta({ description: 'JSON Schema; a secret is writeOnly, `destination` marks what decides where secrets are sent' }),
}).meta({ id: 'Kind' });

function kindView(kind: AnyKind, redirectUri: string): z.output<typeof kindSchema> {
  return {
    kind: kind.kind, label: kind.label, description: kind.description, category: kind.category.category, aliases: [...kind.aliases],
    operations: operationsOf(kind), is_queryable: isQueryable(kind), documentation_url: kind.documentation_url,
    has_import: kind.importConfig !== undefined, redirect_uri: kind.oauth2 && 'authorization_url' in kind.config.shape ? redirectUri : null, config_schema: inputJsonSchema(kind.config),
  };
}

function categoryView(category: Category) {
  return {
    category: category.category, label: category.label, description: category.description,
    operations: Object.entries(category.operations).map(([operation, definition]) => ({
      operation, title: definition.title, description: definition.description, result: definition.result, optional: definition.optional,
      takes_bytes: definition.takes_bytes, repeatable: definition.repeatable, fallback: definition.fallback,
      ...(definition.resource !== undefined && { resource: definition.resource }), input_schema: inputJsonSchema(definition.input), output_schema: inputJsonSchema(definition.output),
    })),
  };
}

/** @param redirectUri where providers send browsers back to */
export function catalogEndpoints(registry: Registry, categories: Record<string, Category>, redirectUri: () => string): Endpoint[] {
  const view = (kind: AnyKind) => kindView(kind, redirectUri());
  return [
    endpoint({
      method: 'get', path: '/api/connectors/catalog', tag: 'Catalog', summary: 'Every kind of connector', permission: 'catalog:read',
      query: z.strictObject({ category: z.string().optional() }),
      answer: z.strictObject({ kinds: z.array(kindSchema) }),
      handle: async ({ query }) => ({ kinds: registry.list().filter((kind) => query.category === undefined || kind.category.category === query.category).map(view) }),
    }),
    endpoint({
      method: 'get', path: '/api/connectors/catalog/{kind}', tag: 'Catalog', summary: 'One kind of connector', permission: 'catalog:read',
      params: z.strictObject({ kind: z.string() }), answer: kindSchema,
      handle: async ({ params }) => view(registry.get(params.kind)),
    }),
    endpoint({
      method: 'get', path: '/api/categories', tag: 'Catalog', summary: 'Every category with its operations', permission: 'catalog:read',
      answer: z.strictObject({
        categories: z.array(z.strictObject({
          category: z.string(), label: z.string(), description: z.string(),
          operations: z.array(z.strictObject({
            operation: z.string(), title: z.string(), description: z.string(), result: z.enum(['json', 'records', 'bytes']), optional: z.boolean(),
            takes_bytes: z.boolean(), repeatable: z.boolean(), fallback: z.union([z.boolean(), z.literal('read_only')]).meta({ description: 'A tenant’s fallback may serve it; "read_only": between connectors whose config says that they are' }), resource: z.string().optional(), input_schema: jsonSchema, output_schema: jsonSchema,
          })),
        })),
      }),
      handle: async () => ({ categories: Object.values(categories).map(categoryView) }),
    }),
  ];
}
