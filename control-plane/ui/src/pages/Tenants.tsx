import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem, Tenant } from '../api/client.ts';
import { refresh, tenantPagesQuery, tenantQuery } from '../api/queries.ts';
import { useMay, useSession } from '../api/session.ts';
import { Button, IconButton } from '../components/Button.tsx';
import { Confirm, Dialog } from '../components/Dialog.tsx';
import { SwitchField, TextField } from '../components/Field.tsx';
import { Badge, EmptyState, Loaded, ProblemPane } from '../components/feedback.tsx';
import { Menu } from '../components/Menu.tsx';
import { Page } from '../components/Page.tsx';
import { SearchInput } from '../components/SearchInput.tsx';
import { Time } from '../components/Time.tsx';
import { toast } from '../components/Toasts.tsx';
import { VirtualRows } from '../components/VirtualRows.tsx';
import type { Column } from '../components/VirtualRows.tsx';
import { TenantField } from '../form/TenantField.tsx';

export function Tenants() {
  const { search = '' } = useSearch({ from: '/shell/tenants' });
  const navigate = useNavigate({ from: '/tenants' });
  const may = useMay();
  const query = useInfiniteQuery(tenantPagesQuery(search));
  const rows = useMemo(() => query.data?.pages.flatMap(({ tenants }) => tenants) ?? [], [query.data]);
  const names = useMemo(() => new Map(rows.map(({ id, name }) => [id, name])), [rows]);
  const [editing, setEditing] = useState<Tenant | 'new'>();
  const [deleting, setDeleting] = useState<Tenant>();
  const change = useCallback((text: string) => void navigate({ search: (before) => ({ ...before, search: text }), replace: true }), [navigate]);
  const mayWrite = may('tenants:write');
  const { fetchNextPage, isFetchingNextPage } = query;
  const more = useCallback(() => { if (!isFetchingNextPage) void fetchNextPage(); }, [fetchNextPage, isFetchingNextPage]);
  const columns = useMemo((): Column<Tenant>[] => [
    { title: 'Name', width: 'minmax(0, 2fr)', render: (tenant) => <span className="named-words"><Link className="row-link" to="/connectors" search={{ tenant: tenant.slug }} preload={false}>{tenant.name}</Link><small>{tenant.slug}</small></span> },
    { title: 'Below', width: 'minmax(0, 1fr)', wide: true, render: ({ parent_id }) => <span className="clip muted">{parent_id === null ? '—' : (names.get(parent_id) ?? <NameOf tenant={parent_id} />)}</span> },
    { title: 'Defaults', width: '9rem', wide: true, render: ({ inherits_defaults, parent_id }) => (parent_id === null ? <span className="muted">—</span> : <Badge>{inherits_defaults ? 'Inherits' : 'Only its own'}</Badge>) },
    { title: 'Created', width: '8rem', wide: true, render: ({ created_at }) => <span className="muted"><Time at={created_at} /></span> },
    {
      title: 'Actions', width: '4rem', end: true,
      render: (tenant) => mayWrite && (
        <Menu trigger={<IconButton icon="dots" label={`Actions for ${tenant.name}`} />} items={[
          { label: 'Edit', onSelect: () => setEditing(tenant) }, { label: 'Delete', icon: 'trash', danger: true, onSelect: () => setDeleting(tenant) },
        ]} />
      ),
    },
  ], [names, mayWrite]);
  return (
    <Page title="Tenants" lead="Organizations, as a tree: those below may inherit the defaults of those above." actions={mayWrite && <Button variant="primary" icon="plus" onClick={() => setEditing('new')}>New tenant</Button>}>
      <div className="toolbar"><SearchInput label="Search tenants" value={search} onChange={change} /></div>
      <Loaded query={query} lines={6} height={48}>
        {rows.length === 0
          ? <EmptyState icon="tenants" title={search ? 'No tenant fits' : 'No tenant yet'} action={!search && mayWrite && <Button variant="primary" onClick={() => setEditing('new')}>Create the first tenant</Button>}>A tenant is an organization whose workflows reach its own backends.</EmptyState>
          : <VirtualRows label="Tenants" rows={rows} columns={columns} keyOf={({ id }) => id} hasMore={query.hasNextPage} onMore={more} />}
      </Loaded>
      {editing && <TenantDialog tenant={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
      <Confirm open={deleting !== undefined} onClose={() => setDeleting(undefined)} title={`Delete ${deleting?.name ?? ''}?`} action="Delete tenant" description="Only a tenant without connectors and without tenants below it can be deleted. Its keys are gone with it."
        onConfirm={async () => {
          await unwrap(api.DELETE('/api/tenants/{tenant}', { params: { path: { tenant: deleting!.id } } }));
          toast(`${deleting!.name} is deleted`);
          await refresh('tenants', 'defaults', 'audit');
        }} />
    </Page>
  );
}

/** Of a tenant that is not among those listed, as when one searches. */
function NameOf({ tenant }: { tenant: string }) {
  const { data, isError } = useQuery(tenantQuery(tenant));
  return data?.name ?? (isError ? 'a tenant that you have no right to see' : '…');
}

const slugOf = (name: string) => name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 50);

function TenantDialog({ tenant, onClose }: { tenant: Tenant | undefined; onClose(): void }) {
  const session = useSession();
  const [name, setName] = useState(tenant?.name ?? '');
  const [slug, setSlug] = useState(tenant?.slug ?? '');
  const [parent, setParent] = useState(tenant?.parent_id ?? session.tenant?.slug ?? '');
  const [inherits, setInherits] = useState(tenant?.inherits_defaults ?? true);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const errorOf = (field: string) => problem?.errors?.find(({ path }) => path === field)?.message;
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const body = { name, slug: slug || slugOf(name), inherits_defaults: inherits };
      // What did not change is not sent: a slug is not every admin's to give.
      const { slug: newSlug, ...others } = body;
      if (tenant) await unwrap(api.PATCH('/api/tenants/{tenant}', { params: { path: { tenant: tenant.id } }, body: { ...others, ...(newSlug !== tenant.slug && { slug: newSlug }), ...((parent || null) !== tenant.parent_id && { parent: parent || null }) } }));
      else await unwrap(api.POST('/api/tenants', { body: { ...body, ...(parent !== '' && { parent }) } }));
      toast(tenant ? 'The changes are saved' : `${name} is created`);
      await refresh('tenants', 'defaults', 'audit');
      onClose();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={tenant ? `Edit ${tenant.name}` : 'New tenant'}>
      <form noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <div className="dialog-body">
          <TextField label="Name" required autoFocus value={name} error={errorOf('name')} onChange={(event) => setName(event.target.value)} />
          <TextField label="Slug" value={slug} placeholder={slugOf(name)} error={errorOf('slug')} help="What people type to name it" onChange={(event) => setSlug(event.target.value)} />
          <TenantField label="Parent" required={session.tenant !== null} value={parent} onChange={setParent} error={errorOf('parent')} {...(!session.tenant && { none: 'None: it stands at the top' })} />
          <SwitchField label="Inherit the parent’s defaults" checked={inherits} onChange={setInherits} help="Where it has no default of its own, the nearest one above is used." />
          {problem && <ProblemPane problem={problem} />}
        </div>
        <footer className="dialog-footer"><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" busy={busy} disabled={name.trim() === ''}>{tenant ? 'Save changes' : 'Create tenant'}</Button></footer>
      </form>
    </Dialog>
  );
}
