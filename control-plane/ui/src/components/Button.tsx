import type { ButtonHTMLAttributes, MouseEvent, ReactNode, Ref } from 'react';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: 'primary' | 'secondary' | 'ghost' | 'danger';
  size?: 'small' | 'medium';
  icon?: IconName;
  /** Shows that it works; the button keeps its width and the focus, and takes no second press. */
  busy?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export const buttonClass = (variant: NonNullable<ButtonProps['variant']> = 'secondary', size: NonNullable<ButtonProps['size']> = 'medium') => `button ${variant} ${size}`;

/** Also of what a form’s button would submit. */
const refuse = (event: MouseEvent) => event.preventDefault();

export function Button({ variant = 'secondary', size = 'medium', icon, busy = false, children, className = '', onClick, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={`${buttonClass(variant, size)} ${className}`} aria-disabled={busy || undefined} aria-busy={busy || undefined} onClick={busy ? refuse : onClick}>
      {busy ? <span className="spinner" aria-hidden="true" /> : icon && <Icon name={icon} size={size === 'small' ? 15 : 17} />}
      {children}
    </button>
  );
}

export function IconButton({ icon, label, className = '', ...rest }: Omit<ButtonProps, 'children' | 'icon'> & { icon: IconName; label: string }) {
  return (
    <button type="button" {...rest} className={`icon-button ${className}`} aria-label={label} title={label}>
      <Icon name={icon} />
    </button>
  );
}

/** For the left and the right end of a row. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className="actions">{children}</div>;
}
