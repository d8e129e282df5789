import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Connector, Problem } from '../api/client.ts';
import { connectionQuery, refresh } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button } from '../components/Button.tsx';
import { CopyText } from '../components/CopyText.tsx';
import { Confirm } from '../components/Dialog.tsx';
import { Badge, ProblemPane } from '../components/feedback.tsx';
import { Card } from '../components/Page.tsx';
import { Time } from '../components/Time.tsx';
import { toast } from '../components/Toasts.tsx';

/** The account behind a connector whose tokens come by OAuth: who it is, and how to connect one. Nothing for the others. */
export function Connection({ connector }: { connector: Connector }) {
  const may = useMay();
  const query = useQuery(connectionQuery(connector.id));
  const [link, setLink] = useState<{ connect_url: string; expires_at: string }>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [asking, setAsking] = useState(false);
  const connection = query.data;
  if (!connection) return null;
  const params = { params: { path: { id: connector.id } } };
  const connect = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setLink(await unwrap(api.POST('/api/connectors/{id}/connect', params)));
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const needsPerson = connection.grant === 'authorization_code';
  const mayConnect = may('connectors:write') && needsPerson;
  return (
    <Card title="Connected account" actions={connection.connected ? <Badge tone="good" dot>Connected</Badge> : <Badge tone={needsPerson ? 'warn' : 'plain'} dot>Not connected</Badge>}>
      <dl className="definition">
        {connection.account && <div><dt>Account</dt><dd>{connection.account}</dd></div>}
        {connection.connected_at && <div><dt>Connected</dt><dd><Time at={connection.connected_at} /></dd></div>}
        {connection.refreshed_at && <div><dt>Last refreshed</dt><dd><Time at={connection.refreshed_at} /></dd></div>}
        {connection.scopes.length > 0 && <div><dt>Scopes</dt><dd><code>{connection.scopes.join(' ')}</code></dd></div>}
        {needsPerson && connection.redirect_uri && <div><dt>Redirect URI</dt><dd><CopyText text={connection.redirect_uri} label="Copy the redirect URI" /></dd></div>}
      </dl>
      {connection.last_error && <ProblemPane problem={{ title: 'The tokens could not be had', status: 0, code: connection.last_error.code, detail: connection.last_error.message, ...(connection.last_error.hint && { hint: connection.last_error.hint }) }} />}
      {problem && <ProblemPane problem={problem} />}
      {link && (
        <div className="stack connect-link">
          <p>Open it yourself, or send it to whoever owns the account. It is good once, until <Time at={link.expires_at} full />.</p>
          <CopyText text={link.connect_url} label="Copy the link" />
          <div className="actions"><a className="button primary medium" href={link.connect_url} target="_blank" rel="noreferrer">Open the link</a><Button icon="refresh" onClick={() => void refresh('connectors').then(() => setLink(undefined))}>It is done</Button></div>
        </div>
      )}
      {mayConnect && !link && (
        <div className="actions">
          <Button variant={connection.connected ? 'secondary' : 'primary'} busy={busy} onClick={() => void connect()}>{connection.connected ? 'Connect another account' : 'Connect an account'}</Button>
          {connection.connected && <Button variant="ghost" onClick={() => setAsking(true)}>Disconnect</Button>}
        </div>
      )}
      <Confirm open={asking} onClose={() => setAsking(false)} action="Disconnect" title="Disconnect the account?" description="Its tokens are deleted here; what uses this connector fails until an account is connected again."
        onConfirm={async () => {
          await unwrap(api.DELETE('/api/connectors/{id}/connection', params));
          await refresh('connectors', 'audit');
          toast('The account is disconnected');
        }} />
    </Card>
  );
}
