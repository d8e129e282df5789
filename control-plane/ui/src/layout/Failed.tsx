import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { problemOf } from '../api/client.ts';
import { roleNames, useSession } from '../api/session.ts';
import { buttonClass } from '../components/Button.tsx';
import { EmptyState, ProblemPane } from '../components/feedback.tsx';

export function NotFound() {
  useEffect(() => {
    document.title = 'No such page · Patchbay';
  }, []);
  return (
    <div className="page narrow">
      <EmptyState heading="h1" icon="search" title="There is no such page" action={<Link className={buttonClass('primary')} to="/">Go to the dashboard</Link>}>The address may be mistyped, or what it showed is gone.</EmptyState>
    </div>
  );
}

/** By an address that somebody else sent: the menu does not lead here. */
export function NotAllowed() {
  const { role } = useSession();
  useEffect(() => {
    document.title = 'Not for your role · Patchbay';
  }, []);
  return (
    <div className="page narrow">
      <EmptyState heading="h1" icon="key" title="This page is not for your role" action={<Link className={buttonClass('primary')} to="/connectors">Go to the connectors</Link>}>You are signed in as {roleNames[role].toLowerCase()}. Ask an admin for what you came for, or sign in with another key.</EmptyState>
    </div>
  );
}

export function Failed({ error, reset }: { error: unknown; reset?: () => void }) {
  return <div className="page narrow"><ProblemPane problem={problemOf(error)} retry={() => { reset?.(); window.location.reload(); }} /></div>;
}
