import { z } from 'zod';
import type { Database } from '../../platform/db/index.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import { connectorParams } from '../connectors/index.ts';
import type { Connectors } from '../connectors/index.ts';
import { tenantReference } from '../tenants/index.ts';
import type { Tenants } from '../tenants/index.ts';
import { readRecentOperations } from './recent.ts';
import { readOverview, windows } from './service.ts';
import type { Window } from './service.ts';

const figures = { count: z.number(), errors: z.number() };

const healthCounts = z.strictObject({ healthy: z.int().meta({ description: 'The last test went well' }), failing: z.int(), untested: z.int(), inactive: z.int() });

const answer = z.strictObject({
  from: z.iso.datetime(), to: z.iso.datetime(), bucket_seconds: z.int(),
  health: healthCounts.meta({ description: 'Connectors as they are now' }),
  buckets: z.array(z.strictObject({
    at: z.iso.datetime(), ...figures, average_ms: z.number().nullable(), max_ms: z.number().nullable(),
    health: healthCounts.meta({ description: 'Connectors as they were at its end' }),
  })),
  slowest: z.array(z.strictObject({
    connector_id: z.uuid(), connector_name: z.string(), kind: z.string(), tenant_slug: z.string(), operation: z.string(), ...figures, average_ms: z.number(), max_ms: z.number(),
  })).meta({ description: 'Operations of connectors, those with the longest average first' }),
}).meta({ id: 'Statistics' });

const recentOperation = z.strictObject({
  at: z.iso.datetime().meta({ description: 'When it began' }), operation: z.string(), ok: z.boolean(),
  code: z.string().optional().meta({ description: 'The error’s code, where it failed' }),
  milliseconds: z.int(), records: z.int().optional().meta({ description: 'How many it gave; absent where it gives none' }),
  tenant: z.string().meta({ description: 'The slug of the tenant that it ran for' }), how: z.string().meta({ description: 'How the connector was found: own, inherited, fallback or named' }),
  caller: z.strictObject({ id: z.string(), name: z.string() }), request_id: z.string(),
}).meta({ id: 'RecentOperation' });

export function statisticsEndpoints({ db, tenants, connectors }: { db: Database; tenants: Tenants; connectors: Connectors }): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/api/statistics', tag: 'Statistics', permission: 'connectors:read',
      summary: 'Health of connectors and operations over time',
      description: 'Of a tenant and those below it; operations of one connector alone, when it is named. A few seconds pass until an operation is counted.',
      query: z.strictObject({
        tenant: tenantReference.optional(), connector: z.uuid().optional(),
        window: z.enum(Object.keys(windows) as [Window, ...Window[]]).default('24h'),
      }),
      answer,
      async handle({ principal, query }) {
        const owned = query.connector === undefined ? undefined : await connectors.require(principal, query.connector, 'connectors:read');
        const tenant = query.tenant === undefined ? undefined : await tenants.require(principal, query.tenant, 'connectors:read');
        const overview = await readOverview(db, {
          tenant_id: owned?.tenant.id ?? tenant?.id ?? principal.tenant_id, window: query.window, ...(owned && { connector_id: owned.connector.id }),
        });
        return {
          ...overview, from: overview.from.toISOString(), to: overview.to.toISOString(),
          buckets: overview.buckets.map((bucket) => ({ ...bucket, at: bucket.at.toISOString() })),
        };
      },
    }),
    endpoint({
      method: 'get', path: '/api/connectors/{id}/recent_operations', tag: 'Statistics', permission: 'connectors:read',
      summary: 'The last operations that ran on a connector, newest first', description: 'Of a busy connector not each. A few seconds pass until an operation is listed.',
      params: connectorParams, answer: z.strictObject({ operations: z.array(recentOperation) }),
      async handle({ principal, params }) {
        const { connector } = await connectors.require(principal, params.id, 'connectors:read');
        return { operations: await readRecentOperations(db, connector) };
      },
    }),
  ];
}
