import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../api/client.ts';
import type { Connector } from '../api/client.ts';
import { connectorsQuery, queryClient, refresh } from '../api/queries.ts';
import { Confirm } from '../components/Dialog.tsx';
import { SelectField } from '../components/Field.tsx';
import { toast } from '../components/Toasts.tsx';

/** Deleting a default asks who takes its place. */
export function DeleteConnector({ connector, open, onClose, onDeleted }: { connector: Connector; open: boolean; onClose(): void; onDeleted(): void }) {
  const { id, name, category, tenant_slug, is_default } = connector;
  const [successor, setSuccessor] = useState('');
  const others = useQuery({ ...connectorsQuery({ tenant: tenant_slug, category, active: 'true' }), enabled: open && is_default });
  const candidates = (others.data?.connectors ?? []).filter((one) => one.id !== id);
  return (
    <Confirm open={open} onClose={onClose} action="Delete connector" title={`Delete “${name}”?`} disabled={is_default && successor === ''}
      description="Its configuration, secrets and history of tests are gone for good. Workflows that name it fail."
      onConfirm={async () => {
        await unwrap(api.DELETE('/api/connectors/{id}', { params: { path: { id }, query: is_default ? { successor } : {} } }));
        toast(`“${name}” is deleted`);
        onDeleted();
        queryClient.removeQueries({ queryKey: ['connectors', 'one', id] });
        await refresh('defaults', 'audit', 'statistics');
        await queryClient.invalidateQueries({ queryKey: ['connectors', 'pages'] });
      }}>
      {is_default && (
        <SelectField label={`Who becomes the default ${category.replaceAll('_', ' ')} of ${tenant_slug}?`} required value={successor} onChange={(event) => setSuccessor(event.target.value)} options={[
          { value: '', label: 'Choose …' }, ...candidates.map((one) => ({ value: one.id, label: one.name })), { value: 'none', label: 'None: leave the tenant without one' },
        ]} />
      )}
    </Confirm>
  );
}
