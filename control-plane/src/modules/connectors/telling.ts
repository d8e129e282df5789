/** What others are told of a change of a connector, from the same words as the audit log. Who tells of defaults: `../inheritance`. */
import type { Queryable } from '../../platform/db/index.ts';
import type { AuditEvent } from '../audit/index.ts';
import { emit } from '../events/index.ts';
import type { EventData } from '../events/index.ts';
import type { ConnectorRow } from '../tables/index.ts';

/** @param transaction the one that makes the change */
export async function tell(transaction: Queryable, connector: ConnectorRow, change: AuditEvent): Promise<void> {
  for (const event of eventsOf(change)) {
    await emit(transaction, { ...event, tenant_id: connector.tenant_id, connector });
  }
}

function eventsOf(change: AuditEvent): EventData[] {
  switch (change.action) {
    case 'connector.created': return [{ type: 'connector.created', data: {} }];
    case 'connector.updated': return [{ type: 'connector.updated', data: { changed: change.details.changed } }];
    case 'connector.activated':
    case 'connector.deactivated': return [{ type: 'connector.updated', data: { changed: ['active'] } }];
    case 'connector.connected':
    case 'connector.disconnected': return [{ type: 'connector.updated', data: { changed: ['connection'] } }];
    case 'connector.deleted': return [{ type: 'connector.deleted', data: {} }];
    default: return [];
  }
}
