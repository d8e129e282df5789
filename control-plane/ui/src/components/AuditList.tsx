import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Schemas } from '../api/client.ts';
import { auditQuery, catalogQuery } from '../api/queries.ts';
import { roleNames } from '../api/session.ts';
import { Button } from './Button.tsx';
import { CopyText } from './CopyText.tsx';
import { EmptyState, Loaded } from './feedback.tsx';
import { Time } from './Time.tsx';

type AuditEvent = Schemas['AuditEvent'];

/** What happened, as a sentence’s end. */
const actions: Record<string, string> = {
  'tenant.created': 'created the tenant', 'tenant.updated': 'changed the tenant', 'tenant.deleted': 'deleted the tenant',
  'connector.created': 'created the connector', 'connector.updated': 'changed the connector', 'connector.deleted': 'deleted the connector',
  'connector.activated': 'activated', 'connector.deactivated': 'deactivated', 'connector.connected': 'connected an account to', 'connector.disconnected': 'disconnected the account of',
  'default.changed': 'changed a default:', 'fallbacks.changed': 'changed the fallbacks of', 'key.created': 'created the key', 'key.revoked': 'revoked the key',
  'subscription.created': 'created the webhook', 'subscription.updated': 'changed the webhook', 'subscription.deleted': 'deleted the webhook',
  'subscription.secret_rotated': 'made a new signing secret for the webhook', 'subscription.ended': 'ended the webhook', 'event.replayed': 'sent an event again:',
};
/** Of an event: none where its sentence says all. */
const told = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value ?? 'none'));
const facts: Record<string, (value: unknown, labelOf: (kind: string) => string) => string | false> = {
  kind: (kind, labelOf) => labelOf(String(kind)),
  is_default: (is) => is === true && 'as the default',
  role: (role) => roleNames[role as keyof typeof roleNames] ?? told(role),
  prefix: (prefix) => `${told(prefix)}…`,
  parent: (slug) => `below ${told(slug)}`,
  successor: (name) => `followed by ${told(name)}`,
  changed: (names) => told(names).replaceAll('_', ' '),
  events: (types) => told(types) || 'every event',
  overlap_seconds: (seconds) => `the former one holds for ${Math.round(Number(seconds) / 3600)} h`,
  event: () => false,
};

function detailsOf({ action, details }: AuditEvent, labelOf: (kind: string) => string): string {
  const { category, from, to, connectors } = details;
  if (action === 'default.changed') return `${told(category).replaceAll('_', ' ')}: ${told(from)} → ${told(to)}`;
  if (action === 'fallbacks.changed') return `${told(category).replaceAll('_', ' ')}: ${told(connectors) || 'none'}`;
  return Object.entries(details).map(([name, value]) => (facts[name] ? facts[name](value, labelOf) : told(value))).filter(Boolean).join(', ');
}

export function AuditList({ filter }: { filter: { tenant?: string; resource?: string } }) {
  const query = useInfiniteQuery(auditQuery(filter));
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  const catalog = useQuery(catalogQuery);
  const labelOf = (kind: string) => catalog.data?.kinds.find((one) => one.kind === kind)?.label ?? kind;
  return (
    <Loaded query={query} lines={6} height={40}>
      {events.length === 0 ? <EmptyState icon="log" title="Nothing was changed yet">Every change is recorded here with who made it.</EmptyState> : (
        <ol className="timeline">
          {events.map((event) => (
            <li key={event.id}>
              <p><strong>{event.actor.name}</strong> {actions[event.action] ?? event.action} <b>{event.resource.name}</b></p>
              {detailsOf(event, labelOf) !== '' && <p className="muted">{detailsOf(event, labelOf)}</p>}
              <p className="timeline-facts muted"><Time at={event.at} />{event.request_id && <CopyText text={event.request_id} shown="Request id" label="Copy the request id" />}</p>
            </li>
          ))}
        </ol>
      )}
      {query.hasNextPage && <div className="more"><Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show older ones</Button></div>}
    </Loaded>
  );
}
