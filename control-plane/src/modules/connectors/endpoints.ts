import { z } from 'zod';
import type { Category } from '../../kinds/contract.ts';
import { requireCategory } from '../../kinds/registry.ts';
import type { Registry } from '../../kinds/registry.ts';
import { decodeCursor, page, pageQuery } from '../../platform/http/pages.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint, Principal } from '../access/index.ts';
import { tenantParams, tenantReference } from '../tenants/index.ts';
import type { Tenants } from '../tenants/index.ts';
import { parseDataFile } from './data-file.ts';
import { bootstrapInput, connectorChanges, connectorInput, connectorParams, connectorSchema, health } from './schema.ts';
import type { Connectors, OwnedConnector } from './service.ts';
import { connectorView } from './view.ts';

export interface ConnectorEndpointOptions {
  connectors: Connectors;
  tenants: Tenants;
  registry: Registry;
  categories: Record<string, Category>;
  /** Runs the kind's `activate` or `deactivate`. */
  runHook(owned: OwnedConnector, hook: 'activate' | 'deactivate'): Promise<void>;
}

const booleanText = z.enum(['true', 'false']).transform((text) => text === 'true');
const defaultParams = tenantParams.extend({ category: z.string() });

export function connectorEndpoints({ connectors, tenants, registry, categories, runHook }: ConnectorEndpointOptions): Endpoint[] {
  const view = (owned: OwnedConnector) => connectorView(owned, registry);
  const setDefault = async (principal: Principal, params: z.output<typeof defaultParams>, connector: string | null, request_id: string) => {
    const tenant = await tenants.require(principal, params.tenant, 'connectors:write');
    requireCategory(categories, params.category);
    const { before, after } = await connectors.setDefault(principal, tenant, params.category, connector, request_id);
    return { connector: after && view(after), replaced: before && before.id !== after?.connector.id ? { id: before.id, name: before.name } : null };
  };
  const defaultAnswer = z.strictObject({
    connector: connectorSchema.nullable(),
    replaced: z.strictObject({ id: z.uuid(), name: z.string() }).nullable().meta({ description: 'The default before' }),
  });

  return [
    endpoint({
      method: 'get', path: '/api/connectors', tag: 'Connectors', summary: 'List connectors', permission: 'connectors:read',
      query: z.strictObject({
        tenant: tenantReference.optional(), below: booleanText.optional().meta({ description: 'Those of the tenants below it too' }),
        category: z.string().optional(), kind: z.string().optional(),
        active: booleanText.optional(), health: health.optional(), search: z.string().max(200).optional(), ...pageQuery,
      }),
      answer: z.strictObject({ connectors: z.array(connectorSchema), next_cursor: z.string().optional() }),
      async handle({ principal, query }) {
        const found = await connectors.list(principal, { ...query, after: decodeCursor(query.cursor), limit: query.limit + 1 });
        const { rows, next_cursor } = page(found.map((owned) => ({ id: owned.connector.id, owned })), query.limit);
        return { connectors: rows.map(({ owned }) => view(owned)), ...(next_cursor && { next_cursor }) };
      },
    }),
    endpoint({
      method: 'post', path: '/api/connectors', tag: 'Connectors', summary: 'Create a connector', permission: 'connectors:write', status: 201,
      body: connectorInput, answer: connectorSchema,
      handle: async ({ principal, body, request_id }) => view(await connectors.create(principal, body, request_id)),
    }),
    endpoint({
      method: 'post', path: '/api/connectors/bootstrap', tag: 'Connectors', summary: 'Create a connector with a schedule', permission: 'connectors:write', status: 201,
      body: bootstrapInput, answer: connectorSchema,
      handle: async ({ principal, body, request_id }) => view(await connectors.create(principal, body, request_id)),
    }),
    endpoint({
      method: 'post', path: '/api/connectors/import', tag: 'Connectors', summary: 'Create connectors from a data file, all or none', permission: 'connectors:write', status: 201,
      description: 'XML with `<record model="ir.connector">` elements, whose config is a literal, or a JSON list of connectors.',
      body: z.strictObject({
        source: z.string().min(1).max(1_000_000),
        tenant: tenantReference.optional().meta({ description: 'For records that name none' }),
      }),
      answer: z.strictObject({ connectors: z.array(connectorSchema) }),
      async handle({ principal, body, request_id }) {
        const inputs = (await parseDataFile(body.source)).map((input) => ({ ...input, tenant: input.tenant ?? body.tenant }));
        return { connectors: (await connectors.createAll(principal, inputs, request_id)).map(view) };
      },
    }),
    endpoint({
      method: 'get', path: '/api/connectors/{id}', tag: 'Connectors', summary: 'Show a connector', permission: 'connectors:read',
      params: connectorParams, answer: connectorSchema,
      handle: async ({ principal, params }) => view(await connectors.require(principal, params.id, 'connectors:read')),
    }),
    endpoint({
      method: 'patch', path: '/api/connectors/{id}', tag: 'Connectors', summary: 'Change a connector', permission: 'connectors:write',
      description: 'In `config`, an absent field is kept, null clears it, a value sets it. Changing a destination voids the stored secrets: send them again.',
      params: connectorParams, body: connectorChanges, answer: connectorSchema,
      handle: async ({ principal, params, body, request_id }) => view(await connectors.update(principal, params.id, body, request_id)),
    }),
    endpoint({
      method: 'delete', path: '/api/connectors/{id}', tag: 'Connectors', summary: 'Delete a connector', permission: 'connectors:write',
      description: 'A default is deleted only with `successor`: the id of the connector that takes its place, or `none`.',
      params: connectorParams, query: z.strictObject({ successor: z.union([z.literal('none'), z.uuid()]).optional() }),
      answer: z.strictObject({ deleted: z.literal(true) }),
      async handle({ principal, params, query, request_id }) {
        await connectors.remove(principal, params.id, query.successor === 'none' ? null : query.successor, request_id);
        return { deleted: true as const };
      },
    }),
    ...(['activate', 'deactivate'] as const).map((hook) => endpoint({
      method: 'post', path: `/api/connectors/{id}/${hook}`, tag: 'Connectors', summary: `${hook === 'activate' ? 'Activate' : 'Deactivate'} a connector`, permission: 'connectors:write',
      params: connectorParams, answer: connectorSchema,
      handle: async ({ principal, params, request_id }) =>
        view(await connectors.setActive(principal, params.id, hook === 'activate', request_id, (owned) => runHook(owned, hook))),
    })),
    endpoint({
      method: 'post', path: '/api/connectors/{id}/make_default', tag: 'Defaults', summary: 'Make a connector the default of its category', permission: 'connectors:write',
      params: connectorParams, answer: defaultAnswer,
      async handle({ principal, params, request_id }) {
        const owned = await connectors.require(principal, params.id, 'connectors:write');
        return setDefault(principal, { tenant: owned.tenant.id, category: owned.connector.category }, params.id, request_id);
      },
    }),
    endpoint({
      method: 'get', path: '/api/tenants/{tenant}/defaults', tag: 'Defaults', summary: 'A tenant’s own defaults', permission: 'connectors:read',
      params: tenantParams, answer: z.strictObject({ defaults: z.record(z.string(), connectorSchema) }),
      async handle({ principal, params }) {
        const tenant = await tenants.require(principal, params.tenant, 'connectors:read');
        const rows = await connectors.defaults(tenant);
        return { defaults: Object.fromEntries(rows.map((connector) => [connector.category, view({ connector, tenant })])) };
      },
    }),
    endpoint({
      method: 'put', path: '/api/tenants/{tenant}/{category}/default', tag: 'Defaults', summary: 'Set a tenant’s default', permission: 'connectors:write',
      params: defaultParams, body: z.strictObject({ connector: z.uuid().meta({ description: 'The connector’s id' }) }), answer: defaultAnswer,
      handle: ({ principal, params, body, request_id }) => setDefault(principal, params, body.connector, request_id),
    }),
    endpoint({
      method: 'delete', path: '/api/tenants/{tenant}/{category}/default', tag: 'Defaults', summary: 'Leave a tenant without a default', permission: 'connectors:write',
      params: defaultParams, answer: defaultAnswer,
      handle: ({ principal, params, request_id }) => setDefault(principal, params, null, request_id),
    }),
  ];
}
