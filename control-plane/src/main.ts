/** The composition root: the only place that builds things and wires them. */
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { categories } from './categories/index.ts';
import type { Config } from './config.ts';
import { registerBuiltInKinds } from './kinds/index.ts';
import { loadOutsideKinds } from './kinds/outside.ts';
import { createRegistry } from './kinds/registry.ts';
import { accessEndpoints, createAccess, permits } from './modules/access/index.ts';
import type { Endpoint, Permission, Principal } from './modules/access/index.ts';
import { createJwtVerifier } from './modules/access/jwt.ts';
import { auditEndpoints } from './modules/audit/index.ts';
import { browserSessionEndpoints, createBrowserSessions, createIdentityProvider } from './modules/browser-sessions/index.ts';
import { catalogEndpoints } from './modules/catalog/index.ts';
import { checkEndpoints, createChecks, startCheckSchedule } from './modules/checks/index.ts';
import { connectorEndpoints, createConnectors, createEnvironmentReader, createSessions, tenantsNamedIn } from './modules/connectors/index.ts';
import { eventEndpoints, pruneEvents } from './modules/events/index.ts';
import { createOAuth, oauthEndpoints } from './modules/oauth/index.ts';
import { createFallbacks, fallbackEndpoints } from './modules/fallbacks/index.ts';
import { pruneHealth } from './modules/health/index.ts';
import { createMedia, mediaEndpoints } from './modules/media/index.ts';
import { createOperations, operationEndpoints } from './modules/operations/index.ts';
import { createResolutions, resolutionEndpoints } from './modules/resolution/index.ts';
import { mountDocsPage, mountUi, openApiDocument, serviceEndpoints } from './modules/service/index.ts';
import { createStatisticsRecorder, statisticsEndpoints } from './modules/statistics/index.ts';
import { createDeliveries, createSigningSecrets, createSubscriptions, startDeliveryWorker, subscriptionEndpoints } from './modules/subscriptions/index.ts';
import type { DeliveryWorker } from './modules/subscriptions/index.ts';
import { createTenants, tenantEndpoints } from './modules/tenants/index.ts';
import { createUploads } from './modules/uploads/index.ts';
import { createAddresses, createInbox, webhookAddress, webhookEndpoints } from './modules/webhooks/index.ts';
import { createKeyring } from './platform/crypto/keyring.ts';
import { listenForChanges } from './platform/db/changes.ts';
import { openStore, storeError } from './platform/db/index.ts';
import type { Store } from './platform/db/index.ts';
import { applyMigrations } from './platform/db/migrate.ts';
import { createEgress } from './platform/egress/index.ts';
import { obstacleTo } from './platform/egress/public-address.ts';
import { toProblem } from './platform/errors.ts';
import { createFileCaches } from './platform/file-cache/index.ts';
import { createRateLimiter } from './platform/http/rate-limit.ts';
import { createServer } from './platform/http/server.ts';
import { gracefulEnd } from './platform/http/shutdown.ts';
import type { Logger } from './platform/telemetry/log.ts';
import { createMetrics } from './platform/telemetry/metrics.ts';
import { parseInput } from './platform/validation.ts';

export const version = '0.1.0';

export interface Patchbay {
  /** Where it listens, http://HOST:PORT. */
  url: string;
  endpoints: Endpoint[];
  /** Makes the checks that are due, without waiting for their time. @returns how many */
  runDueChecks(): Promise<number>;
  /** Makes a platform admin's key when there is none, or takes the one given. @returns the key that was made */
  claim(key?: string): Promise<string | undefined>;
  /** Waits for running requests, then closes everything. */
  stop(): Promise<void>;
}

export interface PatchbayOptions {
  config: Config;
  database_url: string;
  /** In Base64. */
  master_key: string;
  log: Logger;
  /** What `$ENV:` references are read from. */
  environment: Record<string, string | undefined>;
}

const system = { id: 'system', name: 'Patchbay' };

export async function startPatchbay(options: PatchbayOptions): Promise<Patchbay> {
  await applyMigrations(options.database_url);
  const store = openStore(options.database_url, { pool_size: options.config.DATABASE_POOL_SIZE });
  try {
    return await startOn(store, options);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function startOn(store: Store, { config, master_key, log, environment }: PatchbayOptions): Promise<Patchbay> {
  const changes = await listenForChanges(store.sql);
  const metrics = createMetrics();
  const egress = createEgress({ allow: config.PATCHBAY_EGRESS_ALLOW });
  const registry = createRegistry();
  registerBuiltInKinds(registry);
  await loadOutsideKinds(registry, config.PATCHBAY_KINDS);

  const keyring = createKeyring(master_key, config.PATCHBAY_PREVIOUS_MASTER_KEYS);
  const tenants = createTenants({ db: store.db, keyring, changes, reserved_slugs: tenantsNamedIn(config.PATCHBAY_ENV_ALLOW) });
  const rewrapped = await tenants.rewrap();
  if (rewrapped > 0) log.info({ count: rewrapped }, 'wrapped data keys with the current master key');

  const access = createAccess({
    db: store.db, changes, role_claim: config.PATCHBAY_JWT_ROLE_CLAIM, tenant_claim: config.PATCHBAY_JWT_TENANT_CLAIM,
    tenantId: async (reference) => (await tenants.find(reference))?.id,
    ...(config.PATCHBAY_JWT_ISSUER !== undefined && {
      verifyJwt: createJwtVerifier({
        issuer: config.PATCHBAY_JWT_ISSUER, audience: config.PATCHBAY_JWT_AUDIENCE,
        secret: config.PATCHBAY_JWT_SECRET, jwks_url: config.PATCHBAY_JWT_JWKS_URL,
      }, egress.fetch),
    }),
  });
  const public_url = config.PATCHBAY_PUBLIC_URL;
  const browserSessions = createBrowserSessions({ db: store.db, access, hours: config.PATCHBAY_SIGN_IN_HOURS, ...(public_url !== undefined && { public_url }) });
  const environmentReader = createEnvironmentReader(config.PATCHBAY_ENV_ALLOW, environment);
  const sessions = createSessions({
    idle_seconds: config.PATCHBAY_SESSION_IDLE_SECONDS, max: config.PATCHBAY_MAX_SESSIONS, log, onSize: (size) => metrics.sessions.set(size),
  });
  changes.subscribe({
    onChange: ({ table, id, version: current }) => table === 'connectors' && sessions.retire(id, current),
    onLost: () => undefined,
  });
  const connectors = createConnectors({ db: store.db, registry, tenants, environment: environmentReader, changes });
  const resolutions = createResolutions({ db: store.db, changes, categories, metrics });
  const statistics = createStatisticsRecorder({ db: store.db, log });
  const oauth = createOAuth({
    db: store.db, registry, connectors, dataKey: tenants.dataKey, egress, publicUrl: () => public_url ?? url,
    // Whatever call it came to light in: whoever subscribed to failed checks is told.
    onExpired: (connector, error, latency_ms) => checks.keep(connector, { ok: false, latency_ms, error: toProblem(error) }),
  });
  const fallbacks = createFallbacks({ db: store.db, connectors });
  const media = createMedia({ db: store.db, publicUrl: () => public_url ?? url, hours: config.PATCHBAY_MEDIA_HOURS, metrics });
  const operations = createOperations({
    registry, tenants, connectors, resolutions, fallbacks, sessions, environment: environmentReader, egress, oauth, media, metrics, log, onOperation: statistics.count,
    caches: createFileCaches({ directory: config.PATCHBAY_CACHE_DIRECTORY ?? path.join(config.PATCHBAY_DATA_DIRECTORY, 'cache'), limit: config.PATCHBAY_CACHE_LIMIT_MB * 1024 * 1024 }),
    // Twilio, for one, refuses a message whose callback it cannot reach.
    webhookUrl: (connector) => (public_url !== undefined && obstacleTo(public_url) === undefined ? webhookAddress(public_url, connector) : undefined),
    uploads: createUploads({ store, limit: config.PATCHBAY_UPLOAD_LIMIT_MB * 1024 * 1024 }),
  });
  const checks = createChecks({ db: store.db, operations });
  const schedule = startCheckSchedule({ db: store.db, checks, operations, log });
  const body_limit = config.PATCHBAY_BODY_LIMIT_MB * 1024 * 1024;

  const secrets = createSigningSecrets({ db: store.db, tenants, keyring });
  await secrets.rewrap();
  const subscriptions = createSubscriptions({ db: store.db, tenants, secrets, egress, registry, categories });
  let worker: DeliveryWorker | undefined;
  const onQueued = () => worker?.wake();
  changes.subscribe({ onChange: ({ table }) => table === 'events' && onQueued(), onLost: () => undefined });
  const deliveries = createDeliveries({ db: store.db, tenants, subscriptions, onQueued });

  let stopping = false;
  let url = '';
  const endpoints: Endpoint[] = [
    // Before what takes any name in the same place: catalog, models, test and the rest are no operations.
    ...resolutionEndpoints({ resolutions, registry, db: store.db, tenants, connectors, categories }),
    ...catalogEndpoints(registry, categories, oauth.redirectUri),
    ...checkEndpoints({ checks, connectors, operations }),
    ...connectorEndpoints({ connectors, tenants, registry, categories, runHook: operations.runHook }),
    ...fallbackEndpoints({ fallbacks, tenants, registry, categories }),
    ...operationEndpoints({ operations, registry, categories, body_limit }),
    ...tenantEndpoints(tenants),
    ...oauthEndpoints({ oauth, connectors, publicUrl: () => public_url ?? url }),
    ...accessEndpoints({ access, requireTenant: tenants.require }),
    ...auditEndpoints({ db: store.db, requireTenant: tenants.require }),
    ...eventEndpoints({ db: store.db, requireTenant: tenants.require }),
    ...subscriptionEndpoints({ subscriptions, deliveries }),
    ...webhookEndpoints({
      addresses: createAddresses({ db: store.db, registry, connectors, changes }), inbox: createInbox(store.sql), connectors, registry, metrics,
      limit: config.PATCHBAY_WEBHOOK_LIMIT_KB * 1024, public_url, own_url: () => url, onStored: onQueued,
    }),
    ...mediaEndpoints({ media, metrics }),
    ...statisticsEndpoints({ db: store.db, tenants, connectors }),
    ...browserSessionEndpoints({
      sessions: browserSessions, requireTenant: tenants.require, ...(public_url !== undefined && { public_url }),
      ...(config.PATCHBAY_OIDC_ISSUER !== undefined && {
        provider: createIdentityProvider({
          issuer: config.PATCHBAY_OIDC_ISSUER, client_id: config.PATCHBAY_OIDC_CLIENT_ID!, client_secret: config.PATCHBAY_OIDC_CLIENT_SECRET,
          scopes: config.PATCHBAY_OIDC_SCOPES, role_claim: config.PATCHBAY_OIDC_ROLE_CLAIM, tenant_claim: config.PATCHBAY_OIDC_TENANT_CLAIM,
          tenantId: async (reference) => (await tenants.find(reference))?.id, fetch: egress.fetch,
        }),
      }),
    }),
  ];
  endpoints.push(...serviceEndpoints({
    metrics, version, isStopping: () => stopping,
    ping: async () => { await store.sql`select 1`; },
    openApi: () => openApiDocument(endpoints, version, config.PATCHBAY_PUBLIC_URL ?? url),
  }));
  endpoints.sort((a, b) => breadth(a.path) - breadth(b.path));

  const app = createServer<Principal, Permission>({
    endpoints, permits, metrics, log, body_limit,
    authenticate: (request) => (browserSessions.claims(request) ? browserSessions.authenticate(request) : access.authenticate(request.headers.authorization)),
    parse: parseInput,
    classify: storeError,
    rateLimiter: createRateLimiter(config.PATCHBAY_RATE_LIMIT),
    access_log: config.PATCHBAY_ACCESS_LOG,
    trusted_proxies: config.PATCHBAY_TRUSTED_PROXIES,
    mount(application) {
      mountDocsPage(application);
      mountUi(application);
    },
  });
  const claim: Patchbay['claim'] = async (key) => {
    if (key !== undefined) {
      if (!(await access.hasKey(key))) await access.createKey(system, { name: 'Admin (from the settings)', role: 'platform_admin', tenant_id: null }, undefined, key);
      return undefined;
    }
    if (!(await access.isUnclaimed())) return undefined;
    return (await access.createKey(system, { name: 'First admin', role: 'platform_admin', tenant_id: null })).key;
  };
  // Who finds the service ready finds the key accepted.
  if (config.PATCHBAY_ADMIN_KEY !== undefined) await claim(config.PATCHBAY_ADMIN_KEY);

  const server = createHttpServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, app);
  const endServer = gracefulEnd(server);
  server.listen(config.PATCHBAY_PORT, config.PATCHBAY_HOST);
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  url = `http://${config.PATCHBAY_HOST.includes(':') ? `[${config.PATCHBAY_HOST}]` : config.PATCHBAY_HOST}:${address.port}`;

  if (config.PATCHBAY_DELIVERY_WORKERS > 0) {
    worker = startDeliveryWorker({
      db: store.db, sql: store.sql, egress, secrets, metrics, log, concurrency: config.PATCHBAY_DELIVERY_WORKERS,
      pauses: config.PATCHBAY_DELIVERY_PAUSES, breaker_pause: config.PATCHBAY_BREAKER_SECONDS, onGone: subscriptions.end,
    });
  }
  const prune = () => void Promise.all([
    deliveries.prune(config.PATCHBAY_DELIVERY_DAYS), pruneEvents(store.db, config.PATCHBAY_EVENT_DAYS),
    checks.prune(config.PATCHBAY_CHECK_HISTORY_DAYS), statistics.prune(config.PATCHBAY_STATISTICS_DAYS), pruneHealth(store.db, config.PATCHBAY_STATISTICS_DAYS), browserSessions.prune(), oauth.prune(), media.prune(),
  ]).catch((error: unknown) => log.warn({ error }, 'what is old was not pruned'));
  const pruning = setInterval(prune, 6 * 3_600_000);
  prune();

  return {
    url,
    endpoints,
    claim,
    runDueChecks: schedule.run,
    async stop() {
      stopping = true;
      clearInterval(pruning);
      await Promise.all([endServer(10_000), worker?.stop()]);
      await sessions.close();
      await oauth.settle();
      await statistics.stop();
      await egress.close();
      await changes.close().catch(() => undefined);
      await store.close();
    },
  };
}

/** Express takes the first route that matches: those with fewer parameters come first. */
function breadth(path: string): number {
  return path.split('{').length;
}
