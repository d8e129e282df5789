/** Subscriptions: who wants to be told of which events, and where. */
import { and, asc, eq, gt } from 'drizzle-orm';
import type { Category } from '../../kinds/contract.ts';
import type { Registry } from '../../kinds/registry.ts';
import type { Database, Queryable } from '../../platform/db/index.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { newId } from '../../platform/ids.ts';
import type { Permission, Principal } from '../access/index.ts';
import { noTenant, record } from '../audit/index.ts';
import type { AuditEvent } from '../audit/index.ts';
import { subscriptions, tenants as tenantTable, withinTenant } from '../tables/index.ts';
import type { SubscriptionRow, TenantRow } from '../tables/index.ts';
import type { Tenants } from '../tenants/index.ts';
import { attemptDelivery } from './attempt.ts';
import type { Outcome } from './attempt.ts';
import { cancelPending } from './fan-out.ts';
import type { SubscriptionChanges, SubscriptionInput } from './schema.ts';
import type { SigningSecrets } from './secrets.ts';

export interface OwnedSubscription {
  subscription: SubscriptionRow;
  /** Null: every tenant. */
  tenant: Pick<TenantRow, 'id' | 'slug'> | null;
}

export interface Subscriptions {
  require(principal: Principal, id: string, permission: Permission): Promise<OwnedSubscription>;
  list(principal: Principal, query: { tenant?: string; active?: boolean; after?: string; limit: number }): Promise<OwnedSubscription[]>;
  create(principal: Principal, input: SubscriptionInput, requestId: string): Promise<OwnedSubscription & { secret: string }>;
  update(principal: Principal, id: string, changes: SubscriptionChanges, requestId: string): Promise<OwnedSubscription>;
  remove(principal: Principal, id: string, requestId: string): Promise<void>;
  /** @param overlap seconds for which the former secret signs too */
  rotateSecret(principal: Principal, id: string, overlap: number, requestId: string): Promise<OwnedSubscription & { secret: string }>;
  /** Sends an event that only says hello, past filters and queue. */
  test(principal: Principal, id: string, signal: AbortSignal): Promise<{ event_id: string; outcome: Outcome }>;
  /** Ends a subscription whose target is there no more. */
  end(subscription: { tenant_id: string; id: string }): Promise<void>;
}

export interface SubscriptionsOptions {
  db: Database;
  tenants: Tenants;
  secrets: SigningSecrets;
  egress: Egress;
  registry: Registry;
  categories: Record<string, Category>;
}

const system = { id: 'system', name: 'Patchbay' };

function subscriptionNotFound(id: string): PatchbayError {
  return new PatchbayError('not_found', `There is no subscription ${id}, or you have no right to it.`, { hint: 'GET /api/subscriptions lists yours.' });
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { db, tenants, secrets } = options;
  const here = ({ tenant_id, id }: { tenant_id: string; id: string }) => and(eq(subscriptions.tenant_id, tenant_id), eq(subscriptions.id, id));

  const require: Subscriptions['require'] = async (principal, id, permission) => {
    const [subscription] = await db.select().from(subscriptions).where(eq(subscriptions.id, id));
    if (!subscription) throw subscriptionNotFound(id);
    if (subscription.tenant_id === noTenant) {
      if (principal.tenant_id !== null) throw subscriptionNotFound(id);
      return { subscription, tenant: null };
    }
    const tenant = await tenants.require(principal, subscription.tenant_id, permission).catch((error: unknown) => {
      throw PatchbayError.is(error) && error.code === 'tenant_not_found' ? subscriptionNotFound(id) : error;
    });
    return { subscription, tenant };
  };

  const audit = (transaction: Queryable, actor: { id: string; name: string }, row: SubscriptionRow, requestId: string | undefined, event: AuditEvent) =>
    record(transaction, { tenant_id: row.tenant_id, actor, resource: { id: row.id, name: row.name }, ...(requestId !== undefined && { request_id: requestId }), event });

  /** The same words as the catalog's. Throws for what is not in it. */
  const filtersOf = ({ events, categories, kinds, connectors }: SubscriptionChanges) => {
    const unknown = categories?.find((category) => !Object.hasOwn(options.categories, category));
    if (unknown !== undefined) throw new PatchbayError('category_not_found', `There is no category "${unknown}".`, { hint: `There are: ${Object.keys(options.categories).join(', ')}.`, fields: [{ path: 'categories', message: 'names no category' }] });
    return {
      ...(events && { events: [...events] }), ...(categories && { categories }), ...(connectors && { connectors }),
      ...(kinds && { kinds: kinds.map((kind) => options.registry.get(kind).kind) }),
    };
  };

  const change = async (owned: OwnedSubscription, run: (transaction: Queryable, before: SubscriptionRow) => Promise<SubscriptionRow>): Promise<OwnedSubscription> => {
    const subscription = await db.transaction(async (transaction) => {
      const [before] = await transaction.select().from(subscriptions).where(here(owned.subscription)).for('update');
      if (!before) throw subscriptionNotFound(owned.subscription.id);
      return run(transaction, before);
    });
    return { ...owned, subscription };
  };
  const set = async (transaction: Queryable, row: SubscriptionRow, values: Partial<SubscriptionRow>): Promise<SubscriptionRow> => {
    const [updated] = await transaction.update(subscriptions).set({ ...values, updated_at: new Date() }).where(here(row)).returning();
    return updated!;
  };

  return {
    require,
    async list(principal, { tenant, active, after, limit }) {
      const scope = tenant === undefined ? principal.tenant_id : (await tenants.require(principal, tenant, 'subscriptions:read')).id;
      const rows = await db.select({ subscription: subscriptions, tenant: { id: tenantTable.id, slug: tenantTable.slug } }).from(subscriptions)
        .leftJoin(tenantTable, eq(tenantTable.id, subscriptions.tenant_id))
        .where(and(
          withinTenant(subscriptions.tenant_id, scope),
          active === undefined ? undefined : eq(subscriptions.active, active),
          after === undefined ? undefined : gt(subscriptions.id, after),
        )).orderBy(asc(subscriptions.id)).limit(limit);
      return rows;
    },
    async create(principal, input, requestId) {
      const reference = input.tenant === undefined ? principal.tenant_id : input.tenant;
      if (reference === null && principal.tenant_id !== null) {
        throw new PatchbayError('forbidden', 'Only a key of every tenant subscribes to the events of every tenant.', { hint: 'Leave "tenant" out, or name one of yours.', fields: [{ path: 'tenant', message: 'must be a tenant of yours' }] });
      }
      const tenant = reference === null ? null : await tenants.require(principal, reference, 'subscriptions:write');
      const place = { tenant_id: tenant?.id ?? noTenant, id: newId() };
      const { secret, stored } = await secrets.create(place);
      const subscription = await db.transaction(async (transaction) => {
        const [row] = await transaction.insert(subscriptions).values({
          ...place, name: input.name ?? new URL(input.url).host, url: input.url, ...filtersOf(input), secrets: [stored], active: input.active ?? true,
        }).returning();
        await audit(transaction, principal, row!, requestId, { action: 'subscription.created', details: { events: row!.events } });
        return row!;
      });
      return { subscription, tenant, secret };
    },
    async update(principal, id, changes, requestId) {
      const filters = filtersOf(changes);
      return change(await require(principal, id, 'subscriptions:write'), async (transaction, before) => {
        const { name, url, active } = changes;
        const row = await set(transaction, before, {
          ...filters, ...(name !== undefined && { name }), ...(url !== undefined && { url }), ...(active !== undefined && { active, disabled_reason: null }),
        });
        if (before.active && !row.active) await cancelPending(transaction, row);
        await audit(transaction, principal, row, requestId, { action: 'subscription.updated', details: { changed: Object.keys(changes) } });
        return row;
      });
    },
    async remove(principal, id, requestId) {
      await change(await require(principal, id, 'subscriptions:write'), async (transaction, before) => {
        await transaction.delete(subscriptions).where(here(before));
        await audit(transaction, principal, before, requestId, { action: 'subscription.deleted', details: {} });
        return before;
      });
    },
    async rotateSecret(principal, id, overlap, requestId) {
      const owned = await require(principal, id, 'subscriptions:write');
      const { secret, stored } = await secrets.create(owned.subscription);
      const rotated = await change(owned, async (transaction, before) => {
        const until = new Date(Date.now() + overlap * 1000).toISOString();
        // Only the one before stays: three signatures would help nobody.
        const former = overlap === 0 ? [] : before.secrets.slice(0, 1).map((secret) => ({ ...secret, expires_at: until }));
        const row = await set(transaction, before, { secrets: [stored, ...former] });
        await audit(transaction, principal, row, requestId, { action: 'subscription.secret_rotated', details: { overlap_seconds: overlap } });
        return row;
      });
      return { ...rotated, secret };
    },
    async test(principal, id, signal) {
      const { subscription, tenant } = await require(principal, id, 'subscriptions:write');
      const event_id = newId();
      const outcome = await attemptDelivery(options.egress, subscription.url, {
        id: event_id, type: 'subscription.test', timestamp: new Date().toISOString(), tenant: tenant && { id: tenant.id, slug: tenant.slug }, connector: null,
        subject: `subscription:${subscription.id}`, data: { subscription: { id: subscription.id, name: subscription.name }, message: 'Patchbay reaches this address.' },
      }, await secrets.open(subscription, subscription.secrets), signal);
      return { event_id, outcome };
    },
    async end(place) {
      await db.transaction(async (transaction) => {
        const [row] = await transaction.select().from(subscriptions).where(and(here(place), eq(subscriptions.active, true))).for('update');
        if (!row) return;
        const reason = 'The target answered 410: it is there no more.';
        await set(transaction, row, { active: false, disabled_reason: reason });
        await cancelPending(transaction, row);
        await audit(transaction, system, row, undefined, { action: 'subscription.ended', details: { reason } });
      });
    },
  };
}
