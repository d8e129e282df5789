import { z } from 'zod';
import { defineCategory, operation } from '../kinds/contract.ts';
import { discoverInput, discoverOutput } from './shared.ts';

export const textPart = z.strictObject({ type: z.literal('text'), text: z.string() });

export const imagePart = z.strictObject({
  type: z.literal('image'),
  url: z.url({ protocol: /^https?$/ }).optional().meta({ description: 'A public address that the provider fetches' }),
  content_base64: z.base64().optional(),
  content_type: z.string().optional().meta({ description: 'Of the bytes: image/png, image/jpeg, …' }),
}).refine((part) => (part.url === undefined) !== (part.content_base64 === undefined), { message: 'Give an image either a url or its bytes in content_base64', path: ['url'] });

export const contentPart = z.discriminatedUnion('type', [textPart, imagePart]);

export const toolCall = z.strictObject({
  id: z.string(),
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()),
  invalid_arguments: z.string().optional().meta({ description: 'What the model wrote in place of a JSON object; arguments is then empty' }),
});

export const message = z.strictObject({
  role: z.enum(['user', 'system', 'assistant', 'tool']).meta({ title: 'Role' }),
  content: z.union([z.string(), z.array(contentPart)]).optional().meta({ title: 'Content', multiline: true, description: 'A text, or a list of parts of the types text and image' }),
  tool_calls: z.array(toolCall).optional().meta({ title: 'Tool calls', description: 'Of an assistant’s message: those that it answered with' }),
  tool_call_id: z.string().min(1).optional().meta({ title: 'Tool call ID', description: 'Of a tool’s message: the call whose result it is' }),
}).superRefine(({ role, content, tool_calls, tool_call_id }, context) => {
  const issue = (path: string, text: string) => context.addIssue({ code: 'custom', path: [path], message: text });
  if (content === undefined && !(role === 'assistant' && tool_calls !== undefined)) issue('content', 'is required');
  if ((tool_call_id !== undefined) !== (role === 'tool')) issue('tool_call_id', role === 'tool' ? 'is required of a message of the role "tool"' : 'belongs to the role "tool" alone');
  if (tool_calls !== undefined && role !== 'assistant') issue('tool_calls', 'belong to the role "assistant" alone');
  if ((role === 'system' || role === 'assistant') && Array.isArray(content) && content.some(({ type }) => type === 'image')) issue('content', 'can hold images only of the roles "user" and "tool"');
});
export type Message = z.output<typeof message>;
export type ToolCall = z.output<typeof toolCall>;

export const tool = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'Use at most 64 letters, digits, _ and -').meta({ title: 'Name' }),
  description: z.string().optional().meta({ title: 'Description', description: 'When and what for the model should use it' }),
  parameters: z.record(z.string(), z.unknown()).default({ type: 'object', properties: {} }).meta({ title: 'Parameters', description: 'A JSON Schema of the arguments' }),
});

const chatInput = z.strictObject({
  model: z.string().min(1).optional().meta({ title: 'Model', model: true, description: 'The connector’s default model when empty' }),
  messages: z.array(message).min(1).meta({ title: 'Messages', description: 'The conversation so far, the oldest first' }),
  tools: z.array(tool).optional().meta({ title: 'Tools', description: 'What the model may ask to be called' }),
  tool_choice: z.string().optional().meta({ title: 'Tool choice', description: 'One of auto, none and required, or the name of the tool that has to be called', placeholder: 'auto' }),
  temperature: z.number().min(0).max(2).optional().meta({ title: 'Temperature', description: 'Higher is more random' }),
  max_tokens: z.int().min(1).optional().meta({ title: 'Max tokens', description: 'The longest answer' }),
  stop: z.array(z.string().min(1)).max(4).optional().meta({ title: 'Stop', description: 'Texts at which the answer ends' }),
  response_format: z.enum(['text', 'json', 'json_schema']).optional().meta({ title: 'Response format' }),
  response_schema: z.record(z.string(), z.unknown()).optional().meta({ title: 'Response schema', description: 'The JSON Schema of the answer, with the response format json_schema' }),
}).superRefine(({ response_format, response_schema, tools, tool_choice }, context) => {
  if ((response_format === 'json_schema') !== (response_schema !== undefined)) {
    context.addIssue({ code: 'custom', path: ['response_schema'], message: 'goes with the response_format "json_schema", and only with that' });
  }
  if (tool_choice !== undefined && !['auto', 'none'].includes(tool_choice) && !(tools ?? []).some(({ name }) => name === tool_choice || tool_choice === 'required')) {
    context.addIssue({ code: 'custom', path: ['tool_choice'], message: 'must be auto, none, required or the name of one of the tools' });
  }
});
export type ChatInput = z.output<typeof chatInput>;

const count = z.int().min(0);
export const usage = z.strictObject({
  input_tokens: count,
  output_tokens: count,
  cached_input_tokens: count.optional().meta({ description: 'Those of the input that the provider had in a cache' }),
});
export type Usage = z.output<typeof usage>;

/** `stop`: the model was done or met a stop text. */
export const finishReason = z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'other']);
export type FinishReason = z.output<typeof finishReason>;

const chatOutput = z.strictObject({
  model: z.string(),
  content: z.string().meta({ description: 'Empty when the model only calls tools' }),
  tool_calls: z.array(toolCall),
  finish_reason: finishReason,
  usage: usage.nullable().meta({ description: 'null when the server does not count' }),
});
export type ChatOutput = z.output<typeof chatOutput>;

export const chatEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string() }),
  z.strictObject({ type: z.literal('tool_call'), ...toolCall.shape }),
  z.strictObject({ type: z.literal('finish'), finish_reason: finishReason, model: z.string(), usage: usage.nullable() }),
]);
export type ChatEvent = z.output<typeof chatEvent>;

const embedInput = z.strictObject({
  model: z.string().min(1).optional().meta({ title: 'Model', model: true, description: 'The connector’s default embedding model when empty' }),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)]).meta({ title: 'Input', description: 'A text, or a list of texts' }),
});
export type EmbedInput = z.output<typeof embedInput>;

const embedOutput = z.strictObject({
  model: z.string(),
  embeddings: z.array(z.array(z.number())).meta({ description: 'One vector for each text, in their order' }),
  usage: z.strictObject({ input_tokens: count }).nullable(),
});
export type EmbedOutput = z.output<typeof embedOutput>;

export const llm = defineCategory({
  category: 'llm',
  label: 'LLM',
  description: 'Language models: chats with tools, streamed or whole, and embeddings',
  operations: {
    discover: operation({
      title: 'Discover', description: 'List the models',
      input: discoverInput, output: discoverOutput, repeatable: true, fallback: true,
    }),
    chat: operation({
      title: 'Chat', description: 'Let a model continue a conversation and wait for its whole answer',
      input: chatInput, output: chatOutput,
      fallback: true,
    }),
    chat_stream: operation({
      title: 'Chat (stream)', description: 'Let a model continue a conversation and read its answer as it is written: pieces of text, whole tool calls, and at last how it ended',
      input: chatInput, output: chatEvent, result: 'records',
      fallback: true,
    }),
    embed: operation({
      title: 'Embed', description: 'Turn texts into vectors',
      input: embedInput, output: embedOutput, optional: true, repeatable: true,
    }),
  },
});
