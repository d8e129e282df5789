import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem, Schemas } from '../api/client.ts';
import { eventQuery, refresh } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { CodeBlock, CopyText } from '../components/CopyText.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { Loaded, ProblemPane } from '../components/feedback.tsx';
import { plural, Time } from '../components/Time.tsx';
import { toast } from '../components/Toasts.tsx';

type Event = Schemas['Event'];

export function EventDialog({ id, known, onClose }: { id: string; known: Event | undefined; onClose(): void }) {
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
        <Loaded query={query} lines={6} height={18}><CodeBlock label="Data" text={JSON.stringify(query.data?.data ?? null, null, 2)} /></Loaded>
        {problem && <ProblemPane problem={problem} />}
      </div>
      <footer className="dialog-footer">
        {event && may('subscriptions:read') && <Link className={buttonClass('ghost')} to="/deliveries" search={{ event: id }}>Its deliveries</Link>}
        {event?.connector && <Link className={buttonClass('ghost')} to="/events" search={{ connector: event.connector.id }}>All of this connector</Link>}
        <span className="spacer" />
        {event && may('subscriptions:write') && <Button icon="replay" busy={busy} onClick={() => void replay()}>Send again</Button>}
      </footer>
    </Dialog>
  );
}
