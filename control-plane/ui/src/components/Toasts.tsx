/**
 * What went well, said in passing; with an undo where there is one. Failures are shown where they happened; here
 * only those of what leaves no place behind, such as a menu that closes.
 */
import { Toast } from '@base-ui/react/toast';
import type { ReactNode } from 'react';
import { problemOf } from '../api/client.ts';
import { queryClient, sessionQuery } from '../api/queries.ts';
import { inWords } from '../api/words.ts';
import { IconButton } from './Button.tsx';
import { Icon } from './Icon.tsx';
import { withNames } from './withNames.tsx';

const manager = Toast.createToastManager();

export function toast(title: string, more: { description?: string | undefined; undo?: () => Promise<unknown> | void } = {}): void {
  const id = manager.add({
    title, description: more.description, timeout: more.undo ? 10_000 : 5000,
    ...(more.undo && { actionProps: { children: 'Undo', onClick: () => { manager.close(id); void attempt('It was not undone', async () => more.undo?.()); } } }),
  });
}

/** Does it. What goes wrong is said under the title, and stays until it is closed. */
export async function attempt(failed: string, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const { status, detail, hint, request_id } = inWords(problemOf(error));
    if (status === 401) void queryClient.invalidateQueries(sessionQuery);
    manager.add({ title: failed, description: [detail, hint, request_id && `Request ${request_id}.`].filter(Boolean).join(' '), type: 'failure', timeout: 0 });
  }
}

function List() {
  const { toasts } = Toast.useToastManager();
  return toasts.map((item) => (
    <Toast.Root key={item.id} toast={item} className={`toast ${item.type ?? ''}`} swipeDirection={['right', 'down']}>
      <Toast.Content className="toast-content">
        <span className="toast-mark"><Icon name={item.type === 'failure' ? 'alert' : 'check'} size={16} /></span>
        <div className="toast-words"><Toast.Title className="toast-title" render={<p />}>{withNames(item.title)}</Toast.Title>{item.description && <Toast.Description className="toast-description">{withNames(item.description)}</Toast.Description>}</div>
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
