/** Go anywhere by typing: pages, connectors, tenants, kinds. */
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { catalogQuery, connectorsQuery, tenantsQuery } from '../api/queries.ts';
import { useMay } from '../api/session.ts';
import { Icon } from '../components/Icon.tsx';
import type { IconName } from '../components/Icon.tsx';
import { KindIcon } from '../components/KindIcon.tsx';
import { destinations } from './destinations.ts';

interface Found {
  value: string;
  label: string;
  hint: string;
  icon?: IconName;
  kind?: { kind: string; category: string };
  go(): void;
}

export function CommandSearch({ open, onClose }: { open: boolean; onClose(): void }) {
  return (
    <Dialog.Root open={open} onOpenChange={(next) => { if (!next) onClose(); }}>
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className="dialog command" aria-label="Search"><Results onClose={onClose} /></Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Results({ onClose }: { onClose(): void }) {
  const [text, setText] = useState('');
  const search = useDeferredValue(text.trim());
  const navigate = useNavigate();
  const may = useMay();
  const connectors = useQuery({ ...connectorsQuery({ search }, 8), enabled: search !== '' });
  const tenants = useQuery({ ...tenantsQuery(search, 5), enabled: search !== '' });
  const catalog = useQuery(catalogQuery);
  const contains = (words: string) => words.toLowerCase().includes(search.toLowerCase());

  const found: Found[] = [
    ...destinations.flatMap(({ items }) => items).filter(({ label, needs }) => contains(label) && (needs === undefined || may(needs)))
      .map(({ to, label, icon }): Found => ({ value: to, label, hint: 'Page', icon, go: () => void navigate({ to }) })),
    ...(search === '' ? [] : connectors.data?.connectors ?? [])
      .map((connector): Found => ({ value: connector.id, label: connector.name, hint: `Connector of ${connector.tenant_slug}`, kind: connector, go: () => void navigate({ to: '/connectors/$id', params: { id: connector.id } }) })),
    ...(search !== '' && connectors.data?.next_cursor !== undefined
      ? [{ value: 'connectors', label: `All connectors with “${search}”`, hint: 'Page', icon: 'plug', go: () => void navigate({ to: '/connectors', search: { search } }) } satisfies Found] : []),
    ...(search === '' ? [] : tenants.data?.tenants ?? [])
      .map(({ id, name, slug }): Found => ({ value: id, label: name, hint: 'Tenant: its connectors', icon: 'tenants', go: () => void navigate({ to: '/connectors', search: { tenant: slug } }) })),
    ...(search !== '' && tenants.data?.next_cursor !== undefined
      ? [{ value: 'tenants', label: `All tenants with “${search}”`, hint: 'Page', icon: 'tenants', go: () => void navigate({ to: '/tenants', search: { search } }) } satisfies Found] : []),
    ...(search === '' || !may('connectors:write') ? [] : catalog.data?.kinds ?? []).filter(({ kind, label, aliases }) => contains(`${kind} ${label} ${aliases.join(' ')}`)).slice(0, 6)
      .map((kind): Found => ({ value: kind.kind, label: `New ${kind.label} connector`, hint: 'Catalog', kind, go: () => void navigate({ to: '/catalog/$kind', params: { kind: kind.kind } }) })),
  ];

  return (
    <Autocomplete.Root
      inline open items={found} filter={null} value={text} autoHighlight="always" keepHighlight
      itemToStringValue={(item: Found) => item.label}
      onValueChange={(value, { reason }) => { if (reason !== 'item-press') setText(value); }}
    >
      <div className="command-input"><Icon name="search" /><Autocomplete.Input placeholder="Search connectors, tenants, kinds and pages" aria-label="Search connectors, tenants, kinds and pages" /></div>
      <Autocomplete.List className="command-list" aria-label="Results">
        {(item: Found) => (
          <Autocomplete.Item key={item.value} value={item} className="menu-item" onClick={() => { onClose(); item.go(); }}>
            {item.kind ? <KindIcon {...item.kind} size={18} /> : <Icon name={item.icon ?? 'plug'} size={18} />}
            <span>{item.label}</span><small>{item.hint}</small>
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
      <Autocomplete.Empty className="picker-status">Nothing found</Autocomplete.Empty>
    </Autocomplete.Root>
  );
}
