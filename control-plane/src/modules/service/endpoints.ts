/** What is asked about the service itself: is it up, is it ready, how does it do, what can be called. */
import { z } from 'zod';
import { PatchbayError } from '../../platform/errors.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';

export interface ServiceEndpointOptions {
  metrics: Metrics;
  /** Throws when the store does not answer. */
  ping(): Promise<void>;
  isStopping(): boolean;
  version: string;
  openApi(): unknown;
}

export function serviceEndpoints({ metrics, ping, isStopping, version, openApi }: ServiceEndpointOptions): Endpoint[] {
  const state = z.strictObject({ status: z.literal('ok'), version: z.string() });
  const ok = { status: 'ok' as const, version };
  return [
    endpoint({ method: 'get', path: '/healthz', tag: 'Service', summary: 'The process is alive', permission: null, answer: state, handle: async () => ok }),
    endpoint({
      method: 'get', path: '/readyz', tag: 'Service', summary: 'The service can take requests', permission: null, answer: state,
      async handle() {
        if (isStopping()) throw new PatchbayError('unavailable', 'Patchbay is shutting down.', { retry_after: 5 });
        await ping().catch((error: unknown) => {
          throw new PatchbayError('unavailable', 'The database does not answer.', { hint: 'Check DATABASE_URL and the server.', retry_after: 5, cause: error });
        });
        return ok;
      },
    }),
    endpoint({
      method: 'get', path: '/metrics', tag: 'Service', summary: 'Prometheus metrics', permission: null, answer_types: ['text/plain'],
      description: 'Counts and times only, by route, kind and operation; no tenant, no connector.',
      async handle({ response }) {
        response.setHeader('Content-Type', metrics.registry.contentType);
        response.end(await metrics.registry.metrics());
        return undefined;
      },
    }),
    endpoint({
      method: 'get', path: '/openapi.json', tag: 'Service', summary: 'This API, as OpenAPI 3.1', permission: null, answer: z.record(z.string(), z.unknown()),
      handle: async () => openApi() as Record<string, unknown>,
    }),
  ];
}
