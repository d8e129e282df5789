/**
 * The egress guard: the only way out. A name is resolved once, each address it gives is checked, and
 * the connection is made to a checked address. It covers TCP drivers (`socket`), Node's http clients
 * (`httpAgent`, `httpsAgent`) and fetch (`fetch`, whose redirects come through here again).
 */
import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import { PatchbayError } from '../errors.ts';
import { createAddressPolicy } from './address.ts';

export interface Egress {
  /**
   * A TCP socket that is connecting to the host. It fails with `egress_denied` on its `error` event
   * when the address may not be reached, and with a `ETIMEDOUT` error after `connect_timeout`.
   * @param options.connect_timeout in milliseconds, 10,000 when not given.
   */
  socket(options: { host: string; port: number; connect_timeout?: number }): net.Socket;
  /** As the global fetch, through the guard. `redirect: 'manual'` unless the caller says otherwise. */
  fetch(url: string | URL, init?: RequestInit, trust?: Trust): Promise<Response>;
  /** An undici dispatcher that connects through the guard. */
  dispatcher(trust?: Trust): Promise<Dispatcher>;
  httpAgent(options?: http.AgentOptions): http.Agent;
  httpsAgent(options?: https.AgentOptions): https.Agent;
  /** Closes what is kept open. */
  close(): Promise<void>;
}

/** Whom a TLS connection trusts. */
export interface Trust {
  /** PEM certificates that are trusted in place of the public ones. */
  ca?: string;
}

export interface EgressOptions {
  /** See `createAddressPolicy`. */
  allow: readonly string[];
  /** For tests: resolves names. */
  lookup?: typeof dns.lookup;
}

const defaultConnectTimeout = 10_000;

export function createEgress({ allow, lookup = dns.lookup }: EgressOptions): Egress {
  const policy = createAddressPolicy(allow);

  const guardedLookup = (port: number): LookupFunction => (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const refused = addresses.find(({ address }) => !policy.allows(address, port));
      if (refused) return callback(denied(hostname, refused.address, port) as unknown as NodeJS.ErrnoException, '', 0);
      const first = addresses[0];
      if (first === undefined) {
        return callback(Object.assign(new Error(`${hostname} has no address`), { code: 'ENOTFOUND' }), '', 0);
      }
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };

  /** Literal addresses never reach `lookup`, so they are checked before. */
  const refusal = (host: string, port: number): PatchbayError | undefined =>
    net.isIP(host) !== 0 && !policy.allows(host, port) ? denied(host, host, port) : undefined;

  const socket: Egress['socket'] = ({ host, port, connect_timeout = defaultConnectTimeout }) => {
    const bare = unbracket(host);
    const refused = refusal(bare, port);
    if (refused) {
      const failed = new net.Socket();
      process.nextTick(() => failed.destroy(refused));
      return failed;
    }
    const connecting = net.connect({ host: bare, port, lookup: guardedLookup(port), noDelay: true, keepAlive: true });
    const timer = setTimeout(() => {
      connecting.destroy(Object.assign(new Error(`no connection to ${host}:${port} within ${connect_timeout} ms`), { code: 'ETIMEDOUT' }));
    }, connect_timeout);
    connecting.once('connect', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
    return connecting;
  };

  const guard = <T extends http.Agent>(agent: T): T => {
    const connect = agent.createConnection.bind(agent);
    // Both agents' createConnection take net.connect's options; Node types only the http one.
    agent.createConnection = ((options: { host?: string; port?: number | string; path?: string; socketPath?: string }, callback?: (error: Error | null, socket?: unknown) => void) => {
      const host = unbracket(options.host ?? 'localhost');
      const port = Number(options.port ?? (agent instanceof https.Agent ? 443 : 80));
      const refused = options.socketPath ? denied(options.socketPath, options.socketPath, 0) : refusal(host, port);
      if (refused) {
        const failed = new net.Socket();
        process.nextTick(() => failed.destroy(refused));
        return failed;
      }
      return connect({ ...options, lookup: guardedLookup(port) } as never, callback as never);
    }) as typeof agent.createConnection;
    return agent;
  };

  // One for each set of trusted certificates, so that no connection is shared between them.
  const dispatchers = new Map<string | undefined, Promise<Dispatcher>>();
  const getDispatcher = ({ ca }: Trust = {}): Promise<Dispatcher> => {
    const known = dispatchers.get(ca);
    if (known) return known;
    const made = import('undici').then(({ Agent, buildConnector }) => {
      const connectors = new Map<number, ReturnType<typeof buildConnector>>();
      const connectorFor = (port: number) => {
        let connector = connectors.get(port);
        if (!connector) {
          connector = buildConnector({ timeout: defaultConnectTimeout, lookup: guardedLookup(port), ...(ca !== undefined && { ca }) });
          connectors.set(port, connector);
        }
        return connector;
      };
      return new Agent({
        connect(options, callback) {
          const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80));
          const refused = refusal(unbracket(options.hostname), port);
          if (refused) return callback(refused, null);
          connectorFor(port)(options, callback);
        },
        headersTimeout: 0,
        bodyTimeout: 0,
      });
    });
    dispatchers.set(ca, made);
    return made;
  };

  return {
    socket,
    dispatcher: getDispatcher,
    httpAgent: (options) => guard(new http.Agent({ keepAlive: true, ...options })),
    httpsAgent: (options) => guard(new https.Agent({ keepAlive: true, ...options })),
    async fetch(url, init = {}, trust) {
      const undici = await import('undici');
      const response = await undici.fetch(url, {
        redirect: 'manual',
        ...(init as object),
        dispatcher: await getDispatcher(trust),
      });
      return response as unknown as Response;
    },
    async close() {
      await Promise.all([...dispatchers.values()].map(async (dispatcher) => (await dispatcher).destroy()));
    },
  };
}

function denied(host: string, address: string, port: number): PatchbayError {
  const where = host === address ? `${host}:${port}` : `${host} (${address}:${port})`;
  return new PatchbayError('egress_denied', `${where} is on a private or reserved network, which Patchbay does not dial.`, {
    hint: `The operator can allow it: add ${address}:${port}, or its network, to PATCHBAY_EGRESS_ALLOW.`,
  });
}

function unbracket(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}
