/** What decides which connector serves: which one is the default, whether it is active, and whether it is there. */
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { recordHealth } from '../health/index.ts';
import { connectors } from '../tables/index.ts';
import type { ConnectorRow } from '../tables/index.ts';
import { authorize } from '../tenants/index.ts';
import { connectorNotFound, rowOf } from './rows.ts';
import type { ConnectorRows } from './rows.ts';
import { assertCanBeDefault } from './rules.ts';
import type { Connectors } from './service.ts';

export function createDefaults({ db, rows }: { db: Database; rows: ConnectorRows }): Pick<Connectors, 'setActive' | 'remove' | 'setDefault' | 'defaults'> {
  const { announce, audit, changingDefault, require } = rows;
  return {
    async setActive(principal, id, active, requestId, hook) {
      const owned = await require(principal, id, 'connectors:write');
      if (owned.connector.active === active) return owned;
      await hook(owned);
      const row = await db.transaction((transaction) => changingDefault(transaction, owned.tenant.id, owned.connector.category, async () => {
        const here = rowOf(owned.connector);
        const [before] = await transaction.select().from(connectors).where(here).for('update');
        if (!before) throw connectorNotFound(id);
        if (before.active === active) return before;
        const [updated] = await transaction.update(connectors).set({ active, version: sql`version + 1`, updated_at: new Date() }).where(here).returning();
        await recordHealth(transaction, before, updated!);
        await audit(transaction, principal, updated!, requestId, { action: active ? 'connector.activated' : 'connector.deactivated', details: {} });
        return updated!;
      }));
      announce(row);
      return { connector: row, tenant: owned.tenant };
    },
    async remove(principal, id, successor, requestId) {
      const { tenant, connector } = await require(principal, id, 'connectors:write');
      const next = successor == null ? undefined : await require(principal, successor, 'connectors:write');
      const row = await db.transaction((transaction) => changingDefault(transaction, tenant.id, connector.category, async () => {
        const [deleted] = await transaction.delete(connectors).where(rowOf(connector)).returning();
        if (!deleted) throw connectorNotFound(id);
        await recordHealth(transaction, deleted, null);
        if (deleted.is_default && successor === undefined) {
          throw new PatchbayError('default_in_use', `"${deleted.name}" is the default ${deleted.category} connector of ${tenant.slug}.`, {
            hint: 'Name its successor: ?successor=ID, or ?successor=none to leave the tenant without one.',
            fields: [{ path: 'query.successor', message: 'is required to delete a default' }],
          });
        }
        if (deleted.is_default && next) {
          assertCanBeDefault(next, tenant, deleted.category);
          const [succeeded] = await transaction.update(connectors).set({ is_default: true, updated_at: new Date() })
            .where(rowOf(next.connector)).returning({ id: connectors.id });
          // It is the one that goes, or went a moment ago: a default must not vanish where a successor was named.
          if (!succeeded) {
            throw new PatchbayError('conflict', `"${next.connector.name}" is deleted, so it cannot be the successor.`, {
              hint: 'Name another connector, or none: ?successor=none.', fields: [{ path: 'query.successor', message: 'is deleted' }],
            });
          }
        }
        await audit(transaction, principal, deleted, requestId, { action: 'connector.deleted', details: { kind: deleted.kind, ...(next && { successor: next.connector.slug }) } });
        if (deleted.is_default) {
          await audit(transaction, principal, deleted, requestId, { action: 'default.changed', details: { category: deleted.category, from: deleted.slug, to: next?.connector.slug ?? null } });
        }
        return deleted;
      }));
      announce({ ...row, version: null });
    },
    async setDefault(principal, tenant, category, connectorId, requestId) {
      authorize(principal, tenant, 'connectors:write');
      const chosen = connectorId === null ? null : await require(principal, connectorId, 'connectors:write');
      if (chosen) assertCanBeDefault(chosen, tenant, category);
      const result = await db.transaction((transaction) => changingDefault(transaction, tenant.id, category, async () => {
        const here = and(eq(connectors.tenant_id, tenant.id), eq(connectors.category, category));
        const [before] = await transaction.select().from(connectors).where(and(here, eq(connectors.is_default, true)));
        if (before?.id === chosen?.connector.id) return { before: before ?? null, after: chosen && { ...chosen, connector: before! } };
        if (before) await transaction.update(connectors).set({ is_default: false, updated_at: new Date() }).where(and(here, eq(connectors.id, before.id)));
        let after: ConnectorRow | undefined;
        if (chosen) {
          [after] = await transaction.update(connectors).set({ is_default: true, updated_at: new Date() }).where(and(here, eq(connectors.id, chosen.connector.id))).returning();
          if (!after) throw connectorNotFound(chosen.connector.id);
        }
        const subject = after ?? before;
        if (subject) {
          await audit(transaction, principal, subject, requestId, { action: 'default.changed', details: { category, from: before?.slug ?? null, to: after?.slug ?? null } });
        }
        return { before: before ?? null, after: after ? { connector: after, tenant } : null };
      }));
      const subject = result.after?.connector ?? result.before;
      if (subject) announce(subject);
      return result;
    },
    defaults: (tenant) => db.select().from(connectors).where(and(eq(connectors.tenant_id, tenant.id), eq(connectors.is_default, true))),
  };
}
