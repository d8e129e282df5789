import { z } from 'zod';
import { llm } from '../../categories/llm.ts';
import type { EmbedOutput } from '../../categories/llm.ts';
import { bearerAuthentication, createHttpClient, noAuthentication } from '../../engines/http/index.ts';
import type { HttpClient } from '../../engines/http/index.ts';
import { embedInBatches, explainModelFailure, missingModel, modelSession, unknownAnswer } from '../../engines/llm/index.ts';
import { defineKind } from '../contract.ts';
import { chatAnswer, chatEvents } from './answer.ts';
import { openaiConfig } from './config.ts';
import { chatRequest, provider } from './request.ts';

export const openaiLlm = defineKind({
  kind: 'openai_llm',
  label: 'OpenAI',
  description: 'Models of OpenAI, or of any server that speaks its API',
  category: llm,
  documentation_url: 'https://platform.openai.com/docs/api-reference/authentication',
  optional_operations: ['embed'],
  peer: { class: 'published API description', name: 'OpenAI’s OpenAPI description of API 2.3.0' },
  config: openaiConfig,
  async open(config, { egress }) {
    const secrets = config.api_key === undefined ? [] : [config.api_key];
    const client = createHttpClient({
      egress,
      base_url: config.base_url,
      backend: provider,
      authentication: config.api_key === undefined ? noAuthentication : bearerAuthentication(config.api_key),
      headers: {
        ...(config.organization !== undefined && { 'openai-organization': config.organization }),
        ...(config.project !== undefined && { 'openai-project': config.project }),
      },
      ca_certificate: config.ca_certificate,
      max_response_bytes: config.max_response_mb * 1_000_000,
      explain: explainModelFailure(provider),
    });
    return {
      ...modelSession({
        provider,
        listModels: (signal) => listModels(client, signal),
        async chat(input, model, signal) {
          const response = await client.request({ method: 'POST', path: '/chat/completions', json: chatRequest(input, model, config), signal });
          return chatAnswer(response.json(), model);
        },
        async *stream(input, model, signal) {
          const json = { ...chatRequest(input, model, config), stream: true, stream_options: { include_usage: true } };
          const { body } = await client.stream({ method: 'POST', path: '/chat/completions', json, signal });
          yield* chatEvents(body, model, secrets);
        },
      }, config),
      async embed({ input, model = config.embedding_model ?? missingModel('embedding_model', 'embedding model') }, { signal }) {
        return embedInBatches(input, (texts) => embed(client, texts, model, signal));
      },
    };
  },
});
export default openaiLlm;

const models = z.object({ data: z.array(z.object({ id: z.string() })) });

async function listModels(client: HttpClient, signal: AbortSignal) {
  const parsed = models.safeParse((await client.request({ path: '/models', signal })).json());
  if (!parsed.success) throw unknownAnswer(provider, parsed.error);
  return parsed.data.data.map(({ id }) => ({ name: id, type: 'model' }));
}

const embeddings = z.object({
  model: z.string().nullish(),
  data: z.array(z.object({ index: z.int(), embedding: z.array(z.number()) })),
  usage: z.object({ prompt_tokens: z.int().min(0) }).nullish().catch(null),
});

async function embed(client: HttpClient, input: string[], model: string, signal: AbortSignal): Promise<EmbedOutput> {
  const response = await client.request({ method: 'POST', path: '/embeddings', json: { model, input, encoding_format: 'float' }, signal });
  const parsed = embeddings.safeParse(response.json());
  if (!parsed.success) throw unknownAnswer(provider, parsed.error);
  const { data, usage } = parsed.data;
  return {
    model: parsed.data.model ?? model,
    embeddings: [...data].sort((a, b) => a.index - b.index).map(({ embedding }) => embedding),
    usage: usage ? { input_tokens: usage.prompt_tokens } : null,
  };
}
