import type { ReactNode } from 'react';
import type { Problem } from '../api/client.ts';
import { Button } from '../components/Button.tsx';
import { ProblemPane } from '../components/feedback.tsx';
import { Icon } from '../components/Icon.tsx';
import { formatDuration } from '../components/Time.tsx';
import type { ConnectorTest } from './useTest.ts';

/** What a test is doing or has found, told to everybody. @param action what can be done here about a failure */
export function TestOutcome({ test, action }: { test: ConnectorTest; action?: (problem: Problem) => ReactNode }) {
  const { running, elapsed, outcome } = test;
  return (
    <div className="test-outcome" aria-live="polite">
      {running && (
        <div className="test-running">
          <span className="spinner" aria-hidden="true" />
          <span>Testing the connection{elapsed > 1 ? ` … ${elapsed} s` : ' …'}</span>
          <Button size="small" variant="ghost" onClick={test.cancel}>Cancel the test</Button>
        </div>
      )}
      {outcome?.ok === true && <p className="test-good"><Icon name="check" size={17} />The connection works{outcome.message ? `: ${outcome.message}` : ''} <span className="muted">({formatDuration(outcome.latency_ms)})</span></p>}
      {outcome?.ok === false && <ProblemPane problem={outcome.problem} action={action?.(outcome.problem)} {...(outcome.latency_ms !== undefined && { latency_ms: outcome.latency_ms })} />}
    </div>
  );
}
