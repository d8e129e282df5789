import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Connector } from '../api/client.ts';
import { connectorsQuery } from '../api/queries.ts';
import { ConnectorStatus } from './ConnectorStatus.tsx';
import { Picker } from './Picker.tsx';
import type { Choice } from './Picker.tsx';

export interface ConnectorPickerProps {
  label: string;
  tenant: string;
  category: string;
  /** Ids of those that are no choice. */
  without: string[];
  value: Choice | null;
  onChange(choice: Choice): void;
  /** Offered before the connectors. */
  first?: Choice;
  trigger?: ReactNode;
}

const choiceOf = (connector: Connector): Choice => ({
  value: connector.id, label: connector.name, disabled: !connector.active, aside: <ConnectorStatus connector={connector} />,
  hint: connector.active ? connector.kind : 'Deactivated, so it would serve nobody. Activate it first.',
});

/** Choose one of a tenant’s connectors of a category, seeing how each is. */
export function ConnectorPicker({ label, tenant, category, without, value, onChange, first, trigger }: ConnectorPickerProps) {
  const [search, setSearch] = useState('');
  const { data, isFetching } = useQuery(connectorsQuery({ tenant, category, search }));
  const connectors = (data?.connectors ?? []).filter(({ id }) => !without.includes(id));
  return (
    <Picker label={label} value={value} choices={[...(first && search === '' ? [first] : []), ...connectors.map(choiceOf)]} hasMore={data?.next_cursor !== undefined}
      onChange={(choice) => { if (choice) onChange(choice); }} onSearch={setSearch} loading={isFetching} nothing={search === '' ? `${tenant} has no other connector of this category` : undefined} placeholder="Find a connector …" trigger={trigger} />
  );
}
