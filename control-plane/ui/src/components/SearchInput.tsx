import { useEffect, useState } from 'react';
import type { Ref } from 'react';
import { Icon } from './Icon.tsx';

/** Tells what was typed once the reader pauses. `/` focuses it from anywhere on the page. */
export function SearchInput({ label, value, onChange, ref }: { label: string; value: string; onChange(value: string): void; ref?: Ref<HTMLInputElement> }) {
  const [text, setText] = useState(value);
  const [given, setGiven] = useState(value);
  if (given !== value) {
    setGiven(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text), 200);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <span className="search-input">
      <Icon name="search" size={16} />
      <input ref={ref} data-page-search className="input" type="search" aria-label={label} placeholder={label} value={text} onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => { if (event.key === 'Escape') setText(''); }} />
      <kbd aria-hidden="true">/</kbd>
    </span>
  );
}
