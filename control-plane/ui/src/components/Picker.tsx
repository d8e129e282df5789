/** Choose one of many by typing: a combobox whose list the server filters. */
import { Combobox } from '@base-ui/react/combobox';
import type { ReactNode } from 'react';
import { Icon } from './Icon.tsx';

export interface Choice {
  value: string;
  label: string;
  hint?: string;
  /** At the end, such as how it is. */
  aside?: ReactNode;
  /** It is shown, its hint says why it cannot be chosen. */
  disabled?: boolean;
}

export interface PickerProps {
  label: string;
  choices: Choice[];
  value: Choice | null;
  onChange(choice: Choice | null): void;
  onSearch(text: string): void;
  loading?: boolean;
  /** There are more than are shown: typing finds them. */
  hasMore?: boolean;
  /** Said where there is no choice. */
  nothing?: string;
  placeholder?: string;
  /** Shown as the button that opens it. */
  trigger?: ReactNode;
  defaultOpen?: boolean;
}

/** As a button that opens a searchable list. */
export function Picker({ label, choices, value, onChange, onSearch, loading = false, hasMore = false, nothing = 'Nothing found', placeholder = 'Search …', trigger, defaultOpen = false }: PickerProps) {
  return (
    <Combobox.Root
      defaultOpen={defaultOpen} items={choices} value={value} filter={null} itemToStringLabel={(choice: Choice) => choice.label}
      isItemEqualToValue={(one: Choice, other: Choice) => one.value === other.value}
      onValueChange={(choice) => onChange(choice)} onInputValueChange={(text, { reason }) => { if (reason === 'input-change' || reason === 'input-clear') onSearch(text); }}
      onOpenChange={(open) => { if (open) onSearch(''); }}
    >
      <Combobox.Trigger className="picker-trigger" aria-label={label}>
        {trigger ?? <span>{value?.label ?? placeholder}</span>}
        <Icon name="chevron" size={15} />
      </Combobox.Trigger>
      <Combobox.Portal>
        <Combobox.Positioner sideOffset={6} align="start" className="popup-layer">
          <Combobox.Popup className="menu picker" aria-label={label}>
            <Combobox.Input className="input" placeholder={placeholder} aria-label={placeholder} />
            <Combobox.Status className="picker-status">{loading ? 'Searching …' : choices.length === 0 ? nothing : hasMore ? 'There are more: type to find them' : ''}</Combobox.Status>
            <Combobox.List className="picker-list">
              {(choice: Choice) => (
                <Combobox.Item key={choice.value} value={choice} disabled={choice.disabled} className="menu-item">
                  <span className="picker-label">{choice.label}{choice.hint && <small>{choice.hint}</small>}</span>
                  {choice.aside}
                  <Combobox.ItemIndicator><Icon name="check" size={15} /></Combobox.ItemIndicator>
                </Combobox.Item>
              )}
            </Combobox.List>
          </Combobox.Popup>
        </Combobox.Positioner>
      </Combobox.Portal>
    </Combobox.Root>
  );
}
