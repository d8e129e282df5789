import { z } from 'zod';
import type { Request, Response } from 'express';
import type { Registry } from '../../kinds/registry.ts';
import { digestOf, refusal } from '../../engines/webhooks/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { readBytes } from '../../platform/http/request.ts';
import { newId } from '../../platform/ids.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { endpoint } from '../access/index.ts';
import type { Endpoint } from '../access/index.ts';
import { connectorParams } from '../connectors/index.ts';
import type { Connectors } from '../connectors/index.ts';
import { connectorSubject } from '../events/index.ts';
import { webhookAddress } from './addresses.ts';
import type { Addresses, Receiving } from './addresses.ts';
import type { Inbox } from './inbox.ts';

export interface WebhookEndpointOptions {
  addresses: Addresses;
  inbox: Inbox;
  connectors: Connectors;
  registry: Registry;
  metrics: Metrics;
  /** Of a request's body, in bytes. */
  limit: number;
  /** At which providers reach this service, when the operator has said so. */
  public_url: string | undefined;
  /** Where it listens. */
  own_url(): string;
  /** Something was stored: deliveries may begin. */
  onStored(): void;
}

/** In milliseconds: nobody has to prove anything before the body is read, so that it must not take long. */
const readingTime = 15_000;

const receipt = z.strictObject({
  received: z.literal(true),
  events: z.array(z.uuid()).meta({ description: 'What was stored; of a duplicate, what was stored before' }),
  duplicate: z.boolean(),
});

export function webhookEndpoints(options: WebhookEndpointOptions): Endpoint[] {
  const { addresses, inbox, connectors, registry, metrics } = options;
  /** As the provider signed it: behind proxies the operator's word, or theirs, on what the address is. */
  const addressOf = (request: Request): string =>
    (options.public_url?.replace(/\/+$/, '') ?? `${request.protocol}://${request.headers.host ?? 'localhost'}`) + request.originalUrl;

  const take = async ({ tenant, connector, receive }: Receiving, request: Request, response: Response): Promise<z.input<typeof receipt> | undefined> => {
    const body = await read(request, options.limit);
    const { event, answer } = await receive({ method: request.method, url: addressOf(request), headers: headersOf(request), body });
    const stored = await inbox.put({
      tenant, connector, id: newId(), type: event.type, data: event.data, signed_at: event.signed_at,
      occurred_at: event.occurred_at ?? new Date().toISOString(),
      external_id: bounded(event.id),
      subject: connectorSubject(connector.id) + (event.subject === undefined ? '' : `/${bounded(event.subject)}`),
    });
    if (stored.replayed) throw refusal('replayed');
    metrics.webhooks.inc({ kind: connector.kind, outcome: stored.duplicate ? 'duplicate' : 'accepted' });
    if (!stored.duplicate) options.onStored();
    if (!answer) return { received: true, events: [stored.id], duplicate: stored.duplicate };
    response.setHeader('Content-Type', answer.content_type);
    response.end(answer.body);
    return undefined;
  };

  return [
    ...(['post', 'get'] as const).map((method) => endpoint({
      method, path: '/hooks/{tenant}/{connector}', tag: 'Webhooks', permission: null, body_type: 'raw',
      summary: 'Where a connector’s provider sends its webhooks',
      description: 'Verified as the connector’s kind says; stored before it is answered; a request that was stored before is not stored again.',
      params: z.strictObject({ tenant: z.string(), connector: z.string() }), answer: receipt,
      async handle({ params, request, response }) {
        let kind = 'unknown';
        try {
          const receiving = await addresses.find(params.tenant, params.connector);
          if (!receiving) throw new PatchbayError('not_found', 'Nothing takes requests at this address.', { hint: 'GET /api/connectors/{id}/webhook tells a connector’s address, and what it needs to take requests.' });
          kind = receiving.connector.kind;
          return await take(receiving, request, response);
        } catch (error) {
          const reason = PatchbayError.is(error) ? (error.details?.['reason'] ?? error.code) : 'internal';
          metrics.webhooks.inc({ kind, outcome: String(reason) });
          throw error;
        }
      },
    })),
    endpoint({
      method: 'get', path: '/api/connectors/{id}/webhook', tag: 'Webhooks', permission: 'connectors:read',
      summary: 'The address to give to a connector’s provider',
      params: connectorParams,
      answer: z.strictObject({
        url: z.string(), enabled: z.boolean().meta({ description: 'Requests are taken now' }),
        takes_webhooks: z.boolean().meta({ description: 'The kind can take requests at all' }), hint: z.string().optional(),
      }),
      async handle({ principal, params }) {
        const owned = await connectors.require(principal, params.id, 'connectors:read');
        const takes_webhooks = registry.find(owned.connector.kind)?.webhook !== undefined;
        const enabled = (await addresses.receiverOf(owned)) !== undefined;
        const hint = enabled ? undefined
          : !takes_webhooks ? 'Connectors of this kind take no requests.'
            : !owned.connector.active ? 'The connector is deactivated.'
              : 'Give the connector what requests are verified by: a webhook secret, or for Twilio the auth token.';
        return {
          url: webhookAddress(options.public_url ?? options.own_url(), owned.connector),
          enabled, takes_webhooks, ...(hint !== undefined && { hint }),
        };
      },
    }),
  ];
}

async function read(request: Request, limit: number): Promise<Buffer> {
  const patience = setTimeout(() => request.destroy(), readingTime);
  try {
    return await readBytes(request, limit, () => new PatchbayError('payload_too_large', `A webhook’s body may have at most ${Math.round(limit / 1024)} kB.`, {
      hint: 'The operator can allow more: PATCHBAY_WEBHOOK_LIMIT_KB.',
    }));
  } finally {
    clearTimeout(patience);
  }
}

/** Those that may come several times are joined as HTTP says. */
function headersOf(request: Request): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}

/** What can be kept in an index, whatever was sent. */
function bounded(text: string): string {
  return text.length <= 200 && !text.includes('\0') ? text : digestOf(text);
}
