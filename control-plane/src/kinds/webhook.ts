/** What providers send to a connector's own address, and what a kind makes of it. */

/** A request that a provider sent to a connector's own address. */
export interface WebhookRequest {
  method: string;
  /** In full, as the provider called and signed it. */
  url: string;
  /** By lower-case names. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** What a verified request tells. */
export interface WebhookEvent {
  /**
   * Names the event among all of this connector's: the same id is kept once. It must be covered by what
   * the provider signed, or whoever has seen a request could send it again under another id.
   */
  id: string;
  type: 'webhook.received' | 'message.received' | 'message.status';
  /** Events of one subject are delivered in their order; those of the connector as a whole when absent. At most 200 characters are told apart. */
  subject?: string;
  /** ISO 8601; the time of arrival when absent. */
  occurred_at?: string;
  /** When this request was signed, where the scheme signs a time: the same event signed no later is a replay, one signed later a retry. */
  signed_at?: Date;
  data: Record<string, unknown>;
}

export interface WebhookReceipt {
  event: WebhookEvent;
  /** What the provider wants to read; JSON with the event's id when absent. */
  answer?: { content_type: string; body: string };
}

/** Verifies a request and reads it. Throws `webhook_refused` for what is not the provider's. */
export type WebhookReceiver = (request: WebhookRequest) => WebhookReceipt | Promise<WebhookReceipt>;
