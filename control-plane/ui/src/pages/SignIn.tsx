import { useQuery } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem } from '../api/client.ts';
import { queryClient, sessionQuery } from '../api/queries.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { TextField } from '../components/Field.tsx';
import { ProblemPane } from '../components/feedback.tsx';
import { Logo } from '../components/Icon.tsx';

/** What the service says by code when the identity provider’s sign-in failed. */
const providerProblems: Record<string, string> = {
  expired: 'The sign-in took too long, or was begun in another window.',
  forbidden: 'You are known, but have no role here.',
  unavailable: 'The identity provider does not answer.',
};

export function SignIn() {
  const { return_to = '/', problem: failure } = useSearch({ from: '/sign-in' });
  // Who signs in in another tab is signed in here.
  const { data } = useQuery({ ...sessionQuery, staleTime: 0 });
  const router = useRouter();
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const byProvider = data?.sign_in.includes('provider') ?? false;

  const isSignedIn = Boolean(data?.session);
  useEffect(() => {
    // Only ever to an address of this service, and never back to here.
    if (isSignedIn) router.history.replace(/^\/(?![/\\]|sign-in)/.test(return_to) ? return_to : '/');
  }, [isSignedIn, return_to, router]);
  useEffect(() => {
    document.title = 'Sign in · Patchbay';
  }, []);

  const enter = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const session = await unwrap(api.POST('/api/session', { body: { key: key.trim() } }));
      // One that is on its way does not know of it.
      await queryClient.cancelQueries(sessionQuery);
      queryClient.setQueryData(sessionQuery.queryKey, { session, sign_in: data?.sign_in ?? ['key'] });
    } catch (error) {
      setProblem({ ...problemOf(error), hint: 'Check the key, or ask an admin for another one.' });
      setBusy(false);
    }
  };

  return (
    <main className="sign-in">
      <div className="card sign-in-card">
        <Logo size={40} />
        <h1>Sign in to Patchbay</h1>
        <p className="muted">One workflow, every tenant’s own backend.</p>
        {failure && <p className="notice bad" role="alert">{providerProblems[failure] ?? 'The identity provider did not let you in.'} Try again.</p>}
        {byProvider && <><a className={buttonClass('primary')} href={`/api/session/provider?return_to=${encodeURIComponent(return_to)}`}>Continue with your organization</a><p className="or"><span>or</span></p></>}
        <form onSubmit={(event) => { event.preventDefault(); void enter(); }}>
          <TextField label="API key" type="password" name="key" autoComplete="current-password" placeholder="pb_…" value={key} onChange={(event) => setKey(event.target.value)} autoFocus
            help={<>The first one was printed when the service was started, and lies in <code>.patchbay/admin-key</code>.</>} />
          {problem && <ProblemPane problem={problem} />}
          <Button type="submit" variant={byProvider ? 'secondary' : 'primary'} busy={busy} disabled={key.trim() === ''}>Sign in</Button>
        </form>
      </div>
    </main>
  );
}
