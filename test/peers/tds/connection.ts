/** One client of the TDS peer. */
import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { StatementType } from '@duckdb/node-api';
import type { TestCertificate } from '../certificate.ts';
import { failureOf, interrupt } from '../duckdb/database.ts';
import type { Database, DuckDBConnection } from '../duckdb/database.ts';
import { readCall } from './rpc.ts';
import type { Value } from './rpc.ts';
import { translate } from './sql.ts';
import { nullOf, wireColumn } from './values.ts';
import { Answer, bytes, doneStatus, endOfMessage, packets, prelogin, preloginOptions, readLogin, tokens } from './wire.ts';

export interface ReceivedCall {
  sql: string;
  parameters: Record<string, Value>;
}

export interface Options {
  database: Database;
  login: { username: string; password: string; database: string };
  certificate?: TestCertificate;
  received: ReceivedCall[];
  onAttention(): void;
}

const row = bytes(0xd1);
const [encryptOff, encryptOn, encryptNotSupported] = [0, 1, 2];
const numbers = { table: 208, column: 207, syntax: 102, constraint: 2627, value: 8114, interrupted: 0, other: 50000 };
type DoneToken = 0xfd | 0xfe;

export function serveConnection(raw: Socket, options: Options): void {
  let out: Socket | tls.TLSSocket = raw;
  let buffered: Buffer = Buffer.alloc(0);
  let message: Buffer[] = [];
  let handshake: { push(data: Buffer): void; secure: boolean } | undefined;
  let connection: DuckDBConnection | undefined;
  let stopped = false;
  let running = Promise.resolve();
  let busy = false;
  const stop = () => void (connection && interrupt(connection, () => !busy));
  raw.on('error', () => undefined);
  raw.on('close', () => {
    stopped = true;
    stop();
    void running.then(() => connection?.closeSync());
  });
  const answer = (type?: number) => new Answer((packet) => void (raw.destroyed || out.write(packet)), type);
  const drained = () => new Promise<void>((resolve) => {
    if (!out.writableNeedDrain || raw.destroyed) return resolve();
    const done = () => { out.off('drain', done); raw.off('close', done); resolve(); };
    out.on('drain', done);
    raw.on('close', done);
  });

  const take = (data: Buffer): void => {
    buffered = Buffer.concat([buffered, data]);
    while (buffered.length >= 8 && buffered.length >= buffered.readUInt16BE(2)) {
      const size = buffered.readUInt16BE(2);
      const [type, last, payload] = [buffered[0]!, (buffered[1]! & endOfMessage) !== 0, buffered.subarray(8, size)];
      buffered = buffered.subarray(size);
      if (handshake && type === packets.prelogin) {
        handshake.push(payload);
        continue;
      }
      message.push(payload);
      if (!last) continue;
      const whole = Buffer.concat(message);
      message = [];
      if (type === packets.attention) {
        options.onAttention();
        stopped = true;
        stop();
        running = running.then(() => {
          stopped = false;
          answer().end(tokens.done(0xfd, doneStatus.attention));
        });
      } else {
        running = running.then(() => handle(type, whole)).catch(() => void raw.destroy());
      }
    }
  };
  raw.on('data', (data) => (handshake?.secure ? handshake.push(data) : take(data)));

  /** The handshake travels in PRELOGIN packets; once it is done, everything travels in TLS. */
  const secure = ({ certificate, key }: TestCertificate): void => {
    const inner = Object.assign(new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        if (inner.secure) raw.write(chunk, done);
        else {
          new Answer((packet) => raw.write(packet), packets.prelogin).end(chunk);
          done();
        }
      },
    }), { secure: false });
    handshake = inner;
    const socket = new tls.TLSSocket(inner, { isServer: true, cert: certificate, key, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
    socket.on('secure', () => setImmediate(() => {
      inner.secure = true;
      out = socket;
    }));
    socket.on('data', take);
    socket.on('error', () => raw.destroy());
  };

  const handle = async (type: number, whole: Buffer): Promise<void> => {
    if (type === packets.prelogin) {
      const wanted = preloginOptions(whole).get(1)?.[0] ?? encryptNotSupported;
      const encrypts = options.certificate !== undefined && (wanted === encryptOn || wanted === encryptOff);
      answer().end(prelogin(encrypts ? encryptOn! : encryptNotSupported!));
      if (encrypts) secure(options.certificate!);
    } else if (type === packets.login) {
      await signIn(whole);
    } else {
      // ALL_HEADERS, with their own length in front.
      const start = whole.readUInt32LE(0) <= whole.length && whole.readUInt32LE(0) >= 22 ? whole.readUInt32LE(0) : 0;
      if (type === packets.batch) await execute(whole.toString('utf16le', start), new Map(), 0xfd);
      else if (type === packets.rpc) await call(whole, start);
      else throw new Error(`a packet of type ${type}`);
    }
  };

  const signIn = async (whole: Buffer): Promise<void> => {
    const { username, password, database } = readLogin(whole);
    const { login } = options;
    if (username !== login.username || password !== login.password) {
      answer().end(tokens.error(18456, `Login failed for user '${username}'.`, 14), tokens.done(0xfd, doneStatus.error));
    } else if (database !== '' && database !== login.database) {
      answer().end(tokens.error(4060, `Cannot open database "${database}" requested by the login. The login failed.`, 11), tokens.done(0xfd, doneStatus.error));
    } else {
      connection = await options.database.connect();
      await connection.run("set search_path = 'dbo,main'");
      answer().end(tokens.environment(1, login.database, 'master'), tokens.environment(4, '4096', '4096'), tokens.loginAck(), tokens.done(0xfd, 0));
    }
  };

  const call = async (whole: Buffer, start: number): Promise<void> => {
    const { procedure, parameters } = readCall(whole, start);
    const spExecuteSql = 10;
    if (procedure !== spExecuteSql && procedure !== 'sp_executesql') {
      return answer().end(tokens.error(2812, `Could not find stored procedure '${procedure}'.`, 16), tokens.done(0xfe, doneStatus.error));
    }
    await execute(String(parameters[0]!.value), new Map(parameters.slice(2).map(({ name, value }) => [name, value])), 0xfe);
  };

  const execute = async (sql: string, parameters: Map<string, Value>, done: DoneToken): Promise<void> => {
    const out = answer();
    const finish = (status: number, rows: number) =>
      (done === 0xfe ? out.end(tokens.done(0xff, status | doneStatus.more, rows), tokens.returnStatus(), tokens.done(0xfe, doneStatus.final)) : out.end(tokens.done(done, status, rows)));
    const fail = (number: number, text: string, severity: number) => out.end(tokens.error(number, text, severity), tokens.done(done, doneStatus.error));
    const word = /^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase() ?? '';
    if (word === 'set') return finish(0, 0);
    options.received.push({ sql, parameters: Object.fromEntries(parameters) });
    busy = true;
    try {
      if (done === 0xfd && (await transaction(sql.trim().toLowerCase()))) return finish(0, 0);
      const statement = await connection!.prepare(translate(sql, parameters));
      const result = await statement.stream();
      const columns = result.columnTypes().map(wireColumn);
      if (statement.statementType !== StatementType.SELECT) {
        const rows = await result.getRows();
        statement.destroySync();
        return finish(doneStatus.count, Number(rows[0]?.[0] ?? 0));
      }
      out.push(tokens.columns(result.columnNames().map((name, index) => ({ name, type: columns[index]!.type }))));
      let rows = 0;
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        if (stopped) throw new Error('INTERRUPT');
        for (const values of chunk.getRows()) {
          out.push(row, ...values.map((value, index) => (value === null ? nullOf(columns[index]!) : columns[index]!.encode(value as never))));
        }
        rows += chunk.rowCount;
        await drained();
      }
      statement.destroySync();
      finish(doneStatus.count, rows);
    } catch (error) {
      const { failure, message: text } = failureOf(error);
      if (stopped || failure === 'interrupted') return out.end(tokens.done(done, doneStatus.error));
      const table = /Table with name (\S+) does not exist/.exec(text)?.[1];
      const { number = numbers[failure] } = error as { number?: number };
      fail(number, table ? `Invalid object name '${table}'.` : text, number === 102 ? 15 : 16);
    } finally {
      busy = false;
    }
  };

  let inTransaction = false;
  /** Ends what DuckDB has begun; as in SQL Server, an error need not have ended it. */
  const transaction = async (sql: string): Promise<boolean> => {
    const command = /^(?:if @@trancount > 0\s+)?(begin|commit|rollback)(?:\s+tran(?:saction)?)?;?$/.exec(sql)?.[1];
    if (!command) return false;
    if (command === 'begin' || inTransaction) await connection!.run(command === 'begin' ? 'begin transaction' : command);
    inTransaction = command === 'begin';
    return true;
  };
}
