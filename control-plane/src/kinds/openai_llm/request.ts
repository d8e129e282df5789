/** A chat as OpenAI's chat completions API takes it. Source: https://platform.openai.com/docs/api-reference/chat/create */
import type { ChatInput, Message } from '../../categories/llm.ts';
import { imageType, partsOf, textOf } from '../../engines/llm/index.ts';
import type { OpenaiConfig } from './config.ts';

type Json = Record<string, unknown>;

export const provider = 'The OpenAI API';

export function chatRequest(input: ChatInput, model: string, config: OpenaiConfig): Json {
  const { messages, tools = [], tool_choice, temperature, max_tokens, stop } = input;
  return {
    model,
    messages: messages.map(messageOf),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters }) => ({ type: 'function', function: { name, ...(description !== undefined && { description }), parameters } })),
      ...(tool_choice !== undefined && { tool_choice: toolChoiceOf(tool_choice) }),
    }),
    ...(temperature !== undefined && { temperature }),
    ...(max_tokens !== undefined && { [maxTokensParameter(config)]: max_tokens }),
    ...(stop !== undefined && { stop }),
    ...responseFormat(input),
  };
}

function messageOf(message: Message, index: number): Json {
  const { role, content, tool_calls, tool_call_id } = message;
  if (role === 'user' && Array.isArray(content)) return { role, content: partsOf(content).map(partOf) };
  return {
    role,
    ...(content !== undefined && { content: textOf(message, index, provider) }),
    ...(tool_calls && tool_calls.length > 0 && {
      tool_calls: tool_calls.map((call) => ({ id: call.id, type: 'function', function: { name: call.name, arguments: call.invalid_arguments ?? JSON.stringify(call.arguments) } })),
    }),
    ...(tool_call_id !== undefined && { tool_call_id }),
  };
}

function partOf(part: ReturnType<typeof partsOf>[number]): Json {
  if (part.type === 'text') return part;
  return { type: 'image_url', image_url: { url: part.url ?? `data:${imageType(part)};base64,${part.content_base64}` } };
}

function toolChoiceOf(choice: string): unknown {
  return ['auto', 'none', 'required'].includes(choice) ? choice : { type: 'function', function: { name: choice } };
}

function responseFormat({ response_format, response_schema }: ChatInput): Json {
  if (response_format === 'json') return { response_format: { type: 'json_object' } };
  if (response_format === 'json_schema') return { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: response_schema } } };
  return {};
}

function maxTokensParameter({ max_tokens_parameter, base_url }: OpenaiConfig): string {
  if (max_tokens_parameter !== 'auto') return max_tokens_parameter;
  return new URL(base_url).hostname === 'api.openai.com' ? 'max_completion_tokens' : 'max_tokens';
}
