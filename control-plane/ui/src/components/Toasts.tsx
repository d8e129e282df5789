/** What went well, said in passing; with an undo where there is one. Failures are shown where they happened. */
import { Toast } from '@base-ui/react/toast';
import type { ReactNode } from 'react';
import { IconButton } from './Button.tsx';
import { Icon } from './Icon.tsx';

const manager = Toast.createToastManager();

export function toast(title: string, more: { description?: string; undo?: () => void } = {}): void {
  const id = manager.add({
    title, description: more.description, timeout: more.undo ? 10_000 : 5000,
    ...(more.undo && { actionProps: { children: 'Undo', onClick: () => { more.undo?.(); manager.close(id); } } }),
  });
}

function List() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((item) => (
    <Toast.Root key={item.id} toast={item} className="toast" swipeDirection={['right', 'down']}>
      <Toast.Content className="toast-content">
        <span className="toast-mark"><Icon name="check" size={16} /></span>
        <div className="toast-words"><Toast.Title className="toast-title" render={<p />} /><Toast.Description className="toast-description" /></div>
        <Toast.Action className="button ghost small" />
        <Toast.Close render={<IconButton icon="close" label="Dismiss" />} />
      </Toast.Content>
    </Toast.Root>
  ));
}

export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts" aria-label="Notifications"><List /></Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
