import { Menu as Base } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';

export interface MenuItem {
  label: string;
  icon?: IconName;
  danger?: boolean;
  onSelect(): void;
}

/** @param trigger a button; it gets the focus back */
export function Menu({ trigger, items, header, align = 'end' }: { trigger: ReactElement; items: (MenuItem | false | undefined)[]; header?: ReactNode; align?: 'start' | 'end' }) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger as ReactElement<Record<string, unknown>>} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} align={align} className="popup-layer">
          <Base.Popup className="menu">
            {header && <div className="menu-header">{header}</div>}
            {items.filter((item) => item !== undefined && item !== false).map((item) => (
              <Base.Item key={item.label} className={`menu-item ${item.danger ? 'danger' : ''}`} onClick={item.onSelect}>
                {item.icon && <Icon name={item.icon} size={16} />}{item.label}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
