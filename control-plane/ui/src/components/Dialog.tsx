/** Dialogs: focus goes in and comes back, Escape closes. What is submitted in one is not submitted to the form that it was opened from. */
import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog as Base } from '@base-ui/react/dialog';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { problemOf } from '../api/client.ts';
import type { Problem } from '../api/client.ts';
import { Button, IconButton } from './Button.tsx';
import { ProblemPane } from './feedback.tsx';
import { withNames } from './withNames.tsx';

export interface DialogProps {
  open: boolean;
  onClose(): void;
  title: string;
  description?: ReactNode;
  size?: 'small' | 'wide';
  /** What is shown cannot be shown again: only the dialog’s own button closes it. */
  onlyOnce?: boolean;
  /** What gets the focus when it is closed, where that need not be what opened it; null for that after all. */
  returnTo?(): HTMLElement | null;
  children: ReactNode;
}

/** Where the focus begins: the first field to fill in, else the dialog itself, never its way out. */
const firstField = (popup: HTMLElement | null) => popup?.querySelector<HTMLElement>('.dialog-body :is(input, textarea, select, .picker-trigger)') ?? popup;

/** Where what opened a dialog is gone when it closes, such as the row of what was deleted, the focus goes to the page’s heading. */
function useFocusKept(open: boolean): void {
  useEffect(() => {
    if (!open) return undefined;
    const look = (framesLeft: number): void => {
      if (document.querySelector('.dialog')) requestAnimationFrame(() => look(2));
      else if (framesLeft > 0) requestAnimationFrame(() => look(framesLeft - 1));
      else if (document.activeElement === document.body) document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
    };
    return () => look(2);
  }, [open]);
}

export function Dialog({ open, onClose, title, description, size = 'small', onlyOnce = false, returnTo, children }: DialogProps) {
  const popup = useRef<HTMLDivElement>(null);
  useFocusKept(open);
  return (
    <Base.Root open={open} onOpenChange={(next) => { if (!next && !onlyOnce) onClose(); }}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup ref={popup} className={`dialog ${size}`} initialFocus={() => firstField(popup.current)} finalFocus={returnTo && (() => returnTo() ?? true)} onSubmit={(event) => event.stopPropagation()}>
          <header className="dialog-header">
            <div>
              <Base.Title className="dialog-title">{withNames(title)}</Base.Title>
              {description && <Base.Description className="dialog-description" render={<div />}>{withNames(description)}</Base.Description>}
            </div>
            {!onlyOnce && <Base.Close render={<IconButton icon="close" label="Close" />} />}
          </header>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

export interface ConfirmProps {
  open: boolean;
  onClose(): void;
  title: string;
  description: ReactNode;
  action: string;
  danger?: boolean;
  disabled?: boolean;
  /** Closes when it is done; what it throws is shown. */
  onConfirm(): Promise<unknown>;
  children?: ReactNode;
}

export function Confirm({ open, onClose, title, description, action, danger = true, disabled = false, onConfirm, children }: ConfirmProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  useFocusKept(open);
  const close = () => {
    setProblem(undefined);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => { if (!next && !busy) close(); }}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="dialog small">
          <header className="dialog-header">
            <div>
              <AlertDialog.Title className="dialog-title">{withNames(title)}</AlertDialog.Title>
              <AlertDialog.Description className="dialog-description" render={<div />}>{withNames(description)}</AlertDialog.Description>
            </div>
          </header>
          <div className="dialog-body">
            {children}
            {problem && <ProblemPane problem={problem} />}
          </div>
          <footer className="dialog-footer">
            <AlertDialog.Close render={<Button disabled={busy}>Cancel</Button>} />
            <Button variant={danger ? 'danger' : 'primary'} busy={busy} disabled={disabled} onClick={() => void confirm()}>{action}</Button>
          </footer>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
