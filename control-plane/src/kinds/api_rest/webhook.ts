import { basicValue, createReceiver, credentialScheme, hmacScheme, standardWebhooksScheme, stripeScheme } from '../../engines/webhooks/index.ts';
import type { Scheme } from '../../engines/webhooks/index.ts';
import type { WebhookReceiver } from '../contract.ts';
import type { ApiRestConfig } from './config.ts';

/** What each provider's events are about, in its own body. */
const subjects: Partial<Record<ApiRestConfig['webhook_verification'], string>> = { github: 'repository.full_name', stripe: 'data.object.id', shopify: 'id' };

export function webhookReceiver(config: ApiRestConfig): WebhookReceiver | undefined {
  const scheme = schemeOf(config);
  return scheme && createReceiver(scheme, config.webhook_subject ?? subjects[config.webhook_verification]);
}

/** What a scheme needs is there: the config's own check has seen to it. */
function schemeOf(config: ApiRestConfig): Scheme | undefined {
  const secret = config.webhook_secret ?? '';
  const id_header = config.webhook_id_header;
  switch (config.webhook_verification) {
    case 'off': return undefined;
    case 'hmac': return hmacScheme({
      secret, header: config.webhook_header, algorithm: config.webhook_algorithm, encoding: config.webhook_encoding, prefix: config.webhook_prefix,
      ...(config.webhook_timestamp_header !== undefined && { timestamp_header: config.webhook_timestamp_header }),
      ...(config.webhook_id_path !== undefined && { id_path: config.webhook_id_path }),
    });
    // https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    case 'github': return hmacScheme({ secret, header: 'X-Hub-Signature-256', algorithm: 'sha256', encoding: 'hex', prefix: 'sha256=', id_headers: ['X-GitHub-Event', 'X-GitHub-Delivery'] });
    // https://shopify.dev/docs/apps/build/webhooks/subscribe/https and …/ignore-duplicates: one id for all topics that one change sets off.
    case 'shopify': return hmacScheme({ secret, header: 'X-Shopify-Hmac-Sha256', algorithm: 'sha256', encoding: 'base64', prefix: '', id_headers: ['X-Shopify-Topic', 'X-Shopify-Event-Id'] });
    case 'stripe': return stripeScheme(secret);
    case 'standard_webhooks': return standardWebhooksScheme(secret);
    case 'basic': return credentialScheme({ header: 'Authorization', value: basicValue(config.webhook_username ?? '', secret), id_header });
    case 'bearer': return credentialScheme({ header: 'Authorization', value: `Bearer ${secret}`, id_header });
  }
}
