import { z } from 'zod';
import type { Category } from '../../kinds/contract.ts';
import type { Registry } from '../../kinds/registry.ts';
import type { Database } from '../../platform/db/index.ts';
import { decodeCursor, page, pageQuery } from '../../platform/http/pages.ts';
import { covers, endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import { connectorParams, connectorSchema, connectorView } from '../connectors/index.ts';
import type { Connectors, OwnedConnector } from '../connectors/index.ts';
import { tenantParams, tenantReference } from '../tenants/index.ts';
import type { Tenants } from '../tenants/index.ts';
import { readMatrix } from './matrix.ts';
import type { Resolution, Resolutions } from './service.ts';
import { readUsage } from './usage.ts';

/** Without what changes with every check: a resolution is cached for as long as it stands. */
const resolvedConnector = connectorSchema.omit({ last_check: true, health: true });

const answer = z.strictObject({
  tenant: z.strictObject({ id: z.uuid(), slug: z.string() }),
  category: z.string(),
  connector: resolvedConnector.nullable().meta({ description: 'Null where there is no default' }),
  how: z.enum(['own', 'inherited']).nullable(),
  chain: z.array(z.strictObject({
    tenant_id: z.uuid(),
    tenant_slug: z.string(),
    reason: z.enum(['has_default', 'no_default', 'default_inactive', 'does_not_inherit']),
    connector_id: z.uuid().optional(),
    connector_name: z.string().optional(),
  })),
  explanation: z.string(),
}).meta({ id: 'Resolution' });

const matrixAnswer = z.strictObject({
  categories: z.array(z.string()),
  tenants: z.array(z.strictObject({
    id: z.uuid(), slug: z.string(), name: z.string(), depth: z.int().meta({ description: 'How many tenants stand above it' }),
    cells: z.record(z.string(), z.strictObject({
      state: z.enum(['own', 'inherited', 'missing', 'inactive']),
      ok: z.boolean().nullable().meta({ description: 'Of the connector’s last test; null when there was none' }),
      connector: z.strictObject({ id: z.uuid(), name: z.string(), kind: z.string(), tenant_slug: z.string() }).nullable(),
    })).meta({ description: 'By category' }),
  })),
  next_cursor: z.string().optional(),
}).meta({ id: 'DefaultsMatrix' });

const usageAnswer = z.strictObject({
  tenants: z.array(z.strictObject({ id: z.uuid(), slug: z.string(), name: z.string(), how: z.enum(['own', 'inherited']) })).meta({
    description: 'Whose default it is, in the order of the tree; of one that is deactivated, whom that leaves without a default',
  }),
  count: z.int().meta({ description: 'How many tenants in all' }),
  fallback: z.int().nullable().meta({ description: 'Its place among the fallbacks of its tenant and category, from 1; null when it is none of them' }),
  next_cursor: z.string().optional(),
}).meta({ id: 'ConnectorUsage' });

export interface ResolutionEndpointOptions {
  resolutions: Resolutions;
  registry: Registry;
  db: Database;
  tenants: Tenants;
  connectors: Connectors;
  categories: Record<string, Category>;
}

export function resolutionEndpoints({ resolutions, registry, db, tenants, connectors, categories }: ResolutionEndpointOptions): Endpoint[] {
  /** Answers are written once as long as their resolution stands: with the config, and without. */
  const written = { open: new WeakMap<Resolution, Buffer>(), closed: new WeakMap<Resolution, Buffer>() };
  const viewConnector = (owned: OwnedConnector, open: boolean) => {
    const { last_check: _tested, health: _changing, ...standing } = connectorView(owned, registry);
    return open ? standing : { ...standing, config: {}, output_schemas: [] };
  };
  const view = (resolution: Resolution, open: boolean): z.output<typeof answer> => ({
    tenant: { id: resolution.tenant.id, slug: resolution.tenant.slug },
    category: resolution.category,
    connector: resolution.owned && viewConnector(resolution.owned, open),
    how: resolution.how,
    chain: resolution.chain,
    explanation: resolution.explanation,
  });
  return [
    endpoint({
      method: 'get', path: '/api/defaults/matrix', tag: 'Resolution', permission: 'connectors:read',
      summary: 'What each tenant’s categories resolve to',
      description: 'In the order of the tree: each tenant is followed by those below it.',
      query: z.strictObject({ tenant: tenantReference.optional(), search: z.string().max(200).optional(), ...pageQuery }),
      answer: matrixAnswer,
      async handle({ principal, query }) {
        const top = query.tenant === undefined ? undefined : await tenants.require(principal, query.tenant, 'connectors:read');
        const names = Object.keys(categories);
        const found = await readMatrix(db, names, {
          tenant_id: top?.id ?? principal.tenant_id, search: query.search, after: decodeCursor(query.cursor), limit: query.limit + 1,
        });
        const { rows, next_cursor } = page(found, query.limit);
        return { categories: names, tenants: rows, ...(next_cursor && { next_cursor }) };
      },
    }),
    endpoint({
      method: 'get', path: '/api/connectors/{id}/usage', tag: 'Resolution', permission: 'connectors:read',
      summary: 'Who depends on a connector', params: connectorParams, query: z.strictObject(pageQuery), answer: usageAnswer,
      async handle({ principal, params, query }) {
        const owned = await connectors.require(principal, params.id, 'connectors:read');
        const usage = await readUsage(db, owned, { after: decodeCursor(query.cursor), limit: query.limit + 1 });
        const { rows, next_cursor } = page(usage.tenants, query.limit);
        return { ...usage, tenants: rows, ...(next_cursor && { next_cursor }) };
      },
    }),
    endpoint({
      method: 'get', path: '/api/tenants/{tenant}/{category}', tag: 'Resolution', permission: 'connectors:use',
      summary: 'Which connector a tenant’s category resolves to, and why',
      description: 'Of a connector that is inherited from a tenant to which the caller has no right, the config is left out.',
      params: tenantParams.extend({ category: z.string() }), answer,
      async handle({ principal, params, response }) {
        const resolution = resolutions.peek(principal, params.tenant, params.category, 'connectors:use')
          ?? await resolutions.resolve(principal, params.tenant, params.category, 'connectors:use');
        // Who may use an inherited connector need not have a right to the tenant that owns it.
        const open = resolution.owned === null || covers(principal, resolution.owned.tenant.path);
        const texts = open ? written.open : written.closed;
        let text = texts.get(resolution);
        if (text === undefined) {
          text = Buffer.from(JSON.stringify(view(resolution, open)));
          texts.set(resolution, text);
        }
        response.setHeader('Content-Type', 'application/json; charset=utf-8');
        response.setHeader('Cache-Control', 'no-store');
        response.end(text);
        return undefined;
      },
    }),
  ];
}
