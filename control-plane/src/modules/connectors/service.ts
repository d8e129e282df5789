/** Connectors: configured instances of kinds, owned by tenants. The connector is the credential. */
import { and, asc, eq, gt, ilike, or, sql } from 'drizzle-orm';
import type { Registry } from '../../kinds/registry.ts';
import type { Changes } from '../../platform/db/changes.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../../platform/db/index.ts';
import type { Database, Queryable } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { isId, newId } from '../../platform/ids.ts';
import type { Permission, Principal } from '../access/index.ts';
import { record } from '../audit/index.ts';
import type { AuditEvent } from '../audit/index.ts';
import { recordHealth } from '../health/index.ts';
import { lockDefaults, tellDefaults } from '../inheritance/index.ts';
import { connectors, tenants as tenantTable, withinTenant } from '../tables/index.ts';
import type { ConnectorRow, Health, TenantRow } from '../tables/index.ts';
import { authorize, likePattern, notFound } from '../tenants/index.ts';
import type { Tenants } from '../tenants/index.ts';
import { checkReferences, effectiveConfig, mergeConfig, seal, unseal, validateConfig } from './config-values.ts';
import type { ConfigValues, EnvironmentReader, StoredConfig } from './config-values.ts';
import { assertCanBeDefault, assertCategory } from './rules.ts';
import { slugFrom } from './schema.ts';
import { tell } from './telling.ts';
import type { ConnectorChanges, ConnectorInput } from './schema.ts';

/** A connector with its tenant: what every decision about it needs. */
export interface OwnedConnector {
  connector: ConnectorRow;
  tenant: TenantRow;
}

export interface ConnectorQuery {
  tenant?: string;
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

export function connectorNotFound(id: string): PatchbayError {
  return new PatchbayError('connector_not_found', `There is no connector ${id}, or you have no right to it.`, {
    hint: 'GET /api/connectors lists those you may see.',
  });
}

export function createConnectors({ db, registry, tenants, environment, changes: announcements }: ConnectorsOptions): Connectors {
  const announce = (row: { tenant_id: string; id: string; version: number | null }) =>
    announcements.announce({ table: 'connectors', tenant_id: row.tenant_id, id: row.id, version: row.version });
  /** Makes a change of a default, one at a time, and tells whoever then resolves to another connector. */
  const changingDefault = async <T>(transaction: Queryable, tenant_id: string, category: string, change: () => Promise<T>): Promise<T> => {
    await lockDefaults(transaction, tenant_id, category);
    return tellDefaults(transaction, { tenant_id, category }, change);
  };

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

  const audit = async (transaction: Queryable, principal: Pick<Principal, 'id' | 'name'>, row: ConnectorRow, requestId: string, event: AuditEvent) => {
    await record(transaction, { tenant_id: row.tenant_id, actor: principal, resource: { id: row.id, name: row.slug }, request_id: requestId, event });
    await tell(transaction, row, event);
  };

  const taken = (error: unknown, slug: string, tenant: TenantRow, category: string): unknown => {
    if (isUniqueViolation(error, 'connectors_slug')) {
      return new PatchbayError('conflict', `${tenant.slug} has a connector "${slug}" already.`, { hint: 'Choose another name or slug.', fields: [{ path: 'slug', message: 'is taken' }] });
    }
    if (isUniqueViolation(error, 'connectors_default')) {
      return new PatchbayError('default_exists', `${tenant.slug} has a default ${category} connector already.`, {
        hint: `Create it without is_default, then move the default: PUT /api/tenants/${tenant.slug}/${category}/default.`,
        fields: [{ path: 'is_default', message: 'another connector is the default' }],
      });
    }
    // The tenant was deleted while this was under way.
    return isForeignKeyViolation(error) ? notFound(tenant.slug) : error;
  };

  /** All that needs the store or the tenant's key, before a transaction: one that waited for a second connection would starve the pool. */
  const prepare = async (principal: Principal, input: NewConnector) => {
    const kind = registry.get(input.kind);
    assertCategory(kind, input.category);
    const tenant = input.tenant === undefined ? await tenants.home(principal, 'connectors:write') : await tenants.require(principal, input.tenant, 'connectors:write');
    const values = mergeConfig(kind, {}, input.config);
    validateConfig(kind, values);
    checkReferences(values, environment, tenant.slug);
    const id = newId();
    const stored = seal(kind, values, await tenants.dataKey(tenant.id), { tenant_id: tenant.id, connector_id: id });
    return { id, input, kind, tenant, stored, slug: input.slug ?? slugFrom(input.name), category: kind.category.category as string };
  };
  const insert = async (transaction: Queryable, principal: Principal, prepared: Awaited<ReturnType<typeof prepare>>, requestId: string): Promise<OwnedConnector> => {
    const { id, input, kind, tenant, stored, slug, category } = prepared;
    const store = async (): Promise<ConnectorRow> => {
      const [row] = await transaction.insert(connectors).values({
        tenant_id: tenant.id, id, slug, name: input.name, description: input.description ?? '', kind: kind.kind, category,
        active: input.active ?? true, is_default: input.is_default ?? false, config: stored.config, secrets: stored.secrets,
        output_schemas: input.output_schemas ?? [], check_every_minutes: input.check_every_minutes ?? null, schedule_cron: input.schedule_cron ?? null,
        schedule_mode: input.schedule_mode ?? (input.schedule_cron ? 'full' : null),
      }).returning();
      await recordHealth(transaction, null, row!);
      await audit(transaction, principal, row!, requestId, { action: 'connector.created', details: { kind: kind.kind, is_default: row!.is_default } });
      return row!;
    };
    try {
      return { connector: input.is_default ? await changingDefault(transaction, tenant.id, category, store) : await store(), tenant };
    } catch (error) {
      throw taken(error, slug, tenant, category);
    }
  };
  const announced = (owned: OwnedConnector): OwnedConnector => {
    announce(owned.connector);
    return owned;
  };

  return {
    require,
    find,
    async renew({ connector, tenant }, actor, requestId, event, change) {
      const row = await db.transaction(async (transaction) => {
        const [updated] = await transaction.update(connectors).set({ version: sql`version + 1`, updated_at: new Date() })
          .where(and(eq(connectors.tenant_id, tenant.id), eq(connectors.id, connector.id))).returning();
        if (!updated) throw connectorNotFound(connector.id);
        await change(transaction, updated);
        await audit(transaction, actor, updated, requestId, event);
        return updated;
      });
      announce(row);
    },
    async list(principal, query) {
      const tenant = query.tenant === undefined ? undefined : await tenants.require(principal, query.tenant, 'connectors:read');
      const kind = query.kind === undefined ? undefined : (registry.find(query.kind)?.kind ?? query.kind);
      return db.select({ connector: connectors, tenant: tenantTable }).from(connectors)
        .innerJoin(tenantTable, eq(tenantTable.id, connectors.tenant_id))
        .where(and(
          tenant ? eq(connectors.tenant_id, tenant.id) : withinTenant(connectors.tenant_id, principal.tenant_id),
          query.category === undefined ? undefined : eq(connectors.category, query.category),
          kind === undefined ? undefined : eq(connectors.kind, kind),
          query.active === undefined ? undefined : eq(connectors.active, query.active),
          query.health === undefined ? undefined : eq(connectors.health, query.health),
          query.search ? or(ilike(connectors.name, likePattern(query.search)), ilike(connectors.slug, likePattern(query.search))) : undefined,
          query.after === undefined ? undefined : gt(connectors.id, query.after),
        )).orderBy(asc(connectors.id)).limit(query.limit);
    },
    async create(principal, input, requestId) {
      const prepared = await prepare(principal, input);
      return announced(await db.transaction((transaction) => insert(transaction, principal, prepared, requestId)));
    },
    async createAll(principal, inputs, requestId) {
      const prepared: Awaited<ReturnType<typeof prepare>>[] = [];
      for (const input of inputs) prepared.push(await prepare(principal, input));
      const created = await db.transaction(async (transaction) => {
        const made: OwnedConnector[] = [];
        for (const one of prepared) made.push(await insert(transaction, principal, one, requestId));
        return made;
      });
      return created.map(announced);
    },
    async update(principal, id, changes, requestId) {
      const { tenant } = await require(principal, id, 'connectors:write');
      const key = await tenants.dataKey(tenant.id);
      try {
        const row = await db.transaction(async (transaction) => {
          const [before] = await transaction.select().from(connectors).where(and(eq(connectors.tenant_id, tenant.id), eq(connectors.id, id))).for('update');
          if (!before) throw connectorNotFound(id);
          if (changes.version !== undefined && changes.version !== before.version) {
            throw new PatchbayError('version_conflict', `The connector is at version ${before.version}, not ${changes.version}.`, { hint: 'Fetch it again, apply your change to what is there now, and send that version.' });
          }
          const kind = registry.get(before.kind);
          const place = { tenant_id: tenant.id, connector_id: id };
          let stored: { config: ConfigValues; secrets: ConnectorRow['secrets'] } | undefined;
          if (changes.config !== undefined) {
            const values = mergeConfig(kind, unseal(withoutSecrets(before, changes.config), key, place), changes.config);
            validateConfig(kind, values);
            checkReferences(values, environment, tenant.slug);
            const sealed = seal(kind, values, key, place);
            const kept = Object.entries(sealed.secrets).map(([name, secret]) => [name, name in changes.config! ? secret : (before.secrets[name] ?? secret)]);
            stored = { config: sealed.config, secrets: Object.fromEntries(kept) as ConnectorRow['secrets'] };
          }
          const { version: _expected, config, ...plain } = changes;
          const [updated] = await transaction.update(connectors).set({
            ...plain, ...stored, version: before.version + 1, updated_at: new Date(),
          }).where(and(eq(connectors.tenant_id, tenant.id), eq(connectors.id, id))).returning();
          await audit(transaction, principal, updated!, requestId, {
            action: 'connector.updated',
            details: { changed: [...Object.keys(plain), ...Object.keys(config ?? {}).map((field) => `config.${field}`)] },
          });
          return updated!;
        });
        announce(row);
        return { connector: row, tenant };
      } catch (error) {
        throw taken(error, changes.slug ?? '', tenant, '');
      }
    },
    async setActive(principal, id, active, requestId, hook) {
      const owned = await require(principal, id, 'connectors:write');
      if (owned.connector.active === active) return owned;
      await hook(owned);
      const row = await db.transaction((transaction) => changingDefault(transaction, owned.tenant.id, owned.connector.category, async () => {
        const here = and(eq(connectors.tenant_id, owned.tenant.id), eq(connectors.id, id));
        const [before] = await transaction.select().from(connectors).where(here).for('update');
        if (!before) throw connectorNotFound(id);
        if (before.active === active) return before;
        const [updated] = await transaction.update(connectors).set({ active, version: sql`version + 1`, updated_at: new Date() }).where(here).returning();
        if (!updated) throw connectorNotFound(id);
        await recordHealth(transaction, before, updated);
        await audit(transaction, principal, updated, requestId, { action: active ? 'connector.activated' : 'connector.deactivated', details: {} });
        return updated;
      }));
      announce(row);
      return { connector: row, tenant: owned.tenant };
    },
    async remove(principal, id, successor, requestId) {
      const { tenant, connector } = await require(principal, id, 'connectors:write');
      const next = successor == null ? undefined : await require(principal, successor, 'connectors:write');
      const row = await db.transaction((transaction) => changingDefault(transaction, tenant.id, connector.category, async () => {
        const [deleted] = await transaction.delete(connectors).where(and(eq(connectors.tenant_id, tenant.id), eq(connectors.id, id))).returning();
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
            .where(and(eq(connectors.tenant_id, tenant.id), eq(connectors.id, next.connector.id))).returning({ id: connectors.id });
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
    async openConfig({ connector, tenant }, changes) {
      const kind = registry.get(connector.kind);
      const stored = unseal(withoutSecrets(connector, changes), await tenants.dataKey(tenant.id), { tenant_id: tenant.id, connector_id: connector.id });
      const values = changes === undefined ? stored : mergeConfig(kind, stored, changes);
      if (changes !== undefined) validateConfig(kind, values);
      return effectiveConfig(kind, values, environment, tenant.slug);
    },
  };
}

/** A stored config without the secrets that are sent anew: those need not be readable any more. */
function withoutSecrets({ config, secrets }: Pick<ConnectorRow, 'config' | 'secrets'>, changes: ConfigValues = {}): StoredConfig {
  return { config, secrets: Object.fromEntries(Object.entries(secrets).filter(([name]) => !Object.hasOwn(changes, name))) };
}
