import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Icon } from './Icon.tsx';

/**
 * A piece of code with a button that copies it. Where the browser lets no page copy, as over plain HTTP, it is
 * selected for who copies by hand. @param shown in its place, where nobody would read it
 */
export function CopyText({ text, label, shown }: { text: string; label: string; shown?: string }) {
  const [outcome, setOutcome] = useState<'copied' | 'selected'>();
  const code = useRef<HTMLElement>(null);
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
      getSelection()?.selectAllChildren(code.current!);
    }
  };
  return (
    <span className="copy-text">
      {shown !== undefined && outcome !== 'selected' ? shown : <code ref={code}>{text}</code>}
      <button type="button" className="copy-button" aria-label={label} title={label} onClick={() => void copy()}><Icon name={outcome === 'copied' ? 'check' : 'copy'} size={14} /></button>
      <span role="status" className={outcome === 'selected' ? 'copy-hint' : 'visually-hidden'}>{outcome === 'copied' ? 'Copied' : outcome === 'selected' ? 'It is selected: copy it with Ctrl C or ⌘ C' : ''}</span>
    </span>
  );
}
