/**
 * A double of node-oracledb at its own interface, over DuckDB: no Oracle server runs here. It dials the
 * place of the connect string, as the driver does, signs in, keeps transactions (a
 * read-only one refuses to write, as Oracle's), fetches page by page, and throws Oracle's errors. The rows are
 * DuckDB's, but as many bytes as they have come over the connection: a call waits for them, and fails with it.
 */
import { once } from 'node:events';
import net from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { DuckDBDecimalType, StatementType } from '@duckdb/node-api';
import type { ColumnInfo, OracleConnection, OracleDriver } from '../../../control-plane/src/kinds/oracle/driver.ts';
import { createDatabase, failureOf, interrupt, Types } from '../duckdb/database.ts';
import type { DuckDBType } from '../duckdb/database.ts';
import { catalog, translate } from './sql.ts';

export interface OracleDouble {
  driver: OracleDriver;
  host: string;
  port: number;
  username: string;
  password: string;
  executed: { statement: string; parameters: unknown[] }[];
  broken(): number;
  run(sql: string): Promise<(string | null)[][]>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const [STRING, BUFFER] = [{ name: 'STRING' }, { name: 'BUFFER' }];
const lobs = { CLOB: { name: 'CLOB' }, NCLOB: { name: 'NCLOB' }, BLOB: { name: 'BLOB' } };
const [STMT_TYPE_SELECT, STMT_TYPE_ALTER] = [1, 7];
const names: Partial<Record<number, string>> = {
  [Types.VARCHAR]: 'VARCHAR2', [Types.DOUBLE]: 'BINARY_DOUBLE', [Types.TIMESTAMP]: 'TIMESTAMP', [Types.TIMESTAMP_TZ]: 'TIMESTAMP WITH TIME ZONE', [Types.BLOB]: 'RAW', [Types.DATE]: 'DATE', [Types.BOOLEAN]: 'BOOLEAN',
};

/** What was bound. A text that is too long for SQL's own must be bound as a LOB. */
function valueOf(bound: unknown): unknown {
  const { type, val } = (typeof bound === 'object' && bound !== null ? bound : {}) as { type?: unknown; val?: unknown };
  if (Object.values(lobs).includes(type as { name: string })) return val;
  if (Buffer.byteLength(typeof bound === 'string' || Buffer.isBuffer(bound) ? bound : '') > 4000) throw new Error('ORA-01461: can bind a LONG value only for insert into a LONG column');
  return bound;
}

function infoOf(name: string, type: DuckDBType): ColumnInfo {
  if (type instanceof DuckDBDecimalType) return { name, dbTypeName: 'NUMBER', precision: type.width, scale: type.scale };
  if (type.typeId === Types.INTEGER) return { name, dbTypeName: 'NUMBER', precision: 10, scale: 0 };
  return { name, dbTypeName: names[type.typeId] ?? 'NUMBER', precision: 0, scale: 0 };
}

function oracleFailure(error: unknown): Error {
  const { failure, message } = failureOf(error);
  if (/^(ORA|NJS)-/.test(message)) return error as Error;
  const number = { table: 'ORA-00942: table or view does not exist:', column: 'ORA-00904: invalid identifier:', syntax: 'ORA-00900: invalid SQL statement:', constraint: 'ORA-00001: unique constraint violated:', value: 'ORA-01722: unable to convert to number:', interrupted: 'ORA-01013: user requested cancel of current operation', other: 'ORA-00600: internal error:' }[failure];
  return new Error(`${number} ${message}`);
}

export async function startOracleDouble(): Promise<OracleDouble> {
  const database = await createDatabase();
  await database.run(catalog);
  const login = { username: 'shop', password: 'Pass-word-1' };
  const executed: OracleDouble['executed'] = [];
  let breaks = 0;
  const sockets = new Set<Socket>();
  const listen = async (port: number) => {
    const server = net.createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
      // To each number, so many bytes.
      createInterface(socket).on('line', (line) => void socket.write(Buffer.alloc(Number(line)))).on('error', () => undefined);
      socket.write('listener');
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;

  /** As the driver without TLS: straight to the place of the connect string. It says nothing before the listener has. */
  const dial = async (connectString: string): Promise<Socket> => {
    const part = (key: string) => new RegExp(`\\(${key}=([^)]*)\\)`).exec(connectString)![1]!;
    const socket = net.connect({ host: part('HOST'), port: Number(part('PORT')) });
    socket.on('error', () => undefined);
    await Promise.race([once(socket, 'data'), once(socket, 'close')]);
    if (socket.destroyed) throw new Error('NJS-503: connection to host could not be established');
    return socket;
  };

  const getConnection: OracleDriver['getConnection'] = async (options) => {
    const socket = await dial(String(options['connectString']));
    let missing = 0;
    let arrived: () => void = () => undefined;
    socket.on('data', (chunk: Buffer) => {
      missing -= chunk.length;
      if (missing <= 0) arrived();
    }).once('close', () => arrived());
    const transfer = async (bytes: number) => {
      check();
      missing = bytes;
      await new Promise<void>((resolve) => {
        arrived = resolve;
        socket.write(`${bytes}\n`);
      });
      check();
    };
    if (options['user'] !== login.username || options['password'] !== login.password) {
      socket.destroy();
      throw new Error('ORA-01017: invalid credential or not authorized; logon denied');
    }
    const connection = await database.connect();
    await connection.run(`set search_path = 'SHOP,main'`);
    let readOnly = false;
    let inTransaction = false;
    let busy = false;
    const check = () => {
      if (socket.destroyed) throw new Error('NJS-500: connection to the Oracle Database was broken');
    };
    const end = async (how: 'commit' | 'rollback') => {
      await transfer(8);
      if (inTransaction) await connection.run(how);
      inTransaction = false;
    };
    const session: OracleConnection = {
      oracleServerVersionString: '23.0.0.0.0 (double)',
      commit: () => end('commit'),
      rollback: () => end('rollback'),
      async break() {
        breaks += 1;
        await interrupt(connection, () => !busy);
      },
      async close() {
        socket.destroy();
        connection.closeSync();
      },
      async getStatementInfo(statement) {
        await transfer(64);
        if (/^\s*alter session/i.test(statement)) return { statementType: STMT_TYPE_ALTER, bindNames: [] };
        try {
          const count = [...statement.matchAll(/:\d+/g)].length;
          const prepared = await connection.prepare(translate(statement, Array.from({ length: count }, () => null)));
          const metaData = prepared.statementType === StatementType.SELECT ? Array.from({ length: prepared.columnCount }, (_, index) => infoOf(prepared.columnName(index), prepared.columnType(index))) : [];
          // As the driver's thin mode: it goes by the first word, and knows no type for WITH.
          const statementType = /^\W*with\b/i.test(statement) ? 0 : prepared.statementType === StatementType.SELECT ? STMT_TYPE_SELECT : 2;
          return { statementType, bindNames: [], metaData };
        } catch (error) {
          throw oracleFailure(error);
        }
      },
      async execute(statement, parameters, { fetchTypeHandler }) {
        await transfer(64);
        if (/^\s*alter session/i.test(statement)) {
          const schema = /current_schema = "([^"]+)"/i.exec(statement)?.[1];
          if (schema !== undefined) await connection.run(`set search_path = '${schema},main'`).catch(() => { throw new Error('ORA-01435: user does not exist'); });
          return {};
        }
        const access = /^set transaction read (only|write)$/.exec(statement)?.[1];
        if (access) {
          readOnly = access === 'only';
          inTransaction = true;
          await connection.run('begin transaction');
          return {};
        }
        const values = parameters.map(valueOf);
        executed.push({ statement, parameters: values });
        busy = true;
        try {
          const prepared = await connection.prepare(translate(statement, values));
          if (prepared.statementType !== StatementType.SELECT) {
            if (readOnly) throw new Error('ORA-01456: may not perform insert, delete, update operation inside a READ ONLY transaction');
            return { rowsAffected: Number((await prepared.runAndReadAll()).getRows()[0]?.[0] ?? 0) };
          }
          const result = await prepared.stream();
          const metaData = result.columnNames().map((name, index) => infoOf(name, result.columnType(index)));
          const asText = metaData.map((column) => fetchTypeHandler?.(column)?.type === STRING);
          const convert = (value: unknown, index: number): unknown => {
            if (value === null) return null;
            const { dbTypeName } = metaData[index]!;
            if (dbTypeName === 'NUMBER') return asText[index] ? String(value) : Number(String(value));
            if (dbTypeName === 'RAW') return Buffer.from((value as { bytes: Uint8Array }).bytes);
            return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
          };
          const first = await result.fetchChunk();
          let rows: unknown[][] = first?.getRows() ?? [];
          return {
            metaData,
            resultSet: {
              async getRows(count) {
                while (rows.length < count) {
                  const chunk = await result.fetchChunk();
                  if (!chunk || chunk.rowCount === 0) break;
                  rows.push(...chunk.getRows());
                }
                const page = rows.slice(0, count).map((row) => row.map(convert));
                rows = rows.slice(count);
                await transfer(JSON.stringify(page).length);
                return page;
              },
              async close() {
                prepared.destroySync();
              },
            },
          };
        } catch (error) {
          throw oracleFailure(error);
        } finally {
          busy = false;
        }
      },
    };
    return session;
  };

  const close = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    driver: { getConnection, OUT_FORMAT_ARRAY: 4001, STMT_TYPE_SELECT, STRING, BUFFER, ...lobs },
    host: '127.0.0.1', port, ...login, executed,
    broken: () => breaks,
    run: database.run,
    async restart() {
      await close();
      server = await listen(port);
    },
    async stop() {
      await close();
      database.close();
    },
  };
}
