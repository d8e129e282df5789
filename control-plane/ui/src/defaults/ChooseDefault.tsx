import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { connectorPagesQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Button } from '../components/Button.tsx';
import { ConnectorStatus } from '../components/ConnectorStatus.tsx';
import { Badge, Loaded } from '../components/feedback.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { SearchInput } from '../components/SearchInput.tsx';
import { ShowMore } from '../components/ShowMore.tsx';
import type { SettingDefault } from './useSettingDefault.ts';

/** So many are seen at a glance; where there are more, one searches. */
const atOnce = 20;

/** The tenant’s connectors of the category, how each is, and which is the default. */
export function ChooseDefault({ tenant, category, setting }: { tenant: string; category: string; setting: SettingDefault }) {
  const mayWrite = useMay()('connectors:write');
  const [search, setSearch] = useState('');
  const query = useInfiniteQuery(connectorPagesQuery({ tenant, category, search }, atOnce));
  const connectors = query.data?.pages.flatMap((page) => page.connectors) ?? [];
  const list = useRef<HTMLUListElement>(null);
  return (
    <section aria-label="Connectors to choose from">
      <h3>{mayWrite ? 'Change it' : `Connectors of ${tenant}`}</h3>
      {(search !== '' || query.hasNextPage || connectors.length > atOnce) && <SearchInput label="Search these connectors" value={search} onChange={setSearch} />}
      <Loaded query={query} lines={3} height={44}>
        {connectors.length === 0 ? <p className="muted">{search ? 'No connector fits.' : `${tenant} has no ${category.replaceAll('_', ' ')} connector of its own.`}</p> : (
          <ul className="choices" ref={list}>
            {connectors.map((one) => (
              <li key={one.id}>
                <KindIcon kind={one.kind} category={category} size={22} />
                <span className="named-words"><Link to="/connectors/$id" params={{ id: one.id }}>{one.name}</Link><small>{mayWrite && !one.active ? 'Deactivated, so it would serve nobody. Activate it first.' : one.kind}</small></span>
                <ConnectorStatus connector={one} />
                {one.is_default ? <Badge tone="accent">Default</Badge> : mayWrite && one.active && <Button size="small" busy={setting.busy === one.id} onClick={() => void setting.apply(one)}>Use this one</Button>}
              </li>
            ))}
          </ul>
        )}
        <ShowMore query={query} label="Show more connectors" size="small" goOn={{ count: connectors.length, focusOn: (index) => list.current?.children[index]?.querySelector('a')?.focus() }} />
      </Loaded>
    </section>
  );
}
