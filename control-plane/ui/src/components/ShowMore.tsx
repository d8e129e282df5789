import { useEffect, useRef } from 'react';
import { Button } from './Button.tsx';

export interface ShowMoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): Promise<unknown> };
  /** What there is more of. */
  what: string;
  /** How many are shown. */
  count: number;
  /** When nothing more is to come the button goes: who pressed it goes on from the first that came. */
  focusOn(index: number): void;
  size?: 'small' | 'medium';
}

export function ShowMore({ query, what, count, focusOn, size = 'medium' }: ShowMoreProps) {
  const before = useRef<number>(undefined);
  useEffect(() => {
    if (before.current === undefined || count <= before.current) return;
    if (!query.hasNextPage) focusOn(before.current);
    before.current = undefined;
  });
  if (!query.hasNextPage) return null;
  return (
    <div className="more">
      <Button size={size} busy={query.isFetchingNextPage} onClick={() => {
        before.current = count;
        void query.fetchNextPage();
      }}>Show more {what}</Button>
    </div>
  );
}
