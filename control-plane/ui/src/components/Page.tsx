import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';

let isArriving = false;

/** The next page’s heading gets the focus, whenever it comes; no longer once the reader does something. */
export function arrive(): void {
  isArriving = true;
  const stay = () => {
    isArriving = false;
    removeEventListener('keydown', stay, true);
    removeEventListener('pointerdown', stay, true);
  };
  addEventListener('keydown', stay, true);
  addEventListener('pointerdown', stay, true);
}

/** A page’s frame: its title (of the document too), what one can do here, and its body. */
export function Page({ title, lead, actions, before, children, width = 'normal' }: {
  title: string;
  lead?: ReactNode;
  actions?: ReactNode;
  /** Above the title: where one came from. */
  before?: ReactNode;
  width?: 'normal' | 'narrow' | 'full';
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Patchbay`;
  }, [title]);
  // Also when what stood for the page while it was loading is replaced.
  useEffect(() => {
    if (isArriving) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={`page ${width}`}>
      {before}
      <header className="page-header">
        <div className="page-title">
          <h1 ref={heading} tabIndex={-1}><bdi>{title}</bdi></h1>
          {lead && <div className="lead">{lead}</div>}
        </div>
        {actions && <div className="actions">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Card({ title, actions, children, flush = false }: { title?: string; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
  return (
    <section className={`card ${flush ? 'flush' : ''}`} aria-label={flush ? undefined : title}>
      {title && <header className="card-header"><h2>{title}</h2>{actions}</header>}
      {children}
    </section>
  );
}
