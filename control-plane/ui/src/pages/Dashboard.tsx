import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { Connector, Problem, Schemas } from '../api/client.ts';
import { connectorsQuery, statisticsQuery, tenantsQuery } from '../api/queries.ts';
import type { StatisticsWindow } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { inWords } from '../api/words.ts';
import { Bars } from '../charts/Bars.tsx';
import { buttonClass } from '../components/Button.tsx';
import { states } from '../components/ConnectorStatus.tsx';
import { EmptyState, Loaded, Skeleton } from '../components/feedback.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { Card, Page } from '../components/Page.tsx';
import { Table } from '../components/Table.tsx';
import { formatCount, formatDuration, formatShare, plural, Time } from '../components/Time.tsx';

const windows: { value: StatisticsWindow; label: string }[] = [{ value: '1h', label: 'Hour' }, { value: '24h', label: 'Day' }, { value: '7d', label: 'Week' }];

export function Dashboard() {
  const { tenant, window: chosen } = useSearch({ from: '/shell/' });
  const navigate = useNavigate({ from: '/' });
  const may = useMay();
  const window = windows.find(({ value }) => value === chosen)?.value ?? '24h';
  const query = useQuery(statisticsQuery(window, tenant === undefined ? {} : { tenant }));
  const any = useQuery(connectorsQuery(tenant === undefined ? {} : { tenant }, 1));
  const tenants = useQuery(tenantsQuery('', 2));
  const data = query.data;
  const isFirst = any.data?.connectors.length === 0;
  const hasTenants = (tenants.data?.tenants.length ?? 1) > 0;

  return (
    <Page title="Dashboard" lead={tenant ? `${tenant} and the tenants below it` : 'How your tenants’ backends are doing.'} width="full"
      actions={<div className="segments" role="group" aria-label="Time">{windows.map(({ value, label }) => <button key={value} type="button" aria-pressed={value === window} onClick={() => void navigate({ search: (before) => ({ ...before, window: value }), replace: true })}>{label}</button>)}</div>}>
      {isFirst && (hasTenants
        ? <EmptyState icon="plug" title="Connect the first backend" action={may('connectors:write') && <Link className={buttonClass('primary')} to="/catalog">Open the catalog</Link>}>Choose a kind, enter where it is and how to get in, test it, and make it a tenant’s default.</EmptyState>
        : <EmptyState icon="tenants" title="Begin with a tenant" action={may('tenants:write') && <Link className={buttonClass('primary')} to="/tenants">Create a tenant</Link>}>A tenant is an organization whose workflows reach its own backends.</EmptyState>)}
      {!isFirst && (
        <Loaded query={query} skeleton={<FiguresSkeleton />}>
          {data && <Figures data={data} window={window} />}
        </Loaded>
      )}
    </Page>
  );
}

/** Where the figures will be. */
function FiguresSkeleton() {
  return (
    <>
      <div className="tiles">{Array.from({ length: 5 }, (_, index) => <div key={index} className="tile"><Skeleton lines={3} height={18} /></div>)}</div>
      <div className="chart-grid-layout">{Array.from({ length: 4 }, (_, index) => <Card key={index}><Skeleton lines={1} height={208} /></Card>)}</div>
    </>
  );
}

type Health = Connector['health'];

const tones = { healthy: 'good', failing: 'bad', untested: 'plain' } as const;

function HealthTile({ health, tone = '', count, note }: { health: Health; tone?: string; count: number; note: string }) {
  return <li className={`tile ${tone}`}><Link className="row-link" to="/connectors" search={(before) => ({ tenant: before.tenant, health })}>{states[health].label}</Link><strong>{formatCount(count)}</strong><small>{note}</small></li>;
}

/** So many are shown here. */
const failingShown = 5;

/** What needs somebody’s attention, with its cause. */
function FailingNow() {
  const { tenant } = useSearch({ from: '/shell/' });
  const query = useQuery({ ...connectorsQuery({ health: 'failing', ...(tenant !== undefined && { tenant, below: 'true' } as const) }, failingShown), refetchInterval: 15_000 });
  const connectors = query.data?.connectors ?? [];
  return (
    <Card title="Failing now" flush actions={query.data?.next_cursor !== undefined && <Link to="/connectors" search={(before) => ({ tenant: before.tenant, health: 'failing' })}>Show all</Link>}>
      <Loaded query={query} lines={2} height={44}>
        {connectors.length === 0 ? <p className="card-note muted">All is well again.</p> : (
          <Table label="Failing now" rows={connectors} keyOf={({ id }) => id} columns={[
            { title: 'Connector', render: ({ id, kind, name }) => <span className="named"><KindIcon kind={kind} size={20} /><Link to="/connectors/$id" params={{ id }}>{name}</Link></span> },
            { title: 'Tenant', render: ({ tenant_slug }) => tenant_slug },
            { title: 'Tested', render: ({ last_check }) => last_check && <Time at={last_check.checked_at} /> },
            { title: 'Cause', as: 'long', render: ({ last_check }) => last_check?.error && inWords(last_check.error as unknown as Problem).detail },
          ]} />
        )}
      </Loaded>
    </Card>
  );
}

function Figures({ data, window }: { data: Schemas['Statistics']; window: StatisticsWindow }) {
  const { health, buckets, slowest } = data;
  const count = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  const errors = buckets.reduce((sum, bucket) => sum + bucket.errors, 0);
  const minutes = data.bucket_seconds / 60;
  const times = buckets.map(({ at }) => at);
  const share = count === 0 ? '—' : formatShare(errors / count);
  const last = { '1h': 'the last hour', '24h': 'the last day', '7d': 'the last week' }[window];
  return (
    <>
      <ul className="tiles">
        <HealthTile health="healthy" tone={health.healthy > 0 ? 'good' : ''} count={health.healthy} note={plural(health.healthy, 'connector')} />
        <HealthTile health="failing" tone={health.failing > 0 ? 'bad' : ''} count={health.failing} note="by their last test" />
        <HealthTile health="untested" count={health.untested} note={health.inactive > 0 ? `and ${formatCount(health.inactive)} inactive` : 'yet'} />
        <li className="tile"><span>Operations</span><strong>{formatCount(count)}</strong><small>in {last}</small></li>
        <li className={`tile ${errors > 0 ? 'warn' : ''}`}><span>Errors</span><strong>{share}</strong><small>{formatCount(errors)} {plural(errors, 'operation')}</small></li>
      </ul>
      <div className="chart-grid-layout">
        <Card><Bars title="Operations per minute" times={times} format={(value) => formatCount(Math.round(value * 10) / 10)} series={[
          { name: 'Went well', tone: 'accent', values: buckets.map((bucket) => (bucket.count - bucket.errors) / minutes) },
          { name: 'Failed', tone: 'bad', values: buckets.map((bucket) => bucket.errors / minutes) },
        ]} /></Card>
        <Card><Bars title="Health of connectors" times={times} standing series={(['failing', 'healthy', 'untested'] as const).map((name) => ({
          name: states[name].label, tone: tones[name], values: buckets.map((bucket) => bucket.health[name]),
        }))} /></Card>
        <Card><Bars title="Error rate" times={times} format={(value) => `${Math.round(value)} %`} series={[{ name: 'Failed', tone: 'bad', values: buckets.map((bucket) => (bucket.count === 0 ? 0 : (bucket.errors / bucket.count) * 100)) }]} /></Card>
        <Card><Bars title="Duration" times={times} overlay format={formatDuration} series={[
          { name: 'Slowest', tone: 'warn', values: buckets.map(({ max_ms }) => max_ms ?? 0) },
          { name: 'Average', tone: 'accent', values: buckets.map(({ average_ms }) => average_ms ?? 0) },
        ]} /></Card>
      </div>
      <div className="stack">
        {health.failing > 0 && <FailingNow />}
        <Card title="Slowest operations" flush>
          {slowest.length === 0 ? <p className="card-note muted">Nothing ran in {last}.</p> : (
            <Table label="Slowest operations" rows={slowest} keyOf={({ connector_id, operation }) => `${connector_id} ${operation}`} columns={[
              { title: 'Connector', render: (row) => <span className="named"><KindIcon kind={row.kind} size={20} /><Link to="/connectors/$id" params={{ id: row.connector_id }}>{row.connector_name}</Link></span> },
              { title: 'Tenant', render: ({ tenant_slug }) => tenant_slug }, { title: 'Operation', render: ({ operation }) => operation },
              { title: 'Count', as: 'end', render: (row) => formatCount(row.count) }, { title: 'Errors', as: 'end', render: (row) => formatCount(row.errors) },
              { title: 'Average', as: 'end', render: ({ average_ms }) => formatDuration(average_ms) }, { title: 'Slowest', as: 'end', render: ({ max_ms }) => formatDuration(max_ms) },
            ]} />
          )}
        </Card>
      </div>
    </>
  );
}
