/** What an open connector of MySQL or MariaDB does: its operations. */
import type { Connection as Driver, PrepareStatementInfo } from 'mysql2';
import type { z } from 'zod';
import type { database, queryInput } from '../../../categories/database.ts';
import type { ReadInput } from '../../../categories/shared.ts';
import type { OpenContext, RecordBatch, Session } from '../../../kinds/contract.ts';
import { PatchbayError } from '../../../platform/errors.ts';
import type { Table } from '../dialect.ts';
import { describeTable } from '../discover.ts';
import type { Purpose } from '../errors.ts';
import { modelName } from '../model.ts';
import { createPool } from '../pool.ts';
import { buildSelect } from '../select.ts';
import { checkStatement } from '../statement.ts';
import { inTransaction, streamInTransaction } from '../work.ts';
import type { Transaction } from '../work.ts';
import { buildWrite, refuseWrite } from '../write.ts';
import type { WriteInput } from '../write.ts';
import { findTable, listTables, listUniqueIndexes } from './catalog.ts';
import type { MysqlConfig } from './config.ts';
import { connect, execute, renew, run } from './connection.ts';
import type { Connection, ConnectOptions } from './connection.ts';
import { foundByAnother, mysqlDialect, queryParameter } from './dialect.ts';
import type { MysqlColumn } from './dialect.ts';
import { isComplaint, mysqlError } from './errors.ts';
import { batchesOf } from './rows.ts';
import type { RowEvents } from './rows.ts';

/** @param label the kind's, for errors */
export function openSession(label: string, config: MysqlConfig, { egress, output_schemas }: OpenContext): Session<typeof database, 'write'> {
  const connectOptions: ConnectOptions = { config, egress, label };
  const pool = createPool(config, (signal) => connect(connectOptions, signal));
  const places = { output_schemas, schemas: output_schemas.length > 0 ? output_schemas : [config.database] };
  const transaction = (purpose: Purpose, access: 'read only' | 'read write') => mysqlTransaction(connectOptions, purpose, access);

  return {
    test: (call) =>
      inTransaction(pool, transaction('test', 'read only'), call, async ({ driver }) => {
        const [row] = await run(driver, 'select version() as version');
        const version = String(row?.['version']);
        return { message: `${/mariadb/i.test(version) ? 'MariaDB' : 'MySQL'} ${version.split('-')[0]}` };
      }),

    discover: (input, call) =>
      inTransaction(pool, transaction('discover', 'read only'), call, async ({ driver }) =>
        input.model === undefined
          ? listTables(driver, input, places.schemas)
          : describeTable(await findTable(driver, input.model, places)),
      ),

    read: (input, call) =>
      streamInTransaction(pool, transaction('read', 'read only'), call, ({ driver }) => readTable(driver, input, places)),

    async *query(input, call) {
      checkStatement(input.query, config.read_only, { mysql: true });
      const access = config.read_only ? 'read only' : 'read write';
      const work = transaction('query', access);
      yield* streamInTransaction(pool, work, call, (connection) =>
        runQuery(connection.driver, input, config.read_only, () => work.cancel(connection)),
      );
    },

    async write(input, call) {
      if (config.read_only) refuseWrite();
      return inTransaction(pool, transaction('write', 'read write'), call, ({ driver }) => writeRecords(driver, input, places));
    },

    close: () => pool.close(),
  };
}

function mysqlTransaction(connectOptions: ConnectOptions, purpose: Purpose, access: 'read only' | 'read write'): Transaction<Connection> {
  const { config, label } = connectOptions;
  return {
    async begin({ driver }) {
      await run(driver, `start transaction ${access}`);
    },
    async end(connection, outcome) {
      await run(connection.driver, outcome === 'keep' && access === 'read write' ? 'commit' : 'rollback');
      if (purpose === 'query') await renew(connection, config);
    },
    async cancel({ driver }) {
      const other = await connect(connectOptions, AbortSignal.timeout(5000));
      await run(other.driver, `kill query ${driver.threadId}`).finally(() => other.destroy());
    },
    survives: (error) => PatchbayError.is(error) || (isComplaint(error) && !(error as { fatal?: boolean }).fatal),
    typed: (error) => mysqlError(error, { label, purpose, target: `${config.host}:${config.port}` }),
  };
}

type Places = Parameters<typeof findTable>[2];

async function* readTable(driver: Driver, input: ReadInput, places: Places): AsyncGenerator<RecordBatch> {
  const { text, parameters, columns } = buildSelect(mysqlDialect, await findTable(driver, input.model, places), input);
  // Without values there is nothing to prepare; with values the server binds them. Unprepared, singles would come with six digits.
  const simple = parameters.length === 0 && !columns.some(({ data_type }) => data_type === 'float');
  const events = simple ? driver.query(text) : driver.execute(text, parameters.map(queryParameter));
  yield* batchesOf(driver, events as unknown as RowEvents);
}

/** The server prepares the text as one statement and tells whether it gives rows, before anything runs. */
async function* runQuery(
  driver: Driver, { query, parameters, limit }: z.output<typeof queryInput>, readOnly: boolean, cancel: () => Promise<void>,
): AsyncGenerator<RecordBatch> {
  const statement = await prepare(driver, query);
  const { columns, parameters: expected } = statement as unknown as { columns: unknown[]; parameters: unknown[] };
  if (expected.length !== parameters.length) {
    throw new PatchbayError('invalid_query', `The query has ${expected.length} placeholders, but ${parameters.length} parameters were given.`, {
      hint: 'Give one parameter for each ? in the query.',
      fields: [{ path: 'parameters', message: `must be ${expected.length}` }],
    });
  }
  if (readOnly && columns.length === 0) {
    throw new PatchbayError('invalid_query', 'The query was not run: it gives no rows, and this connector only reads.', {
      hint: 'Write a SELECT, or let an admin turn off the connector’s "Read only" setting.',
      fields: [{ path: 'query', message: 'must be a statement that reads' }],
    });
  }
  // What writes runs to its end, however few of its rows are wanted.
  const stopping = { ...(limit !== undefined && { limit }), ...(readOnly && { stop: cancel }) };
  yield* batchesOf(driver, statement.execute(parameters.map(queryParameter)) as unknown as RowEvents, stopping);
}

async function prepare(driver: Driver, query: string): Promise<PrepareStatementInfo> {
  return new Promise((resolve, reject) => {
    driver.prepare(query, (error, statement) => (error ? reject(error) : resolve(statement)));
  });
}

async function writeRecords(driver: Driver, input: WriteInput, places: Places): Promise<{ affected_records: number }> {
  const table = await findTable(driver, input.model, places);
  const statements = buildWrite(mysqlDialect, table, input);
  if (input.mode === 'upsert' && input.key.length > 0) await checkKey(driver, table, input.key);
  let affected = 0;
  for (const { text, parameters, records } of statements) {
    const { affectedRows } = await execute<{ affectedRows: number }>(driver, text, parameters).catch((error: unknown) => {
      throw input.mode === 'upsert' && (error as { errno?: number }).errno === foundByAnother ? foundOtherwise(error) : error;
    });
    // An upsert counts an overwritten row twice, and one that stays as it was not at all.
    affected += input.mode === 'upsert' ? records : affectedRows;
  }
  return { affected_records: affected };
}

/** @throws {PatchbayError} `invalid_request` unless the key is a unique index: the server would find no record by it, and insert another one */
async function checkKey(driver: Driver, table: Table<MysqlColumn>, key: readonly string[]): Promise<void> {
  const wanted = new Set(key);
  const indexes = await listUniqueIndexes(driver, table);
  if (indexes.some((index) => index.length === wanted.size && index.every((name) => wanted.has(name)))) return;
  throw new PatchbayError('invalid_request', `${modelName(table.schema, table.name)} has no unique index of just the key (${key.join(', ')}), so nothing was written.`, {
    hint: indexes.length > 0 ? `Unique are: ${indexes.map((index) => index.join(', ')).join('; ')}.` : 'Give the table a unique index of these fields.',
    fields: [{ path: 'key', message: 'must be a unique index of the table' }],
  });
}

function foundOtherwise(cause: unknown): PatchbayError {
  return new PatchbayError('rejected_by_backend', 'A record has another unique index in common with a record whose key is not the same, so nothing was written.', {
    hint: 'Change the value that another record has already, or name the fields of that unique index in "key".', cause,
  });
}
