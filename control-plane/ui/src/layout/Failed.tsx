import { Link } from '@tanstack/react-router';
import { problemOf } from '../api/client.ts';
import { buttonClass } from '../components/Button.tsx';
import { EmptyState, ProblemPane } from '../components/feedback.tsx';

export function NotFound() {
  return (
    <main className="page narrow">
      <EmptyState heading="h1" icon="search" title="There is no such page" action={<Link className={buttonClass('primary')} to="/">Go to the dashboard</Link>}>The address may be mistyped, or what it showed is gone.</EmptyState>
    </main>
  );
}

export function Failed({ error, reset }: { error: unknown; reset?: () => void }) {
  return <div className="page narrow"><ProblemPane problem={problemOf(error)} retry={() => { reset?.(); window.location.reload(); }} /></div>;
}
