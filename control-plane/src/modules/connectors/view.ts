import type { z } from 'zod';
import { isQueryable } from '../../kinds/contract.ts';
import type { Registry } from '../../kinds/registry.ts';
import { maskedConfig } from './config-values.ts';
import type { connectorSchema } from './schema.ts';
import type { OwnedConnector } from './service.ts';

/** What a caller sees of a connector. A kind that is no longer installed shows no config. */
export function connectorView({ connector, tenant }: OwnedConnector, registry: Registry): z.output<typeof connectorSchema> {
  const kind = registry.find(connector.kind);
  return {
    id: connector.id, tenant_id: connector.tenant_id, tenant_slug: tenant.slug, slug: connector.slug, name: connector.name,
    description: connector.description, kind: connector.kind, category: connector.category, active: connector.active, health: connector.health,
    is_default: connector.is_default, is_queryable: kind !== undefined && isQueryable(kind),
    config: kind ? maskedConfig(kind, connector) : {},
    output_schemas: connector.output_schemas, check_every_minutes: connector.check_every_minutes, schedule_cron: connector.schedule_cron, schedule_mode: connector.schedule_mode,
    version: connector.version, last_check: connector.last_check as z.output<typeof connectorSchema>['last_check'],
    created_at: connector.created_at.toISOString(), updated_at: connector.updated_at.toISOString(),
  };
}
