import { z } from 'zod';
import { llm } from '../../categories/llm.ts';
import { createHttpClient, headerAuthentication } from '../../engines/http/index.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { explainModelFailure, modelSession, unknownAnswer } from '../../engines/llm/index.ts';
import { defineKind } from '../contract.ts';
import { chatAnswer, chatEvents } from './answer.ts';
import { anthropicConfig } from './config.ts';
import { chatRequest, provider } from './request.ts';

export const anthropicLlm = defineKind({
  kind: 'anthropic_llm',
  label: 'Anthropic',
  description: 'Claude, the models of Anthropic',
  category: llm,
  documentation_url: 'https://docs.claude.com/en/api/overview',
  optional_operations: [],
  peer: { class: 'protocol peer', name: 'a server that follows the documentation of Anthropic’s Messages API' },
  config: anthropicConfig,
  async open(config, { egress }) {
    const client = createHttpClient({
      egress,
      base_url: config.base_url,
      backend: provider,
      authentication: headerAuthentication('x-api-key', config.api_key),
      headers: { 'anthropic-version': '2023-06-01' },
      ca_certificate: config.ca_certificate,
      max_response_bytes: config.max_response_mb * 1_000_000,
      explain: explainModelFailure(provider),
    });
    const request = (json: object, signal: AbortSignal) => ({ method: 'POST', path: '/v1/messages', json, signal });
    return modelSession({
      provider,
      listModels: (signal) => listModels(client, signal),
      chat: async (input, model, signal) => chatAnswer((await client.request(request(chatRequest(input, model, config), signal))).json()),
      async *stream(input, model, signal) {
        const { body } = await client.stream(request({ ...chatRequest(input, model, config), stream: true }, signal));
        yield* chatEvents(body, model, [config.api_key]);
      },
    }, config);
  },
});
export default anthropicLlm;

const page = z.object({ data: z.array(z.object({ id: z.string(), display_name: z.string().optional() })), has_more: z.boolean().nullish(), last_id: z.string().nullish() });
/** There are some dozens of models; a server that always says that there are more must not be followed for ever. */
const mostPages = 20;

async function listModels(client: HttpClient, signal: AbortSignal) {
  const models: { name: string; label?: string; type: string }[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const parsed = page.safeParse((await client.request({ path: '/v1/models', query: { limit: 1000, after_id: after }, signal })).json());
    if (!parsed.success) throw unknownAnswer(provider, parsed.error);
    models.push(...parsed.data.data.map(({ id, display_name }) => ({ name: id, ...(display_name !== undefined && { label: display_name }), type: 'model' })));
    if (!parsed.data.has_more || !parsed.data.last_id) break;
    after = parsed.data.last_id;
  }
  return models;
}
