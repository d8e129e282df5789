import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { problemOf } from '../api/client.ts';
import type { Connector } from '../api/client.ts';
import { fallbacksQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { ConnectorStatus } from '../components/ConnectorStatus.tsx';
import { Loaded } from '../components/feedback.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { FallbackEditor } from './FallbackEditor.tsx';
import type { Holder } from './holder.ts';

/** What is tried when the default fails. They belong to the tenant that owns the default. @param holder null where there is none */
export function Fallbacks({ tenant, category, holder }: { tenant: string; category: string; holder: Holder | null }) {
  return (
    <section aria-label="If it fails">
      <h3>If it fails</h3>
      {holder === null ? <p className="muted">Fallbacks stand in for a default. There is none yet.</p> : <OfHolder tenant={tenant} category={category} holder={holder} />}
    </section>
  );
}

function OfHolder({ tenant, category, holder }: { tenant: string; category: string; holder: Holder }) {
  const may = useMay();
  const query = useQuery(fallbacksQuery(holder.tenant, category));
  const isOwn = holder.tenant === tenant;
  // Who may use what is inherited need not have a right to the tenant above.
  const isForeign = query.isError && problemOf(query.error).status === 404;
  const connectors = query.data?.connectors ?? [];
  const owner = isForeign ? <strong>{holder.tenant}</strong> : <Link to="/defaults" search={(before) => ({ ...before, of: holder.tenant, category })}>{holder.tenant}</Link>;
  return (
    <>
      {!isOwn && <p>{tenant} inherits the default of {owner}, and with it the fallbacks of {holder.tenant}{isForeign && ', which you have no right to see'}.</p>}
      <p className="muted">
        These are tried in order: only for operations that change nothing, and only when the default’s backend cannot be reached, does not answer or refuses the credentials.
        {!holder.active && ' While the default is deactivated nothing is tried.'}
      </p>
      {!isForeign && (
        <Loaded query={query} lines={1} height={44}>
          {isOwn && may('connectors:write') ? <FallbackEditor tenant={tenant} category={category} holder={holder} connectors={connectors} />
            : connectors.length === 0 ? <p className="muted">{holder.tenant} named none: a step fails when the default does.</p>
              : <ol className="choices numbered">{connectors.map((one) => <li key={one.id}><Fallback connector={one} holder={holder} /></li>)}</ol>}
        </Loaded>
      )}
    </>
  );
}

/** One of them, and why it is passed over. */
export function Fallback({ connector, holder }: { connector: Connector; holder: Holder }) {
  const { id, name, kind, category, active } = connector;
  const passed = id === holder.connector.id ? 'It is the default now, so it is not tried again' : active ? kind : 'Passed over while it is deactivated';
  return (
    <>
      <KindIcon kind={kind} category={category} size={22} />
      <span className="named-words"><Link to="/connectors/$id" params={{ id }}>{name}</Link><small>{passed}</small></span>
      <ConnectorStatus connector={connector} />
    </>
  );
}
