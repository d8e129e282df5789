import type { ReactNode } from 'react';
import { TestOutcome } from './TestOutcome.tsx';
import type { ConnectorTest } from './useTest.ts';

/** The end of a form, in sight wherever one is in it: what came of a test or of saving, and the buttons. @param outcome of saving */
export function FormFooter({ test, outcome, children }: { test: ConnectorTest; outcome: ReactNode; children: ReactNode }) {
  const isTelling = test.running || test.outcome !== undefined || Boolean(outcome);
  return (
    <div className="form-footer">
      <div className="form-outcome" {...(isTelling && { tabIndex: 0, role: 'group', 'aria-label': 'Outcome' })}>
        <TestOutcome test={test} />
        {outcome}
      </div>
      {children}
    </div>
  );
}
