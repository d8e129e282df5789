/**
 * OpenAI's chat completions, embeddings and list of models, made from its published API description: each
 * request, each answer, each piece of a stream and each error is held against its JSON Schema.
 */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { extractFile } from '../../fixtures/openai/extract.ts';
import { startHttpPeer } from '../http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from '../http.ts';
import { answer, embed, embeddingModel, models } from './model.ts';
import type { ModelReply } from './model.ts';

export interface OpenaiPeer extends HttpPeer {
  api_key: string;
  /** What was found to differ from the description, in requests and in this peer's own answers. */
  violations: string[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- bodies, read only after they were held against the description
type Json = Record<string, any>;

export async function startOpenaiPeer(): Promise<OpenaiPeer> {
  const api_key = 'sk-test-0123456789abcdef';
  const violations: string[] = [];
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(withNull(JSON.parse(readFileSync(extractFile, 'utf8'))) as object, 'openai');
  /** @returns the value, noted when it is not what the description says */
  const held = <T>(schema: string, value: T): T => {
    const validate = ajv.getSchema(`openai#/components/schemas/${schema}`)!;
    if (!validate(value)) violations.push(`${schema}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 500)}`);
    return value;
  };
  const failure = (status: number, code: string | null, message: string, type = 'invalid_request_error', headers?: Record<string, string>): HttpAnswer =>
    ({ status, ...(headers && { headers }), body: held('ErrorResponse', { error: { message, type, param: null, code } }) });

  const chat = (body: Json): HttpAnswer => {
    const before = violations.length;
    held('CreateChatCompletionRequest', body);
    if (violations.length > before) return failure(400, null, 'The request does not follow the API description');
    const { model } = body;
    switch (model) {
      case 'limited': return failure(429, 'rate_limit_exceeded', 'Rate limit reached for limited', 'requests', { 'retry-after': '7' });
      case 'broke': return failure(429, 'insufficient_quota', 'You exceeded your current quota', 'insufficient_quota');
      case 'overloaded': return failure(503, null, 'The engine is currently overloaded', 'server_error', { 'retry-after': '3' });
      case 'forgetful': return failure(400, 'context_length_exceeded', 'This model’s maximum context length is 8 tokens');
      default: if (!models.includes(model)) return failure(404, 'model_not_found', `The model \`${model}\` does not exist`);
    }
    const reply = answer({
      model,
      messages: (body['messages'] as Json[]).map(({ role, content }) => ({ role: role as string, ...contentOf(content) })),
      tools: body['tool_choice'] === 'none' ? [] : toolsOf(body),
      forced: body['tool_choice'] === 'required' || typeof body['tool_choice'] === 'object',
      max_tokens: body['max_tokens'] ?? body['max_completion_tokens'],
      stop: body['stop'] ?? [],
      json: ['json_object', 'json_schema'].includes(body['response_format']?.type),
    });
    if (body['stream'] === true) return { headers: { 'content-type': 'text/event-stream' }, body: stream(body, reply) };
    return { body: held('CreateChatCompletionResponse', whole(model, reply)) };
  };

  const stream = async function* (body: Json, reply: ModelReply): AsyncGenerator<string> {
    const { model } = body;
    const chunk = (delta: Json, finish_reason: string | null = null, rest: Json = {}) => {
      const value = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta, finish_reason }], ...rest };
      return `data: ${JSON.stringify(held('CreateChatCompletionStreamResponse', value))}\n\n`;
    };
    yield chunk({ role: 'assistant', content: '' });
    for (const [index, piece] of reply.pieces.entries()) {
      if (index === 1 && model === 'breaks-off') throw new Error('broken off');
      if (index === 1 && model === 'fails-later') {
        yield `data: ${JSON.stringify({ error: { message: `The server had an error with ${api_key}`, type: 'server_error', param: null, code: null } })}\n\n`;
        return;
      }
      yield chunk({ content: piece });
    }
    for (const [index, call] of reply.calls.entries()) {
      const written = JSON.stringify(call.arguments);
      yield chunk({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] });
      for (const part of [written.slice(0, 3), written.slice(3)]) yield chunk({ tool_calls: [{ index, function: { arguments: part } }] });
    }
    yield chunk({}, reply.finish);
    if (body['stream_options']?.include_usage) yield chunk({}, null, { choices: [], usage: usageOf(reply) });
    yield 'data: [DONE]\n\n';
  };

  const handle = ({ method, url, headers, body }: ReceivedRequest): HttpAnswer => {
    if (headers.authorization !== `Bearer ${api_key}`) return failure(401, 'invalid_api_key', `Incorrect API key provided: ${headers.authorization?.slice(7)}.`);
    const route = `${method} ${url.pathname}`;
    if (route === 'GET /v1/models') {
      return { body: held('ListModelsResponse', { object: 'list', data: [...models, embeddingModel].map((id) => ({ id, object: 'model', created: 1, owned_by: 'acme' })) }) };
    }
    const json = JSON.parse(body.toString() || '{}') as Json;
    if (route === 'POST /v1/chat/completions') return chat(json);
    if (route !== 'POST /v1/embeddings') return failure(404, null, `Unknown request URL: ${route}`);
    held('CreateEmbeddingRequest', json);
    if (json['model'] !== embeddingModel) return failure(404, 'model_not_found', `The model \`${json['model']}\` does not exist`);
    const texts = [json['input']].flat() as string[];
    const tokens = texts.length;
    return {
      body: held('CreateEmbeddingResponse', {
        object: 'list', model: embeddingModel, usage: { prompt_tokens: tokens, total_tokens: tokens },
        // In another order than asked, as the description allows.
        data: texts.map((text, index) => ({ object: 'embedding', index, embedding: embed(text) })).reverse(),
      }),
    };
  };
  return { ...(await startHttpPeer(handle)), api_key, violations };
}

const toolsOf = (body: Json): string[] => ((body['tools'] ?? []) as Json[]).map((tool) => tool['function'].name as string);

const usageOf = ({ input_tokens, output_tokens }: ModelReply) => ({
  prompt_tokens: input_tokens, completion_tokens: output_tokens, total_tokens: input_tokens + output_tokens, prompt_tokens_details: { cached_tokens: 0 },
});

function contentOf(content: string | Json[] | null | undefined): { text: string; images: number } {
  if (!Array.isArray(content)) return { text: content ?? '', images: 0 };
  return { text: content.flatMap((part) => (part['type'] === 'text' ? [part['text'] as string] : [])).join(' '), images: content.filter((part) => part['type'] === 'image_url').length };
}

function whole(model: string, reply: ModelReply): Json {
  const tool_calls = reply.calls.map(({ id, name, arguments: given }) => ({ id, type: 'function', function: { name, arguments: JSON.stringify(given) } }));
  return {
    id: 'chatcmpl-1', object: 'chat.completion', created: 1, model, usage: usageOf(reply),
    choices: [{
      index: 0, finish_reason: reply.finish, logprobs: null,
      message: { role: 'assistant', content: tool_calls.length > 0 ? null : reply.pieces.join(''), refusal: null, ...(tool_calls.length > 0 && { tool_calls }) },
    }],
  };
}

/** The description says OpenAPI 3.1 and still writes `nullable`, which JSON Schema does not know. */
function withNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNull);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withNull(inner)]));
  return nullable === true ? { anyOf: [rest, { type: 'null' }] } : rest;
}
