import { z } from 'zod';
import type { Registry } from '../../kinds/registry.ts';
import { covers, endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import { connectorSchema, connectorView } from '../connectors/index.ts';
import type { OwnedConnector } from '../connectors/index.ts';
import { tenantParams } from '../tenants/index.ts';
import type { Resolution, Resolutions } from './service.ts';

/** Without what changes with every check: a resolution is cached for as long as it stands. */
const resolvedConnector = connectorSchema.omit({ last_check: true });

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

export function resolutionEndpoints({ resolutions, registry }: { resolutions: Resolutions; registry: Registry }): Endpoint[] {
  /** Answers are written once as long as their resolution stands: with the config, and without. */
  const written = { open: new WeakMap<Resolution, Buffer>(), closed: new WeakMap<Resolution, Buffer>() };
  const viewConnector = (owned: OwnedConnector, open: boolean) => {
    const { last_check: _changing, ...standing } = connectorView(owned, registry);
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
