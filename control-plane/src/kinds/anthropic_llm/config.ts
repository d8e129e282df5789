import { z } from 'zod';
import { secret } from '../contract.ts';
import { httpUrl } from '../shared/http-fields.ts';
import { llmFields } from '../shared/llm-fields.ts';

export const anthropicConfig = z.strictObject({
  api_key: secret(z.string().min(1)).meta({ title: 'API key', placeholder: 'sk-ant-…', order: 1 }),
  base_url: httpUrl.default('https://api.anthropic.com').meta({
    title: 'Base URL', description: 'Of Anthropic, or of a gateway that speaks its Messages API', advanced: true, destination: true, order: 2,
  }),
  max_tokens: z.int().min(1).max(1_000_000).default(4096).meta({
    title: 'Default max tokens', description: 'The longest answer to requests that do not say it: the API demands a number', order: 11,
  }),
  ...llmFields,
});

export type AnthropicConfig = z.output<typeof anthropicConfig>;
