import { z } from 'zod';
import { httpUrl } from '../../kinds/shared/http-fields.ts';
import { noTenant } from '../audit/index.ts';
import { eventTypeNames } from '../events/index.ts';
import type { SubscriptionRow } from '../tables/index.ts';
import { tenantReference } from '../tenants/index.ts';
import type { ListedDelivery } from './deliveries.ts';
import type { OwnedSubscription } from './service.ts';

export const subscriptionParams = z.strictObject({ id: z.uuid().meta({ description: 'The subscription’s id' }) });

const filters = {
  events: z.array(z.enum(eventTypeNames)).optional().meta({ description: 'Types of events; all when empty' }),
  categories: z.array(z.string()).max(100).optional().meta({ description: 'Only events about connectors of these categories' }),
  kinds: z.array(z.string()).max(100).optional().meta({ description: 'Only events about connectors of these kinds' }),
  connectors: z.array(z.uuid()).max(1000).optional().meta({ description: 'Only events about these connectors' }),
};
const name = z.string().trim().min(1).max(200);

export const subscriptionInput = z.strictObject({
  url: httpUrl.max(2000).meta({ description: 'Where events are posted to' }),
  name: name.optional().meta({ description: 'The address’s host when absent' }),
  tenant: tenantReference.nullable().optional().meta({ description: 'Events of this tenant and those below it; your own when absent. Null, or for keys of every tenant absent: every tenant' }),
  ...filters,
  active: z.boolean().optional(),
});
export type SubscriptionInput = z.output<typeof subscriptionInput>;

export const subscriptionChanges = subscriptionInput.omit({ tenant: true }).partial();
export type SubscriptionChanges = z.output<typeof subscriptionChanges>;

export const subscriptionSchema = z.strictObject({
  id: z.uuid(),
  tenant_id: z.uuid().nullable().meta({ description: 'Null: every tenant' }),
  tenant_slug: z.string().nullable(),
  name: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  categories: z.array(z.string()),
  kinds: z.array(z.string()),
  connectors: z.array(z.string()),
  active: z.boolean(),
  disabled_reason: z.string().nullable(),
  secret_id: z.uuid().meta({ description: 'Another one after each rotation: by it a receiver knows whether the secret that it keeps is still the one that signs' }),
  secret_expires_at: z.iso.datetime().nullable().meta({ description: 'Until then the former secret signs too' }),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
}).meta({ id: 'Subscription' });

export const withSecret = subscriptionSchema.extend({ secret: z.string().meta({ description: 'Shown this once' }) });

export function subscriptionView({ subscription, tenant }: OwnedSubscription): z.output<typeof subscriptionSchema> {
  return {
    id: subscription.id, tenant_id: subscription.tenant_id === noTenant ? null : subscription.tenant_id, tenant_slug: tenant?.slug ?? null,
    name: subscription.name, url: subscription.url, events: subscription.events, categories: subscription.categories, kinds: subscription.kinds,
    connectors: subscription.connectors, active: subscription.active, disabled_reason: subscription.disabled_reason,
    secret_id: subscription.secrets[0]?.id ?? subscription.id, secret_expires_at: overlapOf(subscription), created_at: subscription.created_at.toISOString(), updated_at: subscription.updated_at.toISOString(),
  };
}

function overlapOf({ secrets }: SubscriptionRow): string | null {
  const ends = secrets.map(({ expires_at }) => expires_at).filter((end) => end !== null && Date.parse(end) > Date.now());
  return ends.length === 0 ? null : ends.reduce((left, right) => (left! > right! ? left : right));
}

export const deliverySchema = z.strictObject({
  id: z.uuid(),
  subscription_id: z.uuid(),
  subscription_name: z.string(),
  event_id: z.uuid(),
  event_type: z.string(),
  subject: z.string(),
  status: z.enum(['pending', 'delivered', 'failed', 'cancelled']),
  attempts: z.array(z.strictObject({
    at: z.iso.datetime(), latency_ms: z.int(), status_code: z.int().optional(), error: z.string().optional(),
    response: z.string().optional().meta({ description: 'The beginning of what the target answered' }),
  })),
  next_attempt_at: z.iso.datetime().nullable().meta({ description: 'Of the first that waits of its subject; those behind it follow' }),
  replay_of: z.uuid().nullable(),
  created_at: z.iso.datetime(),
  completed_at: z.iso.datetime().nullable(),
}).meta({ id: 'Delivery' });

export function deliveryView({ delivery, subscription_name, due_at }: ListedDelivery): z.output<typeof deliverySchema> {
  return {
    id: delivery.id, subscription_id: delivery.subscription_id, subscription_name, event_id: delivery.event_id, event_type: delivery.event_type, subject: delivery.subject,
    status: delivery.status, attempts: delivery.attempts, next_attempt_at: delivery.status === 'pending' ? (due_at?.toISOString() ?? null) : null,
    replay_of: delivery.replay_of, created_at: delivery.created_at.toISOString(), completed_at: delivery.completed_at?.toISOString() ?? null,
  };
}
