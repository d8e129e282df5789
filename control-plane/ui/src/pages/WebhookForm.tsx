import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem, Schemas } from '../api/client.ts';
import type { paths } from '../api/schema.d.ts';
import { categoriesQuery, eventTypesQuery, refresh } from '../api/queries.ts';
import { useSession } from '../api/session.ts';
import { Button } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { TextField } from '../components/Field.tsx';
import { ProblemPane } from '../components/feedback.tsx';
import { toast } from '../components/Toasts.tsx';
import { TenantField } from '../form/TenantField.tsx';
import { useTenant } from '../layout/TenantSwitcher.tsx';

type EventTypes = paths['/api/subscriptions']['post']['requestBody']['content']['application/json']['events'];

function Choices({ legend, help, options, chosen, onChange }: { legend: string; help: string; options: { value: string; label: string }[]; chosen: string[]; onChange(chosen: string[]): void }) {
  return (
    <fieldset className="choice-set"><legend>{legend}</legend><p className="field-help">{help}</p>
      {options.map(({ value, label }) => (
        <label key={value} className="choice"><input type="checkbox" checked={chosen.includes(value)} onChange={(event) => onChange(event.target.checked ? [...chosen, value] : chosen.filter((one) => one !== value))} />{label}</label>
      ))}
    </fieldset>
  );
}

export function WebhookForm({ subscription, onClose, onSecret }: { subscription: Schemas['Subscription'] | undefined; onClose(): void; onSecret(secret: string): void }) {
  const preset = useTenant();
  const session = useSession();
  const types = useQuery(eventTypesQuery);
  const categories = useQuery(categoriesQuery);
  const [name, setName] = useState(subscription?.name ?? '');
  const [url, setUrl] = useState(subscription?.url ?? '');
  const [tenant, setTenant] = useState(preset ?? session.tenant?.slug ?? '');
  const [events, setEvents] = useState<string[]>(subscription?.events ?? []);
  const [chosen, setChosen] = useState<string[]>(subscription?.categories ?? []);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const errorOf = (field: string) => problem?.errors?.find(({ path }) => path === field)?.message;
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const body = { url, name, events: events as EventTypes, categories: chosen };
      if (subscription) await unwrap(api.PATCH('/api/subscriptions/{id}', { params: { path: { id: subscription.id } }, body }));
      else onSecret((await unwrap(api.POST('/api/subscriptions', { body: { ...body, ...(tenant !== '' && { tenant }) } }))).secret);
      await refresh('subscriptions');
      toast(subscription ? 'The changes are saved' : 'The webhook is created');
      onClose();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={subscription ? 'Edit webhook' : 'New webhook'}>
      <form noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <div className="dialog-body">
          <TextField label="Address" required autoFocus inputMode="url" value={url} placeholder="https://n8n.example.com/webhook/…" error={errorOf('url')} onChange={(event) => setUrl(event.target.value)} />
          <TextField label="Name" required value={name} error={errorOf('name')} onChange={(event) => setName(event.target.value)} />
          {!subscription && <TenantField required={session.tenant !== null} value={tenant} onChange={setTenant} error={errorOf('tenant')} {...(!session.tenant && { none: 'Every tenant' })} />}
          <Choices legend="Events" help="All, when none is chosen" options={(types.data?.types ?? []).filter(({ type }) => type !== 'subscription.test').map(({ type }) => ({ value: type, label: type }))} chosen={events} onChange={setEvents} />
          <Choices legend="Categories" help="Any, when none is chosen" options={(categories.data?.categories ?? []).map((one) => ({ value: one.category, label: one.label }))} chosen={chosen} onChange={setChosen} />
          {problem && <ProblemPane problem={problem} />}
        </div>
        <footer className="dialog-footer"><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" busy={busy} disabled={url.trim() === '' || name.trim() === ''}>{subscription ? 'Save changes' : 'Create webhook'}</Button></footer>
      </form>
    </Dialog>
  );
}
