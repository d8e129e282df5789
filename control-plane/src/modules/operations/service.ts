/**
 * Runs operations, by the three ways to say which backend: the tenant's default, a connector by name,
 * or a config that the caller brings. All end in the same place, `run`.
 */
import type { z } from 'zod';
import type { Logger } from '../../platform/telemetry/log.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { Egress } from '../../platform/egress/index.ts';
import type { FileCaches } from '../../platform/file-cache/index.ts';
import { openSession, runHook, runOperation, runTest } from '../../kinds/run.ts';
import type { OperationOutcome } from '../../kinds/run.ts';
import type { AnyKind, AnySession, OpenContext, OperationDefinition, RecordBatch, TestResult } from '../../kinds/contract.ts';
import type { Registry } from '../../kinds/registry.ts';
import { permits } from '../access/index.ts';
import type { Principal } from '../access/index.ts';
import { checkReferences, effectiveConfig, environmentName, validateConfig } from '../connectors/index.ts';
import type { Connectors, ConfigValues, EnvironmentReader, Lease, OwnedConnector, Sessions } from '../connectors/index.ts';
import type { OAuth } from '../oauth/index.ts';
import type { Fallbacks } from '../fallbacks/index.ts';
import type { Media } from '../media/index.ts';
import type { Resolutions } from '../resolution/index.ts';
import type { RecentOperation } from '../tables/index.ts';
import type { Tenants } from '../tenants/index.ts';
import type { Uploads } from '../uploads/index.ts';

import { createFallbackRunner } from './fallback.ts';
import type { Candidate, RunResult } from './fallback.ts';

export type HowResolved = 'own' | 'inherited' | 'fallback' | 'named' | 'inline';

/** Who served a call: what the answer's headers tell. */
export interface Served {
  kind: AnyKind;
  how: HowResolved;
  /** Null when the caller brought the config. */
  owned: OwnedConnector | null;
}

/** What every run is told of the request that it belongs to. */
export interface Request {
  request_id: string;
  /** Aborted when the caller goes away. */
  signal: AbortSignal;
}

export interface OperationCall extends Request {
  operation: string;
  input: unknown;
  bytes?: { content: AsyncIterable<Uint8Array>; size?: number; content_type?: string };
}

/** Something open that must be given back, whatever happens. */
export interface OpenBackend extends Lease {
  served: Served;
  caller: Caller;
}

/** Who asked. */
export interface Caller {
  principal: Pick<Principal, 'id' | 'name'>;
  /** The slug of the tenant that it was resolved for; absent where the connector, or its config, was named. */
  tenant?: string;
}

export interface Operations {
  /**
   * On the tenant's default, or on what stands in for it.
   * @param kind when given, any other kind than this is refused before anything is opened
   */
  runDefault(principal: Principal, target: DefaultTarget, call: OperationCall): Promise<RunResult>;
  /** @param kind as above */
  openConnector(principal: Principal, id: string, kind?: string): Promise<OpenBackend>;
  /** A stored connector as it would be with these changes; nothing is saved. */
  openChanged(principal: Principal, id: string, changes: ConfigValues): Promise<OpenBackend>;
  openInline(principal: Principal, kind: string, input: InlineConfig): Promise<OpenBackend>;
  run(backend: OpenBackend, call: OperationCall): Promise<OperationOutcome>;
  test(backend: OpenBackend, request: Request): Promise<TestResult>;
  runHook(owned: OwnedConnector, hook: 'activate' | 'deactivate'): Promise<void>;
}

export interface DefaultTarget {
  tenant: string;
  category: string;
  kind?: string;
  /** Of the operation, as its category declares it. */
  definition?: OperationDefinition;
}

export interface InlineConfig {
  config: ConfigValues;
  output_schemas?: string[];
  /** Whose environment references the config may use; needs the right to write that tenant's connectors. */
  tenant?: string;
}

export interface OperationsOptions {
  registry: Registry;
  tenants: Tenants;
  connectors: Connectors;
  resolutions: Resolutions;
  fallbacks: Pick<Fallbacks, 'list'>;
  sessions: Sessions;
  environment: EnvironmentReader;
  egress: Egress;
  oauth: Pick<OAuth, 'source'>;
  caches: FileCaches;
  uploads: Uploads;
  media: Pick<Media, 'of'>;
  /** Where providers reach a connector; undefined where the Internet does not. */
  webhookUrl(connector: { tenant_id: string; id: string }): string | undefined;
  metrics: Metrics;
  log: Logger;
  /** Told of each operation on a stored connector; must return at once. */
  onOperation?(sample: OperationSample): void;
}

/** One run of an operation, or of `test`, on a stored connector. */
export interface OperationSample extends RecentOperation {
  tenant_id: string;
  connector_id: string;
}

export function createOperations(options: OperationsOptions): Operations {
  const { registry, connectors, sessions, metrics } = options;
  const fallbackRunner = createFallbackRunner();

  const context = async (kind: AnyKind, config: ConfigValues, output_schemas: string[], log: Logger, owned: OwnedConnector | null, changed = false): Promise<OpenContext> => {
    const oauth = kind.oauth2 && (await options.oauth.source(kind, config, owned, changed));
    // What is kept belongs to the tenant that owns the connector, whoever inherits it.
    const place = owned ? { tenant_id: owned.tenant.id, id: owned.connector.id } : undefined;
    const webhook_url = place && options.webhookUrl(place);
    return {
      egress: options.egress, log, output_schemas, media: options.media.of(place), ...(oauth && { oauth }), ...(webhook_url !== undefined && { webhook_url }),
      ...(place && { cache: options.caches.of(place.tenant_id), uploads: options.uploads.of(place) }),
    };
  };

  /** Whether the caller expects another kind than this connector's. */
  const isOther = (expected: string | undefined, { connector }: OwnedConnector): boolean =>
    expected !== undefined && registry.get(expected).kind !== connector.kind;

  /** Whether its config says, or leaves it to the kind to say, that nothing can be changed by it. */
  const isReadOnly = ({ connector }: OwnedConnector): boolean => {
    const field = (registry.find(connector.kind)?.config.shape as Record<string, z.ZodType> | undefined)?.['read_only'];
    return field?.safeParse(connector.config['read_only']).data === true;
  };

  const timeoutOf = (config: ConfigValues): number => Number(config['timeout'] ?? 30);
  const open = async (kind: AnyKind, config: ConfigValues, output_schemas: string[], log: Logger, owned: OwnedConnector | null, changed = false): Promise<AnySession> =>
    openSession(kind, config, await context(kind, config, output_schemas, log, owned, changed), timeoutOf(config));

  const lease = async (owned: OwnedConnector, how: HowResolved, caller: Caller): Promise<OpenBackend> => {
    const { connector } = owned;
    if (!connector.active) {
      throw new PatchbayError('connector_inactive', `"${connector.name}" is deactivated.`, { hint: `Activate it (POST /api/connectors/${connector.id}/activate) or choose another default.` });
    }
    const kind = registry.get(connector.kind);
    const taken = await sessions.acquire({ id: connector.id, version: connector.version }, async () => {
      const config = await connectors.openConfig(owned);
      const log = options.log.child({ tenant: owned.tenant.slug, connector: connector.id });
      return { session: await open(kind, config, connector.output_schemas, log, owned), config };
    });
    return { ...taken, served: { kind, how, owned }, caller };
  };

  /** A session for this call alone. */
  const openOnce = async (kind: AnyKind, config: ConfigValues, output_schemas: string[], served: Served, caller: Caller): Promise<OpenBackend> => {
    const session = await open(kind, config, output_schemas, options.log, served.owned, true);
    let released = false;
    return {
      session, config, served, caller,
      release() {
        if (released) return;
        released = true;
        session.close().catch((error: unknown) => options.log.warn({ error }, 'a session did not close well'));
      },
    };
  };

  /** Tells how a run went: what an operation gives as records went well only when the last of them did. */
  const observe = async <T>(backend: OpenBackend, operation: string, { request_id }: Request, run: (done: (outcome: string, records?: number) => void) => Promise<T>): Promise<T> => {
    const { served: { kind, owned, how }, caller: { principal, tenant } } = backend;
    const at = new Date();
    const started = performance.now();
    const done = (outcome: string, records?: number) => {
      const milliseconds = performance.now() - started;
      const ok = outcome === 'ok';
      metrics.operations.observe({ kind: kind.kind, operation, outcome }, milliseconds / 1000);
      if (!owned) return;
      options.onOperation?.({
        tenant_id: owned.tenant.id, connector_id: owned.connector.id, at: at.toISOString(), operation, ok, milliseconds: Math.round(milliseconds), how, request_id,
        tenant: tenant ?? owned.tenant.slug, caller: { id: principal.id, name: principal.name }, ...(!ok && { code: outcome }), ...(records !== undefined && { records }),
      });
    };
    try {
      return await run(done);
    } catch (error) {
      done(codeOf(error));
      throw aboutConnector(error, owned);
    }
  };

  const run: Operations['run'] = async (backend, { operation, input, bytes, signal, request_id }) => {
    const { kind, owned } = backend.served;
    return observe(backend, operation, { request_id, signal }, async (done) => {
      const outcome = await runOperation(kind, backend.session, operation, input, { signal, log: options.log, timeout: timeoutOf(backend.config) }, bytes);
      if (outcome.result === 'records') return { result: 'records', batches: observed(outcome.batches, owned, done) };
      done('ok');
      return outcome;
    });
  };

  return {
    async runDefault(principal, { tenant, category, kind, definition }, call) {
      const resolution = await options.resolutions.resolve(principal, tenant, category, 'connectors:use');
      if (!resolution.owned || resolution.how === null) {
        throw new PatchbayError('no_default', `${resolution.explanation}.`, {
          hint: `An admin can set one: PUT /api/tenants/${resolution.tenant.slug}/${category}/default.`,
          details: { chain: resolution.chain },
        });
      }
      const { connector } = resolution.owned;
      if (isOther(kind, resolution.owned)) {
        throw new PatchbayError('conflict', `The default ${category} of ${resolution.tenant.slug} is "${connector.name}", of the kind ${connector.kind}, not ${kind}.`, {
          hint: `Use the ${category} node, which takes any kind, or choose a ${kind} connector.`, details: { chain: resolution.chain },
        });
      }
      const attempt = async ({ owned, how }: Candidate): Promise<RunResult> => {
        const backend = await lease(owned, how, { principal, tenant: resolution.tenant.slug });
        try {
          return { backend, outcome: await run(backend, call) };
        } catch (error) {
          backend.release();
          throw error;
        }
      };
      const first = { owned: resolution.owned, how: resolution.how };
      const mayFallBack = (owned: OwnedConnector) => definition?.fallback === true || (definition?.fallback === 'read_only' && isReadOnly(owned));
      if (!mayFallBack(first.owned)) return attempt(first);
      const standIns = async () => (await options.fallbacks.list(first.owned.tenant, category)).filter((owned) => !isOther(kind, owned) && mayFallBack(owned));
      return fallbackRunner.run(first, attempt, standIns);
    },
    async openConnector(principal, id, kind) {
      const owned = await connectors.require(principal, id, 'connectors:use');
      if (isOther(kind, owned)) {
        throw new PatchbayError('conflict', `"${owned.connector.name}" is of the kind ${owned.connector.kind}, not ${kind}.`, {
          hint: `Choose a ${kind} connector, or use the ${owned.connector.category} node, which takes any kind.`,
        });
      }
      return lease(owned, 'named', { principal });
    },
    async openChanged(principal, id, changes) {
      const owned = await connectors.require(principal, id, 'connectors:write');
      const kind = registry.get(owned.connector.kind);
      return openOnce(kind, await connectors.openConfig(owned, changes), owned.connector.output_schemas, { kind, how: 'named', owned }, { principal });
    },
    async openInline(principal, kindName, { config, output_schemas = [], tenant }) {
      const kind = registry.get(kindName);
      validateConfig(kind, config);
      const refers = Object.values(config).some((value) => environmentName(value) !== undefined);
      let slug = '';
      if (tenant !== undefined) slug = (await options.tenants.require(principal, tenant, refers ? 'connectors:write' : 'connectors:use')).slug;
      if (refers && (tenant === undefined || !permits(principal, 'connectors:write'))) {
        throw new PatchbayError('env_reference_refused', 'A config that is not saved may refer to the environment only for an admin of a tenant.', {
          hint: 'Give "tenant" and use an admin’s key, or put the value itself.', fields: [{ path: 'tenant', message: 'is required with $ENV references' }],
        });
      }
      checkReferences(config, options.environment, slug);
      return openOnce(kind, effectiveConfig(kind, config, options.environment, slug), output_schemas, { kind, how: 'inline', owned: null }, { principal });
    },
    run,
    test: (backend, request) => observe(backend, 'test', request, async (done) => {
      const result = await runTest(backend.session, { signal: request.signal, log: options.log, timeout: timeoutOf(backend.config) });
      done('ok');
      return result;
    }),
    async runHook(owned, hook) {
      const kind = registry.find(owned.connector.kind);
      if (!kind?.[hook]) return;
      const config = await connectors.openConfig(owned);
      await runHook(kind, hook, config, await context(kind, config, owned.connector.output_schemas, options.log, owned), timeoutOf(config));
    },
  };
}

/** The error, naming the connector that it came from. */
function aboutConnector(error: unknown, owned: OwnedConnector | null): unknown {
  if (!owned || !PatchbayError.is(error) || error.fault === 'service') return error;
  const { connector, tenant } = owned;
  return new PatchbayError(error.code, error.message, {
    hint: error.hint, fields: error.fields, retry_after: error.retry_after, cause: error.cause ?? error,
    details: { ...error.details, connector: { id: connector.id, name: connector.name, kind: connector.kind, tenant: tenant.slug } },
  });
}

const codeOf = (error: unknown): string => (PatchbayError.is(error) ? error.code : 'internal');

/** The batches; tells at their end how it went. Whoever has read enough has got what was asked for. */
async function* observed(batches: AsyncIterable<RecordBatch>, owned: OwnedConnector | null, done: (outcome: string, records: number) => void): AsyncGenerator<RecordBatch> {
  let records = 0;
  let outcome = 'ok';
  try {
    for await (const batch of batches) {
      records += 'rows' in batch ? batch.rows.length : batch.count;
      yield batch;
    }
  } catch (error) {
    outcome = codeOf(error);
    throw aboutConnector(error, owned);
  } finally {
    done(outcome, records);
  }
}
