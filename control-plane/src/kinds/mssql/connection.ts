/** One connection by tedious, through the guard. */
import type { Connection as Driver, ConnectionConfiguration, Request } from 'tedious';
import type { PooledConnection } from '../../engines/sql/pool.ts';
import type { Egress } from '../../platform/egress/index.ts';
import type { MssqlConfig } from './config.ts';
import { mssqlError } from './errors.ts';
import { typeOf } from './parameters.ts';
import { rowsOf } from './rows.ts';
import type { RowStream } from './rows.ts';

type Tedious = typeof import('tedious');

export interface Connection extends PooledConnection {
  driver: Driver;
  tedious: Tedious;
}

/** How long a server may take to acknowledge that a statement was stopped, in milliseconds. */
const farewell = 2000;

/** @throws {PatchbayError} when it cannot connect or sign in */
export async function connect(config: MssqlConfig, egress: Egress, signal: AbortSignal): Promise<Connection> {
  signal.throwIfAborted();
  const { default: tedious } = await import('tedious');
  const driver: Driver = new tedious.Connection(driverConfig(config, egress, () => driver));
  let alive = true;
  let ending = false;
  driver.on('error', () => void (alive = false)); // Without a listener it would end the process.
  driver.on('end', () => void (alive = false));
  // Of a refused sign-in tedious keeps only the last message, which says less: first why, then that it failed.
  let refusal: { number: number; message: string; class: number } | undefined;
  const onMessage = (message: NonNullable<typeof refusal>) => void (refusal ??= message);
  driver.on('errorMessage', onMessage);
  const onAbort = () => driver.close();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => driver.connect((error) => (error ? reject(error) : resolve())));
  } catch (error) {
    driver.close();
    if (signal.aborted) throw signal.reason;
    throw mssqlError(refusal ? { ...refusal, cause: error } : error, 'connect', `${config.host}:${config.port}`);
  } finally {
    driver.off('errorMessage', onMessage);
    signal.removeEventListener('abort', onAbort);
  }
  return {
    driver,
    tedious,
    get alive() {
      return alive;
    },
    destroy() {
      alive = false;
      if (ending) return;
      ending = true;
      const { request } = driver as unknown as { request?: Request };
      // An attention stops the statement at the server; once that says so, it is time to hang up.
      if (!request || !driver.cancel()) return driver.close();
      const timer = setTimeout(() => driver.close(), farewell);
      driver.once('end', () => clearTimeout(timer));
      request.once('requestCompleted', () => driver.close());
      request.resume();
    },
    async end() {
      alive = false;
      driver.close();
    },
  };
}

function driverConfig(config: MssqlConfig, egress: Egress, driver: () => Driver): ConnectionConfiguration {
  return {
    server: config.host,
    authentication: { type: 'default', options: { userName: config.username, password: config.password ?? '' } },
    options: {
      port: config.port,
      database: config.database,
      appName: 'Patchbay',
      encrypt: config.encrypt,
      trustServerCertificate: config.trust_server_certificate,
      ...(config.ca_certificate && { cryptoCredentialsDetails: { ca: config.ca_certificate } }),
      connectTimeout: config.timeout * 1000,
      // Time is bounded from outside, for each pause of a stream.
      requestTimeout: 0,
      cancelTimeout: farewell,
      maxRetriesOnTransientErrors: 0,
      useUTC: true,
      textsize: 2_147_483_647,
      connector: async () => {
        // Azure's gateway names the server that one shall go to; that too is dialled through the guard.
        const { routingData } = driver() as unknown as { routingData?: { server: string; port: number } };
        const place = routingData ? { host: routingData.server.split('\\')[0]!, port: routingData.port } : { host: config.host, port: config.port };
        const socket = egress.socket({ ...place, connect_timeout: config.timeout * 1000 });
        await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
        return socket;
      },
    },
  };
}

/** The rows of one statement as pages of NDJSON; its parameters are bound by the server. */
export function stream(connection: Connection, text: string, parameters: readonly unknown[] = []): RowStream {
  const { driver, tedious } = connection;
  return rowsOf((callback) => {
    const request = new tedious.Request(text, callback);
    for (const [index, value] of parameters.entries()) {
      const parameter = typeOf(tedious.TYPES, value);
      request.addParameter(`p${index + 1}`, parameter.type, parameter.value);
    }
    driver.execSql(request);
    return request;
  });
}

/** Runs a statement to its end. @returns its rows, and how many it wrote */
export async function run(connection: Connection, text: string, parameters: readonly unknown[] = []): Promise<{ rows: Record<string, unknown>[]; affected: number }> {
  const running = stream(connection, text, parameters);
  const rows: Record<string, unknown>[] = [];
  for await (const batch of running.batches) {
    if ('ndjson' in batch) for (const line of Buffer.from(batch.ndjson).toString().split('\n')) if (line) rows.push(JSON.parse(line) as Record<string, unknown>);
  }
  return { rows, affected: running.affected() };
}

/** Runs a batch of our own as it stands: `sp_executesql` may not end a transaction that it did not begin. */
export async function batch(connection: Connection, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    connection.driver.execSqlBatch(new connection.tedious.Request(text, (error) => (error ? reject(error) : resolve())));
  });
}

/** Makes a connection that ran a user's statement as good as new: settings, temporary tables and transactions are gone. */
export async function renew({ driver }: Connection): Promise<void> {
  await new Promise<void>((resolve, reject) => driver.reset((error) => (error ? reject(error) : resolve())));
}
