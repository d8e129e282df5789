import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useRef } from 'react';
import type { KeyboardEvent } from 'react';
import { catalogQuery, categoriesQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Badge, EmptyState, Loaded } from '../components/feedback.tsx';
import { Filter } from '../components/Field.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { Page } from '../components/Page.tsx';
import { SearchInput } from '../components/SearchInput.tsx';

/** Arrow keys go from card to card, as they lie. */
function moveBetweenCards(event: KeyboardEvent<HTMLElement>) {
  if (!event.key.startsWith('Arrow')) return;
  const cards = [...event.currentTarget.querySelectorAll<HTMLElement>('.kind-card')];
  const index = cards.indexOf(document.activeElement as HTMLElement);
  if (index < 0) return;
  const top = cards[0]!.getBoundingClientRect().top;
  const perRow = Math.max(1, cards.filter((card) => card.parentElement === cards[0]!.parentElement && card.getBoundingClientRect().top === top).length);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow }[event.key] ?? 0;
  const next = cards[Math.min(cards.length - 1, Math.max(0, index + step))];
  event.preventDefault();
  next?.focus();
}

export function Catalog() {
  const { category = '', search = '' } = useSearch({ from: '/shell/catalog' });
  const navigate = useNavigate({ from: '/catalog' });
  const catalog = useQuery(catalogQuery);
  const categories = useQuery(categoriesQuery);
  const may = useMay();
  const found = useRef<HTMLDivElement>(null);
  const change = useCallback((next: { category?: string; search?: string }) => void navigate({ search: (before) => ({ ...before, ...next }), replace: true }), [navigate]);
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const kinds = (catalog.data?.kinds ?? []).filter((kind) => {
    const text = `${kind.kind} ${kind.label} ${kind.description} ${kind.category} ${kind.aliases.join(' ')} ${kind.operations.join(' ')}`.toLowerCase();
    return (category === '' || kind.category === category) && words.every((word) => text.includes(word));
  });
  const groups = (categories.data?.categories ?? []).map((group) => ({ ...group, kinds: kinds.filter((kind) => kind.category === group.category) })).filter((group) => group.kinds.length > 0);

  return (
    <Page title="Catalog" lead="Every kind of backend that a connector can reach.">
      <div className="toolbar">
        <SearchInput label="Search kinds" value={search} onChange={(text) => change({ search: text })} onGo={(by) => {
          const first = found.current?.querySelector<HTMLElement>('.kind-card');
          if (by === 'Enter') first?.click();
          else first?.focus();
        }} />
        <Filter label="Category" value={category} onChange={(value) => change({ category: value })} options={[{ value: '', label: 'Every category' }, ...(categories.data?.categories ?? []).map((one) => ({ value: one.category, label: one.label }))]} />
        <span className="muted" role="status">{catalog.data ? `${kinds.length} of ${catalog.data.kinds.length}` : ''}</span>
      </div>
      <Loaded query={catalog} lines={6} height={72}>
        <div ref={found} onKeyDown={moveBetweenCards}>
          {groups.map((group) => (
            <section key={group.category} className="kind-group" aria-label={group.label}>
              <header><h2>{group.label}</h2><p className="muted">{group.description}</p></header>
              <ul className="kind-grid">
                {group.kinds.map((kind) => {
                  const content = (
                    <>
                      <KindIcon kind={kind.kind} category={kind.category} size={32} />
                      <span className="kind-words"><strong>{kind.label}</strong><span>{kind.description}</span></span>
                      <span className="chips">{kind.operations.filter((operation) => operation !== 'test').map((operation) => <Badge key={operation}>{operation.replaceAll('_', ' ')}</Badge>)}</span>
                    </>
                  );
                  return <li key={kind.kind}>{may('connectors:write') ? <Link className="kind-card" to="/catalog/$kind" params={{ kind: kind.kind }}>{content}</Link> : <div className="kind-card" tabIndex={0}>{content}</div>}</li>;
                })}
              </ul>
            </section>
          ))}
          {catalog.data && kinds.length === 0 && <EmptyState icon="search" title="No kind fits" action={<button type="button" className="button secondary medium" onClick={() => change({ search: '', category: '' })}>Show all kinds</button>}>Try another word or category.</EmptyState>}
        </div>
      </Loaded>
    </Page>
  );
}
