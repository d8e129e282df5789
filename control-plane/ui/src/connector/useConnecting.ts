/** Connecting an account: a link is made, somebody opens it and agrees or refuses at the provider, and the page learns what came of it. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem, Schemas } from '../api/client.ts';
import { connectionQuery, refresh } from '../api/queries.ts';
import { toast } from '../components/Toasts.tsx';

export type Connection = Schemas['Connection'];

interface Link {
  connect_url: string;
  expires_at: string;
  /** In milliseconds. What was asked earlier does not know of it. */
  made_at: number;
  /** When the account before was connected, if there was one. */
  before: string | null;
}

export interface Connecting {
  /** It is not known yet whether there is an account. */
  isPending: boolean;
  /** Null where the connector needs no account; undefined until that is known. */
  connection: Connection | null | undefined;
  /** To open, or to send to whoever owns the account. */
  link: Link | undefined;
  /** `unused`: the link is used up or too old, and nobody is connected by it. */
  outcome: 'none' | 'waiting' | 'connected' | 'unused';
  busy: boolean;
  problem: Problem | undefined;
  start(): Promise<void>;
  forget(): void;
}

function outcomeOf(link: Link | undefined, connection: Connection | null | undefined, asked_at: number): Connecting['outcome'] {
  if (!link) return 'none';
  if (!connection || asked_at <= link.made_at) return 'waiting';
  if (connection.connected_at !== null && connection.connected_at !== link.before) return 'connected';
  return connection.link_expires_at === null ? 'unused' : 'waiting';
}

/** @param enabled its kind can sign in by OAuth 2.0 @param onConnected once somebody has connected an account by the link that was made here */
export function useConnecting(id: string, enabled: boolean, onConnected: () => void): Connecting {
  const [link, setLink] = useState<Link>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const query = useQuery({
    ...connectionQuery(id), enabled,
    // Whoever agrees does so in another tab, or elsewhere.
    refetchIntervalInBackground: true, refetchInterval: ({ state }) => (outcomeOf(link, state.data, state.dataUpdatedAt) === 'waiting' ? 1500 : false),
  });
  const connection = query.data;
  const outcome = outcomeOf(link, connection, query.dataUpdatedAt);
  const account = connection?.account;

  useEffect(() => {
    if (outcome !== 'connected') return;
    toast(account ? `${account} is connected` : 'The account is connected');
    void refresh('connectors', 'audit');
    onConnected();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each link
  }, [outcome, link]);

  const start = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { connect_url, expires_at } = await unwrap(api.POST('/api/connectors/{id}/connect', { params: { path: { id } } }));
      setLink({ connect_url, expires_at, made_at: Date.now(), before: connection?.connected_at ?? null });
      // One that is under way does not know of the link.
      void query.refetch({ cancelRefetch: true });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { isPending: query.isLoading, connection, link: outcome === 'waiting' ? link : undefined, outcome, busy, problem, start, forget: () => setLink(undefined) };
}
