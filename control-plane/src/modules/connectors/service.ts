/** Connectors: configured instances of kinds, owned by tenants. The connector is the credential. */
import { sql } from 'drizzle-orm';
import type { Registry } from '../../kinds/registry.ts';
import type { Changes } from '../../platform/db/changes.ts';
import type { Database, Queryable } from '../../platform/db/index.ts';
import type { Permission, Principal } from '../access/index.ts';
import type { AuditEvent } from '../audit/index.ts';
import { connectors } from '../tables/index.ts';
import type { ConnectorRow, Health, TenantRow } from '../tables/index.ts';
import type { Tenants } from '../tenants/index.ts';
import { effectiveConfig, mergeConfig, unseal, validateConfig, withoutSecrets } from './config-values.ts';
import type { ConfigValues, EnvironmentReader } from './config-values.ts';
import { createDefaults } from './defaults.ts';
import { connectorNotFound, createConnectorRows, rowOf } from './rows.ts';
import type { ConnectorChanges, ConnectorInput } from './schema.ts';
import { createWriting } from './writing.ts';

/** A connector with its tenant: what every decision about it needs. */
export interface OwnedConnector {
  connector: ConnectorRow;
  tenant: TenantRow;
}

export interface ConnectorQuery {
  tenant?: string;
  /** Those of the tenants below it too. */
  below?: boolean;
  category?: string;
  kind?: string;
  active?: boolean;
  health?: Health;
  search?: string;
  after?: string;
  limit: number;
}

export type NewConnector = ConnectorInput & Pick<ConnectorChanges, 'schedule_cron' | 'schedule_mode'>;

export interface Connectors {
  /** By id, if the caller has this permission for its tenant; `connector_not_found` otherwise. */
  require(principal: Principal, id: string, permission: Permission): Promise<OwnedConnector>;
  /** Without a caller: for what the service does by itself. */
  find(id: string): Promise<OwnedConnector | undefined>;
  /** A new version for what changed beside the config, in one transaction with that change: open sessions end. */
  renew(owned: OwnedConnector, actor: Pick<Principal, 'id' | 'name'>, requestId: string, event: AuditEvent, change: (transaction: Queryable, row: ConnectorRow) => Promise<void>): Promise<void>;
  list(principal: Principal, query: ConnectorQuery): Promise<OwnedConnector[]>;
  create(principal: Principal, input: NewConnector, requestId: string): Promise<OwnedConnector>;
  /** All or none. */
  createAll(principal: Principal, inputs: NewConnector[], requestId: string): Promise<OwnedConnector[]>;
  update(principal: Principal, id: string, changes: ConnectorChanges, requestId: string): Promise<OwnedConnector>;
  setActive(principal: Principal, id: string, active: boolean, requestId: string, hook: (owned: OwnedConnector) => Promise<void>): Promise<OwnedConnector>;
  /** A default is deleted only with a successor (a connector's id, or null for none). */
  remove(principal: Principal, id: string, successor: string | null | undefined, requestId: string): Promise<void>;
  /** Marks the connector, unmarks the one before, in one transaction; null unmarks. @returns the default before */
  setDefault(principal: Principal, tenant: TenantRow, category: string, connectorId: string | null, requestId: string): Promise<{ before: ConnectorRow | null; after: OwnedConnector | null }>;
  defaults(tenant: TenantRow): Promise<ConnectorRow[]>;
  /** The config to use, secrets and references resolved. With changes: as it would be after them. */
  openConfig(owned: OwnedConnector, changes?: ConfigValues): Promise<ConfigValues>;
}

export interface ConnectorsOptions {
  db: Database;
  registry: Registry;
  tenants: Tenants;
  environment: EnvironmentReader;
  changes: Changes;
}

export function createConnectors({ db, registry, tenants, environment, changes }: ConnectorsOptions): Connectors {
  const rows = createConnectorRows({ db, registry, tenants, changes });
  return {
    find: rows.find,
    require: rows.require,
    list: rows.list,
    ...createWriting({ db, registry, tenants, environment, rows }),
    ...createDefaults({ db, rows }),
    async renew({ connector }, actor, requestId, event, change) {
      const row = await db.transaction(async (transaction) => {
        const [updated] = await transaction.update(connectors).set({ version: sql`version + 1`, updated_at: new Date() })
          .where(rowOf(connector)).returning();
        if (!updated) throw connectorNotFound(connector.id);
        await change(transaction, updated);
        await rows.audit(transaction, actor, updated, requestId, event);
        return updated;
      });
      rows.announce(row);
    },
    async openConfig({ connector, tenant }, changes) {
      const kind = registry.get(connector.kind);
      const stored = unseal(withoutSecrets(connector, changes), await tenants.dataKey(tenant.id), { tenant_id: tenant.id, connector_id: connector.id });
      const values = changes === undefined ? stored : mergeConfig(kind, stored, changes);
      if (changes !== undefined) validateConfig(kind, values);
      return effectiveConfig(kind, values, environment, tenant.slug);
    },
  };
}
