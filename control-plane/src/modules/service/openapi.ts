/** OpenAPI 3.1 from the endpoints' own zod schemas. */
import { z } from 'zod';
import type { Endpoint } from '../access/index.ts';
import { permissions } from '../access/index.ts';

type JsonObject = Record<string, unknown>;

const problemSchema: JsonObject = {
  type: 'object',
  description: 'RFC 9457: what happened, whose fault it is, what to do next',
  required: ['type', 'title', 'status', 'code', 'fault', 'retryable', 'detail'],
  properties: {
    type: { type: 'string' }, title: { type: 'string' }, status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; programs decide by it' },
    fault: { enum: ['caller', 'connector', 'backend', 'service'] },
    retryable: { type: 'boolean' }, detail: { type: 'string' }, hint: { type: 'string' },
    errors: { type: 'array', items: { type: 'object', properties: { path: { type: 'string' }, message: { type: 'string' } } } },
    details: { type: 'object' }, retry_after: { type: 'number', description: 'In seconds' }, request_id: { type: 'string' },
  },
};

/** @param version of the service @param server its public address */
export function openApiDocument(endpoints: readonly Endpoint[], version: string, server: string): JsonObject {
  const schemas: JsonObject = { Problem: problemSchema };
  const toSchema = (schema: z.ZodType, io: 'input' | 'output'): JsonObject => {
    const { $schema: _dialect, $defs, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as JsonObject & { $defs?: JsonObject };
    for (const [name, definition] of Object.entries($defs ?? {})) if (!(name in schemas)) schemas[name] = relocate(definition);
    const { id, ...shape } = relocate(own) as JsonObject;
    if (typeof id !== 'string') return shape;
    if (!(id in schemas)) schemas[id] = shape;
    return { $ref: `#/components/schemas/${id}` };
  };
  const parametersOf = (schema: z.ZodType | undefined, place: 'path' | 'query'): JsonObject[] => {
    if (!schema) return [];
    const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, JsonObject>; required?: string[] };
    return Object.entries(properties).map(([name, { description, ...rest }]) => ({
      name, in: place, required: place === 'path' || required.includes(name), ...(description !== undefined && { description }), schema: relocate(rest),
    }));
  };

  const paths: Record<string, JsonObject> = {};
  for (const endpoint of endpoints) {
    const types = endpoint.answer_types ?? ['application/json'];
    const answer = endpoint.answer ? toSchema(endpoint.answer as z.ZodType, 'output') : {};
    (paths[endpoint.path] ??= {})[endpoint.method] = {
      tags: [endpoint.tag],
      summary: endpoint.summary,
      operationId: operationId(endpoint),
      ...(endpoint.description !== undefined && { description: endpoint.description }),
      ...(endpoint.permission === null ? { security: [] } : { 'x-permission': endpoint.permission, 'x-roles': permissions[endpoint.permission] }),
      parameters: [...parametersOf(endpoint.params as z.ZodType | undefined, 'path'), ...parametersOf(endpoint.query as z.ZodType | undefined, 'query')],
      ...(endpoint.body !== undefined && { requestBody: { required: true, content: { 'application/json': { schema: toSchema(endpoint.body as z.ZodType, 'input') } } } }),
      responses: {
        [endpoint.status ?? 200]: { description: 'Done', content: Object.fromEntries(types.map((type) => [type, type === 'application/json' ? { schema: answer } : {}])) },
        default: { description: 'It did not work', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Patchbay', version, description: 'A connector control plane for n8n: one workflow, every tenant’s own backend.', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: server }],
    security: [{ bearer: [] }],
    tags: [...new Set(endpoints.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: { schemas, securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: 'An API key or a JWT' } } },
  };
}

/** `get /api/tenants/{tenant}` → `get_tenants_by_tenant` */
function operationId({ method, path }: Endpoint): string {
  const words = path.replace(/^\/(api\/)?/, '').split('/').map((part) => (part.startsWith('{') ? `by_${part.slice(1, -1)}` : part.replace(/\W/g, '_')));
  return [method, ...words].filter(Boolean).join('_');
}

/** zod writes references to `#/$defs/`; here they live in the components. */
function relocate(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll('#/$defs/', '#/components/schemas/')) as unknown;
}
