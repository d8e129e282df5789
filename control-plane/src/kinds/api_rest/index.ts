import { api } from '../../categories/api.ts';
import {
  basicAuthentication, bearerAuthentication, createHttpClient, createPace, headerAuthentication, hostOf, noAuthentication, oauthAuthentication, queryAuthentication,
} from '../../engines/http/index.ts';
import type { Authentication, HttpClient } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { defineKind } from '../contract.ts';
import type { Call, TokenSource } from '../contract.ts';
import { apiRestConfig } from './config.ts';
import type { ApiRestConfig } from './config.ts';
import { importApiRest } from './import.ts';
import { oauthSettings } from './oauth-fields.ts';
import { discover, read } from './read.ts';
import { sendRequest } from './request.ts';
import { retryPolicy } from './retry.ts';
import { webhookReceiver } from './webhook.ts';

export const apiRest = defineKind({
  kind: 'api_rest',
  label: 'REST API',
  description: 'Any HTTP API: requests with the connector’s authentication, and endpoints read as records',
  category: api,
  documentation_url: 'https://developer.mozilla.org/docs/Web/HTTP/Guides/Authentication',
  peer: { class: 'real server', name: 'Node.js HTTP and HTTPS servers' },
  config: apiRestConfig,
  importConfig: importApiRest,
  webhook: webhookReceiver,
  oauth2: oauthSettings,
  async open(config, { egress, oauth }) {
    const client = createHttpClient({
      egress,
      base_url: config.base_url,
      authentication: authenticationOf(config, oauth),
      pace: createPace({ concurrency: config.max_concurrency, ...(config.requests_per_second !== undefined && { requests_per_second: config.requests_per_second }) }),
      headers: config.headers,
      ca_certificate: config.ca_certificate,
      max_response_bytes: config.max_response_mb * 1_000_000,
    });
    return {
      test: ({ signal }: Call) => testPath(client, config, signal),
      discover: (input, { signal }) => discover(client, config, input, signal),
      read: (input, { signal }) => read(client, config, input, signal),
      request: (input, { signal }) => sendRequest(client, config, input, signal),
      close: async () => undefined,
    };
  },
});
export default apiRest;

/** What a method needs is there: the config's own check has seen to it. */
function authenticationOf(config: ApiRestConfig, oauth: TokenSource | undefined): Authentication {
  const { username = '', password = '', token = '', api_key = '', api_key_name } = config;
  switch (config.authentication) {
    case 'none': return noAuthentication;
    case 'basic': return basicAuthentication(username, password);
    case 'bearer': return bearerAuthentication(token);
    case 'api_key': return config.api_key_in === 'header' ? headerAuthentication(api_key_name, api_key) : queryAuthentication(api_key_name, api_key);
    default: return oauthAuthentication(oauth);
  }
}

async function testPath(client: HttpClient, config: ApiRestConfig, signal: AbortSignal): Promise<{ message: string }> {
  const host = hostOf(new URL(config.base_url));
  const { status } = await client.request({ path: config.test_path, signal, retry: retryPolicy(config, 2000) }).catch((error: unknown) => {
    if (!PatchbayError.is(error) || (error.code !== 'object_not_found' && error.details?.['http_status'] !== 405)) throw error;
    throw new PatchbayError('invalid_config', `${host} is there, but has nothing at the test path "${config.test_path}".`, {
      hint: 'Set the test path to an address of this API that answers a GET with success.',
      fields: [{ path: 'config.test_path', message: 'nothing answers there' }],
      cause: error,
    });
  });
  return { message: `${host} answered with HTTP ${status}` };
}
