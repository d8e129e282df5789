import { z } from 'zod';
import { decodeCursor, page, pageQuery } from '../../platform/http/pages.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import { slug, tenantParams, tenantReference, tenantSchema } from './schema.ts';
import type { Tenants } from './service.ts';
import type { TenantRow } from '../tables/index.ts';

export function tenantView(row: TenantRow): z.output<typeof tenantSchema> {
  return {
    id: row.id, slug: row.slug, name: row.name, parent_id: row.parent_id, inherits_defaults: row.inherits_defaults,
    created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString(),
  };
}

const tenantInput = z.strictObject({
  slug,
  name: z.string().trim().min(1).max(200),
  parent: tenantReference.nullable().optional().meta({ description: 'The tenant above it; none makes a root' }),
  inherits_defaults: z.boolean().optional().meta({ description: 'Use the parent’s default where it has none; true when absent' }),
});

export function tenantEndpoints(tenants: Tenants): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/api/tenants', tag: 'Tenants', summary: 'List tenants', permission: 'tenants:read',
      query: z.strictObject({ search: z.string().max(200).optional(), parent: tenantReference.optional(), ...pageQuery }),
      answer: z.strictObject({ tenants: z.array(tenantSchema), next_cursor: z.string().optional() }),
      async handle({ principal, query }) {
        const { rows, next_cursor } = page(await tenants.list(principal, { ...query, after: decodeCursor(query.cursor), limit: query.limit + 1 }), query.limit);
        return { tenants: rows.map(tenantView), ...(next_cursor && { next_cursor }) };
      },
    }),
    endpoint({
      method: 'post', path: '/api/tenants', tag: 'Tenants', summary: 'Create a tenant', permission: 'tenants:write', status: 201,
      body: tenantInput, answer: tenantSchema,
      handle: async ({ principal, body, request_id }) => tenantView(await tenants.create(principal, body, request_id)),
    }),
    endpoint({
      method: 'get', path: '/api/tenants/{tenant}', tag: 'Tenants', summary: 'Show a tenant', permission: 'tenants:read',
      params: tenantParams, answer: tenantSchema,
      handle: async ({ principal, params }) => tenantView(await tenants.require(principal, params.tenant, 'tenants:read')),
    }),
    endpoint({
      method: 'patch', path: '/api/tenants/{tenant}', tag: 'Tenants', summary: 'Change a tenant', permission: 'tenants:write',
      params: tenantParams, body: tenantInput.partial(), answer: tenantSchema,
      handle: async ({ principal, params, body, request_id }) => tenantView(await tenants.update(principal, params.tenant, body, request_id)),
    }),
    endpoint({
      method: 'delete', path: '/api/tenants/{tenant}', tag: 'Tenants', summary: 'Delete a tenant', permission: 'tenants:write',
      description: 'Refused while it has tenants below it or connectors.', params: tenantParams,
      answer: z.strictObject({ deleted: z.literal(true) }),
      async handle({ principal, params, request_id }) {
        await tenants.remove(principal, params.tenant, request_id);
        return { deleted: true as const };
      },
    }),
  ];
}
