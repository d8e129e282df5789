/** The REST API of Elasticsearch and OpenSearch, told apart by what they answer at their root. */
import { basicAuthentication, bearerAuthentication, createHttpClient, headerAuthentication, noAuthentication } from '../../engines/http/index.ts';
import type { Authentication, HttpRequest } from '../../engines/http/index.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { hasLongNumber } from '../../platform/exact-json.ts';
import type { OpenContext } from '../contract.ts';
import type { ElasticsearchConfig } from './config.ts';
import { explain } from './errors.ts';

export interface Server {
  product: 'Elasticsearch' | 'OpenSearch';
  version: string;
}

export interface Client {
  /** Asked once. */
  server(signal: AbortSignal): Promise<Server>;
  /** Whole numbers that JavaScript would round come as text. */
  call<T>(request: Omit<HttpRequest, 'accepts'>): Promise<T>;
  /** As `call`; for what is tidied up after a caller who may be gone: never fails. */
  tidy(request: Omit<HttpRequest, 'accepts' | 'signal'>): Promise<void>;
}

export function createClient(config: ElasticsearchConfig, { egress, log }: OpenContext): Client {
  const http = createHttpClient({
    egress,
    base_url: config.base_url,
    backend: 'The search server',
    authentication: authenticationOf(config),
    ca_certificate: config.ca_certificate,
    max_response_bytes: config.max_response_mb * 1_000_000,
    explain,
  });
  let known: Server | undefined;
  const call = async <T>(request: HttpRequest): Promise<T> => parseExactly((await http.request(request)).text()) as T;
  return {
    call,
    async server(signal) {
      if (known) return known;
      const { version } = await call<{ version?: { number?: string; distribution?: string } }>({ path: '', signal });
      if (typeof version?.number !== 'string') {
        throw new PatchbayError('invalid_config', 'What answers at this address is neither Elasticsearch nor OpenSearch.', {
          hint: 'Check the connector’s address.', fields: [{ path: 'config.base_url', message: 'is not a search server' }],
        });
      }
      return (known = { product: version.distribution === 'opensearch' ? 'OpenSearch' : 'Elasticsearch', version: version.number });
    },
    async tidy(request) {
      await http.request({ ...request, signal: AbortSignal.timeout(5000) }).catch((error: unknown) => log.debug({ error }, 'a search context was left to expire'));
    },
  };
}

function authenticationOf({ authentication, username = '', password = '', api_key = '', token = '' }: ElasticsearchConfig): Authentication {
  switch (authentication) {
    case 'none': return noAuthentication;
    case 'basic': return basicAuthentication(username, password);
    case 'bearer': return bearerAuthentication(token);
    default: return { ...headerAuthentication('authorization', `ApiKey ${api_key}`), secrets: [api_key] };
  }
}

const longNumber = /[:[,]\s*-?\d{16,}/;

function parseExactly(text: string): unknown {
  try {
    // A reviver costs more than parsing itself: only where some number needs it.
    return hasLongNumber(text) && longNumber.test(text) ? JSON.parse(text, exactly as (key: string, value: unknown) => unknown) as unknown : JSON.parse(text) as unknown;
  } catch (error) {
    throw new PatchbayError('backend_error', 'The search server answered with something that is not JSON.', { hint: 'Check that the address is the one of the API, not of a web page.', cause: error });
  }
}

function exactly(_key: string, value: unknown, context: { source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source ?? '') ? context.source : value;
}

/** One index, alias, pattern or several by commas, as a part of a path. */
export const inPath = (index: string): string => encodeURIComponent(index).replaceAll('%2C', ',');
