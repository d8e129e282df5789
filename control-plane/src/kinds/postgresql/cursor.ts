/** Pages of a query's rows, at the pace of whoever takes them. */
import type { Sql } from 'postgres';
import { connectionLost } from '../../engines/sql/errors.ts';
import type { Connection } from './connection.ts';

/** A row as PostgreSQL's own text, for the connection converts nothing. */
export type Values = (string | null)[];

export interface Page {
  names: string[];
  /** The oids of the columns' types. */
  types: number[];
  rows: Values[];
}

/**
 * postgres.js's own iterator must not be used: when the connection is lost while a page is looked at, the
 * next one looks like the end of the rows, and leaving it then writes to a socket that is gone. Here a page
 * that is taken on a lost connection is an error, and one that is never taken is left to die with it.
 * @param limit after so many rows the rest is not fetched
 */
export async function* pagesOf(
  { connection, query, size, limit = Infinity }: { connection: Connection; query: ReturnType<Sql['unsafe']>; size: number; limit?: number },
): AsyncGenerator<Page> {
  let arrived: { page: Page; proceed: (close?: unknown) => void } | undefined;
  let wake = () => {};
  let state: 'running' | 'done' | { error: unknown } = 'running';
  const onPage = (page: unknown): Promise<void> =>
    new Promise((proceed) => {
      arrived = { page: pageOf(page), proceed: proceed as (close?: unknown) => void };
      wake();
    });
  // The columns come with the first page alone.
  let columns: { name: string; type: number }[] | undefined;
  const pageOf = (result: unknown): Page => {
    columns ??= (result as { columns: { name: string; type: number }[] }).columns;
    return { names: columns.map(({ name }) => name), types: columns.map(({ type }) => type), rows: result as Values[] };
  };
  const settle = (newState: typeof state) => {
    state = newState;
    wake();
  };
  const cursor = query.values() as unknown as { cursor(size: number, page: typeof onPage): Promise<unknown> };
  cursor.cursor(Math.min(size, limit), onPage).then(() => settle('done'), (error: unknown) => settle({ error }));

  for (let left = limit; ; ) {
    const current = (): typeof state => state;
    while (!arrived && current() === 'running') await new Promise<void>((resolve) => void (wake = resolve));
    const now = current();
    if (typeof now === 'object') throw now.error;
    if (!arrived) return;
    const { page, proceed } = arrived;
    arrived = undefined;
    yield left < page.rows.length ? { ...page, rows: page.rows.slice(0, left) } : page;
    left -= page.rows.length;
    if (!connection.alive) throw connectionLost('PostgreSQL');
    if (left > 0) {
      proceed();
    } else {
      proceed(connection.sql.CLOSE);
      return;
    }
  }
}
