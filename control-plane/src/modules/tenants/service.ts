/** Tenants: a tree. Each has a data key of its own; a child may inherit its parents' defaults. */
import { and, asc, eq, gt, ilike, or, sql } from 'drizzle-orm';
import type { Keyring } from '../../platform/crypto/keyring.ts';
import type { Changes } from '../../platform/db/changes.ts';
import { newKey } from '../../platform/crypto/envelope.ts';
import type { Key } from '../../platform/crypto/envelope.ts';
import { isForeignKeyViolation, isUniqueViolation } from '../../platform/db/index.ts';
import type { Database, Queryable } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { isId, newId } from '../../platform/ids.ts';
import { covers, permits } from '../access/index.ts';
import type { Permission, Principal } from '../access/index.ts';
import { record } from '../audit/index.ts';
import { emit } from '../events/index.ts';
import { lockTree, tellDefaults } from '../inheritance/index.ts';
import { connectors, subscriptions, tenantKeys, tenants, withinTenant } from '../tables/index.ts';
import type { TenantRow } from '../tables/index.ts';

export interface TenantInput {
  slug: string;
  name: string;
  parent?: string | null;
  inherits_defaults?: boolean;
}

export interface Tenants {
  /** The tenant of that id or slug, if the caller has this permission for it; `tenant_not_found` otherwise, so that nobody learns of foreign tenants. */
  require(principal: Principal, reference: string, permission: Permission): Promise<TenantRow>;
  /** Without a caller: for what the service does by itself. */
  find(reference: string): Promise<TenantRow | undefined>;
  /** The tenant that is meant where the caller names none: their own, or the only root. */
  home(principal: Principal, permission: Permission): Promise<TenantRow>;
  list(principal: Principal, query: { search?: string; parent?: string; after?: string; limit: number }): Promise<TenantRow[]>;
  create(principal: Principal, input: TenantInput, requestId: string): Promise<TenantRow>;
  update(principal: Principal, reference: string, changes: Partial<TenantInput>, requestId: string): Promise<TenantRow>;
  remove(principal: Principal, reference: string, requestId: string): Promise<void>;
  dataKey(tenantId: string): Promise<Key>;
  /** Wraps every data key with the current master key. @returns how many were wrapped anew */
  rewrap(): Promise<number>;
}

export function notFound(reference: string): PatchbayError {
  return new PatchbayError('tenant_not_found', `There is no tenant "${reference}", or you have no right to it.`, {
    hint: 'Check the slug or id. GET /api/tenants lists those you may see.',
  });
}

/** Throws unless the caller has this permission for the tenant with this path. */
export function authorize(principal: Principal, tenant: { slug: string; path: readonly string[] }, permission: Permission, reference = tenant.slug): void {
  if (!covers(principal, tenant.path)) throw notFound(reference);
  if (!permits(principal, permission)) {
    throw new PatchbayError('forbidden', `Your role (${principal.role}) does not permit ${permission}.`, { hint: 'Use a key of a higher role, or ask an admin.' });
  }
}

export function createTenants({ db, keyring, changes: announcements, reserved_slugs = [] }: { db: Database; keyring: Keyring; changes: Changes; reserved_slugs?: readonly string[] }): Tenants {
  const dataKeys = new Map<string, Key>();
  const announce = (id: string) => announcements.announce({ table: 'tenants', tenant_id: id, id, version: null });

  const find: Tenants['find'] = async (reference) => {
    const [row] = await db.select().from(tenants).where(isId(reference) ? eq(tenants.id, reference) : eq(tenants.slug, reference));
    return row;
  };

  const require: Tenants['require'] = async (principal, reference, permission) => {
    const row = await find(reference);
    if (!row) throw notFound(reference);
    authorize(principal, row, permission, reference);
    return row;
  };

  const slugTaken = (slug: string) => new PatchbayError('conflict', `There is a tenant "${slug}" already.`, {
    hint: 'Choose another slug.', fields: [{ path: 'slug', message: 'is taken' }],
  });

  /** A setting gives this slug rights of its own: whoever could take it would take them. */
  const assertMayTake = (principal: Principal, slug: string | undefined) => {
    if (slug === undefined || principal.tenant_id === null || !reserved_slugs.includes(slug)) return;
    throw new PatchbayError('forbidden', `The slug "${slug}" is kept for a tenant that the operator named in the settings.`, {
      hint: 'Choose another slug, or have a platform admin give it.', fields: [{ path: 'slug', message: 'may not be given by you' }],
    });
  };

  return {
    find,
    require,
    async home(principal, permission) {
      if (principal.tenant_id !== null) return require(principal, principal.tenant_id, permission);
      const roots = await db.select().from(tenants).where(sql`parent_id is null`).orderBy(asc(tenants.id)).limit(2);
      const only = roots[0];
      if (only && roots.length === 1) {
        authorize(principal, only, permission);
        return only;
      }
      throw new PatchbayError('invalid_request', only ? 'There are several tenants: say which one is meant.' : 'There is no tenant yet.', {
        hint: only ? 'Add "tenant" with its slug or id.' : 'Make one first: POST /api/tenants.',
        fields: [{ path: 'tenant', message: 'is required' }],
      });
    },
    async list(principal, { search, parent, after, limit }) {
      const parentRow = parent === undefined ? undefined : await require(principal, parent, 'tenants:read');
      return db.select().from(tenants).where(and(
        withinTenant(tenants.id, principal.tenant_id),
        parentRow && eq(tenants.parent_id, parentRow.id),
        search ? or(ilike(tenants.slug, likePattern(search)), ilike(tenants.name, likePattern(search))) : undefined,
        after === undefined ? undefined : gt(tenants.id, after),
      )).orderBy(asc(tenants.id)).limit(limit);
    },
    async create(principal, input, requestId) {
      assertMayTake(principal, input.slug);
      const id = newId();
      const parent = input.parent == null ? undefined : await require(principal, input.parent, 'tenants:write');
      if (!parent && principal.tenant_id !== null) {
        throw new PatchbayError('forbidden', 'Only a platform admin makes a tenant at the root.', {
          hint: 'Give "parent": a tenant that you administer.', fields: [{ path: 'parent', message: 'is required for your role' }],
        });
      }
      try {
        return await db.transaction(async (transaction) => {
          if (parent) await lockTree(transaction);
          // Looked up again: it may have been moved or deleted before the lock was ours.
          const [above] = parent ? await transaction.select().from(tenants).where(eq(tenants.id, parent.id)) : [];
          if (parent && !above) throw notFound(parent.slug);
          const [row] = await transaction.insert(tenants).values({
            id, slug: input.slug, name: input.name, parent_id: above?.id ?? null, path: [...(above?.path ?? []), id],
            inherits_defaults: input.inherits_defaults ?? true,
          }).returning();
          await transaction.insert(tenantKeys).values({ tenant_id: id, wrapped_key: keyring.wrap(newKey(), id) });
          await record(transaction, {
            tenant_id: id, actor: principal, resource: { id, name: input.slug }, request_id: requestId,
            event: { action: 'tenant.created', details: parent ? { parent: parent.slug } : {} },
          });
          await emit(transaction, { type: 'tenant.created', tenant_id: id, data: { name: input.name, parent: parent?.slug ?? null } });
          return row!;
        });
      } catch (error) {
        throw isUniqueViolation(error, 'tenants_slug') ? slugTaken(input.slug) : error;
      }
    },
    async update(principal, reference, changes, requestId) {
      assertMayTake(principal, changes.slug);
      const before = await require(principal, reference, 'tenants:write');
      const parent = changes.parent == null ? undefined : await require(principal, changes.parent, 'tenants:write');
      if (changes.parent === null && before.parent_id !== null && principal.tenant_id !== null) throw notFound(reference);
      if (changes.parent !== undefined && principal.tenant_id === before.id) {
        throw new PatchbayError('forbidden', 'You cannot move the tenant that your own right comes from.', { fields: [{ path: 'parent', message: 'may not be changed by you' }] });
      }
      try {
        const change = async (transaction: Queryable): Promise<TenantRow> => {
          if (changes.parent !== undefined) {
            const [target] = parent ? await transaction.select().from(tenants).where(eq(tenants.id, parent.id)) : [];
            if (parent && !target) throw notFound(parent.slug);
            if (target?.path.includes(before.id)) {
              throw new PatchbayError('conflict', `"${target.slug}" is below "${before.slug}", so it cannot be its parent.`, { fields: [{ path: 'parent', message: 'would make a circle' }] });
            }
            await transaction.execute(sql`
              update tenants set path = ${sqlArray(target?.path ?? [])} || path[array_position(path, ${before.id}::uuid):], updated_at = now()
              where path @> array[${before.id}]::uuid[]`);
          }
          const [row] = await transaction.update(tenants).set({
            ...(changes.slug !== undefined && { slug: changes.slug }),
            ...(changes.name !== undefined && { name: changes.name }),
            ...(changes.inherits_defaults !== undefined && { inherits_defaults: changes.inherits_defaults }),
            ...(changes.parent !== undefined && { parent_id: parent?.id ?? null }),
            updated_at: new Date(),
          }).where(eq(tenants.id, before.id)).returning();
          if (!row) throw notFound(reference);
          await record(transaction, {
            tenant_id: before.id, actor: principal, resource: { id: before.id, name: row.slug }, request_id: requestId,
            event: { action: 'tenant.updated', details: { changed: Object.keys(changes) } },
          });
          return row;
        };
        const changed = await db.transaction(async (transaction) => {
          if (changes.parent === undefined && changes.inherits_defaults === undefined) return change(transaction);
          // Two moves at once could make a circle.
          await lockTree(transaction);
          return tellDefaults(transaction, { tenant_id: before.id }, () => change(transaction));
        });
        announce(changed.id);
        return changed;
      } catch (error) {
        throw isUniqueViolation(error, 'tenants_slug') ? slugTaken(changes.slug ?? '') : error;
      }
    },
    async remove(principal, reference, requestId) {
      const row = await require(principal, reference, 'tenants:write');
      const inUse = (children: number, owned: number) => new PatchbayError('conflict', `"${row.slug}" still has ${children} tenants below it and ${owned} connectors.`, {
        hint: 'Move or delete them first.', details: { children, connectors: owned },
      });
      await db.transaction(async (transaction) => {
        await lockTree(transaction);
        const children = await transaction.$count(tenants, eq(tenants.parent_id, row.id));
        const owned = await transaction.$count(connectors, eq(connectors.tenant_id, row.id));
        if (children + owned > 0) throw inUse(children, owned);
        // Theirs may stand for every tenant too, so that no foreign key takes them along.
        await transaction.delete(subscriptions).where(eq(subscriptions.tenant_id, row.id));
        // A connector may have come between the count and this.
        await transaction.delete(tenants).where(eq(tenants.id, row.id)).catch((error: unknown) => {
          throw isForeignKeyViolation(error) ? inUse(0, 1) : error;
        });
        await record(transaction, {
          tenant_id: row.id, actor: principal, resource: { id: row.id, name: row.slug }, request_id: requestId,
          event: { action: 'tenant.deleted', details: {} },
        });
      });
      dataKeys.delete(row.id);
      announce(row.id);
      // Its keys went with it.
      announcements.announce({ table: 'api_keys', tenant_id: row.id, id: row.id, version: null });
    },
    async dataKey(tenantId) {
      const known = dataKeys.get(tenantId);
      if (known) return known;
      const [row] = await db.select().from(tenantKeys).where(eq(tenantKeys.tenant_id, tenantId));
      if (!row) throw notFound(tenantId);
      const key = keyring.unwrap(row.wrapped_key, tenantId);
      if (dataKeys.size > 10_000) dataKeys.clear();
      dataKeys.set(tenantId, key);
      return key;
    },
    async rewrap() {
      const rows = await db.select().from(tenantKeys);
      let count = 0;
      for (const row of rows) {
        if (keyring.isCurrent(row.wrapped_key)) continue;
        const wrapped = keyring.wrap(keyring.unwrap(row.wrapped_key, row.tenant_id), row.tenant_id);
        await db.update(tenantKeys).set({ wrapped_key: wrapped })
          .where(and(eq(tenantKeys.tenant_id, row.tenant_id), eq(tenantKeys.wrapped_key, row.wrapped_key)));
        count += 1;
      }
      return count;
    },
  };
}

/** A LIKE pattern for "contains", with the pattern's own characters taken literally. */
export function likePattern(search: string): string {
  return `%${search.replace(/[\\%_]/g, '\\$&')}%`;
}

function sqlArray(ids: readonly string[]) {
  return ids.length === 0 ? sql`array[]::uuid[]` : sql`array[${sql.join(ids.map((id) => sql`${id}`), sql`, `)}]::uuid[]`;
}
