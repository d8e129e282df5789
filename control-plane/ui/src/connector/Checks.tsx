import { useQuery } from '@tanstack/react-query';
import type { Problem } from '../api/client.ts';
import { checksQuery } from '../api/queries.ts';
import { inWords } from '../api/words.ts';
import { Sparkline } from '../charts/Sparkline.tsx';
import { Badge, EmptyState, Loaded } from '../components/feedback.tsx';
import { Card } from '../components/Page.tsx';
import { formatDuration, Time } from '../components/Time.tsx';

/** The history of a connector’s tests, as bars and as a list. */
export function Checks({ id }: { id: string }) {
  const query = useQuery(checksQuery(id));
  const checks = query.data?.checks ?? [];
  return (
    <Loaded query={query} lines={5} height={40}>
      {checks.length === 0 ? <EmptyState icon="activity" title="Not tested yet">Each test and its outcome is kept here.</EmptyState> : (
        <Card flush>
          <div className="card-note"><Sparkline checks={checks} /></div>
          <div className="table-scroll" tabIndex={0} role="region" aria-label="Tests">
            <table className="table">
              <thead><tr><th scope="col">When</th><th scope="col">Outcome</th><th scope="col" className="end">Took</th><th scope="col">What was said</th></tr></thead>
              <tbody>
                {checks.map((check) => {
                  const problem = check.error && inWords(check.error as unknown as Problem);
                  return (
                    <tr key={check.id}>
                      <th scope="row"><Time at={check.checked_at} /></th>
                      <td>{check.ok ? <Badge tone="good" dot>Went well</Badge> : <Badge tone="bad" dot>Failed</Badge>}</td>
                      <td className="end">{formatDuration(check.latency_ms)}</td>
                      <td className="long">{problem ? <>{problem.detail}{problem.hint && <span className="muted"> {problem.hint}</span>}</> : (check.message ?? '')}</td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </Card>
      )}
    </Loaded>
  );
}
