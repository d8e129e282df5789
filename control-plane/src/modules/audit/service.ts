/** The audit log: what was changed, by whom, in the same transaction as the change. */
import { and, desc, eq, lt } from 'drizzle-orm';
import type { Database, Queryable } from '../../platform/db/index.ts';
import { newId } from '../../platform/ids.ts';
import { auditEvents, withinTenant } from '../tables/index.ts';

/** Everything that is ever recorded. `changed` holds names of fields, never values. */
export type AuditEvent =
  | { action: 'tenant.created' | 'tenant.deleted'; details: { parent?: string } }
  | { action: 'tenant.updated'; details: { changed: string[] } }
  | { action: 'connector.created'; details: { kind: string; is_default: boolean } }
  | { action: 'connector.updated'; details: { changed: string[] } }
  | { action: 'connector.deleted'; details: { kind: string; successor?: string } }
  | { action: 'connector.activated' | 'connector.deactivated' | 'connector.connected' | 'connector.disconnected'; details: Record<string, never> }
  | { action: 'default.changed'; details: { category: string; from: string | null; to: string | null } }
  | { action: 'subscription.created'; details: { events: string[] } }
  | { action: 'subscription.updated'; details: { changed: string[] } }
  | { action: 'subscription.deleted'; details: Record<string, never> }
  | { action: 'subscription.secret_rotated'; details: { overlap_seconds: number } }
  | { action: 'subscription.ended'; details: { reason: string } }
  | { action: 'event.replayed'; details: { event: string; type: string } }
  | { action: 'fallbacks.changed'; details: { category: string; connectors: string[] } }
  | { action: 'key.created'; details: { role: string; prefix: string } }
  | { action: 'key.revoked'; details: { prefix: string } };

export interface AuditEntry {
  tenant_id: string | null;
  actor: { id: string; name: string };
  resource: { id: string; name: string };
  request_id?: string;
  event: AuditEvent;
}

export const noTenant = '00000000-0000-0000-0000-000000000000';

/** @param transaction the one that makes the change */
export async function record(transaction: Queryable, entry: AuditEntry): Promise<void> {
  await transaction.insert(auditEvents).values({
    tenant_id: entry.tenant_id ?? noTenant,
    id: newId(),
    actor: { id: entry.actor.id, name: entry.actor.name },
    action: entry.event.action,
    resource_id: entry.resource.id,
    resource_name: entry.resource.name,
    details: entry.event.details,
    request_id: entry.request_id ?? null,
  });
}

export interface AuditQuery {
  /** Events of the tenant and those below it; of all, for null. */
  tenant_id: string | null;
  resource_id?: string;
  before?: string;
  limit: number;
}

/** Newest first. */
export async function listAuditEvents(db: Database, query: AuditQuery) {
  return db.select().from(auditEvents).where(and(
    withinTenant(auditEvents.tenant_id, query.tenant_id),
    query.resource_id === undefined ? undefined : eq(auditEvents.resource_id, query.resource_id),
    query.before === undefined ? undefined : lt(auditEvents.id, query.before),
  )).orderBy(desc(auditEvents.id)).limit(query.limit);
}
