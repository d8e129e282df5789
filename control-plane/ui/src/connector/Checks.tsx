import { useInfiniteQuery } from '@tanstack/react-query';
import type { Problem } from '../api/client.ts';
import { checksQuery } from '../api/queries.ts';
import { inWords } from '../api/words.ts';
import { Sparkline } from '../charts/Sparkline.tsx';
import { Badge, EmptyState, Loaded } from '../components/feedback.tsx';
import { Card } from '../components/Page.tsx';
import { ShowMore } from '../components/ShowMore.tsx';
import { Table } from '../components/Table.tsx';
import { formatDuration, Time } from '../components/Time.tsx';

/** The history of a connector’s tests, as bars and as a list. */
export function Checks({ id }: { id: string }) {
  const query = useInfiniteQuery(checksQuery(id));
  const checks = query.data?.pages.flatMap((page) => page.checks) ?? [];
  return (
    <Loaded query={query} lines={5} height={40}>
      {checks.length === 0 ? <EmptyState icon="activity" title="Not tested yet">Each test and its outcome is kept here.</EmptyState> : (
        <Card flush>
          <div className="card-note"><Sparkline checks={checks} /></div>
          <Table label="Tests" rows={checks} keyOf={({ id: key }) => key} columns={[
            { title: 'When', render: ({ checked_at }) => <Time at={checked_at} /> },
            { title: 'Outcome', render: ({ ok }) => (ok ? <Badge tone="good" dot>Went well</Badge> : <Badge tone="bad" dot>Failed</Badge>) },
            { title: 'Took', as: 'end', render: ({ latency_ms }) => formatDuration(latency_ms) },
            { title: 'What was said', as: 'long', render: ({ error, message }) => {
              if (!error) return message ?? '';
              const { detail, hint } = inWords(error as unknown as Problem);
              return <>{detail}{hint && <span className="muted"> {hint}</span>}</>;
            } },
          ]} />
        </Card>
      )}
      <ShowMore query={query} />
    </Loaded>
  );
}
