/** A chat as Ollama takes it. Source: https://docs.ollama.com/api/chat */
import type { ChatInput, Message } from '../../categories/llm.ts';
import { cannot, partsOf, textOf } from '../../engines/llm/index.ts';
import type { OllamaConfig } from './config.ts';

type Json = Record<string, unknown>;

export const provider = 'Ollama';

export function chatRequest(input: ChatInput, model: string, config: OllamaConfig): Json {
  const { messages, tools = [], tool_choice, temperature, max_tokens, stop, response_format, response_schema } = input;
  if (tool_choice !== undefined && tool_choice !== 'auto' && tool_choice !== 'none') {
    throw cannot(`${provider} leaves it to the model whether it calls a tool.`, 'tool_choice', 'Use auto or none.');
  }
  const options = {
    ...(temperature !== undefined && { temperature }),
    ...(max_tokens !== undefined && { num_predict: max_tokens }),
    ...(stop !== undefined && { stop }),
    ...(config.context_tokens !== undefined && { num_ctx: config.context_tokens }),
  };
  return {
    model,
    messages: messages.map((message, index) => messageOf(message, index, messages)),
    ...(tools.length > 0 && tool_choice !== 'none' && {
      tools: tools.map(({ name, description, parameters }) => ({ type: 'function', function: { name, ...(description !== undefined && { description }), parameters } })),
    }),
    ...(response_format === 'json' && { format: 'json' }),
    ...(response_format === 'json_schema' && { format: response_schema }),
    ...(Object.keys(options).length > 0 && { options }),
  };
}

function messageOf(message: Message, index: number, messages: Message[]): Json {
  const { role, content, tool_calls = [], tool_call_id } = message;
  if (role === 'user' && Array.isArray(content)) {
    const images = content.flatMap((part) => (part.type === 'image' ? [imageOf(part, index)] : []));
    return { role, content: partsOf(content).flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'), ...(images.length > 0 && { images }) };
  }
  return {
    role,
    content: textOf(message, index, provider),
    ...(tool_calls.length > 0 && { tool_calls: tool_calls.map(({ name, arguments: given }) => ({ function: { name, arguments: given } })) }),
    ...(role === 'tool' && { tool_name: toolNameOf(tool_call_id, messages.slice(0, index), index) }),
  };
}

function imageOf({ content_base64 }: { content_base64?: string }, index: number): string {
  if (content_base64 !== undefined) return content_base64;
  throw cannot(`${provider} does not fetch images.`, `messages.${index}.content`, 'Send the image’s bytes in content_base64.');
}

/** Ollama knows a result by the tool's name, not by the call's id. */
function toolNameOf(id: string | undefined, earlier: Message[], index: number): string {
  const call = earlier.toReversed().flatMap(({ tool_calls = [] }) => tool_calls).find((one) => one.id === id);
  if (call) return call.name;
  throw cannot(`No message before the tool’s result has a tool call of the id "${id}".`, `messages.${index}.tool_call_id`, 'Send the assistant’s message with its tool_calls before their results.');
}
