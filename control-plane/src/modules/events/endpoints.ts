import { z } from 'zod';
import type { Database } from '../../platform/db/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { decodeCursor, page, pageQuery } from '../../platform/http/pages.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint, Permission, Principal } from '../access/index.ts';
import { eventView, findEvent, listEvents } from './service.ts';
import { eventTypeNames, eventTypes } from './vocabulary.ts';

export const eventSchema = z.strictObject({
  id: z.uuid(),
  type: z.string(),
  timestamp: z.iso.datetime().meta({ description: 'When it happened' }),
  tenant: z.strictObject({ id: z.uuid(), slug: z.string() }).nullable(),
  connector: z.strictObject({ id: z.uuid(), slug: z.string(), name: z.string(), kind: z.string(), category: z.string() }).nullable(),
  subject: z.string().meta({ description: 'Events of one subject are delivered in their order' }),
  data: z.record(z.string(), z.unknown()).nullable(),
}).meta({ id: 'Event' });

/** `webhook.received,message.received` */
const typeList = z.string().transform((text) => text.split(',')).pipe(z.array(z.enum(eventTypeNames)));

export function eventNotFound(id: string): PatchbayError {
  return new PatchbayError('not_found', `There is no event ${id}, or you have no right to it.`, { hint: 'GET /api/events lists those that are kept.' });
}

export interface EventEndpointOptions {
  db: Database;
  requireTenant(principal: Principal, reference: string, permission: Permission): Promise<{ id: string }>;
}

export function eventEndpoints({ db, requireTenant }: EventEndpointOptions): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/api/events/types', tag: 'Events', summary: 'What may be subscribed to', permission: 'catalog:read',
      answer: z.strictObject({ types: z.array(z.strictObject({ type: z.string(), description: z.string() })) }),
      handle: async () => ({ types: Object.entries(eventTypes).map(([type, description]) => ({ type, description })) }),
    }),
    endpoint({
      method: 'get', path: '/api/events', tag: 'Events', summary: 'What happened, newest first', permission: 'events:read',
      query: z.strictObject({
        tenant: z.string().optional().meta({ description: 'This tenant and those below it' }),
        type: typeList.optional().meta({ description: 'One type, or several separated by commas' }),
        connector: z.uuid().optional(), since: z.iso.datetime().optional(), ...pageQuery,
      }),
      answer: z.strictObject({
        events: z.array(eventSchema.extend({ data_omitted: z.literal(true).optional().meta({ description: 'The data is too large for a list: GET /api/events/{id}' }) })),
        next_cursor: z.string().optional(),
      }),
      async handle({ principal, query }) {
        const tenant_id = query.tenant === undefined ? principal.tenant_id : (await requireTenant(principal, query.tenant, 'events:read')).id;
        const found = await listEvents(db, {
          tenant_id, types: query.type, connector_id: query.connector, before: decodeCursor(query.cursor), limit: query.limit + 1,
          ...(query.since !== undefined && { since: new Date(query.since) }),
        });
        const { rows, next_cursor } = page(found, query.limit);
        return {
          events: rows.map((row) => ({ ...eventView(row), ...(row.data === null && { data_omitted: true as const }) })),
          ...(next_cursor && { next_cursor }),
        };
      },
    }),
    endpoint({
      method: 'get', path: '/api/events/{id}', tag: 'Events', summary: 'Show an event', permission: 'events:read',
      params: z.strictObject({ id: z.uuid() }), answer: eventSchema,
      async handle({ principal, params }) {
        const row = await findEvent(db, params.id, principal.tenant_id);
        if (!row) throw eventNotFound(params.id);
        return eventView(row);
      },
    }),
  ];
}
