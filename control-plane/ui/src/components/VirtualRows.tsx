/**
 * A table whose rows are made only while they are in sight, so that thousands scroll as well as ten. It
 * scrolls with the page, tells assistive technology how many rows there are, and asks for more before
 * its end is reached.
 */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef, useState } from 'react';
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

const cellClass = ({ wide, end }: { wide?: boolean; end?: boolean }) => `cell ${wide ? 'wide-only' : ''} ${end ? 'end' : ''}`;

/** Made once for as long as it is in sight: scrolling moves rows, it does not draw them again. */
const Row = memo(function Row({ row, columns, index, top, height }: { row: unknown; columns: Column<never>[]; index: number; top: number; height: number }) {
  return (
    <div className="row" role="row" aria-rowindex={index + 2} style={{ height, transform: `translateY(${top}px)` }}>
      {columns.map((column) => <div key={column.title} role="cell" className={cellClass(column)}>{column.render(row as never)}</div>)}
    </div>
  );
});

export function VirtualRows<Item>({ label, rows, columns, keyOf, row_height = 56, hasMore = false, onMore }: VirtualRowsProps<Item>) {
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
  const template = (wanted: Column<Item>[]) => wanted.map(({ width }) => width).join(' ');
  const narrow = columns.filter(({ wide }) => !wide);
  useEffect(() => {
    // Set by script and not as a style attribute, which the policy would not apply to markup.
    table.current?.style.setProperty('--columns', template(columns));
    table.current?.style.setProperty('--columns-narrow', template(narrow));
  });
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
          return <Row key={keyOf(row)} row={row} columns={columns as Column<never>[]} index={item.index} top={item.start - offset} height={row_height} />;
        })}
      </div>
    </div>
  );
}
