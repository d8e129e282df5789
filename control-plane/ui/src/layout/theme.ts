/** Light or dark: what the reader chose, or what their system says. */
import { useSyncExternalStore } from 'react';

export type Theme = 'light' | 'dark' | 'system';

const key = 'patchbay.theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export function chosenTheme(): Theme {
  try {
    const kept = localStorage.getItem(key);
    return kept === 'light' || kept === 'dark' ? kept : 'system';
  } catch {
    return 'system';
  }
}

function apply(): void {
  const theme = chosenTheme();
  document.documentElement.dataset['theme'] = theme === 'dark' || (theme === 'system' && system.matches) ? 'dark' : 'light';
  listeners.forEach((listener) => listener());
}

export function chooseTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(key);
  else localStorage.setItem(key, theme);
  apply();
}

system.addEventListener('change', apply);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useIsDark = (): boolean => useSyncExternalStore(subscribe, () => document.documentElement.dataset['theme'] === 'dark');
