/**
 * One connection: a postgres.js client that holds exactly one socket and never opens another. Were it
 * allowed to reconnect, a statement could run after a silent reconnect, outside of its transaction.
 */
import type { Sql } from 'postgres';
import type { PooledConnection } from '../../engines/sql/pool.ts';
import { connectionLost } from '../../engines/sql/errors.ts';
import type { Egress } from '../../platform/egress/index.ts';
import type { PostgresqlConfig } from './config.ts';
import { postgresError } from './errors.ts';
import { connectSocket } from './socket.ts';
import type { BackendKey } from './socket.ts';

export interface Connection extends PooledConnection {
  sql: Sql;
  key: BackendKey;
}

const asIs = (value: string): string => value;
/** Every type that postgres.js would convert: parameters go out, and values come in, as PostgreSQL's own text. */
const asText = { to: 25, from: [16, 17, 20, 21, 23, 25, 26, 114, 700, 701, 1082, 1114, 1184, 3802], serialize: asIs, parse: asIs };

/** @throws {PatchbayError} when it cannot connect or sign in */
export async function connect(config: PostgresqlConfig, egress: Egress, signal: AbortSignal): Promise<Connection> {
  const target = `${config.host}:${config.port}`;
  const { default: postgres } = await import('postgres');
  const socket = await connectSocket(config, egress, signal);
  let given = false;
  let alive = true;
  socket.once('close', () => void (alive = false));
  const options = {
    host: config.host,
    port: config.port,
    database: config.database,
    username: config.username,
    // A function: for an empty password postgres.js would send this process's own PGPASSWORD.
    password: () => config.password ?? '',
    max: 1,
    ssl: false,
    prepare: false,
    fetch_types: false,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: config.timeout,
    types: { text: asText },
    connection: { application_name: 'patchbay', TimeZone: 'UTC', DateStyle: 'ISO, YMD' },
    onnotice: () => undefined,
    // Not in the published types, but documented: gives the socket instead of making one.
    socket: () => {
      if (given) throw connectionLost(target);
      given = true;
      return socket;
    },
  };
  const sql = postgres(options as object);
  const onAbort = () => socket.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const { state } = await sql.unsafe('select 1');
    return {
      sql,
      key: { pid: state.pid, secret: state.secret },
      get alive() {
        return alive;
      },
      destroy: () => socket.destroy(),
      end: () => sql.end({ timeout: 2 }),
    };
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw signal.reason;
    throw postgresError(error, 'connect', target);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
