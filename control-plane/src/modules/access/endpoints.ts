import { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import { decodeCursor, page, pageQuery } from '../../platform/http/pages.ts';
import type { ApiKeyRow } from '../tables/index.ts';
import { endpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import { covers, roles } from './roles.ts';
import type { Permission, Principal } from './roles.ts';
import type { Access } from './service.ts';

const role = z.enum(roles);

const keySchema = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  role,
  tenant_id: z.uuid().nullable().meta({ description: 'Null: every tenant' }),
  prefix: z.string().meta({ description: 'The key’s first characters' }),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable(),
}).meta({ id: 'Key' });

function keyView(row: ApiKeyRow): z.output<typeof keySchema> {
  return {
    id: row.id, name: row.name, role: row.role, tenant_id: row.tenant_id, prefix: row.prefix,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at?.toISOString() ?? null,
    last_used_at: row.last_used_at?.toISOString() ?? null,
  };
}

export interface AccessEndpointOptions {
  access: Access;
  /** The tenant of that id or slug, authorized. */
  requireTenant(principal: Principal, reference: string, permission: Permission): Promise<{ id: string; slug: string; name: string; path: string[] }>;
}

export function accessEndpoints({ access, requireTenant }: AccessEndpointOptions): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/api/whoami', tag: 'Access', summary: 'Who this key is', permission: 'catalog:read',
      answer: z.strictObject({
        id: z.string(), name: z.string(), role,
        tenant: z.strictObject({ id: z.uuid(), slug: z.string(), name: z.string() }).nullable(),
      }),
      async handle({ principal }) {
        const tenant = principal.tenant_id === null ? null : await requireTenant(principal, principal.tenant_id, 'tenants:read');
        return { id: principal.id, name: principal.name, role: principal.role, tenant: tenant && { id: tenant.id, slug: tenant.slug, name: tenant.name } };
      },
    }),
    endpoint({
      method: 'get', path: '/api/keys', tag: 'Access', summary: 'List keys', permission: 'keys:read',
      query: z.strictObject({ tenant: z.string().optional(), ...pageQuery }),
      answer: z.strictObject({ keys: z.array(keySchema), next_cursor: z.string().optional() }),
      async handle({ principal, query }) {
        const tenantId = query.tenant === undefined ? principal.tenant_id : (await requireTenant(principal, query.tenant, 'keys:read')).id;
        const { rows, next_cursor } = page(await access.listKeys(tenantId, decodeCursor(query.cursor), query.limit + 1), query.limit);
        return { keys: rows.map(keyView), ...(next_cursor && { next_cursor }) };
      },
    }),
    endpoint({
      method: 'post', path: '/api/keys', tag: 'Access', summary: 'Create a key', permission: 'keys:write', status: 201,
      description: 'The answer holds the key itself, this once.',
      body: z.strictObject({
        name: z.string().trim().min(1).max(200),
        role,
        tenant: z.string().nullable().optional().meta({ description: 'The tenant that the key is for, with all below it; your own when absent' }),
        expires_at: z.iso.datetime().optional(),
      }),
      answer: keySchema.extend({ key: z.string() }),
      async handle({ principal, body, request_id }) {
        const tenant_id = body.tenant == null ? principal.tenant_id : (await requireTenant(principal, body.tenant, 'keys:write')).id;
        if (body.tenant === null && principal.tenant_id !== null) {
          throw new PatchbayError('forbidden', 'Only a platform admin makes keys for every tenant.', { fields: [{ path: 'tenant', message: 'must be a tenant of yours' }] });
        }
        if (body.role === 'platform_admin' && (principal.role !== 'platform_admin' || tenant_id !== null)) {
          throw new PatchbayError('forbidden', 'A platform admin’s key is made by a platform admin, and for no single tenant.', { fields: [{ path: 'role', message: 'may not be given by you' }] });
        }
        const expires_at = body.expires_at === undefined ? undefined : new Date(body.expires_at);
        if (expires_at && expires_at.getTime() <= Date.now()) {
          throw new PatchbayError('invalid_request', 'The key would have expired already.', { fields: [{ path: 'expires_at', message: 'must be in the future' }] });
        }
        const { row, key } = await access.createKey(principal, { name: body.name, role: body.role, tenant_id, ...(expires_at && { expires_at }) }, request_id);
        return { ...keyView(row), key };
      },
    }),
    endpoint({
      method: 'delete', path: '/api/keys/{id}', tag: 'Access', summary: 'Revoke a key', permission: 'keys:write',
      params: z.strictObject({ id: z.uuid() }), answer: z.strictObject({ revoked: z.literal(true) }),
      async handle({ principal, params, request_id }) {
        const row = await access.findKey(params.id);
        const missing = new PatchbayError('not_found', 'There is no such key, or you have no right to it.', { hint: 'GET /api/keys lists yours.' });
        if (!row || row.revoked_at) throw missing;
        if (row.tenant_id === null) {
          if (principal.tenant_id !== null || principal.role !== 'platform_admin') throw missing;
        } else {
          const tenant = await requireTenant(principal, row.tenant_id, 'keys:write').catch(() => undefined);
          if (!tenant || !covers(principal, tenant.path)) throw missing;
        }
        await access.revokeKey(principal, row, request_id);
        return { revoked: true as const };
      },
    }),
  ];
}
