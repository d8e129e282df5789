import type { ReactNode } from 'react';

export interface TableColumn<Row> {
  title: string;
  /** The title is for assistive technology alone, as of a column of buttons. */
  untitled?: boolean;
  /** `end`: figures and buttons; `long`: text that may take several lines. */
  as?: 'end' | 'long';
  render(row: Row): ReactNode;
}

/** A table that scrolls sideways where it is too wide; on a phone each row stands for itself, its cells below each other. The first column names the row. */
export function Table<Row>({ label, columns, rows, keyOf }: { label: string; columns: TableColumn<Row>[]; rows: Row[]; keyOf(row: Row): string }) {
  const [first, ...others] = columns;
  // The roles are said because a table that is laid out as something else loses them in some browsers.
  return (
    <div className="table-scroll" tabIndex={0} role="region" aria-label={label}>
      <table className="table stacking" role="table">
        <thead role="rowgroup"><tr role="row">{columns.map(({ title, as, untitled }) => <th key={title} role="columnheader" scope="col" className={as}>{untitled ? <span className="visually-hidden">{title}</span> : title}</th>)}</tr></thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              <th role="rowheader" scope="row">{first!.render(row)}</th>
              {others.map(({ title, as, untitled, render }) => <td key={title} role="cell" className={as} data-label={untitled ? undefined : title}>{render(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
