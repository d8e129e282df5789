import { useEffect, useRef } from 'react';
import { Button } from './Button.tsx';

export interface ShowMoreProps {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): Promise<unknown> };
  label?: string;
  size?: 'small' | 'medium';
  /** When nothing more is to come the button goes: who pressed it goes on from the first of what came. */
  goOn?: {
    /** How many are shown. */
    count: number;
    focusOn(index: number): void;
  };
}

/** The button below a list that asks for its next page. */
export function ShowMore({ query, label = 'Show older ones', size = 'medium', goOn }: ShowMoreProps) {
  const before = useRef<number>(undefined);
  useEffect(() => {
    if (!goOn || before.current === undefined || goOn.count <= before.current) return;
    if (!query.hasNextPage) goOn.focusOn(before.current);
    before.current = undefined;
  });
  if (!query.hasNextPage) return null;
  return (
    <div className="more">
      <Button size={size} busy={query.isFetchingNextPage} onClick={() => {
        before.current = goOn?.count;
        void query.fetchNextPage();
      }}>{label}</Button>
    </div>
  );
}
