import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { flushSync } from 'react-dom';
import { Icon } from './Icon.tsx';

/** Copies. Where the browser lets no page copy, as over plain HTTP, the text is selected for who copies by hand. */
function useCopying(text: string, shownIn: RefObject<HTMLElement | null>) {
  const [outcome, setOutcome] = useState<'copied' | 'selected'>();
  useEffect(() => {
    if (outcome !== 'copied') return undefined;
    const timer = setTimeout(() => setOutcome(undefined), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      flushSync(() => setOutcome('selected'));
      getSelection()?.selectAllChildren(shownIn.current!);
    }
  };
  return { outcome, copy };
}

function CopyButton({ label, outcome, copy }: { label: string } & ReturnType<typeof useCopying>) {
  return (
    <>
      <button type="button" className="copy-button" aria-label={label} title={label} onClick={() => void copy()}><Icon name={outcome === 'copied' ? 'check' : 'copy'} size={14} /></button>
      <span role="status" className={outcome === 'selected' ? 'copy-hint' : 'visually-hidden'}>{outcome === 'copied' ? 'Copied' : outcome === 'selected' ? 'It is selected: copy it with Ctrl C or ⌘ C' : ''}</span>
    </>
  );
}

/** A piece of code with a button that copies it. @param shown in its place, where nobody would read it */
export function CopyText({ text, label, shown }: { text: string; label: string; shown?: string }) {
  const code = useRef<HTMLElement>(null);
  const copying = useCopying(text, code);
  return (
    <span className="copy-text">
      {shown !== undefined && copying.outcome !== 'selected' ? shown : <code ref={code}>{text}</code>}
      <CopyButton label={label} {...copying} />
    </span>
  );
}

/** Text of many lines, or of one that is long: wrapped, scrolled when there is much of it, and copied whole. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  const block = useRef<HTMLPreElement>(null);
  const copying = useCopying(text, block);
  return (
    <div className="code-frame">
      <div className="code-title"><span>{label}</span><CopyButton label={`Copy: ${label.toLowerCase()}`} {...copying} /></div>
      <pre ref={block} className="code-block" tabIndex={0} role="region" aria-label={label}>{text}</pre>
    </div>
  );
}
