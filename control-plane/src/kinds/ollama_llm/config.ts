import { z } from 'zod';
import { secret } from '../contract.ts';
import { httpUrl } from '../shared/http-fields.ts';
import { embeddingModelField, llmFields } from '../shared/llm-fields.ts';

export const ollamaConfig = z.strictObject({
  base_url: httpUrl.meta({ title: 'Base URL', placeholder: 'http://ollama.example.com:11434', destination: true, order: 1 }),
  api_key: secret(z.string().min(1).optional()).meta({ title: 'API key', description: 'Only for ollama.com, or where a proxy in front asks for a bearer token', order: 2 }),
  embedding_model: embeddingModelField,
  context_tokens: z.int().min(1).optional().meta({ title: 'Context (tokens)', description: 'The server’s own choice when empty; what does not fit into it, the server cuts off without a word', advanced: true, order: 20 }),
  ...llmFields,
});

export type OllamaConfig = z.output<typeof ollamaConfig>;
