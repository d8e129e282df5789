import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Connector } from '../api/client.ts';
import { catalogQuery, categoriesQuery, connectorPagesQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { buttonClass } from '../components/Button.tsx';
import { ConnectorStatus, states } from '../components/ConnectorStatus.tsx';
import { Badge, EmptyState, Loaded } from '../components/feedback.tsx';
import { Filter } from '../components/Field.tsx';
import { Icon } from '../components/Icon.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { Page } from '../components/Page.tsx';
import { SearchInput } from '../components/SearchInput.tsx';
import { formatCount, formatDuration, plural, Time } from '../components/Time.tsx';
import { VirtualRows } from '../components/VirtualRows.tsx';
import type { Column } from '../components/VirtualRows.tsx';
import { useReturn } from '../layout/connectorList.ts';

const isState = (text: string): text is Connector['health'] => Object.hasOwn(states, text);

export function Connectors() {
  const { tenant, category = '', kind = '', health = '', search = '' } = useSearch({ from: '/shell/connectors' });
  const navigate = useNavigate({ from: '/connectors' });
  const may = useMay();
  const catalog = useQuery(catalogQuery);
  const categories = useQuery(categoriesQuery);
  const filter = { search, category, kind, ...(tenant !== undefined && { tenant, below: 'true' } as const), ...(isState(health) && { health }) };
  const query = useInfiniteQuery(connectorPagesQuery(filter));
  const rows = useMemo(() => query.data?.pages.flatMap(({ connectors }) => connectors) ?? [], [query.data]);
  const labels = useMemo(() => new Map((catalog.data?.kinds ?? []).map((one) => [one.kind, one.label])), [catalog.data]);
  const change = useCallback((next: Record<string, string>) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true }), [navigate]);
  const { fetchNextPage, isFetchingNextPage } = query;
  const more = useCallback(() => { if (!isFetchingNextPage) void fetchNextPage(); }, [fetchNextPage, isFetchingNextPage]);
  useReturn(rows.length > 0);
  const isFiltered = [search, category, kind, health].some((value) => value !== '');

  const columns = useMemo((): Column<Connector>[] => [
    {
      title: 'Name', width: 'minmax(0, 2.2fr)',
      render: (connector) => (
        <span className="named"><KindIcon kind={connector.kind} category={connector.category} size={24} />
          <span className="named-words"><Link className="row-link" to="/connectors/$id" params={{ id: connector.id }} preload={false}>{connector.name}</Link><small>{labels.get(connector.kind) ?? connector.kind}<span className="narrow-only"> · {connector.tenant_slug}{connector.is_default && ' · default'}</span></small></span>
        </span>
      ),
    },
    { title: 'Tenant', width: 'minmax(0, 1fr)', wide: true, render: ({ tenant_slug }) => <span className="clip">{tenant_slug}</span> },
    { title: 'Category', width: 'minmax(0, 1fr)', wide: true, render: ({ category: name, is_default }) => <span className="clip">{name.replaceAll('_', ' ')} {is_default && <Badge tone="accent">Default</Badge>}</span> },
    { title: 'Status', width: '7.5rem', render: (connector) => <ConnectorStatus connector={connector} /> },
    { title: 'Last test', width: '10rem', wide: true, end: true, render: ({ last_check }) => (last_check ? <span className="muted"><Time at={last_check.checked_at} /> · {formatDuration(last_check.latency_ms)}</span> : <span className="muted">Never</span>) },
  ], [labels]);

  return (
    <Page title="Connectors" lead={tenant ? `Of ${tenant} and the tenants below it.` : 'The backends that your tenants use.'} width="full"
      actions={may('connectors:write') && <Link className={buttonClass('primary')} to="/catalog"><Icon name="plus" size={17} />New connector</Link>}>
      <div className="toolbar">
        <SearchInput label="Search connectors" value={search} onChange={(text) => change({ search: text })} />
        <Filter label="Category" value={category} onChange={(value) => change({ category: value })} options={[{ value: '', label: 'Every category' }, ...(categories.data?.categories ?? []).map((one) => ({ value: one.category, label: one.label }))]} />
        <Filter label="Kind" value={kind} onChange={(value) => change({ kind: value })} options={[{ value: '', label: 'Every kind' }, ...(catalog.data?.kinds ?? []).filter((one) => category === '' || one.category === category).map((one) => ({ value: one.kind, label: one.label }))]} />
        <Filter label="State" value={health} onChange={(value) => change({ health: value })} options={[{ value: '', label: 'Every state' }, ...Object.entries(states).map(([value, { label }]) => ({ value, label }))]} />
        <span className="muted" role="status">{query.data ? `${formatCount(rows.length)} ${query.hasNextPage ? 'and more' : plural(rows.length, 'connector')}` : ''}</span>
      </div>
      <Loaded query={query} lines={8} height={48}>
        {rows.length > 0
          ? <VirtualRows label="Connectors" rows={rows} columns={columns} keyOf={({ id }) => id} hasMore={query.hasNextPage} onMore={more} />
          : isFiltered
            ? <EmptyState icon="search" title="No connector fits" action={<button type="button" className={buttonClass()} onClick={() => change({ search: '', category: '', kind: '', health: '' })}>Clear the filters</button>}>Try fewer words or another filter.</EmptyState>
            : <EmptyState icon="plug" title={tenant ? `${tenant} has no connector yet` : 'No connector yet'} action={may('connectors:write') && <Link className={buttonClass('primary')} to="/catalog">Choose a kind from the catalog</Link>}>A connector holds what is needed to reach one backend: its address and its secrets.</EmptyState>}
      </Loaded>
    </Page>
  );
}
