import { useBlocker } from '@tanstack/react-router';
import { Confirm } from '../components/Dialog.tsx';

/** Asks before what was entered is lost by going elsewhere, closing the tab or reloading. Who saved navigates with `ignoreBlocker`. */
export function UnsavedGuard({ isDirty }: { isDirty: boolean }) {
  const { status, proceed, reset } = useBlocker({ shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname, enableBeforeUnload: () => isDirty, withResolver: true });
  return (
    <Confirm open={status === 'blocked'} onClose={() => reset?.()} title="Leave without saving?" description="What you entered here is lost then." action="Leave"
      onConfirm={() => Promise.resolve(proceed?.())} />
  );
}
