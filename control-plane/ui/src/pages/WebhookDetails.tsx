import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../api/client.ts';
import { connectorQuery, deliveriesQuery, subscriptionQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { CopyText } from '../components/CopyText.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { Badge, Loaded } from '../components/feedback.tsx';
import { Time } from '../components/Time.tsx';
import { states } from './DeliveryDialog.tsx';

type Subscription = Schemas['Subscription'];

/** A webhook may be for a thousand connectors: so many are named. */
const named = 10;
const latest = 5;

function ConnectorLink({ id }: { id: string }) {
  const { data, isError } = useQuery(connectorQuery(id));
  return isError ? <span className="muted">one that is gone</span> : <Link to="/connectors/$id" params={{ id }}>{data?.name ?? '…'}</Link>;
}

function LatestDeliveries({ id }: { id: string }) {
  const query = useInfiniteQuery(deliveriesQuery({ subscription: id }));
  const deliveries = query.data?.pages[0]?.deliveries.slice(0, latest) ?? [];
  return (
    <section>
      <h3 className="dialog-heading">Latest deliveries</h3>
      <Loaded query={query} lines={3} height={20}>
        {deliveries.length === 0 ? <p className="muted">Nothing was sent to it yet.</p> : (
          <ul className="choices">
            {deliveries.map((one) => <li key={one.id}><Badge tone={states[one.status].tone} dot>{states[one.status].label}</Badge><Link to="/deliveries" search={{ delivery: one.id }}>{one.event_type}</Link><span className="spacer" /><span className="muted"><Time at={one.created_at} /></span></li>)}
          </ul>
        )}
      </Loaded>
    </section>
  );
}

export function WebhookDetails({ id, known, onClose, onEdit }: { id: string; known: Subscription | undefined; onClose(): void; onEdit(subscription: Subscription): void }) {
  const query = useQuery({ ...subscriptionQuery(id), placeholderData: known });
  const may = useMay();
  const one = query.data;
  return (
    <Dialog open onClose={onClose} size="wide" title={one?.name ?? 'Webhook'} description={one && (one.active ? <Badge tone="good" dot>Active</Badge> : <><Badge dot>Inactive</Badge> {one.disabled_reason}</>)}>
      <div className="dialog-body">
        <Loaded query={query} lines={6} height={22}>
          {one && (
            <>
              <dl className="definition">
                <div><dt>Address</dt><dd><CopyText text={one.url} label="Copy the address" /></dd></div>
                <div><dt>Tenant</dt><dd>{one.tenant_slug === null ? 'Every tenant' : `${one.tenant_slug} and those below it`}</dd></div>
                <div><dt>Events</dt><dd>{one.events.length === 0 ? 'All' : <span className="chips">{one.events.map((type) => <Link key={type} to="/events" search={{ type }}>{type}</Link>)}</span>}</dd></div>
                {one.categories.length > 0 && <div><dt>Categories</dt><dd>{one.categories.map((name) => name.replaceAll('_', ' ')).join(', ')}</dd></div>}
                {one.kinds.length > 0 && <div><dt>Kinds</dt><dd>{one.kinds.join(', ')}</dd></div>}
                {one.connectors.length > 0 && <div><dt>Connectors</dt><dd><ul className="plain-list">{one.connectors.slice(0, named).map((connector) => <li key={connector}><ConnectorLink id={connector} /></li>)}{one.connectors.length > named && <li className="muted">and {one.connectors.length - named} more</li>}</ul></dd></div>}
                {one.secret_expires_at && <div><dt>Former secret</dt><dd>signs too until <Time at={one.secret_expires_at} full /></dd></div>}
                <div><dt>Created</dt><dd><Time at={one.created_at} full /></dd></div>
                <div><dt>Changed</dt><dd><Time at={one.updated_at} full /></dd></div>
                <div><dt>Id</dt><dd><CopyText text={id} label="Copy the id" /></dd></div>
              </dl>
              <LatestDeliveries id={id} />
            </>
          )}
        </Loaded>
      </div>
      <footer className="dialog-footer">
        {one && <Link className={buttonClass('ghost')} to="/deliveries" search={{ subscription: id }}>All deliveries</Link>}
        <span className="spacer" />
        {one && may('subscriptions:write') && <Button onClick={() => onEdit(one)}>Edit</Button>}
      </footer>
    </Dialog>
  );
}
