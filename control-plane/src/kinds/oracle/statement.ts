/** A look at a statement before Oracle parses it. */
import { checkStatement } from '../../engines/sql/statement.ts';
import { bareWords, refuseWord } from '../../engines/sql/words.ts';

const blocks = new Set(['function', 'procedure']);

/** Whether a WITH anywhere in it declares code of its own: that may hold a transaction of its own, which the read-only one does not bind. */
export function declaresCode(query: string): string | undefined {
  let before = '';
  for (const word of bareWords(query, { q_quotes: true })) {
    if (before === 'with' && blocks.has(word)) return word;
    before = word;
  }
  return undefined;
}

/** @throws {PatchbayError} `invalid_query` when it cannot be run here */
export function checkOracleStatement(query: string, readOnly: boolean): void {
  checkStatement(query, readOnly);
  const code = readOnly ? declaresCode(query) : undefined;
  if (code !== undefined) refuseWord(code);
}
