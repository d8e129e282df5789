import { z } from 'zod';
import { secret } from '../contract.ts';
import { httpUrl } from '../shared/http-fields.ts';
import { embeddingModelField, llmFields } from '../shared/llm-fields.ts';

export const openaiConfig = z.strictObject({
  base_url: httpUrl.default('https://api.openai.com/v1').meta({
    title: 'Base URL', description: 'Of OpenAI or of any server that speaks its API: vLLM, LM Studio, Azure OpenAI (…/openai/v1), Mistral, Groq, OpenRouter, …', destination: true, order: 1,
  }),
  api_key: secret(z.string().min(1).optional()).meta({ title: 'API key', description: 'A server of your own may need none', order: 2 }),
  organization: z.string().min(1).optional().meta({ title: 'Organization ID', placeholder: 'org-…', advanced: true, order: 3 }),
  project: z.string().min(1).optional().meta({ title: 'Project ID', placeholder: 'proj_…', advanced: true, order: 4 }),
  embedding_model: embeddingModelField,
  max_tokens_parameter: z.enum(['auto', 'max_completion_tokens', 'max_tokens']).default('auto').meta({
    title: 'Name of “max tokens”', description: 'Newer models of OpenAI know only max_completion_tokens, many other servers only max_tokens. auto: the former for api.openai.com, the latter elsewhere', advanced: true, order: 20,
  }),
  ...llmFields,
});

export type OpenaiConfig = z.output<typeof openaiConfig>;
