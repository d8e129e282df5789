import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Connector } from '../api/client.ts';
import { statisticsQuery, usersQuery } from '../api/queries.ts';
import { EmptyState, Loaded } from '../components/feedback.tsx';
import { Card } from '../components/Page.tsx';
import { Table } from '../components/Table.tsx';
import { formatCount, formatDuration } from '../components/Time.tsx';

/** Who depends on a connector: tenants that resolve to it, and what was asked of it lately. */
export function Used({ connector }: { connector: Connector }) {
  const users = useQuery(usersQuery(connector.tenant_slug));
  const statistics = useQuery(statisticsQuery('7d', { connector: connector.id }));
  const tenants = (users.data?.tenants ?? []).filter(({ cells }) => cells[connector.category]?.connector?.id === connector.id);
  const operations = statistics.data?.slowest ?? [];
  return (
    <div className="columns">
      <Card title="Default of">
        <Loaded query={users} lines={3}>
          {tenants.length === 0 ? <p className="muted">No tenant resolves its {connector.category.replaceAll('_', ' ')} to it; it is used where a workflow names it.</p> : (
            <ul className="plain-list">
              {tenants.map(({ slug, name, cells }) => <li key={slug}><Link to="/defaults" search={{ of: slug, category: connector.category }}>{name}</Link> <span className="muted">{cells[connector.category]?.state === 'own' ? 'its own default' : 'inherited'}</span></li>)}
            </ul>
          )}
        </Loaded>
      </Card>
      <Card title="Operations in the last week" flush>
        <Loaded query={statistics} lines={3}>
          {operations.length === 0 ? <EmptyState icon="activity" title="Nothing ran">Operations are counted here by the minute.</EmptyState> : (
            <Table label="Operations" rows={operations} keyOf={({ operation }) => operation} columns={[
              { title: 'Operation', render: ({ operation }) => operation },
              { title: 'Count', as: 'end', render: ({ count }) => formatCount(count) }, { title: 'Errors', as: 'end', render: ({ errors }) => formatCount(errors) },
              { title: 'Average', as: 'end', render: ({ average_ms }) => formatDuration(average_ms) }, { title: 'Slowest', as: 'end', render: ({ max_ms }) => formatDuration(max_ms) },
            ]} />
          )}
        </Loaded>
      </Card>
    </div>
  );
}
