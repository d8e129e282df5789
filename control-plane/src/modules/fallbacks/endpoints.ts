import { z } from 'zod';
import type { Category } from '../../kinds/contract.ts';
import type { Registry } from '../../kinds/registry.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import { connectorSchema, connectorView } from '../connectors/index.ts';
import { tenantParams } from '../tenants/index.ts';
import type { Tenants } from '../tenants/index.ts';
import type { Fallbacks } from './service.ts';

const path = '/api/tenants/{tenant}/{category}/fallbacks';
const params = tenantParams.extend({ category: z.string() });
const answer = z.strictObject({ connectors: z.array(connectorSchema).meta({ description: 'In the order in which they are tried' }) });

export interface FallbackEndpointOptions {
  fallbacks: Fallbacks;
  tenants: Tenants;
  registry: Registry;
  categories: Record<string, Category>;
}

export function fallbackEndpoints({ fallbacks, tenants, registry, categories }: FallbackEndpointOptions): Endpoint[] {
  const assertCategory = (category: string) => {
    if (Object.hasOwn(categories, category)) return;
    throw new PatchbayError('category_not_found', `There is no category "${category}".`, { hint: `There are: ${Object.keys(categories).join(', ')}.` });
  };
  return [
    endpoint({
      method: 'get', path, tag: 'Defaults', summary: 'What is tried when a tenant’s default is failing', permission: 'connectors:read', params, answer,
      async handle({ principal, params: { tenant, category } }) {
        assertCategory(category);
        const found = await fallbacks.list(await tenants.require(principal, tenant, 'connectors:read'), category);
        return { connectors: found.map((owned) => connectorView(owned, registry)) };
      },
    }),
    endpoint({
      method: 'put', path, tag: 'Defaults', summary: 'Name what is tried when a tenant’s default is failing', permission: 'connectors:write', params, answer,
      description: 'Only operations that are safe to repeat fall back, and only when the backend cannot be reached, does not answer or is not available. An empty list turns it off.',
      body: z.strictObject({ connectors: z.array(z.uuid()).max(10).meta({ description: 'Ids of connectors of this tenant and category, in order' }) }),
      async handle({ principal, params: { tenant, category }, body, request_id }) {
        assertCategory(category);
        const found = await fallbacks.set(principal, await tenants.require(principal, tenant, 'connectors:write'), category, body.connectors, request_id);
        return { connectors: found.map((owned) => connectorView(owned, registry)) };
      },
    }),
  ];
}
