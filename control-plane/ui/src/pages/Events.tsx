import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem, Schemas } from '../api/client.ts';
import { eventQuery, eventsQuery, eventTypesQuery, refresh } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { CopyText } from '../components/CopyText.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { Badge, EmptyState, Loaded, ProblemPane } from '../components/feedback.tsx';
import type { Tone } from '../components/feedback.tsx';
import { Filter } from '../components/Field.tsx';
import { Card, Page } from '../components/Page.tsx';
import { Table } from '../components/Table.tsx';
import { plural, Time } from '../components/Time.tsx';
import { toast } from '../components/Toasts.tsx';

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
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  const change = useCallback((next: { type?: string; event?: string | undefined; connector?: string | undefined }) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true }), [navigate]);
  return (
    <Page title="Events" lead="What happened: webhooks and messages that came in, tests that failed, defaults that changed." actions={<Button icon="refresh" busy={query.isRefetching} onClick={() => void query.refetch()}>Refresh</Button>}>
      <div className="toolbar">
        <Filter label="Type" value={type} onChange={(value) => change({ type: value })} options={[{ value: '', label: 'Every type' }, ...(types.data?.types ?? []).map((one) => ({ value: one.type, label: one.type }))]} />
        {connector !== undefined && <Button size="small" variant="ghost" icon="close" onClick={() => change({ connector: undefined })}>Of one connector</Button>}
      </div>
      <Loaded query={query} lines={6} height={44}>
        {events.length === 0 ? <EmptyState icon="bolt" title={type ? 'No such event' : 'Nothing happened yet'} action={<Link className={buttonClass()} to="/connectors">Look at the connectors</Link>}>Events appear when connectors change, fail, or receive something.</EmptyState> : (
          <Card flush>
            <Table label="Events" rows={events} keyOf={({ id }) => id} columns={[
              { title: 'When', render: ({ timestamp }) => <Time at={timestamp} /> },
              { title: 'Type', render: (one) => <><Badge tone={toneOf(one.type)}>{one.type}</Badge> <span className="muted">{aboutOf(one)}</span></> },
              { title: 'Tenant', render: (one) => one.tenant?.slug ?? '—' },
              { title: 'Connector', render: (one) => (one.connector ? <Link to="/connectors/$id" params={{ id: one.connector.id }} preload={false}>{one.connector.name}</Link> : <span className="muted">—</span>) },
              { title: 'Actions', untitled: true, as: 'end', render: (one) => <Button size="small" variant="ghost" aria-label={`Details of ${one.type}`} onClick={() => change({ event: one.id })}>Details</Button> },
            ]} />
          </Card>
        )}
        {query.hasNextPage && <div className="more"><Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show older ones</Button></div>}
      </Loaded>
      {event !== undefined && <EventDialog id={event} known={events.find(({ id }) => id === event)} onClose={() => change({ event: undefined })} />}
    </Page>
  );
}

function EventDialog({ id, known, onClose }: { id: string; known: Event | undefined; onClose(): void }) {
  const query = useQuery(eventQuery(id));
  const may = useMay();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const event = query.data ?? known;
  const replay = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { deliveries } = await unwrap(api.POST('/api/events/{id}/replay', { params: { path: { id } }, body: {} }));
      await refresh('deliveries');
      toast(deliveries.length === 0 ? 'Nobody subscribes to it' : `It is sent again to ${deliveries.length} ${plural(deliveries.length, 'webhook')}`);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} size="wide" title={event?.type ?? 'Event'} description={event && <Time at={event.timestamp} full />}>
      <div className="dialog-body">
        <dl className="definition">
          {event?.tenant && <div><dt>Tenant</dt><dd>{event.tenant.slug}</dd></div>}
          {event?.connector && <div><dt>Connector</dt><dd><Link to="/connectors/$id" params={{ id: event.connector.id }}>{event.connector.name}</Link></dd></div>}
          {event && <div><dt>Subject</dt><dd><code>{event.subject}</code></dd></div>}
          <div><dt>Id</dt><dd><CopyText text={id} label="Copy the id" /></dd></div>
        </dl>
        <Loaded query={query} lines={6} height={18}><pre className="code-block" tabIndex={0} aria-label="Data">{JSON.stringify(query.data?.data, null, 2)}</pre></Loaded>
        {problem && <ProblemPane problem={problem} />}
      </div>
      <footer className="dialog-footer">
        <Link className={buttonClass('ghost')} to="/deliveries" search={{ event: id }}>Its deliveries</Link>
        <span className="spacer" />
        {may('subscriptions:write') && <Button icon="replay" busy={busy} onClick={() => void replay()}>Send again</Button>}
      </footer>
    </Dialog>
  );
}
