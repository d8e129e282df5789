import { useState } from 'react';
import { Icon } from './Icon.tsx';

/** A piece of code with a button that copies it. */
export function CopyText({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <span className="copy-text">
      <code>{text}</code>
      <button type="button" className="copy-button" aria-label={label} title={label} onClick={() => void copy()}><Icon name={copied ? 'check' : 'copy'} size={14} /></button>
      <span role="status" className="visually-hidden">{copied ? 'Copied' : ''}</span>
    </span>
  );
}
