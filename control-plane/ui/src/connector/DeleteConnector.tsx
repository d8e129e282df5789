import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, unwrap } from '../api/client.ts';
import type { Connector } from '../api/client.ts';
import { queryClient, refresh, usageQuery } from '../api/queries.ts';
import { ConnectorPicker } from '../components/ConnectorPicker.tsx';
import { Confirm } from '../components/Dialog.tsx';
import type { Choice } from '../components/Picker.tsx';
import { toast } from '../components/Toasts.tsx';

const none: Choice = { value: 'none', label: 'None: leave the tenant without one' };
/** So many tenants are named, the others are counted. */
const named = 5;

/** Says who depends on it; deleting a default asks who takes its place. */
export function DeleteConnector({ connector, open, onClose, onDeleted }: { connector: Connector; open: boolean; onClose(): void; onDeleted(): void }) {
  const { id, name, category, tenant_slug, is_default } = connector;
  const [successor, setSuccessor] = useState<Choice | null>(null);
  const question = `Who becomes the default ${category.replaceAll('_', ' ')} of ${tenant_slug}?`;
  return (
    <Confirm open={open} onClose={onClose} action="Delete connector" title={`Delete “${name}”?`} disabled={is_default && successor === null}
      description="Its configuration, secrets and history of tests are gone for good. Workflows that name it fail."
      onConfirm={async () => {
        await unwrap(api.DELETE('/api/connectors/{id}', { params: { path: { id }, query: is_default ? { successor: successor!.value } : {} } }));
        toast(`“${name}” is deleted`);
        onDeleted();
        queryClient.removeQueries({ queryKey: ['connectors', 'one', id] });
        queryClient.removeQueries({ queryKey: usageQuery(id).queryKey });
        await refresh('defaults', 'audit', 'statistics');
        await queryClient.invalidateQueries({ queryKey: ['connectors', 'pages'] });
      }}>
      {open && <Dependents connector={connector} />}
      {is_default && (
        <div className="field">
          <div className="field-label"><span className="label">{question}<span className="required" aria-hidden="true"> *</span></span></div>
          <ConnectorPicker label={`${question} ${successor?.label ?? ''}`.trim()} tenant={tenant_slug} category={category} without={[id]} first={none} value={successor} onChange={setSuccessor} trigger={<span>{successor?.label ?? 'Choose …'}</span>} />
        </div>
      )}
    </Confirm>
  );
}

function Dependents({ connector: { id, category, tenant_slug } }: { connector: Connector }) {
  const { data } = useInfiniteQuery(usageQuery(id));
  if (!data) return null;
  const { count, fallback } = data.pages[0]!;
  const heirs = data.pages.flatMap(({ tenants }) => tenants).filter(({ how }) => how === 'inherited').map((tenant) => tenant.name);
  const others = count - 1 - Math.min(heirs.length, named);
  const what = category.replaceAll('_', ' ');
  return (
    <>
      {heirs.length > 0 && <p>{count === 2 ? 'One tenant inherits' : `${count - 1} tenants inherit`} it as the default {what} of {tenant_slug} and {count === 2 ? 'changes' : 'change'} with it: {heirs.slice(0, named).join(', ')}{others > 0 && ` and ${others} more`}.</p>}
      {fallback !== null && <p>It is a fallback: number {fallback} of those that stand in when the default {what} of {tenant_slug} fails, also for whoever inherits that default. It will no longer do so.</p>}
    </>
  );
}
