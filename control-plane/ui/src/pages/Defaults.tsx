import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { api, problemOf, unwrap } from '../api/client.ts';
import type { Problem, Schemas } from '../api/client.ts';
import { categoriesQuery, connectorsQuery, matrixQuery, refresh, resolutionQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { Dialog } from '../components/Dialog.tsx';
import { Badge, EmptyState, Loaded, ProblemPane } from '../components/feedback.tsx';
import { Icon } from '../components/Icon.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { Page } from '../components/Page.tsx';
import { SearchInput } from '../components/SearchInput.tsx';
import { toast } from '../components/Toasts.tsx';

type Cell = Schemas['DefaultsMatrix']['tenants'][number]['cells'][string];

/** What a cell says, in words and by its colour. */
function stateOf(cell: Cell): { tone: string; words: string } {
  if (cell.state === 'missing') return { tone: 'missing', words: 'no default' };
  if (cell.state === 'inactive') return { tone: 'failing', words: 'deactivated' };
  const where = cell.state === 'own' ? 'own' : `inherited from ${cell.connector?.tenant_slug}`;
  return cell.ok === false ? { tone: 'failing', words: `${where}, failing` } : { tone: cell.state, words: where };
}

export function Defaults() {
  const { tenant, search = '', of, category } = useSearch({ from: '/shell/defaults' });
  const navigate = useNavigate({ from: '/defaults' });
  const query = useInfiniteQuery(matrixQuery(tenant, search));
  const categories = useQuery(categoriesQuery);
  const rows = query.data?.pages.flatMap((page) => page.tenants) ?? [];
  const names = query.data?.pages[0]?.categories ?? [];
  const label = (name: string) => categories.data?.categories.find((one) => one.category === name)?.label ?? name;
  const change = useCallback((next: { search?: string; of?: string | undefined; category?: string | undefined }) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true }), [navigate]);
  return (
    <Page title="Defaults" lead="Which connector a tenant’s workflows reach, category by category." width="full">
      <div className="toolbar">
        <SearchInput label="Search tenants" value={search} onChange={(text) => change({ search: text })} />
        <span className="matrix-legend" aria-hidden="true"><i className="swatch own" />Own<i className="swatch inherited" />Inherited<i className="swatch missing" />Missing<i className="swatch failing" />Failing</span>
      </div>
      <Loaded query={query} lines={8} height={44}>
        {rows.length === 0 ? <EmptyState icon="tenants" title={search ? 'No tenant fits' : 'No tenant yet'} action={!search && <Link className={buttonClass('primary')} to="/tenants">Create a tenant</Link>} /> : (
          <div className="matrix-scroll" tabIndex={0} role="region" aria-label="Defaults by tenant and category">
            <table className="matrix">
              <thead><tr><th scope="col">Tenant</th>{names.map((name) => <th key={name} scope="col"><span className="matrix-head"><KindIcon category={name} size={16} />{label(name)}</span></th>)}</tr></thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row"><span className={`indent depth-${Math.min(row.depth, 6)}`}>{row.name}<small>{row.slug}</small></span></th>
                    {names.map((name) => {
                      const cell = row.cells[name]!;
                      const { tone, words } = stateOf(cell);
                      return (
                        <td key={name}>
                          <button type="button" className={`matrix-cell ${tone}`} title={words} aria-label={`${row.name}, ${label(name)}: ${cell.connector ? `${cell.connector.name}, ` : ''}${words}`} onClick={() => change({ of: row.slug, category: name })}>
                            {cell.connector ? <><KindIcon kind={cell.connector.kind} category={name} size={16} /><span className="clip">{cell.connector.name}</span>{tone === 'failing' && <Icon name={cell.state === 'inactive' ? 'out' : 'alert'} size={15} />}{cell.state === 'inherited' && tone !== 'failing' && <Icon name="up" size={14} />}</> : <span className="dash">—</span>}
                          </button>
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {query.hasNextPage && <div className="more"><Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more tenants</Button></div>}
      </Loaded>
      {of !== undefined && category !== undefined && <CellDialog key={`${of} ${category}`} tenant={of} category={category} label={label(category)} onClose={() => change({ of: undefined, category: undefined })} />}
    </Page>
  );
}

const reasons = {
  has_default: 'has this default', no_default: 'has no default of its own', default_inactive: 'has a default that is deactivated', does_not_inherit: 'has none, and does not inherit',
} as const;

function CellDialog({ tenant, category, label, onClose }: { tenant: string; category: string; label: string; onClose(): void }) {
  const may = useMay();
  const resolution = useQuery({ ...resolutionQuery(tenant, category), enabled: may('connectors:use') });
  const candidates = useQuery(connectorsQuery({ tenant, category }));
  const [busy, setBusy] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const path = { params: { path: { tenant, category } } };
  const apply = async (connector: string | null, name: string) => {
    setBusy(connector ?? 'none');
    setProblem(undefined);
    try {
      const { replaced } = await unwrap(connector === null ? api.DELETE('/api/tenants/{tenant}/{category}/default', path) : api.PUT('/api/tenants/{tenant}/{category}/default', { ...path, body: { connector } }));
      await refresh('defaults', 'connectors', 'audit');
      toast(connector === null ? `${tenant} has no default ${category} of its own now` : `${tenant} uses “${name}” now`, replaced ? {
        description: `It was “${replaced.name}”.`,
        undo: () => unwrap(api.PUT('/api/tenants/{tenant}/{category}/default', { ...path, body: { connector: replaced.id } })).then(() => refresh('defaults', 'connectors')),
      } : {});
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(undefined);
    }
  };
  const chain = resolution.data?.chain ?? [];
  const connectors = candidates.data?.connectors ?? [];
  return (
    <Dialog open onClose={onClose} size="wide" title={`${label} of ${tenant}`} description={resolution.data?.explanation}>
      <div className="dialog-body">
        {may('connectors:use') && (
          <section aria-label="Why this one?">
            <h3>Why this one?</h3>
            <Loaded query={resolution} lines={2} height={34}>
              <ol className="chain">
                {chain.map((step) => (
                  <li key={step.tenant_id} className={step.reason === 'has_default' ? 'decided' : ''}>
                    <strong>{step.tenant_slug}</strong> {reasons[step.reason]}{step.connector_id && <>: <Link to="/connectors/$id" params={{ id: step.connector_id }}>{step.connector_name}</Link></>}
                  </li>
                ))}
                {resolution.data?.connector === null && chain.every(({ reason }) => reason !== 'default_inactive') && <li className="nothing">Nothing more to ask: steps of this category fail with a message that says so.</li>}
              </ol>
            </Loaded>
          </section>
        )}
        <section aria-label="Connectors to choose from">
          <h3>{may('connectors:write') ? 'Change it' : `Connectors of ${tenant}`}</h3>
          <Loaded query={candidates} lines={3} height={44}>
            {connectors.length === 0 ? <p className="muted">{tenant} has no {category.replaceAll('_', ' ')} connector of its own.</p> : (
              <ul className="choices">
                {connectors.map((one) => (
                  <li key={one.id}>
                    <KindIcon kind={one.kind} category={category} size={22} /><span className="named-words"><Link to="/connectors/$id" params={{ id: one.id }}>{one.name}</Link><small>{one.kind}</small></span>
                    {one.is_default ? <Badge tone="accent">Default</Badge> : may('connectors:write') && <Button size="small" busy={busy === one.id} onClick={() => void apply(one.id, one.name)}>Use this one</Button>}
                  </li>
                ))}
              </ul>
            )}
          </Loaded>
        </section>
        {problem && <ProblemPane problem={problem} />}
      </div>
      {may('connectors:write') && (
        <footer className="dialog-footer">
          {connectors.some(({ is_default }) => is_default) && <Button variant="ghost" busy={busy === 'none'} onClick={() => void apply(null, '')}>Remove its own default</Button>}
          <span className="spacer" />
          <Link className={buttonClass('primary')} to="/catalog" search={{ tenant, category }}><Icon name="plus" size={16} />New {label} connector</Link>
        </footer>
      )}
    </Dialog>
  );
}
