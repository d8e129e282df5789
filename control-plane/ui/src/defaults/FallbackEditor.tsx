import { useEffect, useRef, useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Connector, Problem } from '../api/client.ts';
import { fallbacksQuery, queryClient, refresh } from '../api/queries.ts';
import { IconButton } from '../components/Button.tsx';
import { ConnectorPicker } from '../components/ConnectorPicker.tsx';
import { ProblemPane } from '../components/feedback.tsx';
import { Icon } from '../components/Icon.tsx';
import { toast } from '../components/Toasts.tsx';
import { Fallback } from './Fallbacks.tsx';
import type { Holder } from './holder.ts';

/** As many as the service takes. */
const most = 10;

async function put(tenant: string, category: string, connectors: string[]): Promise<void> {
  const answer = await unwrap(api.PUT('/api/tenants/{tenant}/{category}/fallbacks', { params: { path: { tenant, category } }, body: { connectors } }));
  queryClient.setQueryData(fallbacksQuery(tenant, category).queryKey, answer);
  await Promise.all([queryClient.invalidateQueries({ queryKey: ['defaults', 'usage'] }), refresh('audit')]);
}

/** Every step is saved as it is made. */
export function FallbackEditor({ tenant, category, holder, connectors }: { tenant: string; category: string; holder: Holder; connectors: Connector[] }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const section = useRef<HTMLDivElement>(null);
  /** What gets the focus once the list is drawn anew: a row that moves in the document loses it. */
  const next = useRef<string>(undefined);
  useEffect(() => {
    if (next.current !== undefined) section.current?.querySelector<HTMLElement>(next.current)?.focus();
    next.current = undefined;
  }, [connectors]);

  const ids = connectors.map(({ id }) => id);
  const save = async (wanted: string[], said: string, focus?: string) => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    next.current = focus;
    try {
      await put(tenant, category, wanted);
      toast(said, { undo: () => put(tenant, category, ids) });
    } catch (error) {
      next.current = undefined;
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const move = (index: number, by: 1 | -1) => {
    const { id, name } = connectors[index]!;
    const wanted = ids.toSpliced(index, 1).toSpliced(index + by, 0, id);
    void save(wanted, `“${name}” is tried as number ${index + by + 1} now`, `[data-of="${id}"] [data-by="${by}"]`);
  };
  const remove = (index: number) => {
    const following = ids[index + 1] ?? ids[index - 1];
    void save(ids.toSpliced(index, 1), `“${connectors[index]!.name}” is no fallback of ${tenant} any more`, following === undefined ? '.picker-trigger' : `[data-of="${following}"] [data-by="0"]`);
  };

  return (
    <div ref={section} className="stack close fallbacks" aria-busy={busy}>
      {connectors.length === 0 ? <p className="muted">None yet: a step fails when the default does.</p> : (
        <ol className="choices numbered">
          {connectors.map((one, index) => (
            <li key={one.id} data-of={one.id}>
              <Fallback connector={one} holder={holder} />
              <span className="row-actions">
                <IconButton icon="up" label={`Try ${one.name} earlier`} data-by={-1} aria-disabled={index === 0} onClick={() => { if (index > 0) move(index, -1); }} />
                <IconButton icon="down" label={`Try ${one.name} later`} data-by={1} aria-disabled={index === ids.length - 1} onClick={() => { if (index < ids.length - 1) move(index, 1); }} />
                <IconButton icon="close" label={`Remove ${one.name}`} data-by={0} onClick={() => remove(index)} />
              </span>
            </li>
          ))}
        </ol>
      )}
      {ids.length < most ? (
        <ConnectorPicker label="Add a fallback" tenant={tenant} category={category} without={[holder.connector.id, ...ids]} value={null} trigger={<><Icon name="plus" size={16} /><span>Add a fallback</span></>}
          onChange={({ value, label }) => void save([...ids, value], `“${label}” is tried as number ${ids.length + 1} now`)} />
      ) : <p className="muted">There can be no more than {most}.</p>}
      {problem && <ProblemPane problem={problem} />}
    </div>
  );
}
