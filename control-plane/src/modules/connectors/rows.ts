/** Connectors as they are stored: found with the caller's right to them, and every change of one told. */
import { and, asc, eq, gt, ilike, or } from 'drizzle-orm';
import type { Registry } from '../../kinds/registry.ts';
import type { Changes } from '../../platform/db/changes.ts';
import type { Database, Queryable } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { isId } from '../../platform/ids.ts';
import type { Principal } from '../access/index.ts';
import { record } from '../audit/index.ts';
import type { AuditEvent } from '../audit/index.ts';
import { lockDefaults, tellDefaults } from '../inheritance/index.ts';
import { connectors, tenants as tenantTable, withinTenant } from '../tables/index.ts';
import type { ConnectorRow } from '../tables/index.ts';
import { authorize, likePattern } from '../tenants/index.ts';
import type { Tenants } from '../tenants/index.ts';
import type { Connectors, OwnedConnector } from './service.ts';
import { tell } from './telling.ts';

export interface ConnectorRows extends Pick<Connectors, 'find' | 'require' | 'list'> {
  /** Every process drops what it holds of it. @param row with the version null: it is deleted */
  announce(row: { tenant_id: string; id: string; version: number | null }): void;
  /** Records a change, and tells of it. @param transaction the one that makes it */
  audit(transaction: Queryable, actor: Pick<Principal, 'id' | 'name'>, row: ConnectorRow, requestId: string, event: AuditEvent): Promise<void>;
  /** Makes a change of a default, one at a time, and tells whoever then resolves to another connector. */
  changingDefault<T>(transaction: Queryable, tenantId: string, category: string, change: () => Promise<T>): Promise<T>;
}

export function connectorNotFound(id: string): PatchbayError {
  return new PatchbayError('connector_not_found', `There is no connector ${id}, or you have no right to it.`, {
    hint: 'GET /api/connectors lists those you may see.',
  });
}

export const rowOf = ({ tenant_id, id }: { tenant_id: string; id: string }) => and(eq(connectors.tenant_id, tenant_id), eq(connectors.id, id));

export function createConnectorRows({ db, registry, tenants, changes }: { db: Database; registry: Registry; tenants: Tenants; changes: Changes }): ConnectorRows {
  const find = async (id: string): Promise<OwnedConnector | undefined> => {
    if (!isId(id)) return undefined;
    const [row] = await db.select({ connector: connectors, tenant: tenantTable }).from(connectors)
      .innerJoin(tenantTable, eq(tenantTable.id, connectors.tenant_id)).where(eq(connectors.id, id));
    return row;
  };

  const require: Connectors['require'] = async (principal, id, permission) => {
    const owned = await find(id);
    if (!owned) throw connectorNotFound(id);
    try {
      authorize(principal, owned.tenant, permission);
    } catch (error) {
      // Whether a foreign connector exists is nobody's business.
      throw PatchbayError.is(error) && error.code === 'tenant_not_found' ? connectorNotFound(id) : error;
    }
    return owned;
  };

  return {
    find,
    require,
    async list(principal, query) {
      const tenant = query.tenant === undefined ? undefined : await tenants.require(principal, query.tenant, 'connectors:read');
      const kind = query.kind === undefined ? undefined : (registry.find(query.kind)?.kind ?? query.kind);
      return db.select({ connector: connectors, tenant: tenantTable }).from(connectors)
        .innerJoin(tenantTable, eq(tenantTable.id, connectors.tenant_id))
        .where(and(
          tenant && !query.below ? eq(connectors.tenant_id, tenant.id) : withinTenant(connectors.tenant_id, tenant?.id ?? principal.tenant_id),
          query.category === undefined ? undefined : eq(connectors.category, query.category),
          kind === undefined ? undefined : eq(connectors.kind, kind),
          query.active === undefined ? undefined : eq(connectors.active, query.active),
          query.health === undefined ? undefined : eq(connectors.health, query.health),
          query.search ? or(ilike(connectors.name, likePattern(query.search)), ilike(connectors.slug, likePattern(query.search))) : undefined,
          query.after === undefined ? undefined : gt(connectors.id, query.after),
        )).orderBy(asc(connectors.id)).limit(query.limit);
    },
    announce: ({ tenant_id, id, version }) => changes.announce({ table: 'connectors', tenant_id, id, version }),
    async audit(transaction, actor, row, requestId, event) {
      await record(transaction, { tenant_id: row.tenant_id, actor, resource: { id: row.id, name: row.slug }, request_id: requestId, event });
      await tell(transaction, row, event);
    },
    async changingDefault(transaction, tenantId, category, change) {
      await lockDefaults(transaction, tenantId, category);
      return tellDefaults(transaction, { tenant_id: tenantId, category }, change);
    },
  };
}
