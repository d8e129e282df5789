/** One connection by mysql2, through the guard, with what every session of ours assumes. */
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import type { Connection as Driver, ConnectionOptions, SslOptions } from 'mysql2';
import type { Egress } from '../../../platform/egress/index.ts';
import { verification } from '../config.ts';
import type { PooledConnection } from '../pool.ts';
import type { MysqlConfig } from './config.ts';
import { mysqlError } from './errors.ts';

export interface Connection extends PooledConnection {
  driver: Driver;
}

export interface ConnectOptions {
  config: MysqlConfig;
  egress: Egress;
  /** The kind's label, for errors. */
  label: string;
}

/**
 * Times are UTC; a slow consumer must not make the server hang up; what does not fit a column is an
 * error, not cut; and where the connector is read-only, so is every transaction of the session.
 */
async function initialise(driver: Driver, { read_only }: MysqlConfig): Promise<void> {
  const settings = `set session time_zone = '+00:00', net_write_timeout = 3600, sql_mode = concat(@@sql_mode, ',STRICT_ALL_TABLES')`;
  if (!read_only) return void (await run(driver, settings));
  await run(driver, `${settings}, transaction_read_only = 1`).catch(async (error: unknown) => {
    // MariaDB before 11.1 knows only the older name.
    if ((error as { errno?: number }).errno !== unknownVariable) throw error;
    await run(driver, `${settings}, tx_read_only = 1`);
  });
}

const unknownVariable = 1193;

/** @throws {PatchbayError} when it cannot connect or sign in */
export async function connect({ config, egress, label }: ConnectOptions, signal: AbortSignal): Promise<Connection> {
  const target = `${config.host}:${config.port}`;
  try {
    return await connectOnce(config, egress, signal, config.sslmode !== 'disable');
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (config.sslmode === 'prefer' && (error as { code?: string }).code === 'HANDSHAKE_NO_SSL_SUPPORT') {
      return connectOnce(config, egress, signal, false).catch((again: unknown) => {
        throw mysqlError(again, { label, purpose: 'connect', target });
      });
    }
    throw mysqlError(error, { label, purpose: 'connect', target });
  }
}

async function connectOnce(config: MysqlConfig, egress: Egress, signal: AbortSignal, secure: boolean): Promise<Connection> {
  signal.throwIfAborted();
  const { createConnection } = await import('mysql2');
  let alive = true;
  const openSocket = (): Socket => {
    const socket = egress.socket({ host: config.host, port: config.port, connect_timeout: config.timeout * 1000 });
    socket.once('close', () => void (alive = false));
    // mysql2 gives TLS no name for an address, and Node would then check the certificate for "localhost".
    return isIP(config.host) === 0 ? socket : Object.assign(socket, { _host: config.host });
  };
  const options: ConnectionOptions = {
    host: config.host,
    port: config.port,
    user: config.username,
    password: config.password ?? '',
    database: config.database,
    charset: 'utf8mb4',
    connectTimeout: config.timeout * 1000,
    connectAttributes: { program_name: 'patchbay' },
    stream: openSocket,
    ...(secure && { ssl: tlsOptions(config) }),
    multipleStatements: false,
    flags: ['-LOCAL_FILES'],
    // Nothing may be rounded or shifted on its way.
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    // Statements are made anew each time; the server need not remember them.
    maxPreparedStatements: 20,
  };
  const driver = createConnection(options);
  const onAbort = () => driver.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      driver.on('error', reject); // Stays: an error of an idle connection must not end the process.
      driver.once('connect', () => resolve());
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    await initialise(driver, config);
  } catch (error) {
    driver.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  return {
    driver,
    get alive() {
      return alive;
    },
    destroy: () => driver.destroy(),
    end: () => new Promise((resolve) => driver.end(() => resolve())),
  };
}

function tlsOptions(config: MysqlConfig): SslOptions {
  const { chain, name } = verification(config);
  return {
    rejectUnauthorized: chain,
    verifyIdentity: name,
    ...(config.ca_certificate && { ca: config.ca_certificate }),
  };
}

/** Makes a connection that ran a user's statement as good as new: variables, locks and temporary tables are gone. */
export async function renew({ driver }: Connection, config: MysqlConfig): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    (driver as Driver & { reset(callback: (error: Error | null) => void): void }).reset((error) => (error ? reject(error) : resolve()));
  });
  await initialise(driver, config);
}

/** Runs a statement of our own, without values, to its end. */
export async function run(driver: Driver, text: string): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    driver.query(text, (error, rows) => (error ? reject(error) : resolve(rows as unknown as Record<string, unknown>[])));
  });
}

/** Runs a prepared statement with its values bound by the server. @returns rows, or what a write did */
export async function execute<Result = Record<string, unknown>[]>(driver: Driver, text: string, parameters: unknown[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    driver.execute(text, parameters as string[], (error, result) => (error ? reject(error) : resolve(result as Result)));
  });
}
