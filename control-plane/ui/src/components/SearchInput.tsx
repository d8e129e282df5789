import { useEffect, useState } from 'react';
import type { Ref } from 'react';
import { Icon } from './Icon.tsx';

/**
 * Tells what was typed once the reader pauses. `/` focuses it from anywhere on the page; Escape empties it, then leaves it.
 * @param onGo the reader asks for what was found: by Enter the first, by the arrow down to go on from there
 */
export function SearchInput({ label, value, onChange, onGo, ref }: { label: string; value: string; onChange(value: string): void; onGo?(by: 'Enter' | 'ArrowDown'): void; ref?: Ref<HTMLInputElement> }) {
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
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text === '') event.currentTarget.blur();
          else if (event.key === 'Escape') {
            // Told at once: nobody waits for an empty field.
            event.preventDefault();
            setText('');
            onChange('');
          } else if (onGo && text === value && (event.key === 'Enter' || event.key === 'ArrowDown')) {
            event.preventDefault();
            onGo(event.key);
          }
        }} />
      <kbd aria-hidden="true">/</kbd>
    </span>
  );
}
