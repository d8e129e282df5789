import { useInfiniteQuery } from '@tanstack/react-query';
import type { Schemas } from '../api/client.ts';
import { auditQuery } from '../api/queries.ts';
import { Button } from './Button.tsx';
import { CopyText } from './CopyText.tsx';
import { EmptyState, Loaded } from './feedback.tsx';
import { Time } from './Time.tsx';

type AuditEvent = Schemas['AuditEvent'];

/** What happened, as a sentence’s end. */
const actions: Record<string, string> = {
  'tenant.created': 'created the tenant', 'tenant.updated': 'changed the tenant', 'tenant.deleted': 'deleted the tenant',
  'connector.created': 'created the connector', 'connector.updated': 'changed the connector', 'connector.deleted': 'deleted the connector',
  'connector.activated': 'activated', 'connector.deactivated': 'deactivated', 'default.changed': 'changed a default:', 'key.created': 'created the key', 'key.revoked': 'revoked the key',
};

function detailsOf({ action, details }: AuditEvent): string {
  if (action === 'default.changed') return `${String(details['category'])}: ${String(details['from'] ?? 'none')} → ${String(details['to'] ?? 'none')}`;
  const changed = details['changed'];
  if (Array.isArray(changed)) return changed.join(', ');
  return Object.entries(details).map(([name, value]) => `${name}: ${String(value)}`).join(', ');
}

export function AuditList({ filter }: { filter: { tenant?: string; resource?: string } }) {
  const query = useInfiniteQuery(auditQuery(filter));
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <Loaded query={query} lines={6} height={40}>
      {events.length === 0 ? <EmptyState icon="log" title="Nothing was changed yet">Every change is recorded here with who made it.</EmptyState> : (
        <ol className="timeline">
          {events.map((event) => (
            <li key={event.id}>
              <p><strong>{event.actor.name}</strong> {actions[event.action] ?? event.action} <b>{event.resource.name}</b></p>
              {detailsOf(event) !== '' && <p className="muted">{detailsOf(event)}</p>}
              <p className="timeline-facts muted"><Time at={event.at} />{event.request_id && <CopyText text={event.request_id} label="Copy the request id" />}</p>
            </li>
          ))}
        </ol>
      )}
      {query.hasNextPage && <div className="more"><Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show older ones</Button></div>}
    </Loaded>
  );
}
