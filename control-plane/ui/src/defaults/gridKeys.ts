/** Where the arrow keys and their kin lead in a grid whose cells each hold one button. */
import type { KeyboardEvent } from 'react';

const steps: Record<string, (at: Place, size: Place, page: number, isFar: boolean) => Place> = {
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  Home: ({ row }, _size, _page, isFar) => ({ row: isFar ? 0 : row, column: 0 }),
  End: ({ row }, size, _page, isFar) => ({ row: isFar ? size.row : row, column: size.column }),
  PageUp: ({ row, column }, _size, page) => ({ row: row - page, column }),
  PageDown: ({ row, column }, _size, page) => ({ row: row + page, column }),
};

interface Place {
  row: number;
  column: number;
}

const within = (value: number, most: number) => Math.max(0, Math.min(value, most));

/** Moves the focus from cell to cell. The first row and the first column of the table are headers. */
export function moveInGrid(event: KeyboardEvent<HTMLTableElement>): void {
  const step = steps[event.key];
  const cell = (event.target as HTMLElement).closest('td');
  const isFar = event.ctrlKey || event.metaKey;
  if (!step || !cell || event.altKey || event.shiftKey || (isFar && event.key !== 'Home' && event.key !== 'End')) return;
  event.preventDefault();
  const { rows } = event.currentTarget;
  const row = cell.parentElement as HTMLTableRowElement;
  const sight = Math.min(event.currentTarget.parentElement!.clientHeight, window.innerHeight);
  // One row of those in sight stays there, and the header covers another.
  const page = Math.max(1, Math.floor(sight / row.offsetHeight) - 2);
  const size = { row: rows.length - 2, column: row.cells.length - 2 };
  const to = step({ row: row.rowIndex - 1, column: cell.cellIndex - 1 }, size, page, isFar);
  focusCell(rows[within(to.row, size.row) + 1]!.cells[within(to.column, size.column) + 1]!);
}

export function focusCell(cell: HTMLTableCellElement): void {
  cell.querySelector('button')?.focus({ preventScroll: true });
  // First the grid as a whole, whose head would else be under the bar at the top.
  cell.closest('.matrix-scroll')?.scrollIntoView({ block: 'nearest' });
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
