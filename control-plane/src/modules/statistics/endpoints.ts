import { z } from 'zod';
import type { Database } from '../../platform/db/index.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import type { Connectors } from '../connectors/index.ts';
import { tenantReference } from '../tenants/index.ts';
import type { Tenants } from '../tenants/index.ts';
import { readOverview, windows } from './service.ts';
import type { Window } from './service.ts';

const figures = { count: z.number(), errors: z.number() };

const answer = z.strictObject({
  from: z.iso.datetime(), to: z.iso.datetime(), bucket_seconds: z.int(),
  health: z.strictObject({
    healthy: z.int().meta({ description: 'The last test went well' }), failing: z.int(), untested: z.int(), inactive: z.int(),
  }).meta({ description: 'Connectors as they are now' }),
  buckets: z.array(z.strictObject({
    at: z.iso.datetime(), ...figures, average_ms: z.number().nullable(), max_ms: z.number().nullable(), checks_ok: z.int(), checks_failed: z.int(),
  })),
  slowest: z.array(z.strictObject({
    connector_id: z.uuid(), connector_name: z.string(), kind: z.string(), tenant_slug: z.string(), operation: z.string(), ...figures, average_ms: z.number(), max_ms: z.number(),
  })).meta({ description: 'Operations of connectors, those with the longest average first' }),
}).meta({ id: 'Statistics' });

export function statisticsEndpoints({ db, tenants, connectors }: { db: Database; tenants: Tenants; connectors: Connectors }): Endpoint[] {
  return [
    endpoint({
      method: 'get', path: '/api/statistics', tag: 'Statistics', permission: 'connectors:read',
      summary: 'Health of connectors, checks and operations over time',
      description: 'Of a tenant and those below it, or of one connector. A few seconds pass until an operation is counted.',
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
  ];
}
