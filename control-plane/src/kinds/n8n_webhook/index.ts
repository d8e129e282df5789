import { v7 as uuid } from 'uuid';
import { orchestration } from '../../categories/orchestration.ts';
import { createHttpClient, hostOf } from '../../engines/http/index.ts';
import type { HttpClient, HttpResponse } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { webhookHeaders } from '../../platform/standard-webhooks.ts';
import { defineKind } from '../contract.ts';
import type { Call } from '../contract.ts';
import { authenticationOf } from './authentication.ts';
import { n8nWebhookConfig } from './config.ts';
import type { N8nWebhookConfig } from './config.ts';
import { explainN8n, notListening } from './errors.ts';
import { webhookReceiver } from './webhook.ts';

export const n8nWebhook = defineKind({
  kind: 'n8n_webhook',
  label: 'n8n webhook',
  description: 'Starts a workflow of an n8n by its Webhook node and returns its answer',
  category: orchestration,
  documentation_url: 'https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.webhook/',
  peer: { class: 'protocol peer', name: 'a server that answers as n8n’s webhooks do' },
  config: n8nWebhookConfig,
  webhook: webhookReceiver,
  async open(config, { egress }) {
    const client = createHttpClient({
      egress,
      base_url: config.url,
      backend: 'n8n',
      authentication: authenticationOf(config),
      secrets: config.signing_secret === undefined ? [] : [config.signing_secret],
      ca_certificate: config.ca_certificate,
      explain: explainN8n(config),
    });
    return {
      test: ({ signal }: Call) => testWithoutFiring(client, config, signal),
      async fire({ event, payload, idempotency_key }, { signal }) {
        const event_id = eventId(idempotency_key);
        const now = new Date();
        const content = config.body === 'payload' ? (payload ?? {}) : { event: event ?? null, event_id, sent_at: now.toISOString(), payload: payload ?? null };
        const body = JSON.stringify(content);
        const response = await client.request({
          method: config.method,
          path: '',
          headers: {
            ...webhookHeaders(event_id, Math.floor(now.getTime() / 1000), body, config.signing_secret === undefined ? [] : [config.signing_secret]),
            ...(event !== undefined && { 'webhook-event': encodeURIComponent(event) }),
          },
          raw: { content: body, content_type: 'application/json' },
          signal,
        });
        return { status: response.status, event_id, body: answerOf(response) };
      },
      close: async () => undefined,
    };
  },
});
export default n8nWebhook;

/** It travels in a header, so that it has to be one word of plain characters. */
function eventId(key: string | undefined): string {
  if (key === undefined || key === '') return `evt_${uuid()}`;
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw new PatchbayError('invalid_request', 'The idempotency key has characters that a header cannot carry.', {
    hint: 'Use letters, digits and signs, without spaces.', fields: [{ path: 'idempotency_key', message: 'has a space or a character beyond ASCII' }],
  });
}

function answerOf(response: HttpResponse): unknown {
  const isJson = /^[^;]*\bjson\b/i.test(response.headers.get('content-type') ?? '');
  return isJson && response.bytes.length > 0 ? response.json() : response.text();
}

/**
 * Asks as a browser does before a request to another site: n8n answers with the methods that its active
 * workflows listen for at the path, and starts nothing. Credentials are not looked at.
 */
async function testWithoutFiring(client: HttpClient, config: N8nWebhookConfig, signal: AbortSignal): Promise<{ message: string }> {
  const { origin } = new URL(config.url);
  const ask = (headers: Record<string, string>) =>
    client.request({ method: 'OPTIONS', path: '', headers: { origin, ...headers }, accepts: (status) => status < 300 || [404, 405, 500, 501].includes(status), signal });
  const ready = { message: `n8n listens for ${config.method} at ${hostOf(new URL(config.url))}; it checks credentials only when an event is fired` };

  const { status, headers } = await ask({});
  const methods = (headers.get('access-control-allow-methods') ?? '').toUpperCase().match(/[A-Z]+/g);
  if (status === 404) throw notListening(config);
  if (!methods || status >= 300) {
    return { message: `${hostOf(new URL(config.url))} answers, but does not say whether a workflow listens` };
  }
  if (methods.includes(config.method)) return ready;
  const others = methods.filter((method) => method !== 'OPTIONS');
  if (others.length > 0) throw notListening(config, others);
  // A path with parameters is not in n8n's list, but is found when the method is named.
  const named = await ask({ 'access-control-request-method': config.method });
  if (named.status < 300 && named.headers.has('access-control-allow-origin')) return ready;
  throw notListening(config);
}
