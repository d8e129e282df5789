import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Connector, Schemas } from '../api/client.ts';
import { recentOperationsQuery, usageQuery } from '../api/queries.ts';
import { CopyText } from '../components/CopyText.tsx';
import { Badge, EmptyState, Loaded } from '../components/feedback.tsx';
import { Card } from '../components/Page.tsx';
import { ShowMore } from '../components/ShowMore.tsx';
import { Table } from '../components/Table.tsx';
import { formatCount, formatDuration, Time } from '../components/Time.tsx';
import { scheduleInWords } from '../form/testSchedule.ts';

type Operation = Schemas['RecentOperation'];

/** Who depends on a connector, what starts by itself, and what was asked of it lately. */
export function Used({ connector }: { connector: Connector }) {
  return (
    <div className="stack">
      <div className="columns">
        <Tenants connector={connector} />
        <Schedules connector={connector} />
      </div>
      <RecentOperations id={connector.id} />
    </div>
  );
}

function Tenants({ connector: { id, category, tenant_slug, active } }: { connector: Connector }) {
  const usage = useInfiniteQuery(usageQuery(id));
  const pages = usage.data?.pages ?? [];
  const tenants = pages.flatMap((page) => page.tenants);
  const { count = 0, fallback = null } = pages[0] ?? {};
  const what = category.replaceAll('_', ' ');
  return (
    <Card title="Default of" actions={count > 1 && <span className="muted">{formatCount(count)} tenants</span>}>
      <Loaded query={usage} lines={3}>
        {tenants.length === 0
          ? <p className="muted">No tenant resolves its {what} to it{fallback === null && '; it is used where a workflow names it'}.</p>
          : (
            <>
              {!active && <p>It is deactivated: until it is active again, steps of these tenants fail.</p>}
              <ul className="plain-list">
                {tenants.map(({ slug, name, how }) => <li key={slug}><Link to="/defaults" search={{ of: slug, category }}>{name}</Link> <span className="muted">{how === 'own' ? 'its own default' : 'inherited'}</span></li>)}
              </ul>
            </>
          )}
        <ShowMore query={usage} label="Show more tenants" size="small" />
        {fallback !== null && <p>It stands in when the default {what} of <Link to="/defaults" search={{ of: tenant_slug, category }}>{tenant_slug}</Link> is failing, as number {fallback}.</p>}
      </Loaded>
    </Card>
  );
}

function Schedules({ connector: { check_every_minutes: minutes, schedule_cron: cron, schedule_mode: mode } }: { connector: Connector }) {
  const rows: [string, ReactNode][] = [];
  if (minutes !== null) rows.push(['Test', scheduleInWords(minutes)]);
  if (cron !== null) rows.push(['Sync', <><code>{cron}</code>{mode !== null && `, ${mode}`}</>]);
  return (
    <Card title="Schedules">
      {rows.length === 0
        ? <p className="muted">Nothing is done with it by itself.</p>
        : <dl className="definition">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>}
    </Card>
  );
}

const found: Record<string, string> = { own: 'its default', inherited: 'inherited', fallback: 'as a fallback', named: 'by name' };

function RecentOperations({ id }: { id: string }) {
  const query = useQuery(recentOperationsQuery(id));
  const operations = query.data?.operations ?? [];
  return (
    <Card title="Recent operations" flush={operations.length > 0}>
      <Loaded query={query} lines={4}>
        {operations.length === 0 ? <EmptyState icon="activity" title="Nothing ran lately">What workflows ask of it is listed here, a few seconds after it ran.</EmptyState> : (
          <Table<Operation> label="Recent operations" rows={operations} keyOf={({ request_id, at, operation }) => `${request_id} ${at} ${operation}`} columns={[
            { title: 'When', render: ({ at }) => <Time at={at} /> },
            { title: 'Operation', render: ({ operation }) => operation },
            { title: 'Outcome', render: ({ ok, code }) => (ok ? <Badge tone="good" dot>Went well</Badge> : <Badge tone="bad" dot>{(code ?? 'failed').replaceAll('_', ' ')}</Badge>) },
            { title: 'Asked by', render: ({ caller }) => caller.name },
            { title: 'For', render: ({ tenant, how }) => <>{tenant} <span className="muted">{found[how] ?? how}</span></> },
            { title: 'Records', as: 'end', render: ({ records }) => (records === undefined ? <span className="muted">—</span> : formatCount(records)) },
            { title: 'Took', as: 'end', render: ({ milliseconds }) => formatDuration(milliseconds) },
            { title: 'Request', untitled: true, as: 'end', render: ({ request_id }) => <CopyText text={request_id} shown="Request id" label="Copy the request id" /> },
          ]} />
        )}
      </Loaded>
    </Card>
  );
}
