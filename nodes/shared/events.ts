/** What may be chosen to start a workflow, and an event as the item that starts it. */
import type { IDataObject, INodePropertyOptions } from 'n8n-workflow';

/** As a subscription delivers it. */
export interface Event extends IDataObject {
  id: string;
  type: string;
  timestamp: string;
  tenant: { id: string; slug: string } | null;
  connector: { id: string; slug: string; name: string; kind: string; category: string } | null;
  subject: string;
  data: IDataObject | null;
}

/** What nothing raises as long as there are no datasets. */
const notYet = ['records.changed', 'sync.completed', 'sync.failed'];

const described: INodePropertyOptions[] = [
  { name: 'Any Event', value: '*', description: 'Whatever passes the filters' },
  { name: 'Check Failed', value: 'check.failed', description: 'A connector that worked, or was never checked, does not work' },
  { name: 'Check Recovered', value: 'check.recovered', description: 'A connector that did not work works again' },
  { name: 'Connector Created', value: 'connector.created', description: 'A connector was created' },
  { name: 'Connector Deleted', value: 'connector.deleted', description: 'A connector was deleted' },
  { name: 'Connector Updated', value: 'connector.updated', description: 'A connector was changed, activated or deactivated' },
  { name: 'Default Changed', value: 'default.changed', description: 'A tenant uses another connector for a category, or none: its own default or one that it inherits' },
  { name: 'Message Received', value: 'message.received', description: 'A message came in' },
  { name: 'Message Status', value: 'message.status', description: 'A message that was sent got another status' },
  { name: 'Records Changed', value: 'records.changed', description: 'A sync brought records that were added, changed or deleted' },
  { name: 'Sync Completed', value: 'sync.completed', description: 'A dataset was brought up to date' },
  { name: 'Sync Failed', value: 'sync.failed', description: 'A dataset could not be brought up to date' },
  { name: 'Tenant Created', value: 'tenant.created', description: 'A tenant was created' },
  { name: 'Webhook Received', value: 'webhook.received', description: 'A provider sent a request to a connector’s address' },
];

/** The control plane's vocabulary; a test holds the two together. */
export const eventOptions = described.filter(({ value }) => !notYet.includes(String(value)));

/** Flat, so that the next node can say `{{ $json.tenant }}`. */
export function simplified({ id, type, timestamp, tenant, connector, data }: Event): IDataObject {
  return {
    id, type, timestamp,
    tenant: tenant?.slug ?? null,
    connector: connector?.slug ?? null, connector_id: connector?.id ?? null,
    kind: connector?.kind ?? null, category: connector?.category ?? null,
    data,
  };
}

export function isEvent(value: unknown): value is Event {
  return typeof value === 'object' && value !== null && 'id' in value && 'type' in value && 'timestamp' in value;
}
