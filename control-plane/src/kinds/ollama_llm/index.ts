import { z } from 'zod';
import { llm } from '../../categories/llm.ts';
import type { EmbedOutput } from '../../categories/llm.ts';
import { bearerAuthentication, createHttpClient, noAuthentication } from '../../engines/http/index.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { embedInBatches, explainModelFailure, missingModel, modelSession, unknownAnswer } from '../../engines/llm/index.ts';
import { defineKind } from '../contract.ts';
import { chatAnswer, chatEvents } from './answer.ts';
import { ollamaConfig } from './config.ts';
import { chatRequest, provider } from './request.ts';

export const ollamaLlm = defineKind({
  kind: 'ollama_llm',
  label: 'Ollama',
  description: 'Models that run on a server of your own',
  category: llm,
  documentation_url: 'https://docs.ollama.com/api/introduction',
  optional_operations: ['embed'],
  peer: { class: 'protocol peer', name: 'a server that follows the documentation of Ollama’s API' },
  config: ollamaConfig,
  async open(config, { egress }) {
    const secrets = config.api_key === undefined ? [] : [config.api_key];
    const client = createHttpClient({
      egress,
      base_url: config.base_url,
      backend: provider,
      authentication: config.api_key === undefined ? noAuthentication : bearerAuthentication(config.api_key),
      ca_certificate: config.ca_certificate,
      max_response_bytes: config.max_response_mb * 1_000_000,
      explain: explainModelFailure(provider),
    });
    const request = (json: object, signal: AbortSignal) => ({ method: 'POST', path: '/api/chat', json, signal });
    return {
      ...modelSession({
        provider,
        listModels: (signal) => listModels(client, signal),
        chat: async (input, model, signal) => chatAnswer((await client.request(request({ ...chatRequest(input, model, config), stream: false }, signal))).json()),
        async *stream(input, model, signal) {
          const { body } = await client.stream(request({ ...chatRequest(input, model, config), stream: true }, signal));
          yield* chatEvents(body, secrets);
        },
      }, config),
      async embed({ input, model = config.embedding_model ?? missingModel('embedding_model', 'embedding model') }, { signal }) {
        return embedInBatches(input, (texts) => embed(client, texts, model, signal));
      },
    };
  },
});
export default ollamaLlm;

const models = z.object({ models: z.array(z.object({ name: z.string() })) });

async function listModels(client: HttpClient, signal: AbortSignal) {
  const parsed = models.safeParse((await client.request({ path: '/api/tags', signal })).json());
  if (!parsed.success) throw unknownAnswer(provider, parsed.error);
  return parsed.data.models.map(({ name }) => ({ name, type: 'model' }));
}

const embeddings = z.object({ model: z.string(), embeddings: z.array(z.array(z.number())), prompt_eval_count: z.int().min(0).nullish() });

/** A text that is too long is an error rather than cut off. */
async function embed(client: HttpClient, input: string[], model: string, signal: AbortSignal): Promise<EmbedOutput> {
  const response = await client.request({ method: 'POST', path: '/api/embed', json: { model, input, truncate: false }, signal });
  const parsed = embeddings.safeParse(response.json());
  if (!parsed.success) throw unknownAnswer(provider, parsed.error);
  const { model: answering, embeddings: vectors, prompt_eval_count } = parsed.data;
  return { model: answering, embeddings: vectors, usage: prompt_eval_count == null ? null : { input_tokens: prompt_eval_count } };
}
