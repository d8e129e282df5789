/**
 * A table whose rows are made only while they are near what is in sight, so that thousands scroll as well as ten.
 * It scrolls with the page, tells assistive technology how many rows there are, and asks for more before its end
 * is reached.
 *
 * Rows are made a block at a time. Between two blocks scrolling draws nothing and asks React for nothing: the
 * browser moves what it has already painted. A block has a size of its own (`contain: strict`), so that making
 * one neither lays out nor paints any other.
 */
import { memo, useEffect, useLayoutEffect, useRef, useState } from 'react';
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
  /** The same array from render to render, or every row is drawn anew. */
  columns: Column<Row>[];
  keyOf(row: Row): string;
  /** In pixels. */
  row_height?: number;
  hasMore?: boolean;
  onMore?(): void;
}

const blockRows = 6;
/** Blocks made before and after those in sight. */
const overscan = 2;
/** So many rows before the end, more are asked for. */
const margin = 100;

const cellClass = ({ wide, end }: { wide?: boolean; end?: boolean }) => `cell ${wide ? 'wide-only' : ''} ${end ? 'end' : ''}`;
const template = (columns: Column<never>[]) => columns.map(({ width }) => width).join(' ');

const Row = memo(function Row({ row, columns, index, height }: { row: unknown; columns: Column<never>[]; index: number; height: number }) {
  return (
    <div className="row" role="row" aria-rowindex={index + 2} style={{ height }}>
      {columns.map((column) => <div key={column.title} role="cell" className={cellClass(column)}>{column.render(row as never)}</div>)}
    </div>
  );
});

export function VirtualRows<Item>({ label, rows, columns, keyOf, row_height = 56, hasMore = false, onMore }: VirtualRowsProps<Item>) {
  const body = useRef<HTMLDivElement>(null);
  const table = useRef<HTMLDivElement>(null);
  /** The block at the top of the window, and how many are in sight: they change once a block, not once a pixel. */
  const [above, setAbove] = useState(0);
  const [inSight, setInSight] = useState(1);
  const height = blockRows * row_height;
  const count = Math.ceil(rows.length / blockRows);
  const first = Math.max(0, Math.min(above, count - inSight) - overscan);
  const end = Math.min(count, Math.max(0, above + inSight) + overscan);
  const isNearEnd = hasMore && end * blockRows >= rows.length - margin;

  useLayoutEffect(() => {
    let offset = 0;
    const scroll = () => setAbove(Math.floor((window.scrollY - offset) / height));
    const resize = () => {
      offset = body.current!.getBoundingClientRect().top + window.scrollY;
      setInSight(Math.ceil(window.innerHeight / height) + 1);
      scroll();
    };
    resize();
    window.addEventListener('scroll', scroll, { passive: true });
    window.addEventListener('resize', resize);
    return () => {
      window.removeEventListener('scroll', scroll);
      window.removeEventListener('resize', resize);
    };
  }, [height]);
  useEffect(() => {
    if (isNearEnd) onMore?.();
  }, [isNearEnd, rows.length, onMore]);
  useLayoutEffect(() => {
    // Set by script and not as a style attribute, which the policy would not apply to markup.
    table.current!.style.setProperty('--columns', template(columns));
    table.current!.style.setProperty('--columns-narrow', template(columns.filter(({ wide }) => !wide)));
  }, [columns]);

  return (
    <div className="rows" role="table" aria-label={label} aria-rowcount={rows.length + 1} ref={table}>
      <div role="rowgroup">
        <div className="row header" role="row" aria-rowindex={1}>
          {columns.map((column) => <span key={column.title} role="columnheader" className={cellClass(column)}>{column.title}</span>)}
        </div>
      </div>
      <div className="rows-body" ref={body} style={{ height: rows.length * row_height }}>
        {Array.from({ length: Math.max(0, end - first) }, (_, place) => {
          const from = (first + place) * blockRows;
          const own = rows.slice(from, from + blockRows);
          return (
            <div key={from} className="row-block" role="rowgroup" style={{ top: from * row_height, height: own.length * row_height }}>
              {own.map((row, index) => <Row key={keyOf(row)} row={row} columns={columns as Column<never>[]} index={from + index} height={row_height} />)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
