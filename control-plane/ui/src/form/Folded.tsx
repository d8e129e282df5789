import { Collapsible } from '@base-ui/react/collapsible';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Icon } from '../components/Icon.tsx';

/** What few need, behind its title. It opens by itself when something in it is wrong, or nobody would find that. */
export function Folded({ title, note, isWrong, className, children }: { title: string; note?: string | undefined; isWrong: boolean; className?: string; children: ReactNode }) {
  const [open, setOpen] = useState(isWrong);
  // It stays open while it is mended.
  if (isWrong && !open) setOpen(true);
  return (
    <Collapsible.Root className={className} open={open} onOpenChange={setOpen}>
      <Collapsible.Trigger className="collapse-trigger"><Icon name="chevron" size={16} />{title}{note && <span className="muted">{note}</span>}</Collapsible.Trigger>
      <Collapsible.Panel>{children}</Collapsible.Panel>
    </Collapsible.Root>
  );
}
