/** What an open Snowflake connector does: its operations. */
import type { database } from '../../categories/database.ts';
import { firstRecords, linesOf } from '../../engines/sql/batch.ts';
import { rowEncoder } from '../../engines/sql/cells.ts';
import type { Purpose } from '../../engines/sql/errors.ts';
import { buildSelect } from '../../engines/sql/select.ts';
import { buildSingleWrite } from '../../engines/sql/single-write.ts';
import { checkStatement } from '../../engines/sql/statement.ts';
import { bareWords, refuseWord } from '../../engines/sql/words.ts';
import { refuseWrite } from '../../engines/sql/write.ts';
import type { Call, OpenContext, RecordBatch, Session } from '../contract.ts';
import { describe, findTable, listTables } from './catalog.ts';
import type { Query } from './catalog.ts';
import { createClient } from './client.ts';
import type { Cell } from './client.ts';
import type { SnowflakeConfig } from './config.ts';
import { bindingOf, snowflakeDialect } from './dialect.ts';
import { encoderOf } from './values.ts';

export function openSession(config: SnowflakeConfig, context: OpenContext): Session<typeof database, 'write'> {
  const client = createClient(config, context);
  const places = { output_schemas: context.output_schemas, schema: config.schema };
  const queryFor = (purpose: Purpose, { signal }: Call): Query => async (statement, parameters = []) => {
    const { partitions } = await client.run(statement, parameters.map(bindingOf), { purpose, signal });
    const rows: Cell[][] = [];
    for await (const page of partitions) rows.push(...page);
    return rows;
  };
  async function* records(statement: string, parameters: readonly unknown[], purpose: Purpose, { signal }: Call): AsyncGenerator<RecordBatch> {
    const { columns, partitions } = await client.run(statement, parameters.map(bindingOf), { purpose, signal });
    yield* linesOf(partitions, rowEncoder(columns.map((column) => ({ name: column.name, encode: encoderOf(column) }))));
  }

  return {
    async test(call) {
      const [row] = await queryFor('test', call)('select current_version(), current_role(), current_warehouse()');
      return { message: `Snowflake ${row?.[0]}, role ${row?.[1]}, warehouse ${row?.[2] ?? 'none'}` };
    },

    discover: (input, call) =>
      input.model === undefined
        ? listTables(queryFor('discover', call), input, context.output_schemas)
        : describe(queryFor('discover', call), input.model, places),

    async *read(input, call) {
      const { text, parameters } = buildSelect(snowflakeDialect, await findTable(queryFor('read', call), input.model, places), input);
      yield* records(text, parameters, 'read', call);
    },

    async *query({ query, parameters, limit }, call) {
      checkStatement(query, config.read_only);
      if (config.read_only) refuseWriting(query);
      yield* firstRecords(records(query, parameters, 'query', call), limit);
    },

    async write(input, call) {
      if (config.read_only) refuseWrite();
      const run = queryFor('write', call);
      const { text, parameters } = buildSingleWrite(snowflakeDialect, await findTable(run, input.model, places), input);
      // "number of rows inserted", "number of rows updated", …: a merge tells several.
      const counts = (await run(text, parameters))[0] ?? [];
      return { affected_records: counts.slice(0, input.mode === 'upsert' ? 2 : 1).reduce((sum, count) => sum + Number(count ?? 0), 0) };
    },

    close: async () => undefined,
  };
}

/** What begins like a statement that reads and does not: WITH … AS PROCEDURE … CALL, and SHOW … ->> what reads its result. */
function refuseWriting(query: string): void {
  let [before, last] = ['', ''];
  for (const word of bareWords(query, { backslashes: true, dollars: true, slashes: true })) {
    if (word === 'call' || word === 'procedure') refuseWord(word);
    if (before === '-' && last === '>' && word === '>') refuseWord('->>');
    [before, last] = [last, word];
  }
}
