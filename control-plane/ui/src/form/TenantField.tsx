import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tenantQuery, tenantsQuery } from '../api/queries.ts';
import { Picker } from '../components/Picker.tsx';

/** Which tenant owns what is being made. @param value its slug */
export function TenantField({ label = 'Tenant', required = true, value, onChange, error }: { label?: string; required?: boolean; value: string; onChange(slug: string): void; error?: string | undefined }) {
  const [search, setSearch] = useState('');
  const { data, isFetching } = useQuery(tenantsQuery(search));
  const current = useQuery({ ...tenantQuery(value), enabled: value !== '' });
  const choices = (data?.tenants ?? []).map(({ slug, name }) => ({ value: slug, label: name, hint: slug }));
  return (
    <div className={`field ${error ? 'invalid' : ''}`}>
      <div className="field-label"><span className="label">{label}{required && <span className="required" aria-hidden="true"> *</span>}</span></div>
      <Picker label={`${label}: ${current.data?.name ?? 'none'}`} choices={choices} value={value === '' ? null : { value, label: current.data?.name ?? value }}
        onChange={(choice) => { if (choice) onChange(choice.value); }} onSearch={setSearch} loading={isFetching} placeholder="Choose a tenant" />
      {error && <p className="field-error">{error}</p>}
    </div>
  );
}
