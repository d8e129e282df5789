/** Anthropic's Messages API and list of models, as its documentation describes them: https://docs.claude.com/en/api/messages */
// Of the zod that n8n brings, the part that is like the service's.
import { z } from 'zod/v4';
import { startHttpPeer } from '../http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from '../http.ts';
import { answer, models } from './model.ts';
import type { ModelReply } from './model.ts';

export interface AnthropicPeer extends HttpPeer {
  api_key: string;
}

const text = z.strictObject({ type: z.literal('text'), text: z.string().min(1) });
const image = z.strictObject({
  type: z.literal('image'),
  source: z.union([
    z.strictObject({ type: z.literal('base64'), media_type: z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']), data: z.base64() }),
    z.strictObject({ type: z.literal('url'), url: z.url() }),
  ]),
});
const toolUse = z.strictObject({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.record(z.string(), z.unknown()) });
const toolResult = z.strictObject({ type: z.literal('tool_result'), tool_use_id: z.string(), content: z.array(z.union([text, image])) });
const block = z.union([text, image, toolUse, toolResult]);
type Block = z.output<typeof block>;

const request = z.strictObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.array(block).min(1) })).min(1),
  system: z.string().optional(),
  tools: z.array(z.strictObject({ name: z.string(), description: z.string().optional(), input_schema: z.looseObject({ type: z.literal('object') }) })).optional(),
  tool_choice: z.union([z.strictObject({ type: z.enum(['auto', 'any', 'none']) }), z.strictObject({ type: z.literal('tool'), name: z.string() })]).optional(),
  temperature: z.number().min(0).max(1).optional(),
  stop_sequences: z.array(z.string()).optional(),
  stream: z.boolean().optional(),
  output_config: z.strictObject({ format: z.strictObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) }) }).optional(),
}).superRefine(({ messages }, context) => {
  // Each call has its result in the very next turn, and there is no result without a call.
  [{ content: [] as Block[] }, ...messages].forEach(({ content }, index) => {
    const calls = content.flatMap((one) => (one.type === 'tool_use' ? [one.id] : []));
    const results = (messages[index]?.content ?? []).flatMap((one) => (one.type === 'tool_result' ? [one.tool_use_id] : []));
    if (calls.join() !== results.join()) context.addIssue({ code: 'custom', path: ['messages', index], message: 'tool_use ids and tool_result blocks do not match' });
  });
});
type Request = z.output<typeof request>;

const stopReasons = { stop: 'end_turn', length: 'max_tokens', tool_calls: 'tool_use' } as const;

export async function startAnthropicPeer(): Promise<AnthropicPeer> {
  const api_key = 'sk-ant-test-0123456789';
  const failure = (status: number, type: string, message: string, headers?: Record<string, string>): HttpAnswer =>
    ({ status, ...(headers && { headers }), body: { type: 'error', error: { type, message }, request_id: 'req_1' } });

  const messages = (body: unknown): HttpAnswer => {
    const parsed = request.safeParse(body);
    if (!parsed.success) return failure(400, 'invalid_request_error', z.prettifyError(parsed.error));
    const input = parsed.data;
    switch (input.model) {
      case 'limited': return failure(429, 'rate_limit_error', 'This request would exceed your rate limit', { 'retry-after': '7' });
      case 'broke': return failure(403, 'billing_error', 'Your credit balance is too low');
      case 'overloaded': return failure(529, 'overloaded_error', 'Overloaded');
      case 'forgetful': return failure(400, 'invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum');
      default: if (!(models as readonly string[]).includes(input.model)) return failure(404, 'not_found_error', `model: ${input.model}`);
    }
    const reply = answer({
      model: input.model,
      messages: [...(input.system === undefined ? [] : [{ role: 'system', text: input.system, images: 0 }]), ...input.messages.flatMap(({ role, content }) => entriesOf(role, content))],
      tools: input.tool_choice?.type === 'none' ? [] : (input.tools ?? []).map(({ name }) => name),
      forced: input.tool_choice?.type === 'any' || input.tool_choice?.type === 'tool',
      max_tokens: input.max_tokens,
      stop: input.stop_sequences ?? [],
      json: input.output_config !== undefined,
    });
    if (input.stream) return { headers: { 'content-type': 'text/event-stream; charset=utf-8' }, body: stream(input, reply, api_key) };
    const content = [
      ...(reply.pieces.length > 0 ? [{ type: 'text', text: reply.pieces.join('') }] : []),
      ...reply.calls.map(({ id, name, arguments: given }) => ({ type: 'tool_use', id, name, input: given })),
    ];
    return { body: { id: 'msg_1', type: 'message', role: 'assistant', model: input.model, content, stop_reason: stopReasons[reply.finish], stop_sequence: null, usage: usageOf(reply) } };
  };

  const handle = ({ method, url, headers, body }: ReceivedRequest): HttpAnswer => {
    if (headers['x-api-key'] !== api_key) return failure(401, 'authentication_error', 'invalid x-api-key');
    if (headers['anthropic-version'] !== '2023-06-01') return failure(400, 'invalid_request_error', 'anthropic-version: header is required');
    if (method === 'POST' && url.pathname === '/v1/messages') return messages(JSON.parse(body.toString()));
    if (method !== 'GET' || url.pathname !== '/v1/models') return failure(404, 'not_found_error', 'Not found');
    // Pages shorter than asked for, which the caller has to follow.
    const after = url.searchParams.get('after_id');
    const rest = models.slice(after === null ? 0 : models.indexOf(after as (typeof models)[number]) + 1);
    const data = rest.slice(0, 3).map((id) => ({ type: 'model', id, display_name: `Model ${id}`, created_at: '2026-01-01T00:00:00Z' }));
    return { body: { data, has_more: rest.length > data.length, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null } };
  };
  return { ...(await startHttpPeer(handle)), api_key };
}

/** A part of the input counts as read from the cache, which Anthropic leaves out of `input_tokens`. */
const usageOf = ({ input_tokens, output_tokens }: ModelReply) => ({ input_tokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens });

function entriesOf(role: string, content: Block[]): { role: string; text: string; images: number }[] {
  const results = content.flatMap((one) => (one.type === 'tool_result' ? [{ role: 'tool', text: textOf(one.content), images: 0 }] : []));
  const own = content.filter(({ type }) => type === 'text' || type === 'image');
  const calls = content.some(({ type }) => type === 'tool_use');
  return [...results, ...(own.length > 0 || calls ? [{ role, text: textOf(own), images: own.filter(({ type }) => type === 'image').length }] : [])];
}

const textOf = (blocks: Block[]): string => blocks.flatMap((one) => (one.type === 'text' ? [one.text] : [])).join(' ');

async function* stream({ model }: Request, reply: ModelReply, key: string): AsyncGenerator<string> {
  const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
  const delta = (index: number, change: object) => event('content_block_delta', { index, delta: change });
  yield event('message_start', { message: { id: 'msg_1', type: 'message', role: 'assistant', model, content: [], stop_reason: null, usage: { ...usageOf(reply), output_tokens: 1 } } });
  yield event('ping', {});
  let index = 0;
  if (reply.pieces.length > 0) {
    yield event('content_block_start', { index, content_block: { type: 'text', text: '' } });
    for (const [number, piece] of reply.pieces.entries()) {
      if (number === 1 && model === 'breaks-off') throw new Error('broken off');
      if (number === 1 && model === 'fails-later') {
        yield event('error', { error: { type: 'api_error', message: `Internal error with ${key}` } });
        return;
      }
      yield delta(index, { type: 'text_delta', text: piece });
    }
    yield event('content_block_stop', { index });
    index += 1;
  }
  for (const { id, name, arguments: given } of reply.calls) {
    const written = JSON.stringify(given);
    yield event('content_block_start', { index, content_block: { type: 'tool_use', id, name, input: {} } });
    for (const part of ['', written.slice(0, 4), written.slice(4)]) yield delta(index, { type: 'input_json_delta', partial_json: part });
    yield event('content_block_stop', { index });
    index += 1;
  }
  yield event('message_delta', { delta: { stop_reason: stopReasons[reply.finish], stop_sequence: null }, usage: { output_tokens: reply.output_tokens } });
  yield event('message_stop', {});
}
