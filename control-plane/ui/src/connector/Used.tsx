import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Connector } from '../api/client.ts';
import { statisticsQuery, usersQuery } from '../api/queries.ts';
import { EmptyState, Loaded } from '../components/feedback.tsx';
import { Card } from '../components/Page.tsx';
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
            <div className="table-scroll" tabIndex={0} role="region" aria-label="Operations">
              <table className="table">
                <thead><tr><th scope="col">Operation</th><th scope="col" className="end">Count</th><th scope="col" className="end">Errors</th><th scope="col" className="end">Average</th><th scope="col" className="end">Slowest</th></tr></thead>
                <tbody>{operations.map((row) => <tr key={row.operation}><th scope="row">{row.operation}</th><td className="end">{formatCount(row.count)}</td><td className="end">{formatCount(row.errors)}</td><td className="end">{formatDuration(row.average_ms)}</td><td className="end">{formatDuration(row.max_ms)}</td></tr>)}</tbody>
              </table>
            </div>
          )}
        </Loaded>
      </Card>
    </div>
  );
}
