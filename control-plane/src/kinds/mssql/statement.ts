/**
 * SQL Server has no read-only transaction. What it has are reserved words: outside of quotes, a name can
 * be none of these, so a batch that holds none of them has no statement that writes, runs other code or
 * ends the transaction. The transaction is rolled back besides.
 */
import { checkStatement } from '../../engines/sql/statement.ts';
import { bareWords, refuseWord } from '../../engines/sql/words.ts';

const writing = new Set([
  'insert', 'update', 'delete', 'merge', 'truncate', 'into', 'create', 'alter', 'drop', 'grant', 'revoke', 'deny',
  'exec', 'execute', 'begin', 'commit', 'rollback', 'save', 'set', 'use', 'declare', 'backup', 'restore', 'bulk', 'dbcc', 'kill', 'shutdown',
  'reconfigure', 'checkpoint', 'waitfor', 'raiserror', 'setuser', 'revert', 'writetext', 'updatetext', 'openrowset', 'openquery', 'opendatasource',
]);
const transactions = new Set(['commit', 'rollback', 'save', 'use', 'shutdown', 'kill', 'backup', 'restore', 'reconfigure', 'setuser', 'revert']);

/** @throws {PatchbayError} `invalid_query` when it cannot be run here */
export function checkMssqlStatement(query: string, readOnly: boolean): void {
  checkStatement(query, readOnly);
  let before = '';
  for (const word of bareWords(query, { brackets: true, nested_comments: true })) {
    // INNER MERGE JOIN, MERGE UNION: how to join, not what to write.
    const isHint = before === 'merge' && ['join', 'union'].includes(word);
    if (readOnly && before === 'merge' && !isHint) refuseWord(before);
    if (readOnly && before === 'next' && word === 'value') refuseWord('next value');
    if (readOnly && writing.has(word) && word !== 'merge') refuseWord(word);
    if (transactions.has(word)) checkStatement(word === 'rollback' || word === 'commit' ? word : 'commit', readOnly);
    before = word;
  }
  if (readOnly && before === 'merge') refuseWord(before);
}
