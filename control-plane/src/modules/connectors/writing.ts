/** Creating and changing connectors: the config merged, checked and sealed, before anything is stored. */
import type { Registry } from '../../kinds/registry.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../../platform/db/index.ts';
import type { Database, Queryable } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import type { Principal } from '../access/index.ts';
import { recordHealth } from '../health/index.ts';
import { connectors } from '../tables/index.ts';
import type { ConnectorRow, TenantRow } from '../tables/index.ts';
import { notFound } from '../tenants/index.ts';
import type { Tenants } from '../tenants/index.ts';
import { checkReferences, mergeConfig, seal, unseal, validateConfig, withoutSecrets } from './config-values.ts';
import type { ConfigValues, EnvironmentReader } from './config-values.ts';
import { connectorNotFound, rowOf } from './rows.ts';
import type { ConnectorRows } from './rows.ts';
import { assertCategory } from './rules.ts';
import { slugFrom } from './schema.ts';
import type { Connectors, NewConnector, OwnedConnector } from './service.ts';

export interface WritingOptions {
  db: Database;
  registry: Registry;
  tenants: Tenants;
  environment: EnvironmentReader;
  rows: ConnectorRows;
}

export function createWriting({ db, registry, tenants, environment, rows }: WritingOptions): Pick<Connectors, 'create' | 'createAll' | 'update'> {
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
      await rows.audit(transaction, principal, row!, requestId, { action: 'connector.created', details: { kind: kind.kind, is_default: row!.is_default } });
      return row!;
    };
    try {
      return { connector: input.is_default ? await rows.changingDefault(transaction, tenant.id, category, store) : await store(), tenant };
    } catch (error) {
      throw taken(error, slug, tenant, category);
    }
  };
  const announced = (owned: OwnedConnector): OwnedConnector => {
    rows.announce(owned.connector);
    return owned;
  };

  return {
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
      const { tenant } = await rows.require(principal, id, 'connectors:write');
      const key = await tenants.dataKey(tenant.id);
      try {
        const row = await db.transaction(async (transaction) => {
          const [before] = await transaction.select().from(connectors).where(rowOf({ tenant_id: tenant.id, id })).for('update');
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
          }).where(rowOf({ tenant_id: tenant.id, id })).returning();
          await rows.audit(transaction, principal, updated!, requestId, {
            action: 'connector.updated',
            details: { changed: [...Object.keys(plain), ...Object.keys(config ?? {}).map((field) => `config.${field}`)] },
          });
          return updated!;
        });
        rows.announce(row);
        return { connector: row, tenant };
      } catch (error) {
        throw taken(error, changes.slug ?? '', tenant, '');
      }
    },
  };
}

/** Why a connector cannot be stored, in words for the caller. */
function taken(error: unknown, slug: string, tenant: TenantRow, category: string): unknown {
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
}
