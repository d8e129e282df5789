/**
 * The bare words of a statement: what stands outside of texts, quoted names and comments. For databases
 * that have no read-only transaction: where a word is reserved, a statement without it cannot do what it stands for.
 */
import { PatchbayError } from '../../platform/errors.ts';

export interface Lexis {
  /** `q'[text]'` is a text: Oracle. */
  q_quotes?: boolean;
  /** `[name]` is a quoted name. */
  brackets?: boolean;
  /** `$$text$$` is a text. */
  dollars?: boolean;
  /** A backslash in a text escapes what follows it. */
  backslashes?: boolean;
  /** `//` begins a comment as well. */
  slashes?: boolean;
  /** `#` begins a comment as well. */
  hashes?: boolean;
  /** Comments nest. */
  nested_comments?: boolean;
}

/** Each word in lower case; every other character that is no white space as a word of its own. */
export function* bareWords(statement: string, lexis: Lexis = {}): Generator<string> {
  for (let at = 0; at < statement.length; ) {
    const end = skipped(statement, at, lexis);
    if (end > at) {
      at = end;
      continue;
    }
    const word = /^[\p{L}_@#][\p{L}\p{N}_@#$]*/u.exec(statement.slice(at, at + 300))?.[0];
    if (word !== undefined) yield word.toLowerCase();
    else if (statement[at]!.trim() !== '') yield statement[at]!;
    at += word?.length ?? 1;
  }
}

/** Where the text, quoted name or comment that begins here ends; `at` itself when none begins. */
function skipped(statement: string, at: number, lexis: Lexis): number {
  const pair = statement.slice(at, at + 2);
  if (pair === '--' || (pair === '//' && lexis.slashes) || (pair.startsWith('#') && lexis.hashes)) return lineEnd(statement, at);
  if (lexis.q_quotes && /[nq]/i.test(statement[at]!)) return qQuoteEnd(statement, at);
  if (pair === '/*') return commentEnd(statement, at, lexis.nested_comments === true);
  if (pair === '$$' && lexis.dollars) return endOf(statement, '$$', at + 2);
  const first = statement[at]!;
  if (first === '[' && lexis.brackets) return quoteEnd(statement, at, ']', false);
  if (first === "'") return quoteEnd(statement, at, "'", lexis.backslashes === true);
  if (first === '"' || first === '`') return quoteEnd(statement, at, first, false);
  return at;
}

const endOf = (statement: string, mark: string, from: number): number => {
  const found = statement.indexOf(mark, from);
  return found < 0 ? statement.length : found + mark.length;
};

/** Where a comment of one line ends. Databases differ in what else than a newline ends it, so that there it may hold nothing else. */
function lineEnd(statement: string, start: number): number {
  const end = endOf(statement, '\n', start);
  if (!otherBreak.test(statement.slice(start, end))) return end;
  throw new PatchbayError('invalid_query', 'The query was not run: a comment holds a line break that is no newline, and might end there or not.', {
    hint: 'End each line of the query with a newline, or leave out the comment.',
    fields: [{ path: 'query', message: 'may hold no other line break than a newline in a comment' }],
  });
}
const otherBreak = /\r(?!\n)|[\v\f\u0085\u2028\u2029]/;

const closing: Record<string, string> = { '[': ']', '{': '}', '(': ')', '<': '>' };

function qQuoteEnd(statement: string, at: number): number {
  const [opening, mark = ''] = /^n?q'(.)/isu.exec(statement.slice(at, at + 6)) ?? [''];
  return opening === '' ? at : endOf(statement, `${closing[mark] ?? mark}'`, at + opening.length);
}

function quoteEnd(statement: string, start: number, close: string, backslashes: boolean): number {
  for (let at = start + 1; at < statement.length; at += 1) {
    if (backslashes && statement[at] === '\\') at += 1;
    else if (statement[at] === close) {
      if (statement[at + 1] !== close) return at + 1;
      at += 1;
    }
  }
  return statement.length;
}

function commentEnd(statement: string, start: number, nested: boolean): number {
  let depth = 0;
  for (let at = start; at < statement.length; at += 1) {
    const pair = statement.slice(at, at + 2);
    if (pair === '/*' && (nested || depth === 0)) depth += 1;
    else if (pair === '*/') depth -= 1;
    else continue;
    at += 1;
    if (depth === 0) return at + 1;
  }
  return statement.length;
}

/** @throws {PatchbayError} `invalid_query` naming the word that a reading statement cannot hold */
export function refuseWord(word: string): never {
  throw new PatchbayError('invalid_query', `The query was not run: it holds ${word.toUpperCase()}, and this connector only reads.`, {
    hint: 'Write one SELECT, quote a name that is such a word, or let an admin turn off the connector’s "Read only" setting.',
    fields: [{ path: 'query', message: `may not hold ${word.toUpperCase()}` }],
  });
}
