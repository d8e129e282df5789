import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem, Schemas } from '../api/client.ts';
import { deliveriesQuery, refresh, subscriptionsQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { Badge, EmptyState, Loaded, ProblemPane } from '../components/feedback.tsx';
import type { Tone } from '../components/feedback.tsx';
import { Filter } from '../components/Field.tsx';
import { Card, Page } from '../components/Page.tsx';
import { Table } from '../components/Table.tsx';
import { formatDuration, Time } from '../components/Time.tsx';
import { toast } from '../components/Toasts.tsx';

type Delivery = Schemas['Delivery'];

const tones: Record<Delivery['status'], Tone> = { pending: 'warn', delivered: 'good', failed: 'bad', cancelled: 'plain' };

const capitalized = (word: string) => word.replace(/^./, (letter) => letter.toUpperCase());

export function Deliveries() {
  const { subscription, event, status = '' } = useSearch({ from: '/shell/deliveries' });
  const navigate = useNavigate({ from: '/deliveries' });
  const may = useMay();
  const query = useInfiniteQuery(deliveriesQuery({ status, ...(subscription !== undefined && { subscription }), ...(event !== undefined && { event }) }));
  const rows = query.data?.pages.flatMap((page) => page.deliveries) ?? [];
  const subscriptions = useInfiniteQuery(subscriptionsQuery(undefined));
  const webhooks = new Map((subscriptions.data?.pages ?? []).flatMap((page) => page.subscriptions).map(({ id, name, url }) => [id, name || url]));
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<string>();
  const change = useCallback((next: { subscription?: undefined; event?: undefined; status?: string }) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true }), [navigate]);
  const replay = async (id: string) => {
    setBusy(id);
    setProblem(undefined);
    try {
      await unwrap(api.POST('/api/deliveries/{id}/replay', { params: { path: { id } } }));
      await refresh('deliveries');
      toast('It is being sent again');
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <Page title="Deliveries" width="full" lead="Every attempt to tell a webhook of an event.">
      <div className="toolbar">
        <Filter label="State" value={status} onChange={(value) => change({ status: value })} options={[{ value: '', label: 'Every state' }, ...Object.keys(tones).map((value) => ({ value, label: capitalized(value) }))]} />
        {subscription !== undefined && <Button size="small" variant="ghost" icon="close" onClick={() => change({ subscription: undefined })}>Of one webhook</Button>}
        {event !== undefined && <Button size="small" variant="ghost" icon="close" onClick={() => change({ event: undefined })}>Of one event</Button>}
      </div>
      {problem && <ProblemPane problem={problem} />}
      <Loaded query={query} lines={6} height={44}>
        {rows.length === 0 ? <EmptyState icon="activity" title="Nothing was sent" action={<Link className={buttonClass()} to="/webhooks">Look at the webhooks</Link>}>Deliveries appear when an event fits a webhook.</EmptyState> : (
          <Card flush>
            <Table label="Deliveries" rows={rows} keyOf={({ id }) => id} columns={[
              { title: 'Created', render: ({ created_at }) => <Time at={created_at} /> },
              { title: 'Event', render: (row) => <Link to="/events" search={{ event: row.event_id }} preload={false}>{row.event_type}</Link> },
              { title: 'Webhook', render: ({ subscription_id }) => webhooks.get(subscription_id) ?? <span className="muted">—</span> },
              { title: 'State', render: (row) => <Badge tone={tones[row.status]} dot>{capitalized(row.status)}</Badge> },
              { title: 'Attempts', as: 'end', render: ({ attempts }) => attempts.length },
              {
                title: 'Last answer', as: 'long', render: ({ attempts }) => {
                  const last = attempts.at(-1);
                  return last ? <>{last.error ?? last.status_code ?? ''} <span className="muted">after {formatDuration(last.latency_ms)}</span></> : <span className="muted">—</span>;
                },
              },
              { title: 'Next attempt', render: ({ next_attempt_at }) => (next_attempt_at ? <Time at={next_attempt_at} /> : <span className="muted">—</span>) },
              { title: 'Actions', untitled: true, as: 'end', render: (row) => may('subscriptions:write') && row.status !== 'pending' && <Button size="small" variant="ghost" icon="replay" busy={busy === row.id} aria-label={`Send ${row.event_type} again`} onClick={() => void replay(row.id)}>Again</Button> },
            ]} />
          </Card>
        )}
        {query.hasNextPage && <div className="more"><Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show older ones</Button></div>}
      </Loaded>
    </Page>
  );
}
