/** MongoDB's driver, which dials by itself: through a SOCKS proxy on the loopback whose far ends go through the egress guard, whichever hosts a replica set names. */
import type { MongoClient } from 'mongodb';
import { startSocksProxy } from '../../platform/egress/relay.ts';
import type { OpenContext } from '../contract.ts';
import type { MongodbConfig } from './config.ts';
import { mongoError, srvError, srvTimeout } from './errors.ts';

export interface Connection {
  /** Connected and signed in. @throws {PatchbayError} */
  client(): Promise<MongoClient>;
  /** As a typed error, with what the guard knows of why no server was reached. */
  explain(error: unknown): unknown;
  close(): Promise<void>;
}

/** In milliseconds: how long the SRV and TXT records of hosts are waited for, at most. The driver itself would ask for minutes. */
const longestLookup = 10_000;

const lost = new Set(['MongoNetworkError', 'MongoNetworkTimeoutError', 'MongoServerSelectionError']);

export async function createConnection(config: MongodbConfig, { egress }: OpenContext): Promise<Connection> {
  const { MongoClient } = await import('mongodb');
  const limit = config.timeout * 1000;
  const proxy = await startSocksProxy(egress, { connect_timeout: limit });
  const seeds = config.hosts.split(',').map((host) => (/:\d+$/.test(host) || config.srv ? host : `${host}:27017`));
  const explain = (error: unknown, hosts = seeds) => mongoError(error, hosts, (target) => proxy.failure(target.replace(/^\[(.*)\]:/, '$1:')));
  let opened: Promise<MongoClient> | undefined;

  /** @param gone called when it is to be used no more */
  const open = async (gone: () => void): Promise<MongoClient> => {
    const client = new MongoClient(`mongodb${config.srv ? '+srv' : ''}://${seeds.join(',')}/`, {
      appName: 'Patchbay', proxyHost: proxy.host, proxyPort: proxy.port, proxyUsername: proxy.username, proxyPassword: proxy.password,
      tls: config.tls || config.srv, ...(config.ca_certificate !== undefined && { ca: config.ca_certificate }),
      ...(config.username !== undefined && {
        auth: { username: config.username, password: config.password ?? '' },
        // Else a TXT record may tell it.
        ...((config.auth_source !== undefined || !config.srv) && { authSource: config.auth_source ?? 'admin' }),
        ...(config.auth_mechanism !== 'default' && { authMechanism: config.auth_mechanism }),
      }),
      ...(config.replica_set !== undefined && { replicaSet: config.replica_set }),
      ...(config.direct_connection && { directConnection: true }),
      maxPoolSize: config.pool_size, serverSelectionTimeoutMS: limit, connectTimeoutMS: limit, serverMonitoringMode: 'poll',
      useBigInt64: true, ignoreUndefined: true,
    });
    // The driver would go on looking for a server until its time is over: when none of those named answers, that is known now.
    const { promise: failed, reject } = Promise.withResolvers<never>();
    const failures = new Map<string, number>();
    let connected = false;
    client.on('serverHeartbeatSucceeded', ({ connectionId }) => void failures.delete(connectionId));
    client.on('serverHeartbeatFailed', ({ connectionId, failure }) => {
      failures.set(connectionId, (failures.get(connectionId) ?? 0) + 1);
      // Later on it asks at once again, if somebody waits for a server: a second failure is more than a connection that was lost.
      const silent = [...failures.values()].filter((count) => count > (connected ? 1 : 0)).length;
      // By then they are those that the SRV record named.
      if (silent < client.options.hosts.length) return;
      reject(failure);
      if (!connected) return;
      // Even an error would wait: the driver first looks for a server to close the cursor at.
      gone();
      void client.close().catch(() => undefined);
    });
    failed.catch(() => undefined);
    const connecting = client.connect();
    const lookup = config.srv ? setTimeout(() => reject(srvTimeout(config.hosts)), Math.min(longestLookup, limit / 2)) : undefined;
    client.once('topologyOpening', () => clearTimeout(lookup));
    try {
      await Promise.race([connecting, failed]);
      connected = true;
      return client;
    } catch (error) {
      // A look-up that still runs cannot be ended: what comes of it is closed, too.
      connecting.then(() => client.close(), () => undefined).catch(() => undefined);
      await client.close().catch(() => undefined);
      throw (config.srv && srvError(error, config.hosts)) || explain(error, config.srv ? client.options.hosts.map(String) : seeds);
    } finally {
      clearTimeout(lookup);
    }
  };

  const discard = async (): Promise<void> => {
    const last = opened;
    opened = undefined;
    const client = await last?.catch(() => undefined);
    await client?.close().catch(() => undefined);
  };

  return {
    explain(error) {
      // All go to the one primary. The driver's monitor was seen to wait for ever on the connection that it had to it, so that the next call dials anew.
      if (error instanceof Error && lost.has(error.name)) void discard();
      return explain(error);
    },
    client() {
      if (!opened) {
        const gone = () => { if (opened === opening) opened = undefined; };
        const opening = (opened = open(gone));
        opening.catch(gone);
      }
      return opened;
    },
    async close() {
      await discard();
      await proxy.close();
    },
  };
}
