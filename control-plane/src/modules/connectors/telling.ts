/** What others are told of a change of a connector, from the same words as the audit log. */
import type { Queryable } from '../../platform/db/index.ts';
import type { AuditEvent } from '../audit/index.ts';
import { emit } from '../events/index.ts';
import type { EventData } from '../events/index.ts';
import type { ConnectorRow } from '../tables/index.ts';

/** @param transaction the one that makes the change */
export async function tell(transaction: Queryable, connector: ConnectorRow, change: AuditEvent): Promise<void> {
  for (const event of eventsOf(connector, change)) {
    await emit(transaction, {
      ...event, tenant_id: connector.tenant_id, connector,
      // Defaults of a category change one at a time, whichever connector it was and becomes.
      ...(event.type === 'default.changed' && { subject: `default:${connector.tenant_id}:${connector.category}` }),
    });
  }
}

function eventsOf({ slug, category, is_default }: ConnectorRow, change: AuditEvent): EventData[] {
  switch (change.action) {
    case 'connector.created': return [
      { type: 'connector.created', data: {} },
      ...(is_default ? [{ type: 'default.changed' as const, data: { category, from: null, to: slug } }] : []),
    ];
    case 'connector.updated': return [{ type: 'connector.updated', data: { changed: change.details.changed } }];
    case 'connector.activated':
    case 'connector.deactivated': return [{ type: 'connector.updated', data: { changed: ['active'] } }];
    case 'connector.connected':
    case 'connector.disconnected': return [{ type: 'connector.updated', data: { changed: ['connection'] } }];
    case 'connector.deleted': return [{ type: 'connector.deleted', data: {} }];
    case 'default.changed': return [{ type: 'default.changed', data: change.details }];
    default: return [];
  }
}
