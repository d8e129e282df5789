/**
 * Fallbacks: further connectors of a tenant to try, in order, when its default of a category is failing.
 * Opt-in: a tenant that named none has none. They stand in wherever the default would have served, for
 * tenants that inherit it too.
 */
import { and, asc, eq } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Principal } from '../access/index.ts';
import { record } from '../audit/index.ts';
import type { Connectors, OwnedConnector } from '../connectors/index.ts';
import { connectors as connectorTable, fallbacks as table } from '../tables/index.ts';
import type { TenantRow } from '../tables/index.ts';

export interface Fallbacks {
  /** In the order in which they are tried; a connector that was deleted is not among them. */
  list(tenant: TenantRow, category: string): Promise<OwnedConnector[]>;
  set(principal: Principal, tenant: TenantRow, category: string, connectorIds: string[], requestId: string): Promise<OwnedConnector[]>;
}

export function createFallbacks({ db, connectors }: { db: Database; connectors: Connectors }): Fallbacks {
  const list: Fallbacks['list'] = async (tenant, category) => {
    const rows = await db.select({ connector: connectorTable }).from(table)
      .innerJoin(connectorTable, and(eq(connectorTable.tenant_id, table.tenant_id), eq(connectorTable.id, table.connector_id)))
      .where(and(eq(table.tenant_id, tenant.id), eq(table.category, category))).orderBy(asc(table.position));
    return rows.map(({ connector }) => ({ connector, tenant }));
  };
  return {
    list,
    async set(principal, tenant, category, connectorIds, requestId) {
      const chosen = await Promise.all(connectorIds.map((id) => connectors.require(principal, id, 'connectors:write')));
      chosen.forEach(({ connector, tenant: owner }, index) => {
        const wrong = owner.id !== tenant.id ? `belongs to ${owner.slug}, not to ${tenant.slug}`
          : connector.category !== category ? `is of the category ${connector.category}, not ${category}`
            : connectorIds.indexOf(connector.id) !== index ? 'is named twice' : undefined;
        if (wrong === undefined) return;
        throw new PatchbayError('conflict', `"${connector.name}" ${wrong}.`, {
          hint: `Name ${category} connectors of ${tenant.slug}, each once.`, fields: [{ path: `connectors.${index}`, message: wrong }],
        });
      });
      await db.transaction(async (transaction) => {
        await transaction.delete(table).where(and(eq(table.tenant_id, tenant.id), eq(table.category, category)));
        if (chosen.length > 0) {
          await transaction.insert(table).values(chosen.map(({ connector }, position) => ({ tenant_id: tenant.id, category, position, connector_id: connector.id })));
        }
        await record(transaction, {
          tenant_id: tenant.id, actor: principal, resource: { id: tenant.id, name: tenant.slug }, request_id: requestId,
          event: { action: 'fallbacks.changed', details: { category, connectors: chosen.map(({ connector }) => connector.slug) } },
        });
      });
      return list(tenant, category);
    },
  };
}
