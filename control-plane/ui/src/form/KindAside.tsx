import type { Kind } from '../api/client.ts';
import { Badge } from '../components/feedback.tsx';
import { Icon } from '../components/Icon.tsx';

/** What a kind can do and where to read about it, beside its form. */
export function KindAside({ kind }: { kind: Kind }) {
  return (
    <aside className="card kind-aside" aria-label={`About ${kind.label}`}>
      <h2>About {kind.label}</h2>
      <p>{kind.description}</p>
      <h3>It can</h3>
      <div className="chips">{kind.operations.map((operation) => <Badge key={operation}>{operation.replaceAll('_', ' ')}</Badge>)}</div>
      {kind.documentation_url && <p><a href={kind.documentation_url} target="_blank" rel="noreferrer">The provider’s documentation <Icon name="external" size={14} /></a></p>}
      <h3>Secrets</h3>
      <p className="muted">Encrypted when they are saved and never shown again. Use <code>$ENV</code> to refer to a variable of the service instead.</p>
    </aside>
  );
}
