import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useMemo, useRef } from 'react';
import { categoriesQuery, matrixQuery } from '../api/queries.ts';
import { buttonClass } from '../components/Button.tsx';
import { EmptyState, Loaded } from '../components/feedback.tsx';
import { Page } from '../components/Page.tsx';
import { SearchInput } from '../components/SearchInput.tsx';
import { ShowMore } from '../components/ShowMore.tsx';
import { focusCell } from '../defaults/gridKeys.ts';
import { Matrix } from '../defaults/Matrix.tsx';

const CellDialog = lazy(() => import('../defaults/CellDialog.tsx').then((module) => ({ default: module.CellDialog })));

export function Defaults() {
  const { tenant, search = '', of, category } = useSearch({ from: '/shell/defaults' });
  const navigate = useNavigate({ from: '/defaults' });
  const query = useInfiniteQuery(matrixQuery(tenant, search));
  const known = useQuery(categoriesQuery).data?.categories;
  const grid = useRef<HTMLTableElement>(null);
  const rows = query.data?.pages.flatMap((page) => page.tenants) ?? [];
  const names = query.data?.pages[0]?.categories;
  const categories = useMemo(() => (names ?? []).map((name) => ({ name, label: known?.find((one) => one.category === name)?.label ?? name })), [names, known]);
  const change = useCallback((next: { search?: string; of?: string | undefined; category?: string | undefined }) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true }), [navigate]);
  const open = useCallback((slug: string, name: string) => change({ of: slug, category: name }), [change]);
  const focusFirst = (index: number) => {
    const cell = grid.current?.rows[index + 1]?.cells[1];
    if (cell) focusCell(cell);
  };
  const cellOf = (slug: string, name: string) => [...grid.current?.querySelectorAll('button') ?? []].find(({ dataset }) => dataset['tenant'] === slug && dataset['category'] === name);
  return (
    <Page title="Defaults" lead="Which connector a tenant’s workflows reach, category by category." width="full">
      <div className="toolbar">
        <SearchInput label="Search tenants" value={search} onChange={(text) => change({ search: text })} onGo={() => focusFirst(0)} />
        <span className="matrix-legend" aria-hidden="true"><i className="swatch own" />Own<i className="swatch inherited" />Inherited<i className="swatch missing" />Missing<i className="swatch failing" />Failing</span>
      </div>
      <Loaded query={query} lines={8} height={44}>
        {rows.length === 0
          ? <EmptyState icon="tenants" title={search ? 'No tenant fits' : 'No tenant yet'} action={!search && <Link className={buttonClass('primary')} to="/tenants">Create a tenant</Link>} />
          : <Matrix ref={grid} tenants={rows} categories={categories} hasMore={query.hasNextPage} onOpen={open} />}
        <ShowMore query={query} label="Show more tenants" goOn={{ count: rows.length, focusOn: focusFirst }} />
      </Loaded>
      {of !== undefined && category !== undefined && (
        <Suspense>
          <CellDialog key={`${of} ${category}`} tenant={of} category={category} label={categories.find(({ name }) => name === category)?.label ?? category} cell={rows.find(({ slug }) => slug === of)?.cells[category]}
            onClose={() => change({ of: undefined, category: undefined })} returnTo={() => cellOf(of, category) ?? null} />
        </Suspense>
      )}
    </Page>
  );
}
