/** The audit log: what was changed, by whom, in the same transaction as the change. */
import { and, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { Database, Queryable } from '../../platform/db/index.ts';
import { firstIdOf, newId } from '../../platform/ids.ts';
import { auditEvents, tenants, withinTenant } from '../tables/index.ts';

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

/** Every action by name; the compiler sees to it that none is missing. */
export const auditActions = Object.keys({
  'tenant.created': true, 'tenant.updated': true, 'tenant.deleted': true,
  'connector.created': true, 'connector.updated': true, 'connector.deleted': true,
  'connector.activated': true, 'connector.deactivated': true, 'connector.connected': true, 'connector.disconnected': true,
  'default.changed': true, 'fallbacks.changed': true,
  'subscription.created': true, 'subscription.updated': true, 'subscription.deleted': true, 'subscription.secret_rotated': true, 'subscription.ended': true,
  'event.replayed': true, 'key.created': true, 'key.revoked': true,
} satisfies Record<AuditEvent['action'], true>) as AuditEvent['action'][];

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
  actor_id?: string;
  actions?: string[];
  since?: Date;
  until?: Date;
  before?: string;
  limit: number;
}

/** An id is made while its transaction runs, by another clock than the transaction's time. In milliseconds. */
const drift = 600_000;
const moved = (moment: Date, by: number) => new Date(moment.getTime() + by);

/** Up to so many tenants, the newest of each are read and merged; of more, the newest of all are read until enough of them are theirs. */
const fewTenants = 1000;

/** Newest first. */
export async function listAuditEvents(db: Database, query: AuditQuery) {
  const { tenant_id, limit } = query;
  const newest = (tenant: SQL | undefined) => db.select().from(auditEvents).where(and(tenant, ...conditionsOf(query))).orderBy(desc(auditEvents.id)).limit(limit);
  if (tenant_id === null) return newest(undefined);
  const below = await db.select({ id: tenants.id }).from(tenants).where(withinTenant(tenants.id, tenant_id)).limit(fewTenants + 1);
  if (below.length > fewTenants) return newest(withinTenant(auditEvents.tenant_id, tenant_id));
  // Said in so many words: left to choose, PostgreSQL reads everybody's events to find those of a tenant that has few.
  const own = newest(eq(auditEvents.tenant_id, tenants.id)).as('own');
  return db.select({
    tenant_id: own.tenant_id, id: own.id, at: own.at, actor: own.actor, action: own.action,
    resource_id: own.resource_id, resource_name: own.resource_name, details: own.details, request_id: own.request_id,
  }).from(tenants).crossJoinLateral(own).where(withinTenant(tenants.id, tenant_id)).orderBy(desc(own.id)).limit(limit);
}

/** Times bound the ids as well, which are ordered by time: so that a past day is found without reading all that came after it. */
function conditionsOf(query: AuditQuery): (SQL | undefined)[] {
  const { resource_id, actor_id, actions, since, until, before } = query;
  return [
    resource_id === undefined ? undefined : eq(auditEvents.resource_id, resource_id),
    actor_id === undefined ? undefined : eq(sql`${auditEvents.actor}->>'id'`, actor_id),
    actions === undefined ? undefined : inArray(auditEvents.action, actions),
    since === undefined ? undefined : and(gte(auditEvents.at, since), gte(auditEvents.id, firstIdOf(moved(since, -drift)))),
    until === undefined ? undefined : and(lt(auditEvents.at, until), lt(auditEvents.id, firstIdOf(moved(until, drift)))),
    before === undefined ? undefined : lt(auditEvents.id, before),
  ];
}
