import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem, Schemas } from '../api/client.ts';
import { deliveryQuery, eventQuery, refresh } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { CodeBlock, CopyText } from '../components/CopyText.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { Badge, Loaded, ProblemPane } from '../components/feedback.tsx';
import type { Tone } from '../components/feedback.tsx';
import { formatDuration, plural, Time } from '../components/Time.tsx';
import { toast } from '../components/Toasts.tsx';

export type Delivery = Schemas['Delivery'];

export const states: Record<Delivery['status'], { label: string; tone: Tone }> = {
  pending: { label: 'Pending', tone: 'warn' }, delivered: { label: 'Delivered', tone: 'good' }, failed: { label: 'Failed', tone: 'bad' }, cancelled: { label: 'Cancelled', tone: 'plain' },
};

/** @returns the new delivery: what is sent again has a log of its own */
export async function sendAgain(id: string): Promise<Delivery> {
  const made = await unwrap(api.POST('/api/deliveries/{id}/replay', { params: { path: { id } } }));
  await refresh('deliveries');
  toast('It is being sent again');
  return made;
}

function Attempts({ attempts }: { attempts: Delivery['attempts'] }) {
  return (
    <ol className="attempts">
      {attempts.map(({ at, latency_ms, status_code, error, response }, index) => (
        <li key={at}>
          <p className="attempt-facts"><Badge tone={error === undefined ? 'good' : 'bad'} dot>{error === undefined ? `Answered ${status_code ?? ''}` : 'Failed'}</Badge><Time at={at} full /><span className="muted">after {formatDuration(latency_ms)}</span></p>
          {error !== undefined && <p>{error}</p>}
          {response && <CodeBlock text={response} label={`What it answered to attempt ${index + 1}`} />}
        </li>
      ))}
    </ol>
  );
}

export function DeliveryDialog({ id, known, onClose, onShow }: { id: string; known: Delivery | undefined; onClose(): void; onShow(id: string): void }) {
  const query = useQuery(deliveryQuery(id, known));
  const delivery = query.data;
  const event = useQuery({ ...eventQuery(delivery?.event_id ?? ''), enabled: delivery !== undefined });
  const may = useMay();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const isEventGone = event.isError && problemOf(event.error).status === 404;
  const again = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      onShow((await sendAgain(id)).id);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} size="wide" title="Delivery" description={delivery && <><Badge tone={states[delivery.status].tone} dot>{states[delivery.status].label}</Badge> after {delivery.attempts.length} {plural(delivery.attempts.length, 'attempt')}</>}>
      <div className="dialog-body">
        <Loaded query={query} lines={7} height={22}>
          {delivery && (
            <>
              <dl className="definition">
                <div><dt>Event</dt><dd>{isEventGone ? <>{delivery.event_type} <span className="muted">(kept no longer)</span></> : <Link to="/events" search={{ event: delivery.event_id }}>{delivery.event_type}</Link>}</dd></div>
                <div><dt>Webhook</dt><dd><Link to="/webhooks" search={{ webhook: delivery.subscription_id }}>{delivery.subscription_name}</Link></dd></div>
                <div><dt>Tenant</dt><dd>{event.data ? (event.data.tenant?.slug ?? '—') : isEventGone ? '—' : '…'}</dd></div>
                {event.data?.connector && <div><dt>Connector</dt><dd><Link to="/connectors/$id" params={{ id: event.data.connector.id }}>{event.data.connector.name}</Link></dd></div>}
                <div><dt>Created</dt><dd><Time at={delivery.created_at} full /></dd></div>
                {delivery.next_attempt_at && <div><dt>Next attempt</dt><dd><Time at={delivery.next_attempt_at} /></dd></div>}
                {delivery.replay_of && <div><dt>Sent again</dt><dd><Link to="/deliveries" search={(before) => ({ ...before, delivery: delivery.replay_of! })} resetScroll={false}>See the first delivery</Link></dd></div>}
                <div><dt>Id</dt><dd><CopyText text={id} label="Copy the id" /></dd></div>
              </dl>
              <section>
                <h3 className="dialog-heading">Attempts</h3>
                {delivery.attempts.length === 0 ? <p className="muted">{delivery.status === 'pending' ? 'It has not been tried yet.' : 'It was never tried.'}</p> : <Attempts attempts={delivery.attempts} />}
              </section>
            </>
          )}
        </Loaded>
        {problem && <ProblemPane problem={problem} />}
      </div>
      <footer className="dialog-footer">
        {delivery && <Link className={buttonClass('ghost')} to="/deliveries" search={{ event: delivery.event_id }}>All of this event</Link>}
        <span className="spacer" />
        {delivery && delivery.status !== 'pending' && may('subscriptions:write') && <Button icon="replay" busy={busy} onClick={() => void again()}>Send again</Button>}
      </footer>
    </Dialog>
  );
}
