/** A chat as Anthropic's Messages API takes it. Source: https://docs.claude.com/en/api/messages */
import type { ChatInput, Message } from '../../categories/llm.ts';
import { cannot, imageType, partsOf, textOf } from '../../engines/llm/index.ts';
import type { AnthropicConfig } from './config.ts';

type Json = Record<string, unknown>;

export const provider = 'The Anthropic API';

export function chatRequest(input: ChatInput, model: string, config: AnthropicConfig): Json {
  const { messages, tools = [], tool_choice, temperature, max_tokens, stop } = input;
  if (temperature !== undefined && temperature > 1) throw cannot(`${provider} takes a temperature of at most 1.`, 'temperature', 'Give a number from 0 to 1.');
  const system = messages.flatMap((message, index) => (message.role === 'system' ? [textOf(message, index, provider)] : []));
  return {
    model,
    max_tokens: max_tokens ?? config.max_tokens,
    messages: turnsOf(messages),
    ...(system.length > 0 && { system: system.join('\n\n') }),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, parameters }) => ({ name, ...(description !== undefined && { description }), input_schema: { type: 'object', ...parameters } })),
      ...(tool_choice !== undefined && { tool_choice: toolChoiceOf(tool_choice) }),
    }),
    ...(temperature !== undefined && { temperature }),
    ...(stop !== undefined && { stop_sequences: stop }),
    ...responseFormat(input),
  };
}

/** What follows another of the same speaker becomes one turn: all results of parallel tool calls must stand in one. */
function turnsOf(messages: Message[]): { role: string; content: Json[] }[] {
  const turns: { role: string; content: Json[] }[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocksOf(message));
    else turns.push({ role, content: blocksOf(message) });
  }
  return turns;
}

function blocksOf({ role, content, tool_calls = [], tool_call_id }: Message): Json[] {
  // An empty text is refused there.
  const parts = partsOf(content).filter((part) => part.type !== 'text' || part.text !== '').map(partOf);
  if (role === 'tool') return [{ type: 'tool_result', tool_use_id: tool_call_id, content: parts }];
  return [...parts, ...tool_calls.map(({ id, name, arguments: input }) => ({ type: 'tool_use', id, name, input }))];
}

function partOf(part: ReturnType<typeof partsOf>[number]): Json {
  if (part.type === 'text') return part;
  return {
    type: 'image',
    source: part.url === undefined ? { type: 'base64', media_type: imageType(part), data: part.content_base64 } : { type: 'url', url: part.url },
  };
}

function toolChoiceOf(choice: string): Json {
  if (choice === 'required') return { type: 'any' };
  return choice === 'auto' || choice === 'none' ? { type: choice } : { type: 'tool', name: choice };
}

function responseFormat({ response_format, response_schema }: ChatInput): Json {
  if (response_format === 'json') throw cannot(`${provider} gives JSON only by a schema.`, 'response_format', 'Use json_schema and describe the answer in response_schema.');
  return response_format === 'json_schema' ? { output_config: { format: { type: 'json_schema', schema: response_schema } } } : {};
}
