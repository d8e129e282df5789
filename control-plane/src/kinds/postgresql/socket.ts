/** The way to the server: a guarded socket, made secure as `sslmode` asks, and the request to cancel. */
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { verification } from '../../engines/sql/config.ts';
import type { Egress } from '../../platform/egress/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { networkError } from '../../platform/network-errors.ts';
import type { PostgresqlConfig } from './config.ts';

/** What identifies a running backend to the server: given at sign-in, sent to cancel. */
export interface BackendKey {
  pid: number;
  secret: number;
}

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const cancelCode = 80_877_102;

/**
 * Connects and, where asked, makes the connection secure. postgres.js could do the latter, but its own
 * sockets do not come through the guard, and with a given socket it names no server to TLS.
 * @throws {PatchbayError} also when the signal aborts, with its reason
 */
export async function connectSocket(config: PostgresqlConfig, egress: Egress, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const target = `${config.host}:${config.port}`;
  const raw = egress.socket({ host: config.host, port: config.port, connect_timeout: config.timeout * 1000 });
  // An error between two steps, when nobody listens, must not end the process; whoever comes next finds the socket closed.
  raw.on('error', () => undefined);
  // The handshake has its time too, also where the signal has none.
  const timer = setTimeout(() => raw.destroy(Object.assign(new Error('handshake'), { code: 'ETIMEDOUT' })), config.timeout * 1000);
  const onAbort = () => raw.destroy(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await once(raw, 'connect');
    if (config.sslmode === 'disable') return raw;
    return (await secure(config, raw, target)) ?? raw;
  } catch (error) {
    raw.destroy();
    if (signal.aborted) throw signal.reason;
    throw networkError(error, target) ?? error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** @returns undefined when the server has no TLS and need not have it */
async function secure(config: PostgresqlConfig, raw: Socket, target: string): Promise<Socket | undefined> {
  raw.write(sslRequest);
  const answer = await firstBytes(raw);
  if (answer[0] !== 0x53 /* S */ || answer.length !== 1) {
    // More than one byte is what somebody in between put there: it would be read as if it came through TLS.
    if (answer.length === 1 && config.sslmode === 'prefer') return undefined;
    throw new PatchbayError('backend_tls_failed', `${target} does not offer TLS.`, {
      hint: 'Turn TLS on at the server, or set the connector’s TLS to "prefer" or "disable" if the network between is trusted.',
    });
  }
  const { chain, name } = verification(config);
  const socket = tls.connect({
    socket: raw,
    host: config.host,
    ...(isIP(config.host) === 0 && { servername: config.host }),
    rejectUnauthorized: chain,
    ...(!name && { checkServerIdentity: () => undefined }),
    ...(config.ca_certificate && { ca: config.ca_certificate }),
    ...(config.client_certificate && { cert: config.client_certificate }),
    ...(config.client_key && { key: config.client_key }),
  });
  // The error of the socket below (a timeout, an abort) says more than TLS's "disconnected before …".
  raw.once('error', (error) => socket.destroy(error));
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** The first bytes that come, or the error when none do. */
async function firstBytes(socket: Socket): Promise<Buffer> {
  const onEnd = () => socket.destroy(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
  socket.once('end', onEnd);
  try {
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    return bytes;
  } finally {
    socket.removeListener('end', onEnd);
  }
}

/** Asks the server to stop what a backend is doing. Resolves when it has taken note. */
export async function cancelBackend(config: PostgresqlConfig, egress: Egress, { pid, secret }: BackendKey): Promise<void> {
  const socket = await connectSocket(config, egress, AbortSignal.timeout(5000));
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(cancelCode, 4);
  request.writeUInt32BE(pid, 8);
  request.writeUInt32BE(secret, 12);
  socket.end(request);
  socket.resume();
  await once(socket, 'close', { signal: AbortSignal.timeout(5000) }).catch(() => socket.destroy());
}
