import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { tenantQuery, tenantsQuery } from '../api/queries.ts';
import { useSession } from '../api/session.ts';
import { Icon } from '../components/Icon.tsx';
import type { Choice } from '../components/Picker.tsx';

/** The tenant that the pages are about; it stands in the address, so that links keep it. */
export function useTenant(): string | undefined {
  return useSearch({ strict: false }).tenant;
}

/** Loaded when it is first opened. */
const Picker = lazy(() => import('../components/Picker.tsx').then((module) => ({ default: module.Picker })));

const everyone: Choice = { value: '', label: 'All tenants' };

export function TenantSwitcher() {
  const tenant = useTenant();
  const session = useSession();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);
  const [search, setSearch] = useState('');
  const { data, isFetching } = useQuery({ ...tenantsQuery(search), enabled: opened });
  const current = useQuery({ ...tenantQuery(tenant ?? ''), enabled: tenant !== undefined });
  const choices = [...(search === '' ? [everyone] : []), ...(data?.tenants ?? []).map(({ slug, name }) => ({ value: slug, label: name, hint: slug }))];
  const value = tenant === undefined ? everyone : { value: current.data?.slug ?? tenant, label: current.data?.name ?? tenant };
  const choose = (choice: Choice | null) => {
    if (!choice) return;
    void navigate({ to: '.', search: (before) => ({ ...before, tenant: choice.value === '' ? undefined : choice.value }) });
  };
  const label = `Tenant: ${value.label}`;
  const trigger = <><Icon name="tenants" size={16} /><span className="picker-value">{tenant === undefined ? (session.tenant ? <><bdi>{session.tenant.name}</bdi> and below</> : 'All tenants') : value.label}</span></>;
  const closed = <button type="button" className="picker-trigger" aria-label={label} aria-haspopup="dialog" onClick={() => setOpened(true)}>{trigger}<Icon name="chevron" size={15} /></button>;
  if (!opened) return closed;
  return (
    <Suspense fallback={closed}>
      <Picker defaultOpen label={label} choices={choices} value={value} onChange={choose} onSearch={setSearch} loading={isFetching} hasMore={data?.next_cursor !== undefined} placeholder="Find a tenant …" trigger={trigger} />
    </Suspense>
  );
}
