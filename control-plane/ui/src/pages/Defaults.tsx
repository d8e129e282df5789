import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback } from 'react';
import { categoriesQuery, matrixQuery } from '../api/queries.ts';
import { Button, buttonClass } from '../components/Button.tsx';
import { EmptyState, Loaded } from '../components/feedback.tsx';
import { Icon } from '../components/Icon.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { Page } from '../components/Page.tsx';
import { SearchInput } from '../components/SearchInput.tsx';
import type { Cell } from '../defaults/holder.ts';

const CellDialog = lazy(() => import('../defaults/CellDialog.tsx').then((module) => ({ default: module.CellDialog })));

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
      {of !== undefined && category !== undefined && <Suspense><CellDialog key={`${of} ${category}`} tenant={of} category={category} label={label(category)} cell={rows.find(({ slug }) => slug === of)?.cells[category]} onClose={() => change({ of: undefined, category: undefined })} /></Suspense>}
    </Page>
  );
}
