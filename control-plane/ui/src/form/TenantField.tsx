import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tenantQuery, tenantsQuery } from '../api/queries.ts';
import { Picker } from '../components/Picker.tsx';

/** Which tenant owns what is being made. @param value its slug or id @param none what no tenant at all means, where one may choose that */
export function TenantField({ label = 'Tenant', required = true, value, onChange, error, none }: { label?: string; required?: boolean; value: string; onChange(slug: string): void; error?: string | undefined; none?: string }) {
  const [search, setSearch] = useState('');
  const { data, isFetching } = useQuery(tenantsQuery(search));
  const current = useQuery({ ...tenantQuery(value), enabled: value !== '' });
  const nobody = none !== undefined && { value: '', label: none };
  const choices = [...(nobody && search === '' ? [nobody] : []), ...(data?.tenants ?? []).map(({ slug, name }) => ({ value: slug, label: name, hint: slug }))];
  // An id says nothing to a reader: who has no right to that tenant learns that there is one.
  const { slug = value, name = current.isError ? 'A tenant that you have no right to see' : 'Loading …' } = current.data ?? {};
  const chosen = value === '' ? nobody || null : { value: slug, label: name };
  return (
    <div className={`field ${error ? 'invalid' : ''}`}>
      <div className="field-label"><span className="label">{label}{required && <span className="required" aria-hidden="true"> *</span>}</span></div>
      <Picker label={`${label}: ${chosen?.label ?? 'none'}`} choices={choices} value={chosen} trigger={current.data && value !== '' ? <span>{name} <small className="muted">{slug}</small></span> : undefined}
        onChange={(choice) => { if (choice) onChange(choice.value); }} onSearch={setSearch} loading={isFetching} hasMore={data?.next_cursor !== undefined} placeholder="Choose a tenant" />
      {error && <p className="field-error">{error}</p>}
    </div>
  );
}
