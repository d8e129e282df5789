/** Prometheus metrics of this process. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  registry: Registry;
  requests: Histogram<'method' | 'route' | 'status'>;
  operations: Histogram<'kind' | 'operation' | 'outcome'>;
  resolutions: Counter<'cache'>;
  sessions: Gauge;
  webhooks: Counter<'kind' | 'outcome'>;
  deliveries: Histogram<'outcome'>;
  media: Counter<'outcome'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    registry,
    requests: new Histogram({
      name: 'patchbay_http_request_seconds', help: 'HTTP requests by route and status', registers,
      labelNames: ['method', 'route', 'status'], buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10],
    }),
    operations: new Histogram({
      name: 'patchbay_operation_seconds', help: 'Operations on backends; the outcome is ok or an error code', registers,
      labelNames: ['kind', 'operation', 'outcome'], buckets: [0.005, 0.025, 0.1, 0.5, 2, 10, 60],
    }),
    resolutions: new Counter({ name: 'patchbay_resolutions_total', help: 'Resolutions by cache hit or miss', registers, labelNames: ['cache'] }),
    webhooks: new Counter({
      name: 'patchbay_webhooks_total', help: 'Requests to connectors’ addresses: accepted, duplicate, or why they were refused', registers, labelNames: ['kind', 'outcome'],
    }),
    deliveries: new Histogram({
      name: 'patchbay_delivery_seconds', help: 'Attempts to deliver an event: delivered, or what went wrong', registers,
      labelNames: ['outcome'], buckets: [0.005, 0.025, 0.1, 0.5, 2, 15],
    }),
    media: new Counter({ name: 'patchbay_media_total', help: 'Files for providers to fetch: published, withdrawn, fetched, or asked for in vain (unknown)', registers, labelNames: ['outcome'] }),
    sessions: new Gauge({ name: 'patchbay_sessions', help: 'Open connections to backends', registers }),
  };
}
