/** What an open SQL Server connector does: its operations. */
import type { z } from 'zod';
import type { database, queryInput } from '../../categories/database.ts';
import type { ReadInput } from '../../categories/shared.ts';
import { firstRecords } from '../../engines/sql/batch.ts';
import { describeTable } from '../../engines/sql/discover.ts';
import type { Purpose } from '../../engines/sql/errors.ts';
import { createPool } from '../../engines/sql/pool.ts';
import { buildSelect } from '../../engines/sql/select.ts';
import { inTransaction, streamInTransaction } from '../../engines/sql/work.ts';
import type { Transaction } from '../../engines/sql/work.ts';
import { buildWrite, refuseWrite } from '../../engines/sql/write.ts';
import type { WriteInput } from '../../engines/sql/write.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { OpenContext, RecordBatch, Session } from '../contract.ts';
import { findTable, listTables } from './catalog.ts';
import type { MssqlConfig } from './config.ts';
import { batch, connect, renew, run, stream } from './connection.ts';
import type { Connection } from './connection.ts';
import { mssqlDialect } from './dialect.ts';
import { isComplaint, mssqlError } from './errors.ts';
import { checkMssqlStatement } from './statement.ts';

export function openSession(config: MssqlConfig, { egress, output_schemas }: OpenContext): Session<typeof database, 'write'> {
  const pool = createPool(config, (signal) => connect(config, egress, signal));
  const transaction = (purpose: Purpose, keeps = false) => mssqlTransaction(config, purpose, keeps);

  return {
    test: (call) =>
      inTransaction(pool, transaction('test'), call, async (connection) => {
        const { rows: [row] } = await run(connection, 'select @@version as version');
        return { message: String(row?.['version']).split('\n')[0]!.trim() };
      }),

    discover: (input, call) =>
      inTransaction(pool, transaction('discover'), call, async (connection) =>
        input.model === undefined
          ? listTables(connection, input, output_schemas)
          : describeTable(await findTable(connection, input.model, output_schemas)),
      ),

    read: (input, call) => streamInTransaction(pool, transaction('read'), call, (connection) => readTable(connection, input, output_schemas)),

    async *query(input, call) {
      checkMssqlStatement(input.query, config.read_only);
      yield* streamInTransaction(pool, transaction('query', !config.read_only), call, (connection) => runQuery(connection, input, !config.read_only));
    },

    async write(input, call) {
      if (config.read_only) refuseWrite();
      return inTransaction(pool, transaction('write', true), call, (connection) => writeRecords(connection, input, output_schemas));
    },

    close: () => pool.close(),
  };
}

/** @param keeps commits when all went well */
function mssqlTransaction(config: MssqlConfig, purpose: Purpose, keeps: boolean): Transaction<Connection> {
  return {
    begin: (connection) => batch(connection, 'begin transaction'),
    async end(connection, outcome) {
      // Where an error has ended the transaction already there is nothing to roll back.
      await batch(connection, outcome === 'keep' && keeps ? 'commit' : 'if @@trancount > 0 rollback');
      if (purpose === 'query') await renew(connection);
    },
    // A connection that is destroyed says to the server to stop; it needs no other one.
    cancel: async (connection) => connection.destroy(),
    survives: (error) => isComplaint(error) || (PatchbayError.is(error) && purpose !== 'query'),
    typed: (error) => mssqlError(error, purpose, `${config.host}:${config.port}`),
  };
}

async function* readTable(connection: Connection, input: ReadInput, outputSchemas: readonly string[]): AsyncGenerator<RecordBatch> {
  const { text, parameters } = buildSelect(mssqlDialect, await findTable(connection, input.model, outputSchemas), input);
  yield* stream(connection, text, parameters).batches;
}

async function* runQuery(connection: Connection, { query, parameters, limit }: z.output<typeof queryInput>, to_the_end: boolean): AsyncGenerator<RecordBatch> {
  // `?` is no placeholder here: parameters are @p1, @p2, … as SQL Server names them.
  yield* firstRecords(stream(connection, query, parameters).batches, limit, { to_the_end });
}

async function writeRecords(connection: Connection, input: WriteInput, outputSchemas: readonly string[]): Promise<{ affected_records: number }> {
  const table = await findTable(connection, input.model, outputSchemas);
  let affected_records = 0;
  for (const { text, parameters } of buildWrite(mssqlDialect, table, input)) {
    affected_records += (await run(connection, text, parameters)).affected;
  }
  return { affected_records };
}
