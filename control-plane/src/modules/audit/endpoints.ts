import { z } from 'zod';
import { decodeCursor, page, pageQuery } from '../../platform/http/pages.ts';
import type { Database } from '../../platform/db/index.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint, Permission, Principal } from '../access/index.ts';
import { auditActions, listAuditEvents, noTenant } from './service.ts';

const eventSchema = z.strictObject({
  id: z.uuid(), at: z.iso.datetime(), tenant_id: z.uuid().nullable(),
  actor: z.strictObject({ id: z.string(), name: z.string() }),
  action: z.string(), resource: z.strictObject({ id: z.string(), name: z.string() }),
  details: z.record(z.string(), z.unknown()), request_id: z.string().nullable(),
}).meta({ id: 'AuditEvent' });

const groups = [...new Set(auditActions.map((action) => action.split('.')[0]!))];
/** `default,connector.deleted` as the actions that it stands for. */
const actionList = z.string().transform((text) => text.split(',')).pipe(z.array(z.enum([...groups, ...auditActions])))
  .transform((names) => auditActions.filter((action) => names.some((name) => action === name || action.startsWith(`${name}.`))));

export function auditEndpoints({ db, requireTenant }: { db: Database; requireTenant(principal: Principal, reference: string, permission: Permission): Promise<{ id: string }> }): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/api/audit', tag: 'Audit', summary: 'What was changed, by whom, newest first', permission: 'audit:read',
      query: z.strictObject({
        tenant: z.string().optional().meta({ description: 'This tenant and those below it' }),
        resource: z.string().optional().meta({ description: 'The id of a connector, tenant, key or subscription' }),
        action: actionList.optional().meta({ description: `One action, such as \`connector.deleted\`, a group of them, or several separated by commas. The groups: ${groups.join(', ')}` }),
        actor: z.string().optional().meta({ description: 'The id of whoever made the change' }),
        since: z.iso.datetime().optional(), until: z.iso.datetime().optional().meta({ description: 'Changes before this time' }), ...pageQuery,
      }),
      answer: z.strictObject({ events: z.array(eventSchema), next_cursor: z.string().optional() }),
      async handle({ principal, query }) {
        const tenant_id = query.tenant === undefined ? principal.tenant_id : (await requireTenant(principal, query.tenant, 'audit:read')).id;
        const found = await listAuditEvents(db, {
          tenant_id, resource_id: query.resource, actor_id: query.actor, actions: query.action, before: decodeCursor(query.cursor), limit: query.limit + 1,
          ...(query.since !== undefined && { since: new Date(query.since) }), ...(query.until !== undefined && { until: new Date(query.until) }),
        });
        const { rows, next_cursor } = page(found, query.limit);
        return {
          events: rows.map((row) => ({
            id: row.id, at: row.at.toISOString(), tenant_id: row.tenant_id === noTenant ? null : row.tenant_id, actor: row.actor,
            action: row.action, resource: { id: row.resource_id, name: row.resource_name }, details: row.details, request_id: row.request_id,
          })),
          ...(next_cursor && { next_cursor }),
        };
      },
    }),
  ];
}
