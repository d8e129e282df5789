/** DuckDB in a process of its own: one statement after another, of one place. */
import { rmSync } from 'node:fs';
import type { DuckDBInstance } from '@duckdb/node-api';
import { connectParent, giveWay, watchMemory } from '../../../platform/processes/inside.ts';
import { connectionOf, DuckdbFailure, openInstance } from './database.ts';
import type { Connection } from './database.ts';
import { processLimit, spentAt } from './protocol.ts';
import type { Answer, Message, Statement } from './protocol.ts';
import { LongRow, recordsOf } from './rows.ts';

/** In characters: a connection whose views have more is not kept. */
const mostText = 1_000_000;

giveWay();
let scratch: string | undefined;
let instance: DuckDBInstance;
let connection: Connection;
let viewText = 0;
let before: Promise<void> = Promise.resolve();

const parent = connectParent((message) => {
  before = before.then(() => take(message as Message));
}, () => {
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
});

async function take(message: Message): Promise<void> {
  if ('open' in message) {
    ({ scratch } = message.open);
    instance = await openInstance(message.open);
    connection = connectionOf(await instance.connect());
    return;
  }
  const endWatch = watchMemory(processLimit);
  const answer = await answerTo(message.statement);
  endWatch();
  parent.send({ ...answer, isSpent: answer.isSpent || process.memoryUsage.rss() > spentAt });
}

/** After one that did not come to its end, nothing of it must be left to the next. */
async function answerTo(statement: Statement): Promise<Answer> {
  let error: Answer['error'];
  try {
    for (const [name, select] of statement.views) {
      await connection.view(name, select);
      viewText += select.length;
    }
    if (statement.rows === 'none') await connection.run(statement.text, statement.parameters);
    else for await (const batch of recordsOf(connection, statement)) if ('ndjson' in batch) await parent.sendBytes(batch.ndjson, batch.count);
    if (!connection.isUnfinished() && viewText <= mostText) return { isFresh: false, isSpent: false };
  } catch (thrown) {
    const reason = thrown instanceof DuckdbFailure ? 'duckdb' : thrown instanceof LongRow ? 'long row' : 'unexpected';
    error = { message: thrown instanceof Error ? thrown.message : String(thrown), reason };
  }
  const isSpent = !(await connection.close());
  if (!isSpent) connection = connectionOf(await instance.connect());
  viewText = 0;
  return { ...(error && { error }), isFresh: true, isSpent };
}
