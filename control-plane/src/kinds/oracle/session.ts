/** What an open Oracle connector does: its operations. */
import type { z } from 'zod';
import type { database, queryInput } from '../../categories/database.ts';
import type { ReadInput } from '../../categories/shared.ts';
import { firstRecords, linesOf } from '../../engines/sql/batch.ts';
import { rowEncoder } from '../../engines/sql/cells.ts';
import { describeTable } from '../../engines/sql/discover.ts';
import type { Purpose } from '../../engines/sql/errors.ts';
import { createPool } from '../../engines/sql/pool.ts';
import { buildSelect } from '../../engines/sql/select.ts';
import { leadingWord } from '../../engines/sql/statement.ts';
import { inTransaction, streamInTransaction } from '../../engines/sql/work.ts';
import type { Transaction } from '../../engines/sql/work.ts';
import { buildWrite, refuseWrite } from '../../engines/sql/write.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { OpenContext, RecordBatch, Session } from '../contract.ts';
import { findTable, listTables, upper } from './catalog.ts';
import type { Query } from './catalog.ts';
import type { OracleConfig } from './config.ts';
import { connect, openRelay } from './connection.ts';
import type { Connection } from './connection.ts';
import { Large, oracleDialect, queryParameter, quote } from './dialect.ts';
import type { ColumnInfo, OracleDriver } from './driver.ts';
import { isComplaint, oracleError } from './errors.ts';
import { checkOracleStatement, declaresCode } from './statement.ts';
import { encoderOf, needsText, select } from './types.ts';

/** How many rows are fetched at a time. */
const pageRows = 500;

export async function openSession(config: OracleConfig, { egress, output_schemas }: OpenContext, driver: OracleDriver): Promise<Session<typeof database, 'write'>> {
  const relay = await openRelay(config, egress);
  const pool = createPool(config, (signal) => connect(config, driver, relay, signal));
  const places = { schemas: upper(output_schemas), usual: (config.schema ?? config.username).toUpperCase() };
  const transaction = (purpose: Purpose, access: 'read only' | 'read write' = 'read only') => oracleTransaction(config, purpose, access);

  return {
    test: (call) => inTransaction(pool, transaction('test'), call, async (connection) => {
      await rowsOf(connection)('select 1 as one from dual', []);
      return { message: `Oracle ${connection.session.oracleServerVersionString}` };
    }),

    discover: (input, call) => inTransaction(pool, transaction('discover'), call, async (connection) =>
      input.model === undefined ? listTables(rowsOf(connection), input, places.schemas) : describeTable(await findTable(rowsOf(connection), input.model, places))),

    read: (input, call) => streamInTransaction(pool, transaction('read'), call, (connection) => readTable(connection, input, places)),

    async *query(input, call) {
      checkOracleStatement(input.query, config.read_only);
      yield* streamInTransaction(pool, transaction('query', config.read_only ? 'read only' : 'read write'), call, (connection) => runQuery(connection, input, config.read_only));
    },

    async write(input, call) {
      if (config.read_only) refuseWrite();
      return inTransaction(pool, transaction('write', 'read write'), call, async (connection) => {
        const table = await findTable(rowsOf(connection), input.model, places);
        let affected_records = 0;
        for (const { text, parameters } of buildWrite(oracleDialect, table, input)) affected_records += (await connection.session.execute(text, parameters.map((value) => bound(value, driver)), {})).rowsAffected ?? 0;
        return { affected_records };
      });
    },

    async close() {
      await pool.close();
      await relay.close();
    },
  };
}

function oracleTransaction(config: OracleConfig, purpose: Purpose, access: 'read only' | 'read write'): Transaction<Connection> {
  return {
    begin: async ({ session }) => void (await session.execute(`set transaction ${access}`, [], {})),
    async end(connection, outcome) {
      await (outcome === 'keep' && access === 'read write' ? connection.session.commit() : connection.session.rollback());
      if (connection.retired) await connection.end();
    },
    cancel: async ({ session }) => session.break(),
    survives: (error) => PatchbayError.is(error) || isComplaint(error),
    typed: (error) => oracleError(error, purpose, `${config.host}:${config.port}`),
  };
}

/** What the engine binds, as the driver takes it. */
const bound = (value: unknown, driver: OracleDriver): unknown => (value instanceof Large ? { val: value.val, type: driver[value.type] } : value);

const rowsOf = (connection: Connection): Query => async (statement, parameters) => {
  const rows: unknown[][] = [];
  for await (const page of fetchPages(connection, statement, parameters).pages) rows.push(...page);
  return rows;
};

interface Pages {
  /** Known once the first page has come. */
  columns(): ColumnInfo[];
  pages: AsyncIterable<unknown[][]>;
}

function fetchPages({ session, driver, noticed }: Connection, statement: string, parameters: readonly unknown[]): Pages {
  let columns: ColumnInfo[] = [];
  async function* pages(): AsyncGenerator<unknown[][]> {
    try {
      const { metaData, resultSet } = await session.execute(statement, parameters.map(queryParameter), {
        resultSet: true, outFormat: driver.OUT_FORMAT_ARRAY, fetchArraySize: pageRows,
        fetchTypeHandler: ({ dbTypeName }) => (/^NUMBER$|CLOB$|^LONG$/.test(dbTypeName) ? { type: driver.STRING } : /^BLOB$|^LONG RAW$/.test(dbTypeName) ? { type: driver.BUFFER } : undefined),
      });
      columns = metaData ?? [];
      if (!resultSet) return;
      try {
        for (let rows = await resultSet.getRows(pageRows); rows.length > 0; rows = await resultSet.getRows(pageRows)) yield rows;
      } finally {
        await resultSet.close();
      }
    } catch (error) {
      noticed(error);
      throw error;
    }
  }
  return { columns: () => columns, pages: pages() };
}

function records({ columns, pages }: Pages): AsyncGenerator<RecordBatch> {
  let encode: ((row: unknown[]) => string) | undefined;
  return linesOf(pages, (row) => (encode ??= rowEncoder<unknown>(columns().map((column) => ({ name: column.name, encode: encoderOf(column) as (value: unknown) => string }))))(row));
}

async function* readTable(connection: Connection, input: ReadInput, places: Parameters<typeof findTable>[2]): AsyncGenerator<RecordBatch> {
  const { text, parameters } = buildSelect(oracleDialect, await findTable(rowsOf(connection), input.model, places), input);
  yield* records(fetchPages(connection, text, parameters));
}

async function* runQuery(connection: Connection, { query, parameters, limit }: z.output<typeof queryInput>, readOnly: boolean): AsyncGenerator<RecordBatch> {
  const statement = query.trim().replace(/;$/, '');
  // The server parses it and says what it is, before anything runs.
  const { statementType, metaData } = await connection.session.getStatementInfo(statement);
  // The driver goes by the first word, and knows no type for WITH; what gives columns is a SELECT.
  const isSelect = statementType === connection.driver.STMT_TYPE_SELECT || (leadingWord(statement) === 'with' && (metaData ?? []).length > 0);
  if (readOnly && !isSelect) {
    throw new PatchbayError('invalid_query', 'The query was not run: it is no SELECT, and this connector only reads.', {
      hint: 'Write a SELECT, or let an admin turn off the connector’s "Read only" setting.', fields: [{ path: 'query', message: 'must be a SELECT' }],
    });
  }
  // It may set the session or the state of a package, which nothing resets.
  if (!isSelect) connection.retire();
  yield* firstRecords(records(fetchPages(connection, isSelect ? withTexts(statement, metaData ?? []) : statement, parameters)), limit, { to_the_end: !isSelect });
}

/** The query with its times written as text by the server, which alone has all their digits. Columns of one name cannot be told apart from outside, so those stay. */
function withTexts(statement: string, columns: ColumnInfo[]): string {
  const names = new Set(columns.map(({ name }) => name));
  if (names.size < columns.length || !columns.some(({ dbTypeName }) => needsText(dbTypeName))) return statement;
  const list = columns.map(({ name, dbTypeName }) => `${select(dbTypeName, `q.${quote(name)}`)} as ${quote(name)}`).join(', ');
  return `select ${declaresCode(statement) === undefined ? '' : '/*+ WITH_PLSQL */ '}${list} from (${statement}\n) q`;
}
