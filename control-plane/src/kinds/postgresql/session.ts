/** What an open PostgreSQL connector does: its operations. */
import type { Sql } from 'postgres';
import type { z } from 'zod';
import type { database, queryInput } from '../../categories/database.ts';
import type { ReadInput } from '../../categories/shared.ts';
import { linesOf } from '../../engines/sql/batch.ts';
import { distinctNames } from '../../engines/sql/cells.ts';
import { describeTable } from '../../engines/sql/discover.ts';
import type { Purpose } from '../../engines/sql/errors.ts';
import { createPool } from '../../engines/sql/pool.ts';
import { buildSelect } from '../../engines/sql/select.ts';
import { checkStatement, leadingWord } from '../../engines/sql/statement.ts';
import { inTransaction, streamInTransaction } from '../../engines/sql/work.ts';
import { buildWrite, refuseWrite } from '../../engines/sql/write.ts';
import type { WriteInput } from '../../engines/sql/write.ts';
import type { OpenContext, RecordBatch, Session } from '../contract.ts';
import { findTable, listArrayTypes, listTables } from './catalog.ts';
import type { PostgresqlConfig } from './config.ts';
import { connect } from './connection.ts';
import type { Connection } from './connection.ts';
import { copyToNdjson } from './copy.ts';
import { pagesOf } from './cursor.ts';
import type { Page, Values } from './cursor.ts';
import { bindSettings, copyDialect, postgresqlDialect, queryParameter } from './dialect.ts';
import { postgresqlTransaction } from './transaction.ts';
import type { TransactionOptions } from './transaction.ts';
import { encodeText, queryEncoder, selection } from './types.ts';

type QueryInput = z.output<typeof queryInput>;

/** How many values a COPY may depend on. */
const mostSettings = 50;

/** How many rows the server is asked for at a time where it cannot simply send them all. */
const cursorRows = 1000;

export function openSession(config: PostgresqlConfig, { egress, output_schemas }: OpenContext): Session<typeof database, 'write'> {
  const pool = createPool(config, (signal) => connect(config, egress, signal));
  const transaction = (purpose: Purpose, access: TransactionOptions['access'], statement_timeout: number) =>
    postgresqlTransaction(config, egress, output_schemas, { purpose, access, statement_timeout });
  let arrayTypes: Map<number, number> | undefined;

  return {
    test: (call) =>
      inTransaction(pool, transaction('test', 'read only', config.timeout), call, async ({ sql }) => {
        const [row] = await sql.unsafe(`select pg_catalog.current_setting('server_version') as version`);
        return { message: `PostgreSQL ${String(row?.['version']).split(' ')[0]}` };
      }),

    discover: (input, call) =>
      inTransaction(pool, transaction('discover', 'read only', config.timeout), call, async ({ sql }) =>
        input.model === undefined
          ? listTables(sql, input, output_schemas)
          : describeTable(await findTable(sql, input.model, output_schemas)),
      ),

    read: (input, call) =>
      streamInTransaction(pool, transaction('read', 'read only', 0), call, (connection) => readTable(connection, input, output_schemas)),

    async *query(input, call) {
      checkStatement(input.query, config.read_only);
      yield* streamInTransaction(pool, transaction('query', config.read_only ? 'read only' : 'read write', 0), call, async function* (connection) {
        arrayTypes ??= await listArrayTypes(connection.sql);
        yield* runQuery(connection, input, arrayTypes);
      });
    },

    async write(input, call) {
      if (config.read_only) refuseWrite();
      return inTransaction(pool, transaction('write', 'read write', config.timeout), call, ({ sql }) => writeRecords(sql, input, output_schemas));
    },

    close: () => pool.close(),
  };
}

/** COPY is fastest. Long lists of values, which would have to be looked up for each row, go through a cursor. */
async function* readTable(connection: Connection, input: ReadInput, outputSchemas: readonly string[]): AsyncGenerator<RecordBatch> {
  const { sql } = connection;
  const table = await findTable(sql, input.model, outputSchemas);
  const { text, parameters, columns } = buildSelect(copyDialect, table, input);
  const encodings = columns.map((column) => ({ name: column.name, encoding: selection(column, '').encoding }));
  const values = parameters.map(queryParameter);
  if (values.length <= mostSettings) {
    if (values.length > 0) await sql.unsafe(bindSettings(values.length), values);
    yield* copyToNdjson(encodings, await sql.unsafe(`copy (${text}) to stdout`).readable());
    return;
  }
  const encoders = encodings.map(({ encoding }) => (value: string) => encodeText(encoding, value));
  const query = sql.unsafe(buildSelect(postgresqlDialect, table, input).text, values);
  const encode = rowEncoder(columns.map(({ name }) => name), encoders);
  yield* linesOf(rowsOf(pagesOf({ connection, query, size: cursorRows })), encode);
}

async function* rowsOf(pages: AsyncIterable<Page>): AsyncGenerator<Values[]> {
  for await (const { rows } of pages) yield rows;
}

/** Statements whose end tells how many rows there were: without that postgres.js's cursor gives none (SHOW, EXPLAIN, CALL). */
const counted = new Set(['select', 'with', 'values', 'table', 'insert', 'update', 'delete', 'merge']);

/** Never in the simple protocol: PostgreSQL then parses the text as one statement, and a second one in it is a syntax error. */
async function* runQuery(connection: Connection, { query, parameters, limit }: QueryInput, arrayTypes: Map<number, number>): AsyncGenerator<RecordBatch> {
  const statement = connection.sql.unsafe(query, parameters.map(queryParameter), { simple: false } as object);
  if (!counted.has(leadingWord(query))) {
    const rows = await statement.values();
    const { columns } = rows as unknown as { columns: { name: string; type: number }[] };
    const encode = queryRowEncoder({ names: columns.map(({ name }) => name), types: columns.map(({ type }) => type) }, arrayTypes);
    yield* linesOf([(rows as unknown as Values[]).slice(0, limit)], encode);
    return;
  }
  let encode: ((row: Values) => string) | undefined;
  const rows = async function* (): AsyncGenerator<Values[]> {
    for await (const page of pagesOf({ connection, query: statement, size: cursorRows, ...(limit !== undefined && { limit }) })) {
      encode ??= queryRowEncoder(page, arrayTypes);
      yield page.rows;
    }
  };
  yield* linesOf(rows(), (row) => encode!(row));
}

function queryRowEncoder({ names, types }: Pick<Page, 'names' | 'types'>, arrayTypes: Map<number, number>): (row: Values) => string {
  return rowEncoder(names, types.map((type) => queryEncoder(type, arrayTypes.get(type) ?? 0)));
}

function rowEncoder(names: string[], encoders: ((text: string) => string)[]): (row: Values) => string {
  const prefixes = distinctNames(names).map((name, index) => `${index === 0 ? '' : ','}${JSON.stringify(name)}:`);
  return (row) => {
    let line = '{';
    for (let index = 0; index < prefixes.length; index += 1) {
      const value = row[index]!;
      line += prefixes[index]! + (value === null ? 'null' : encoders[index]!(value));
    }
    return `${line}}`;
  };
}

async function writeRecords(sql: Sql, input: WriteInput, outputSchemas: readonly string[]): Promise<{ affected_records: number }> {
  const table = await findTable(sql, input.model, outputSchemas);
  let affected = 0;
  for (const { text, parameters } of buildWrite(postgresqlDialect, table, input)) {
    const result = await sql.unsafe(text, parameters as string[]);
    affected += result.count ?? 0;
  }
  return { affected_records: affected };
}
