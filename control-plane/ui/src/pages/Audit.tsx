import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { AuditFilter } from '../api/queries.ts';
import { AuditList } from '../components/AuditList.tsx';
import { Filter } from '../components/Field.tsx';
import { Page } from '../components/Page.tsx';

/** What of the address stands for which groups of actions. */
const subjects: Record<string, { label: string; action: string }> = {
  connectors: { label: 'Connectors', action: 'connector' }, defaults: { label: 'Defaults', action: 'default,fallbacks' }, tenants: { label: 'Tenants', action: 'tenant' },
  keys: { label: 'Keys', action: 'key' }, webhooks: { label: 'Webhooks', action: 'subscription,event' },
};
const windows: Record<string, { label: string; hours: number }> = { hour: { label: 'Last hour', hours: 1 }, day: { label: 'Last day', hours: 24 }, week: { label: 'Last week', hours: 168 } };

/** The midnight, in the reader’s zone, with which a day of the address begins; so many days later. */
function midnight(day: string | undefined, later = 0): string | undefined {
  const date = new Date(`${day}T00:00`);
  if (day === undefined || Number.isNaN(date.getTime())) return undefined;
  date.setDate(date.getDate() + later);
  return date.toISOString();
}

type Search = { what?: string | undefined; who?: string | undefined; when?: string | undefined; from?: string | undefined; to?: string | undefined };
const nothing = { what: undefined, who: undefined, when: undefined, from: undefined, to: undefined };

export function Audit() {
  const { tenant, what = '', who, when = '', from, to } = useSearch({ from: '/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const change = useCallback((next: Search) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true }), [navigate]);
  const byDates = when === 'dates';
  const filter: AuditFilter = {
    tenant, action: subjects[what]?.action, actor: who, hours: windows[when]?.hours,
    ...(byDates && { since: midnight(from), until: midnight(to, 1) }),
  };
  return (
    <Page title="Audit log" lead={tenant ? `What was changed at ${tenant} and below it, by whom.` : 'What was changed, by whom. Values are never recorded.'}>
      <AuditList filter={filter} onActor={(id) => change({ who: id })} onClear={[what, who, when].some(Boolean) ? () => change(nothing) : undefined}>
        <Filter label="What" value={what} onChange={(value) => change({ what: value || undefined })} options={[{ value: '', label: 'Everything' }, ...Object.entries(subjects).map(([value, { label }]) => ({ value, label }))]} />
        <Filter label="When" value={when} onChange={(value) => change({ when: value || undefined, from: undefined, to: undefined })} options={[{ value: '', label: 'At any time' }, ...Object.entries(windows).map(([value, { label }]) => ({ value, label })), { value: 'dates', label: 'Between two days' }]} />
        {byDates && (
          <span className="days">
            <input className="input" type="date" aria-label="From" value={from ?? ''} max={to} onChange={(event) => change({ from: event.target.value || undefined })} /> –{' '}
            <input className="input" type="date" aria-label="To" value={to ?? ''} min={from} onChange={(event) => change({ to: event.target.value || undefined })} />
          </span>
        )}
      </AuditList>
    </Page>
  );
}
