import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Schemas } from '../api/client.ts';
import { connectorQuery, eventsQuery, eventTypesQuery } from '../api/queries.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { Badge, EmptyState, Loaded } from '../components/feedback.tsx';
import type { Tone } from '../components/feedback.tsx';
import { Filter } from '../components/Field.tsx';
import { Card, Page } from '../components/Page.tsx';
import { ShowMore } from '../components/ShowMore.tsx';
import { Table } from '../components/Table.tsx';
import { Time } from '../components/Time.tsx';
import { EventDialog } from './EventDialog.tsx';

type Event = Schemas['Event'];

const toneOf = (type: string): Tone => (type.endsWith('failed') ? 'bad' : type.endsWith('recovered') || type.endsWith('completed') ? 'good' : type.startsWith('message') || type.startsWith('webhook') ? 'accent' : 'plain');

/** What an event is about besides its connector and tenant, which stand beside it: the category of a default, the number of whoever writes. */
function aboutOf({ subject }: Event): string {
  const [kind, , category] = subject.split(':');
  if (kind === 'default') return category?.replaceAll('_', ' ') ?? '';
  return kind === 'connector' && subject.includes('/') ? subject.slice(subject.indexOf('/') + 1) : '';
}

export function Events() {
  const { tenant, type = '', event, connector } = useSearch({ from: '/shell/events' });
  const navigate = useNavigate({ from: '/events' });
  const types = useQuery(eventTypesQuery);
  const query = useInfiniteQuery(eventsQuery({ type, ...(tenant !== undefined && { tenant }), ...(connector !== undefined && { connector }) }));
  const about = useQuery({ ...connectorQuery(connector ?? ''), enabled: connector !== undefined });
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  const change = useCallback((next: { type?: string | undefined; event?: string | undefined; connector?: string | undefined }) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: !('event' in next) }), [navigate]);
  return (
    <Page title="Events" lead="What happened: webhooks and messages that came in, tests that failed, defaults that changed." actions={<Button icon="refresh" busy={query.isRefetching} onClick={() => void query.refetch()}>Refresh</Button>}>
      <div className="toolbar">
        <Filter label="Type" value={type} onChange={(value) => change({ type: value || undefined })} options={[{ value: '', label: 'Every type' }, ...(types.data?.types ?? []).map((one) => ({ value: one.type, label: one.type }))]} />
        {connector !== undefined && <Button size="small" variant="ghost" icon="close" onClick={() => change({ connector: undefined })}><span className="clip">Of {about.data ? <bdi>{about.data.name}</bdi> : 'one connector'}</span></Button>}
      </div>
      <Loaded query={query} lines={6} height={44}>
        {events.length === 0 ? (
          type !== '' || connector !== undefined
            ? <EmptyState icon="search" title="No event fits" action={<Button onClick={() => change({ type: undefined, connector: undefined })}>Clear the filters</Button>}>Events appear when connectors change, fail, or receive something.</EmptyState>
            : <EmptyState icon="bolt" title="Nothing happened yet" action={<Link className={buttonClass()} to="/connectors">Look at the connectors</Link>}>Events appear when connectors change, fail, or receive something.</EmptyState>
        ) : (
          <Card flush>
            <Table label="Events" rows={events} keyOf={({ id }) => id} columns={[
              { title: 'When', render: ({ timestamp }) => <Time at={timestamp} /> },
              { title: 'Type', render: (one) => <><Badge tone={toneOf(one.type)}>{one.type}</Badge> <span className="muted">{aboutOf(one)}</span></> },
              { title: 'Tenant', render: (one) => one.tenant?.slug ?? '—' },
              { title: 'Connector', render: (one) => (one.connector ? <Link to="/connectors/$id" params={{ id: one.connector.id }} preload={false} className="clip named-cell">{one.connector.name}</Link> : <span className="muted">—</span>) },
              { title: 'Actions', untitled: true, as: 'end', render: (one) => <Link className={buttonClass('ghost', 'small')} to="/events" search={(before) => ({ ...before, event: one.id })} resetScroll={false} preload={false} aria-label={`Details of ${one.type}`}>Details</Link> },
            ]} />
          </Card>
        )}
        <ShowMore query={query} />
      </Loaded>
      {event !== undefined && <EventDialog id={event} known={events.find(({ id }) => id === event)} onClose={() => change({ event: undefined })} />}
    </Page>
  );
}
