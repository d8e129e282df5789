/**
 * A table whose rows are made only while they are in sight, so that thousands scroll as well as ten. It
 * scrolls with the page, tells assistive technology how many rows there are, and asks for more before
 * its end is reached.
 */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

export interface Column<Row> {
  title: string;
  /** A CSS grid track: `2fr`, `8rem`. */
  width: string;
  render(row: Row): ReactNode;
  /** Left out on a phone. */
  wide?: boolean;
  end?: boolean;
}

export interface VirtualRowsProps<Row> {
  label: string;
  rows: Row[];
  columns: Column<Row>[];
  keyOf(row: Row): string;
  /** In pixels. */
  row_height?: number;
  hasMore?: boolean;
  onMore?(): void;
}

export function VirtualRows<Row>({ label, rows, columns, keyOf, row_height = 56, hasMore = false, onMore }: VirtualRowsProps<Row>) {
  const body = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useEffect(() => {
    const measure = () => setOffset(body.current ? body.current.getBoundingClientRect().top + window.scrollY : 0);
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, []);
  const virtualizer = useWindowVirtualizer({ count: rows.length, estimateSize: () => row_height, overscan: 12, scrollMargin: offset });
  const visible = virtualizer.getVirtualItems();
  const last = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= rows.length - 30) onMore?.();
  }, [hasMore, last, rows.length, onMore]);
  const template = (wanted: Column<Row>[]) => wanted.map(({ width }) => width).join(' ');
  const narrow = columns.filter(({ wide }) => !wide);
  useEffect(() => {
    // Set by script and not as a style attribute, which the policy would not apply to markup.
    table.current?.style.setProperty('--columns', template(columns));
    table.current?.style.setProperty('--columns-narrow', template(narrow));
  });
  const cellClass = ({ wide, end }: Column<Row>) => `cell ${wide ? 'wide-only' : ''} ${end ? 'end' : ''}`;
  return (
    <div className="rows" role="table" aria-label={label} aria-rowcount={rows.length + 1} ref={table}>
      <div role="rowgroup">
        <div className="row header" role="row" aria-rowindex={1}>
          {columns.map((column) => <span key={column.title} role="columnheader" className={cellClass(column)}>{column.title}</span>)}
        </div>
      </div>
      <div className="rows-body" role="rowgroup" ref={body} style={{ height: virtualizer.getTotalSize() }}>
        {visible.map((item) => {
          const row = rows[item.index]!;
          return (
            <div key={keyOf(row)} className="row" role="row" aria-rowindex={item.index + 2} style={{ height: row_height, transform: `translateY(${item.start - offset}px)` }}>
              {columns.map((column) => <div key={column.title} role="cell" className={cellClass(column)}>{column.render(row)}</div>)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
