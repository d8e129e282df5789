import { z } from 'zod';
import { decodeCursor, page, pageQuery } from '../../platform/http/pages.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import { tenantReference } from '../tenants/index.ts';
import type { Deliveries } from './deliveries.ts';
import { deliverySchema, deliveryView, subscriptionChanges, subscriptionInput, subscriptionParams, subscriptionSchema, subscriptionView, withSecret } from './schema.ts';
import type { OwnedSubscription, Subscriptions } from './service.ts';

const booleanText = z.enum(['true', 'false']).transform((text) => text === 'true');

export function subscriptionEndpoints({ subscriptions, deliveries }: { subscriptions: Subscriptions; deliveries: Deliveries }): Endpoint[] {
  const viewWithSecret = ({ secret, ...owned }: OwnedSubscription & { secret: string }) => ({ ...subscriptionView(owned), secret });
  return [
    endpoint({
      method: 'get', path: '/api/subscriptions', tag: 'Subscriptions', summary: 'List subscriptions', permission: 'subscriptions:read',
      query: z.strictObject({ tenant: tenantReference.optional(), active: booleanText.optional(), ...pageQuery }),
      answer: z.strictObject({ subscriptions: z.array(subscriptionSchema), next_cursor: z.string().optional() }),
      async handle({ principal, query }) {
        const found = await subscriptions.list(principal, { tenant: query.tenant, active: query.active, after: decodeCursor(query.cursor), limit: query.limit + 1 });
        const { rows, next_cursor } = page(found.map((owned) => ({ id: owned.subscription.id, owned })), query.limit);
        return { subscriptions: rows.map(({ owned }) => subscriptionView(owned)), ...(next_cursor && { next_cursor }) };
      },
    }),
    endpoint({
      method: 'post', path: '/api/subscriptions', tag: 'Subscriptions', summary: 'Subscribe to events', permission: 'subscriptions:write', status: 201,
      description: 'Each event is posted to the address, signed as Standard Webhooks says with the secret of the answer, which is shown this once. At least once, and in the order of each subject.',
      body: subscriptionInput, answer: withSecret,
      handle: async ({ principal, body, request_id }) => viewWithSecret(await subscriptions.create(principal, body, request_id)),
    }),
    endpoint({
      method: 'get', path: '/api/subscriptions/{id}', tag: 'Subscriptions', summary: 'Show a subscription', permission: 'subscriptions:read',
      params: subscriptionParams, answer: subscriptionSchema,
      handle: async ({ principal, params }) => subscriptionView(await subscriptions.require(principal, params.id, 'subscriptions:read')),
    }),
    endpoint({
      method: 'patch', path: '/api/subscriptions/{id}', tag: 'Subscriptions', summary: 'Change a subscription', permission: 'subscriptions:write',
      description: 'Deactivating cancels what waits; it can be replayed later.',
      params: subscriptionParams, body: subscriptionChanges, answer: subscriptionSchema,
      handle: async ({ principal, params, body, request_id }) => subscriptionView(await subscriptions.update(principal, params.id, body, request_id)),
    }),
    endpoint({
      method: 'delete', path: '/api/subscriptions/{id}', tag: 'Subscriptions', summary: 'Unsubscribe', permission: 'subscriptions:write',
      description: 'Takes its deliveries and their log along.', params: subscriptionParams, answer: z.strictObject({ deleted: z.literal(true) }),
      async handle({ principal, params, request_id }) {
        await subscriptions.remove(principal, params.id, request_id);
        return { deleted: true as const };
      },
    }),
    endpoint({
      method: 'post', path: '/api/subscriptions/{id}/rotate_secret', tag: 'Subscriptions', summary: 'Give a subscription a new secret', permission: 'subscriptions:write',
      description: 'The former secret signs beside the new one for a while, so that the receiver can change in between.',
      params: subscriptionParams, body: z.strictObject({ overlap_hours: z.number().min(0).max(168).default(24) }), answer: withSecret,
      handle: async ({ principal, params, body, request_id }) => viewWithSecret(await subscriptions.rotateSecret(principal, params.id, body.overlap_hours * 3600, request_id)),
    }),
    endpoint({
      method: 'post', path: '/api/subscriptions/{id}/test', tag: 'Subscriptions', summary: 'Send a test event', permission: 'subscriptions:write',
      description: 'At once, whatever the filters and even when it is not active; nothing is kept.',
      params: subscriptionParams,
      answer: z.strictObject({ ok: z.boolean(), event_id: z.uuid(), latency_ms: z.int(), status_code: z.int().optional(), error: z.string().optional(), response: z.string().optional() }),
      async handle({ principal, params, signal }) {
        const { event_id, outcome: { ok, attempt: { at: _at, ...attempt } } } = await subscriptions.test(principal, params.id, signal);
        return { ok, event_id, ...attempt };
      },
    }),
    endpoint({
      method: 'get', path: '/api/deliveries', tag: 'Deliveries', summary: 'What was sent to subscriptions, newest first', permission: 'subscriptions:read',
      query: z.strictObject({
        tenant: tenantReference.optional().meta({ description: 'To subscriptions of this tenant and those below it' }),
        subscription: z.uuid().optional(), event: z.uuid().optional(), status: z.enum(['pending', 'delivered', 'failed', 'cancelled']).optional(), ...pageQuery,
      }),
      answer: z.strictObject({ deliveries: z.array(deliverySchema), next_cursor: z.string().optional() }),
      async handle({ principal, query }) {
        const found = await deliveries.list(principal, {
          tenant: query.tenant, subscription_id: query.subscription, event_id: query.event, status: query.status, before: decodeCursor(query.cursor), limit: query.limit + 1,
        });
        const { rows, next_cursor } = page(found.map((listed) => ({ id: listed.delivery.id, listed })), query.limit);
        return { deliveries: rows.map(({ listed }) => deliveryView(listed)), ...(next_cursor && { next_cursor }) };
      },
    }),
    endpoint({
      method: 'get', path: '/api/deliveries/{id}', tag: 'Deliveries', summary: 'Show a delivery', permission: 'subscriptions:read',
      params: z.strictObject({ id: z.uuid() }), answer: deliverySchema,
      handle: async ({ principal, params }) => deliveryView(await deliveries.require(principal, params.id)),
    }),
    endpoint({
      method: 'post', path: '/api/deliveries/{id}/replay', tag: 'Deliveries', summary: 'Deliver once more', permission: 'subscriptions:write', status: 201,
      description: 'The same event with the same id, after whatever waits of its subject.',
      params: z.strictObject({ id: z.uuid() }), answer: deliverySchema,
      handle: async ({ principal, params, request_id }) => deliveryView(await deliveries.replayDelivery(principal, params.id, request_id)),
    }),
    endpoint({
      method: 'post', path: '/api/events/{id}/replay', tag: 'Deliveries', summary: 'Deliver an event once more', permission: 'subscriptions:write', status: 201,
      description: 'To all subscriptions that match, or to the one named.',
      params: z.strictObject({ id: z.uuid() }), body: z.strictObject({ subscription: z.uuid().optional() }),
      answer: z.strictObject({ deliveries: z.array(deliverySchema) }),
      handle: async ({ principal, params, body, request_id }) => ({ deliveries: (await deliveries.replayEvent(principal, params.id, body.subscription, request_id)).map(deliveryView) }),
    }),
  ];
}
