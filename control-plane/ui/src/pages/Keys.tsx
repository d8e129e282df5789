import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem, Schemas } from '../api/client.ts';
import { keysQuery, refresh, tenantsQuery } from '../api/queries.ts';
import { roleNames, useMay, useSession } from '../api/session.ts';
import { Button } from '../components/Button.tsx';
import { CopyText } from '../components/CopyText.tsx';
import { Confirm, Dialog } from '../components/Dialog.tsx';
import { SelectField, TextField } from '../components/Field.tsx';
import { Badge, EmptyState, Loaded, ProblemPane } from '../components/feedback.tsx';
import { Card, Page } from '../components/Page.tsx';
import { ShowMore } from '../components/ShowMore.tsx';
import { Table } from '../components/Table.tsx';
import { Time } from '../components/Time.tsx';
import { toast } from '../components/Toasts.tsx';
import { TenantField } from '../form/TenantField.tsx';
import { useTenant } from '../layout/TenantSwitcher.tsx';

type Key = Schemas['Key'];

export function Keys() {
  const tenant = useTenant();
  const may = useMay();
  const session = useSession();
  const query = useInfiniteQuery(keysQuery(tenant));
  const tenants = useQuery(tenantsQuery('', 1000));
  const keys = query.data?.pages.flatMap((page) => page.keys) ?? [];
  const nameOf = (id: string | null) => (id === null ? 'Every tenant' : (tenants.data?.tenants.find((one) => one.id === id)?.name ?? 'a tenant'));
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<Key>();
  return (
    <Page title="Keys" lead="What n8n and programs sign in with. A key reaches its tenant and those below it." actions={may('keys:write') && <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>New key</Button>}>
      <Loaded query={query} lines={5} height={44}>
        {keys.length === 0 ? <EmptyState icon="key" title="No key yet" action={may('keys:write') && <Button variant="primary" onClick={() => setCreating(true)}>Create a key</Button>}>n8n needs one with the role “Builder”.</EmptyState> : (
          <Card flush>
            <Table label="Keys" rows={keys} keyOf={({ id }) => id} columns={[
              { title: 'Name', render: ({ id, name }) => <>{name}{session.id === `key:${id}` && <> <Badge tone="accent">Yours</Badge></>}</> },
              { title: 'Key', render: ({ prefix }) => <code>{prefix}…</code> }, { title: 'Role', render: ({ role }) => roleNames[role] }, { title: 'Tenant', render: ({ tenant_id }) => nameOf(tenant_id) },
              { title: 'Last used', render: ({ last_used_at }) => (last_used_at ? <Time at={last_used_at} /> : <span className="muted">Never</span>) },
              { title: 'Expires', render: ({ expires_at }) => (expires_at ? <Time at={expires_at} /> : <span className="muted">Never</span>) },
              { title: 'Actions', untitled: true, as: 'end', render: (key) => may('keys:write') && <Button size="small" variant="ghost" aria-label={`Revoke ${key.name}`} onClick={() => setRevoking(key)}>Revoke</Button> },
            ]} />
          </Card>
        )}
        <ShowMore query={query} label="Show more keys" />
      </Loaded>
      {creating && <NewKey onClose={() => setCreating(false)} preset={tenant} />}
      <Confirm open={revoking !== undefined} onClose={() => setRevoking(undefined)} title={`Revoke “${revoking?.name ?? ''}”?`} action="Revoke key"
        description={revoking && session.id === `key:${revoking.id}` ? 'You are signed in with it: you will be signed out at once.' : 'Whoever uses it is refused at once. This cannot be undone.'}
        onConfirm={async () => {
          await unwrap(api.DELETE('/api/keys/{id}', { params: { path: { id: revoking!.id } } }));
          toast(`“${revoking!.name}” is revoked`);
          await refresh('keys', 'audit', 'session');
        }} />
    </Page>
  );
}

const day = 86_400_000;

function NewKey({ onClose, preset }: { onClose(): void; preset: string | undefined }) {
  const session = useSession();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Key['role']>('builder');
  const [tenant, setTenant] = useState(preset ?? session.tenant?.slug ?? '');
  const [days, setDays] = useState('');
  const [made, setMade] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const roles = (Object.keys(roleNames) as Key['role'][]).filter((one) => one !== 'platform_admin' || session.role === 'platform_admin');
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { key } = await unwrap(api.POST('/api/keys', {
        body: { name, role, ...(tenant !== '' && role !== 'platform_admin' && { tenant }), ...(days !== '' && { expires_at: new Date(Date.now() + Number(days) * day).toISOString() }) },
      }));
      setMade(key);
      await refresh('keys', 'audit');
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  if (made !== undefined) {
    return (
      <Dialog open onlyOnce onClose={onClose} title="Your new key" description="It is shown this once. Keep it where secrets are kept.">
        <div className="dialog-body"><p className="made-key"><CopyText text={made} label="Copy the key" /></p></div>
        <footer className="dialog-footer"><Button variant="primary" onClick={onClose}>Done</Button></footer>
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title="New key">
      <form noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <div className="dialog-body">
          <TextField label="Name" required autoFocus value={name} placeholder="n8n of Acme" onChange={(event) => setName(event.target.value)} />
          <SelectField label="Role" value={role} onChange={(event) => setRole(event.target.value as Key['role'])} options={roles.map((value) => ({ value, label: roleNames[value] }))} help="Builders run operations; admins also manage connectors, defaults and keys." />
          {role !== 'platform_admin' && <TenantField required={session.tenant !== null} value={tenant} onChange={setTenant} {...(!session.tenant && { none: 'Every tenant' })} />}
          <SelectField label="Expires" value={days} onChange={(event) => setDays(event.target.value)} options={[{ value: '', label: 'Never' }, { value: '30', label: 'In 30 days' }, { value: '90', label: 'In 90 days' }, { value: '365', label: 'In a year' }]} />
          {problem && <ProblemPane problem={problem} />}
        </div>
        <footer className="dialog-footer"><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" busy={busy} disabled={name.trim() === ''}>Create key</Button></footer>
      </form>
    </Dialog>
  );
}
