/** What a page says about its state: nothing yet, loading, failed. */
import type { ReactNode } from 'react';
import { problemOf } from '../api/client.ts';
import type { Problem } from '../api/client.ts';
import { inWords } from '../api/words.ts';
import { Button, buttonClass } from './Button.tsx';
import { CopyText } from './CopyText.tsx';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import { withNames } from './withNames.tsx';

/** @param heading `h1` where it is the whole page */
export function EmptyState({ icon, title, children, action, heading: Heading = 'h2' }: { icon: IconName; title: string; children?: ReactNode; action?: ReactNode; heading?: 'h1' | 'h2' }) {
  return (
    <div className="empty">
      <span className="empty-mark"><Icon name={icon} size={26} /></span>
      <Heading>{title}</Heading>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

const faults = { caller: 'Check your input', connector: 'The connector’s configuration', backend: 'The backend', service: 'Patchbay' };

/** A failure: what happened, what to do, and what to quote when asking for help. @param action does here what the hint says */
export function ProblemPane({ problem: told, retry, latency_ms, action }: { problem: Problem; retry?: () => void; latency_ms?: number; action?: ReactNode }) {
  const problem = inWords(told);
  return (
    <section className="problem" role="alert" aria-label={problem.title}>
      <Icon name="alert" />
      <div className="problem-words">
        <p className="problem-title">{problem.title}</p>
        <p>{withNames(problem.detail)}</p>
        {problem.hint && !action && <p className="problem-hint">{withNames(problem.hint)}</p>}
        <dl className="problem-facts">
          {problem.fault && <div><dt>Cause</dt><dd>{faults[problem.fault]}</dd></div>}
          <div><dt>Code</dt><dd><code>{problem.code}</code></dd></div>
          {latency_ms !== undefined && <div><dt>After</dt><dd>{latency_ms} ms</dd></div>}
          {problem.request_id && <div><dt>Request</dt><dd><CopyText text={problem.request_id} label="Copy the request id" /></dd></div>}
        </dl>
        {retry && <Button size="small" icon="refresh" onClick={retry}>Try again</Button>}
        {action}
        {problem.code === 'unauthenticated' && window.location.pathname !== '/sign-in' && <a className={buttonClass('secondary', 'small')} href="/sign-in" target="_blank" rel="noreferrer">Sign in in a new tab</a>}
      </div>
    </section>
  );
}

export function Skeleton({ lines = 3, height = 16 }: { lines?: number; height?: number }) {
  return (
    <div className="skeletons" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => <svg key={index} className="skeleton" width="100%" height={height}><rect width={`${[100, 92, 97, 85][index % 4]}%`} height={height} rx="5" /></svg>)}
    </div>
  );
}

interface QueryState {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  refetch(): unknown;
}

/** The children once there is data; a skeleton of about their height until then. */
export function Loaded({ query, lines, height, skeleton, children }: { query: QueryState; lines?: number; height?: number; skeleton?: ReactNode; children: ReactNode }) {
  if (query.isPending) return <div role="status" aria-label="Loading">{skeleton ?? <Skeleton lines={lines} height={height} />}</div>;
  if (query.isError) return <ProblemPane problem={problemOf(query.error)} retry={() => void query.refetch()} />;
  return children;
}

export type Tone = 'good' | 'bad' | 'warn' | 'accent' | 'plain';

export function Badge({ tone = 'plain', children, dot = false }: { tone?: Tone; children: ReactNode; dot?: boolean }) {
  return <span className={`badge ${tone}`}>{dot && <span className="dot" aria-hidden="true" />}{children}</span>;
}
