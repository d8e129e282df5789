import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem, Schemas } from '../api/client.ts';
import { refresh, subscriptionsQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button, IconButton } from '../components/Button.tsx';
import { CopyText } from '../components/CopyText.tsx';
import { Confirm, Dialog } from '../components/Dialog.tsx';
import { Badge, EmptyState, Loaded, ProblemPane } from '../components/feedback.tsx';
import { Menu } from '../components/Menu.tsx';
import { Card, Page } from '../components/Page.tsx';
import { Table } from '../components/Table.tsx';
import { formatDuration, Time } from '../components/Time.tsx';
import { attempt, toast } from '../components/Toasts.tsx';
import { WebhookDetails } from './WebhookDetails.tsx';
import { WebhookForm } from './WebhookForm.tsx';

type Subscription = Schemas['Subscription'];

export function Webhooks() {
  const { tenant, webhook } = useSearch({ from: '/shell/webhooks' });
  const navigate = useNavigate({ from: '/webhooks' });
  const may = useMay();
  const query = useInfiniteQuery(subscriptionsQuery(tenant));
  const rows = query.data?.pages.flatMap((page) => page.subscriptions) ?? [];
  const [editing, setEditing] = useState<Subscription | 'new'>();
  const [asking, setAsking] = useState<{ what: 'delete' | 'rotate'; one: Subscription }>();
  const [secret, setSecret] = useState<string>();
  const [failed, setFailed] = useState<{ name: string; problem: Problem }>();
  const mayWrite = may('subscriptions:write');
  const close = () => void navigate({ search: (before) => ({ ...before, webhook: undefined }), replace: true, resetScroll: false });

  const test = async (one: Subscription) => {
    setFailed(undefined);
    try {
      const result = await unwrap(api.POST('/api/subscriptions/{id}/test', { params: { path: { id: one.id } } }));
      if (result.ok) toast('The receiver answered well', { description: `${result.status_code ?? ''} after ${formatDuration(result.latency_ms)}` });
      else setFailed({ name: one.name, problem: { title: 'The receiver did not take the test event', status: result.status_code ?? 0, code: 'not_delivered', detail: typeof result.error === 'string' ? result.error : `It answered ${result.status_code ?? 'nothing'}.`, hint: 'A receiver has to answer with 2xx within 15 seconds.' } });
    } catch (error) {
      setFailed({ name: one.name, problem: problemOf(error) });
    }
    await refresh('deliveries');
  };
  const setActive = async (one: Subscription, active: boolean) => {
    await unwrap(api.PATCH('/api/subscriptions/{id}', { params: { path: { id: one.id } }, body: { active } }));
    await refresh('subscriptions', 'deliveries');
    toast(`“${one.name}” is ${active ? 'active' : 'inactive'}`);
  };
  return (
    <Page title="Webhooks" lead="Who is told of events, signed and tried again until it arrives." actions={mayWrite && <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>New webhook</Button>}>
      {failed && <ProblemPane problem={failed.problem} />}
      <Loaded query={query} lines={5} height={48}>
        {rows.length === 0 ? <EmptyState icon="send" title={tenant ? `${tenant} has no webhook yet` : 'No webhook yet'} action={mayWrite && <Button variant="primary" onClick={() => setEditing('new')}>Create a webhook</Button>}>Events are sent to addresses that you name, such as an n8n workflow’s webhook.</EmptyState> : (
          <Card flush>
            <Table label="Webhooks" rows={rows} keyOf={({ id }) => id} columns={[
              { title: 'Name', render: (one) => <span className="named-words"><Link to="/webhooks" search={(before) => ({ ...before, webhook: one.id })} resetScroll={false}>{one.name}</Link><small className="clip">{one.url}</small></span> },
              { title: 'Events', render: ({ events }) => (events.length === 0 ? 'All' : events.length === 1 ? events[0] : `${events.length} types`) },
              { title: 'Tenant', render: ({ tenant_slug }) => tenant_slug ?? 'Every tenant' },
              { title: 'State', render: (one) => (one.active ? <Badge tone="good" dot>Active</Badge> : <><Badge dot>Inactive</Badge>{one.disabled_reason && <small className="muted"> {one.disabled_reason}</small>}</>) },
              { title: 'Changed', render: ({ updated_at }) => <Time at={updated_at} /> },
              {
                title: 'Actions', untitled: true, as: 'end', render: (one) => mayWrite && (
                  <Menu trigger={<IconButton icon="dots" label={`Actions for ${one.name}`} />} items={[
                    { label: 'Send a test event', icon: 'send', onSelect: () => void test(one) }, { label: 'Edit', onSelect: () => setEditing(one) },
                    { label: one.active ? 'Deactivate' : 'Activate', onSelect: () => void attempt(one.active ? 'It is not deactivated' : 'It is not activated', () => setActive(one, !one.active)) }, { label: 'New signing secret', icon: 'key', onSelect: () => setAsking({ what: 'rotate', one }) },
                    { label: 'Delete', icon: 'trash', danger: true, onSelect: () => setAsking({ what: 'delete', one }) },
                  ]} />
                ),
              },
            ]} />
          </Card>
        )}
      </Loaded>
      {webhook !== undefined && (
        <WebhookDetails id={webhook} known={rows.find(({ id }) => id === webhook)} onClose={() => close()} onEdit={(one) => { close(); setEditing(one); }} />
      )}
      {editing && <WebhookForm subscription={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} onSecret={setSecret} />}
      <Confirm open={asking !== undefined} onClose={() => setAsking(undefined)} danger={asking?.what === 'delete'} action={asking?.what === 'delete' ? 'Delete webhook' : 'Make a new secret'}
        title={asking?.what === 'delete' ? `Delete “${asking.one.name}”?` : 'Make a new signing secret?'} description={asking?.what === 'delete' ? 'What waits to be delivered to it is given up.' : 'For a day events are signed with the old one too, so that the receiver can change over.'}
        onConfirm={async () => {
          const { what, one } = asking!;
          const path = { params: { path: { id: one.id } } };
          if (what === 'delete') await unwrap(api.DELETE('/api/subscriptions/{id}', path));
          else setSecret((await unwrap(api.POST('/api/subscriptions/{id}/rotate_secret', { ...path, body: {} }))).secret);
          await refresh('subscriptions', 'deliveries');
        }} />
      <Dialog open={secret !== undefined} onlyOnce onClose={() => setSecret(undefined)} title="The signing secret" description="It is shown this once. The receiver verifies with it that an event came from here.">
        <div className="dialog-body"><p className="made-key"><CopyText text={secret ?? ''} label="Copy the secret" /></p></div>
        <footer className="dialog-footer"><Button variant="primary" onClick={() => setSecret(undefined)}>Done</Button></footer>
      </Dialog>
    </Page>
  );
}
