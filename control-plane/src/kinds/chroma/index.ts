import { vectorStore } from '../../categories/vector_store.ts';
import { basicAuthentication, bearerAuthentication, createHttpClient, headerAuthentication, noAuthentication } from '../../engines/http/index.ts';
import type { Authentication } from '../../engines/http/index.ts';
import { pageOfModels } from '../../engines/models/index.ts';
import { defineKind } from '../contract.ts';
import type { Call } from '../contract.ts';
import { chromaConfig } from './config.ts';
import type { ChromaConfig } from './config.ts';
import { chromaStore } from './store.ts';

export const chroma = defineKind({
  kind: 'chroma',
  label: 'Chroma',
  description: 'Collections of a Chroma server or of Chroma Cloud',
  category: vectorStore,
  documentation_url: 'https://docs.trychroma.com/docs/run-chroma/client-server',
  optional_operations: [],
  peer: { class: 'real server', name: 'Chroma 1.0.0' },
  config: chromaConfig,
  async open(config, { egress }) {
    const client = createHttpClient({
      egress,
      base_url: config.base_url,
      backend: 'Chroma',
      authentication: authenticationOf(config),
      ca_certificate: config.ca_certificate,
      max_response_bytes: config.max_response_mb * 1_000_000,
    });
    const store = chromaStore(client, config);
    return {
      test: ({ signal }: Call) => store.test(signal),
      discover: async (input, { signal }) => (input.model === undefined ? pageOfModels(await store.list(signal), input) : { models: [await store.describe(input.model, signal)] }),
      upsert: (input, { signal }) => store.upsert(input, signal),
      search: (input, { signal }) => store.search(input, signal),
      delete: (input, { signal }) => store.delete(input, signal),
      close: async () => undefined,
    };
  },
});
export default chroma;

/** What a method needs is there: the config's own check has seen to it. */
function authenticationOf({ authentication, token = '', username = '', password = '' }: ChromaConfig): Authentication {
  switch (authentication) {
    case 'none': return noAuthentication;
    case 'token': return headerAuthentication('x-chroma-token', token);
    case 'bearer': return bearerAuthentication(token);
    default: return basicAuthentication(username, password);
  }
}
