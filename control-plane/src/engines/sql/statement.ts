/**
 * A first look at a user's statement, before the database sees it.
 *
 * What keeps a read-only connector from writing is the read-only transaction, and what keeps a statement
 * inside it is that the database is given exactly one. This look only gives a better answer sooner, and
 * keeps out what would upset the connection for whoever uses it next.
 */
import { PatchbayError } from '../../platform/errors.ts';

export interface StatementRules {
  /** Also what begins with `#` is a comment, and `/*!` is code: MySQL. */
  mysql?: boolean;
}

/** What only returns rows. */
const reading = new Set(['select', 'with', 'values', 'table', 'show', 'explain', 'describe', 'desc']);

/** What ends the transaction, changes the connection or speaks another protocol. */
const unusable = new Set([
  'begin', 'start', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release', 'prepare', 'execute', 'deallocate', 'xa',
  'set', 'reset', 'discard', 'use', 'listen', 'unlisten', 'copy', 'declare', 'fetch', 'move', 'close', 'load', 'lock', 'unlock',
  'handler', 'delimiter', 'kill', 'shutdown', 'flush',
]);

/** @throws {PatchbayError} `invalid_query` when it cannot be run here */
export function checkStatement(query: string, readOnly: boolean, rules: StatementRules = {}): void {
  const word = leadingWord(query, rules);
  if (word === '') {
    throw new PatchbayError('invalid_query', 'There is no statement in the query.', {
      hint: 'Write one statement, such as SELECT.',
      fields: [{ path: 'query', message: 'holds no statement' }],
    });
  }
  if (unusable.has(word)) {
    throw new PatchbayError('invalid_query', `${word.toUpperCase()} cannot be run here: each query is one statement in a transaction of its own.`, {
      hint: 'Leave out transactions, settings and bulk copies; use Read for whole tables and Write to change records.',
      fields: [{ path: 'query', message: `may not begin with ${word.toUpperCase()}` }],
    });
  }
  if (readOnly && !reading.has(word)) {
    throw new PatchbayError('invalid_query', `${word.toUpperCase()} was not run: this connector only reads.`, {
      hint: 'Write a SELECT, or let an admin turn off the connector’s "Read only" setting.',
      fields: [{ path: 'query', message: 'must be a statement that reads' }],
    });
  }
}

/** The first word in lower case, past white space, comments and opening parentheses; empty when there is none. */
export function leadingWord(query: string, { mysql = false }: StatementRules = {}): string {
  let rest = query;
  for (;;) {
    rest = rest.replace(/^[\s(;]+/, '');
    if (rest.startsWith('--') || (mysql && rest.startsWith('#'))) {
      const end = rest.indexOf('\n');
      if (end < 0) return '';
      rest = rest.slice(end);
    } else if (rest.startsWith('/*') && !(mysql && /^\/\*M?!/.test(rest))) {
      rest = rest.slice(commentLength(rest, !mysql));
    } else {
      // Whatever is no word (a MySQL comment that is code, say) is its own word, which no table allows.
      return (/^[a-z_]+/i.exec(rest)?.[0] ?? rest.slice(0, 3)).toLowerCase();
    }
  }
}

/** PostgreSQL's comments nest. */
function commentLength(text: string, nests: boolean): number {
  let depth = 0;
  for (const mark of text.matchAll(/\/\*|\*\//g)) {
    depth = mark[0] === '*/' ? depth - 1 : nests || depth === 0 ? depth + 1 : depth;
    if (depth === 0) return mark.index + 2;
  }
  return text.length;
}
