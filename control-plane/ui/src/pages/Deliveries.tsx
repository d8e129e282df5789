import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { problemOf } from '../api/client.ts';
import type { Problem } from '../api/client.ts';
import { deliveriesQuery, subscriptionQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { Badge, EmptyState, Loaded, ProblemPane } from '../components/feedback.tsx';
import { Filter } from '../components/Field.tsx';
import { Card, Page } from '../components/Page.tsx';
import { ShowMore } from '../components/ShowMore.tsx';
import { Table } from '../components/Table.tsx';
import { formatDuration, Time } from '../components/Time.tsx';
import { DeliveryDialog, sendAgain, states } from './DeliveryDialog.tsx';

type Filters = { subscription?: undefined; event?: undefined; status?: string | undefined };

export function Deliveries() {
  const { tenant, subscription, event, status = '', delivery } = useSearch({ from: '/shell/deliveries' });
  const navigate = useNavigate({ from: '/deliveries' });
  const may = useMay();
  const query = useInfiniteQuery(deliveriesQuery({ status, ...(tenant !== undefined && { tenant }), ...(subscription !== undefined && { subscription }), ...(event !== undefined && { event }) }));
  const rows = query.data?.pages.flatMap((page) => page.deliveries) ?? [];
  const webhook = useQuery({ ...subscriptionQuery(subscription ?? ''), enabled: subscription !== undefined });
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<string>();
  const isFiltered = subscription !== undefined || event !== undefined || status !== '';
  const change = useCallback((next: Filters) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true }), [navigate]);
  const show = useCallback((id: string | undefined) => void navigate({ search: (before) => ({ ...before, delivery: id }), replace: true, resetScroll: false }), [navigate]);
  const replay = async (id: string) => {
    setBusy(id);
    setProblem(undefined);
    try {
      await sendAgain(id);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <Page title="Deliveries" width="full" lead={tenant ? `Every attempt to tell a webhook of ${tenant}, or of a tenant below it, of an event.` : 'Every attempt to tell a webhook of an event.'}>
      <div className="toolbar">
        <Filter label="State" value={status} onChange={(value) => change({ status: value || undefined })} options={[{ value: '', label: 'Every state' }, ...Object.entries(states).map(([value, { label }]) => ({ value, label }))]} />
        {subscription !== undefined && <Button size="small" variant="ghost" icon="close" onClick={() => change({ subscription: undefined })}><span className="clip">To {webhook.data ? <bdi>{webhook.data.name}</bdi> : 'one webhook'}</span></Button>}
        {event !== undefined && <Button size="small" variant="ghost" icon="close" onClick={() => change({ event: undefined })}>Of one event</Button>}
      </div>
      {problem && <ProblemPane problem={problem} />}
      <Loaded query={query} lines={6} height={44}>
        {rows.length === 0 ? (
          isFiltered
            ? <EmptyState icon="activity" title="No delivery fits" action={<Button onClick={() => change({ subscription: undefined, event: undefined, status: undefined })}>Clear the filters</Button>}>A delivery is made when an event fits a webhook.</EmptyState>
            : <EmptyState icon="activity" title="Nothing was sent" action={<Link className={buttonClass()} to="/webhooks">Look at the webhooks</Link>}>A delivery is made when an event fits a webhook.</EmptyState>
        ) : (
          <Card flush>
            <Table label="Deliveries" rows={rows} keyOf={({ id }) => id} columns={[
              { title: 'Created', render: ({ created_at }) => <Time at={created_at} /> },
              { title: 'Event', render: (row) => <Link to="/events" search={{ event: row.event_id }} preload={false}>{row.event_type}</Link> },
              { title: 'Webhook', render: (row) => <Link className="clip named-cell" to="/webhooks" search={{ webhook: row.subscription_id }} preload={false}>{row.subscription_name}</Link> },
              { title: 'State', render: (row) => <><Badge tone={states[row.status].tone} dot>{states[row.status].label}</Badge>{row.next_attempt_at && <small className="muted"> next <Time at={row.next_attempt_at} /></small>}</> },
              { title: 'Attempts', as: 'end', render: ({ attempts }) => attempts.length },
              {
                title: 'Last answer', as: 'long', render: ({ attempts }) => {
                  const last = attempts.at(-1);
                  return last ? <>{last.error ?? last.status_code ?? ''} <span className="muted">after {formatDuration(last.latency_ms)}</span></> : <span className="muted">—</span>;
                },
              },
              {
                title: 'Actions', untitled: true, as: 'end', render: (row) => (
                  <span className="row-actions">
                    {may('subscriptions:write') && row.status !== 'pending' && <Button size="small" variant="ghost" icon="replay" busy={busy === row.id} aria-label={`Send ${row.event_type} to ${row.subscription_name} again`} onClick={() => void replay(row.id)}>Again</Button>}
                    <Link className={buttonClass('ghost', 'small')} to="/deliveries" search={(before) => ({ ...before, delivery: row.id })} resetScroll={false} preload={false} aria-label={`Details of ${row.event_type} to ${row.subscription_name}`}>Details</Link>
                  </span>
                ),
              },
            ]} />
          </Card>
        )}
        <ShowMore query={query} />
      </Loaded>
      {delivery !== undefined && <DeliveryDialog key={delivery} id={delivery} known={rows.find(({ id }) => id === delivery)} onClose={() => show(undefined)} onShow={show} />}
    </Page>
  );
}
