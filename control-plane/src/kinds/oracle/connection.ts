/** One connection by node-oracledb's thin mode, which dials by itself: a relay, whose far end goes through the guard. */
import { networkError } from '../../platform/network-errors.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { startProxy, startRelay } from '../../platform/egress/relay.ts';
import type { Relay } from '../../platform/egress/relay.ts';
import type { PooledConnection } from '../../engines/sql/pool.ts';
import type { OracleConfig } from './config.ts';
import { quote } from './dialect.ts';
import type { OracleConnection, OracleDriver } from './driver.ts';
import { isLost, oracleError } from './errors.ts';
import { walletOf } from './wallet.ts';

export interface Connection extends PooledConnection {
  driver: OracleDriver;
  session: OracleConnection;
  /** To be called with whatever it throws: some errors mean that it is gone. */
  noticed(error: unknown): void;
  /** To be called before it does what would be felt by the next caller: it is closed at the end of the transaction. */
  retire(): void;
  readonly retired: boolean;
}

/** Times are UTC and ISO 8601, and a number's point is a point, whatever the database's own country. */
const settings =
  `alter session set time_zone = '+00:00' nls_date_format = 'YYYY-MM-DD"T"HH24:MI:SS' nls_timestamp_format = 'YYYY-MM-DD"T"HH24:MI:SS.FF' ` +
  `nls_timestamp_tz_format = 'YYYY-MM-DD"T"HH24:MI:SS.FFTZH:TZM' nls_numeric_characters = '.,'`;

/** @throws {PatchbayError} when it cannot connect or sign in */
export async function connect(config: OracleConfig, driver: OracleDriver, relay: Relay, signal: AbortSignal): Promise<Connection> {
  const target = `${config.host}:${config.port}`;
  signal.throwIfAborted();
  const connecting = driver.getConnection({
    user: config.username, password: config.password ?? '', connectString: connectString(config, relay),
    connectTimeout: config.timeout, transportConnectTimeout: config.timeout,
    ...(config.tls && config.ca_certificate && { walletContent: walletOf(config.ca_certificate) }),
  });
  let session: OracleConnection;
  try {
    session = await unlessAborted(connecting, signal);
    await session.execute(settings, [], {});
    if (config.schema !== undefined) await setSchema(session, config.schema.toUpperCase());
  } catch (error) {
    connecting.then((late) => late.close({ drop: true })).catch(() => undefined);
    if (signal.aborted) throw signal.reason;
    throw networkError(relay.failure(target), target) ?? oracleError(error, 'connect', target);
  }
  let alive = true;
  let retired = false;
  const drop = () => void session.break().catch(() => undefined).then(() => session.close({ drop: true })).catch(() => undefined);
  return {
    driver, session,
    get alive() {
      return alive;
    },
    get retired() {
      return retired;
    },
    retire() {
      retired = true;
    },
    noticed(error) {
      if (isLost(error)) alive = false;
    },
    destroy() {
      if (!alive) return;
      alive = false;
      drop();
    },
    async end() {
      alive = false;
      await session.close({ drop: true });
    },
  };
}

async function setSchema(session: OracleConnection, schema: string): Promise<void> {
  await session.execute(`alter session set current_schema = ${quote(schema)}`, [], {}).catch((error: unknown) => {
    if (!/\bORA-01435\b/.test((error as Error).message)) throw error;
    throw new PatchbayError('invalid_config', `There is no schema ${schema}.`, {
      hint: 'Correct the schema, or leave it out to use the user’s own.', fields: [{ path: 'config.schema', message: 'is not known to the server' }], cause: error,
    });
  });
}

function connectString({ host, port, service_name, tls }: OracleConfig, relay: Relay): string {
  const place = tls
    ? `(PROTOCOL=TCPS)(HOST=${host})(PORT=${port})(HTTPS_PROXY=${relay.host})(HTTPS_PROXY_PORT=${relay.port})`
    : `(PROTOCOL=TCP)(HOST=${relay.host})(PORT=${relay.port})`;
  return `(DESCRIPTION=(ADDRESS=${place})(CONNECT_DATA=(SERVICE_NAME=${service_name}))${tls ? '(SECURITY=(SSL_SERVER_DN_MATCH=ON))' : ''})`;
}

/** The driver takes a proxy only with TLS. Without it goes to one place, and a listener that names another is not followed past the guard. */
export function openRelay({ host, port, tls, timeout }: OracleConfig, egress: Egress): Promise<Relay> {
  const connect_timeout = timeout * 1000;
  return tls ? startProxy(egress, { connect_timeout }) : startRelay(egress, { host, port }, { connect_timeout, inspect: refuseRedirect });
}

/** Where a TNS packet has its type. */
const typeAt = 4;
const packets = { accept: 2, redirect: 5 } as const;

function refuseRedirect(chunk: Buffer): Error | 'passed' | undefined {
  if (chunk[typeAt] === packets.accept) return 'passed';
  if (chunk[typeAt] !== packets.redirect) return undefined;
  return new PatchbayError('invalid_config', 'Oracle’s listener leads to another address, which is followed only with TLS.', {
    hint: 'Connect to that address itself, use TLS, or let the listener hand connections over (dedicated servers, no remote listener).',
    fields: [{ path: 'config.host', message: 'its listener redirects' }],
  });
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
