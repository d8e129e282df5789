/** What n8n answers when it does not start a workflow. */
import { asSentence, httpError } from '../../engines/http/index.ts';
import type { HttpFailure } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import type { N8nWebhookConfig } from './config.ts';

export function notListening({ url, method }: Pick<N8nWebhookConfig, 'url' | 'method'>, otherMethods: readonly string[] = []): PatchbayError {
  const details = { http_status: 404 };
  if (otherMethods.length > 0) {
    return new PatchbayError('invalid_config', `The workflow’s webhook takes ${otherMethods.join(', ')}, not ${method}.`, {
      hint: 'Choose the same method in the connector and in the Webhook node.', fields: [{ path: 'config.method', message: 'is another one in n8n' }], details,
    });
  }
  const isTest = /\/webhook-test(\/|$)/.test(new URL(url).pathname);
  return new PatchbayError('invalid_config', 'n8n has no workflow that listens at this webhook URL.', {
    hint: isTest
      ? 'This is a test URL: it listens only after "Listen for test event", once. Use the production URL (/webhook/…) and activate the workflow.'
      : 'Activate (publish) the workflow in n8n, and compare the URL and the method with its Webhook node.',
    fields: [{ path: 'config.url', message: 'no workflow listens there' }],
    details,
  });
}

export function explainN8n(config: N8nWebhookConfig): (failure: HttpFailure) => PatchbayError | undefined {
  return (failure) => {
    const { status, message = '' } = failure;
    if (status === 404 && /not registered for \w+ requests/i.test(message)) {
      const others = /did you mean to make an? (.+?) request/i.exec(message)?.[1]?.match(/[A-Z]+/g) ?? [];
      return notListening(config, others.length > 0 ? others : ['another method']);
    }
    if (status === 404 && /webhook/i.test(message) && /not registered/i.test(message)) return notListening(config);
    // n8n answers 403 to wrong credentials, and also to an address that is not on the webhook's list.
    if (status === 401 || (status === 403 && !/\bIP\b|whitelist|allowlist/i.test(message))) {
      const { details } = httpError(failure, 'n8n');
      return new PatchbayError('backend_authentication_failed', asSentence(`n8n refused the webhook’s credentials (HTTP ${status})${message && `: ${message}`}`), {
        hint: 'Compare the authentication of the connector with that of the Webhook node.', details,
      });
    }
    if (status === 500) {
      const error = httpError(failure, 'The n8n workflow');
      return new PatchbayError(error.code, error.message, { hint: 'Look into the workflow’s executions in n8n.', details: error.details });
    }
    return undefined;
  };
}
