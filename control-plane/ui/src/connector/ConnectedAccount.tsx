import { useEffect, useRef, useState } from 'react';
import { api, unwrap } from '../api/client.ts';
import type { Connector } from '../api/client.ts';
import { refresh } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button } from '../components/Button.tsx';
import { CopyText } from '../components/CopyText.tsx';
import { Confirm } from '../components/Dialog.tsx';
import { Badge, ProblemPane } from '../components/feedback.tsx';
import { Card } from '../components/Page.tsx';
import { Time } from '../components/Time.tsx';
import { toast } from '../components/Toasts.tsx';
import type { Connecting, Connection } from './useConnecting.ts';

const titles: Record<string, string> = { forbidden: 'The account was not connected', oauth_reconnect_required: 'The account has to be connected again' };

/** Whether a person has to connect the account once more. */
export const isLost = (connection: Connection): boolean => connection.last_error?.code === 'oauth_reconnect_required';

function State({ connection }: { connection: Connection }) {
  if (connection.connected) return <Badge tone="good" dot>Connected</Badge>;
  if (isLost(connection)) return <Badge tone="bad" dot>Reconnect needed</Badge>;
  return <Badge tone={connection.grant === 'authorization_code' ? 'warn' : 'plain'} dot>Not connected</Badge>;
}

/** The account behind a connector whose tokens come by OAuth: who it is, and how to connect one. @param isTold what is wrong stands elsewhere on the page */
export function ConnectedAccount({ connector, connection, connecting, isTold }: { connector: Connector; connection: Connection; connecting: Connecting; isTold: boolean }) {
  const mayConnect = useMay()('connectors:write');
  const [asking, setAsking] = useState(false);
  const { account, connected, connected_at, refreshed_at, expires_at, scopes, last_error, redirect_uri, link_expires_at } = connection;
  const { link, outcome } = connecting;
  const needsPerson = connection.grant === 'authorization_code';
  const wasUnused = outcome === 'unused' && last_error?.code !== 'forbidden';
  return (
    <Card title="Connected account" actions={<State connection={connection} />}>
      <dl className="definition">
        {account && <div><dt>Account</dt><dd>{account}</dd></div>}
        {connected_at && <div><dt>Connected</dt><dd><Time at={connected_at} /></dd></div>}
        {refreshed_at && refreshed_at !== connected_at && <div><dt>Last refreshed</dt><dd><Time at={refreshed_at} /></dd></div>}
        {expires_at && <div><dt>Access token</dt><dd>{new Date(expires_at) > new Date() ? 'Expires' : 'Expired'} <Time at={expires_at} /></dd></div>}
        {scopes.length > 0 && <div><dt>Scopes</dt><dd><ul className="scopes">{scopes.map((scope) => <li key={scope}><code>{scope}</code></li>)}</ul></dd></div>}
        {needsPerson && redirect_uri && <div><dt>Redirect URI</dt><dd><CopyText text={redirect_uri} label="Copy the redirect URI" /></dd></div>}
      </dl>
      {last_error && !(isTold && isLost(connection)) && <ProblemPane problem={{ title: titles[last_error.code] ?? 'No new token could be had', status: 0, code: last_error.code, detail: last_error.message, ...(last_error.hint !== undefined && { hint: last_error.hint }) }} />}
      {connecting.problem && <ProblemPane problem={connecting.problem} />}
      {wasUnused && <p className="notice warn" role="status">Nobody was connected by the last link: consent was refused at the provider, or the link was used up or too old. Make a new one to try again.</p>}
      {link && <OpenLink {...link} onHide={connecting.forget} />}
      {needsPerson && !link && (
        <>
          {!connected && !account && !wasUnused && !last_error && <p className="muted">{mayConnect ? 'Somebody who owns the account has to agree once, at the provider.' : 'An admin has to connect an account before it can be used.'}</p>}
          {link_expires_at && <p className="muted">A link that was made earlier is good until <Time at={link_expires_at} full />.</p>}
          {mayConnect && (
            <div className="actions">
              <Button variant={connected ? 'secondary' : 'primary'} busy={connecting.busy} onClick={() => void connecting.start()}>{connected ? 'Connect another account' : isLost(connection) ? 'Reconnect' : 'Connect an account'}</Button>
              {(connected || account) && <Button variant="ghost" onClick={() => setAsking(true)}>Disconnect</Button>}
            </div>
          )}
        </>
      )}
      <Confirm open={asking} onClose={() => setAsking(false)} action="Disconnect" title="Disconnect the account?" description="Its tokens are deleted here; what uses this connector fails until an account is connected again."
        onConfirm={async () => {
          await unwrap(api.DELETE('/api/connectors/{id}/connection', { params: { path: { id: connector.id } } }));
          connecting.forget();
          await refresh('connectors', 'audit');
          toast('The account is disconnected');
        }} />
    </Card>
  );
}

function OpenLink({ connect_url, expires_at, onHide }: { connect_url: string; expires_at: string; onHide(): void }) {
  const open = useRef<HTMLAnchorElement>(null);
  // The button that made it is gone, and it may have stood elsewhere on the page.
  useEffect(() => open.current?.focus(), []);
  return (
    <div className="stack connect-link">
      <p>Open it yourself, or send it to whoever owns the account. It is good once, until <Time at={expires_at} full />.</p>
      <CopyText text={connect_url} label="Copy the link" />
      <div className="actions">
        <a ref={open} className="button primary medium" href={connect_url} target="_blank" rel="noreferrer">Open the link</a>
        <Button variant="ghost" onClick={onHide}>Hide the link</Button>
      </div>
      <p className="waiting muted" role="status"><span className="spinner" aria-hidden="true" />Waiting for consent at the provider …</p>
    </div>
  );
}
