import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.ts';
import { auditQuery, catalogQuery } from '../api/queries.ts';
import type { AuditFilter } from '../api/queries.ts';
import { roleNames } from '../api/session.ts';
import { Button } from './Button.tsx';
import { CopyText } from './CopyText.tsx';
import { EmptyState, Loaded } from './feedback.tsx';
import { ShowMore } from './ShowMore.tsx';
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

/** Where what was changed can be looked at, as long as it is there. */
function Resource({ event: { action, resource }, isGone }: { event: AuditEvent; isGone: boolean }) {
  const name = <b>{resource.name}</b>;
  const [group] = action.split('.');
  if (isGone) return name;
  if (group === 'connector' || group === 'default') return <Link to="/connectors/$id" params={{ id: resource.id }} preload={false}>{name}</Link>;
  if (group === 'tenant' || group === 'fallbacks') return <Link to="/tenants" search={{ search: resource.name }} preload={false}>{name}</Link>;
  if (group === 'subscription' || group === 'event') return <Link to="/webhooks" search={{ webhook: resource.id }} preload={false}>{name}</Link>;
  return group === 'key' ? <Link to="/keys" preload={false}>{name}</Link> : name;
}

const endings = ['tenant.deleted', 'connector.deleted', 'subscription.deleted', 'key.revoked'];

export interface AuditListProps {
  filter: AuditFilter;
  /** Only what somebody did, by their id; or what everybody did. Without it names of people cannot be pressed. */
  onActor?(id: string | undefined): void;
  /** Given when anything is filtered. */
  onClear?: (() => void) | undefined;
  /** More filters. */
  children?: ReactNode;
}

export function AuditList({ filter, onActor, onClear, children }: AuditListProps) {
  const query = useInfiniteQuery(auditQuery(filter));
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  const catalog = useQuery(catalogQuery);
  const labelOf = (kind: string) => catalog.data?.kinds.find((one) => one.kind === kind)?.label ?? kind;
  const gone = new Set(events.filter(({ action }) => endings.includes(action)).map(({ resource }) => resource.id));
  return (
    <>
      {onActor && (
        <div className="toolbar">
          {children}
          {filter.actor !== undefined && <Button size="small" variant="ghost" icon="close" onClick={() => onActor(undefined)}><span className="clip">By <bdi>{events.find(({ actor }) => actor.id === filter.actor)?.actor.name ?? 'one person or key'}</bdi></span></Button>}
        </div>
      )}
      <Loaded query={query} lines={6} height={40}>
        {events.length === 0 ? (
          onClear
            ? <EmptyState icon="search" title="No change fits" action={<Button onClick={onClear}>Clear the filters</Button>}>Try another time, or look for something else.</EmptyState>
            : <EmptyState icon="log" title="Nothing was changed yet">Every change is recorded here with who made it.</EmptyState>
        ) : (
          <ol className="timeline">
            {events.map((event) => (
              <li key={event.id}>
                <p>
                  {onActor && filter.actor === undefined ? <button type="button" className="actor" title={`Show only what ${event.actor.name} changed`} onClick={() => onActor(event.actor.id)}>{event.actor.name}</button> : <strong>{event.actor.name}</strong>}
                  {' '}{actions[event.action] ?? event.action} <Resource event={event} isGone={filter.resource !== undefined || gone.has(event.resource.id)} />
                </p>
                {detailsOf(event, labelOf) !== '' && <p className="muted">{detailsOf(event, labelOf)}</p>}
                <p className="timeline-facts muted"><Time at={event.at} />{event.request_id && <CopyText text={event.request_id} shown="Request id" label="Copy the request id" />}</p>
              </li>
            ))}
          </ol>
        )}
        <ShowMore query={query} />
      </Loaded>
    </>
  );
}
