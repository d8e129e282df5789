/** Ollama's chat, embeddings and list of models, as its documentation describes them: https://docs.ollama.com/api */
// Of the zod that n8n brings, the part that is like the service's.
import { z } from 'zod/v4';
import { startHttpPeer } from '../http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from '../http.ts';
import { answer, embed, embeddingModel, models } from './model.ts';
import type { ModelReply } from './model.ts';

export interface OllamaPeer extends HttpPeer {
  /** Asked for as by a proxy in front of it. */
  api_key: string;
}

const tool = z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string(), description: z.string().optional(), parameters: z.record(z.string(), z.unknown()) }) });
const chatRequest = z.strictObject({
  model: z.string(),
  messages: z.array(z.strictObject({
    role: z.enum(['system', 'user', 'assistant', 'tool']),
    content: z.string(),
    images: z.array(z.base64()).optional(),
    tool_calls: z.array(z.strictObject({ function: z.strictObject({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }) })).optional(),
    tool_name: z.string().optional(),
  })),
  tools: z.array(tool).optional(),
  format: z.union([z.literal('json'), z.record(z.string(), z.unknown())]).optional(),
  options: z.strictObject({ temperature: z.number().optional(), num_predict: z.int().optional(), stop: z.array(z.string()).optional(), num_ctx: z.int().optional() }).optional(),
  stream: z.boolean(),
});
const embedRequest = z.strictObject({ model: z.string(), input: z.union([z.string(), z.array(z.string())]), truncate: z.boolean() });

export async function startOllamaPeer(): Promise<OllamaPeer> {
  const api_key = 'ollama-test-0123456789';
  const failure = (status: number, error: string, headers?: Record<string, string>): HttpAnswer => ({ status, ...(headers && { headers }), body: { error } });

  const chat = (body: unknown): HttpAnswer => {
    const parsed = chatRequest.safeParse(body);
    if (!parsed.success) return failure(400, z.prettifyError(parsed.error));
    const { model, messages, tools = [], options = {}, format, stream: streamed } = parsed.data;
    switch (model) {
      case 'limited': return failure(429, 'too many requests', { 'retry-after': '7' });
      case 'overloaded': return failure(503, 'server busy, please try again. maximum pending requests exceeded');
      case 'forgetful': return failure(400, 'the input exceeds the context length');
      default: if (!(models as readonly string[]).includes(model)) return failure(404, `model '${model}' not found`);
    }
    const reply = answer({
      model,
      messages: messages.map(({ role, content, images = [] }) => ({ role, text: content, images: images.length })),
      tools: tools.map((one) => one.function.name),
      forced: false,
      max_tokens: options.num_predict,
      stop: options.stop ?? [],
      json: format !== undefined,
    });
    if (streamed) return { headers: { 'content-type': 'application/x-ndjson' }, body: stream(model, reply, api_key) };
    return { body: { ...part(model, reply.pieces.join(''), reply), ...endOf(reply) } };
  };

  const handle = ({ method, url, headers, body }: ReceivedRequest): HttpAnswer => {
    if (headers.authorization !== `Bearer ${api_key}`) return failure(401, 'unauthorized');
    const route = `${method} ${url.pathname}`;
    if (route === 'GET /api/tags') return { body: { models: [...models, embeddingModel].map((name) => ({ name, model: name, size: 1, digest: 'x', modified_at: '2026-01-01T00:00:00Z', details: {} })) } };
    if (route === 'POST /api/chat') return chat(JSON.parse(body.toString()));
    if (route !== 'POST /api/embed') return failure(404, '404 page not found');
    const parsed = embedRequest.safeParse(JSON.parse(body.toString()));
    if (!parsed.success) return failure(400, z.prettifyError(parsed.error));
    if (parsed.data.model !== embeddingModel) return failure(404, `model "${parsed.data.model}" not found, try pulling it first`);
    const texts = [parsed.data.input].flat();
    return { body: { model: embeddingModel, embeddings: texts.map(embed), prompt_eval_count: texts.length } };
  };
  return { ...(await startHttpPeer(handle)), api_key };
}

const part = (model: string, content: string, { calls }: Pick<ModelReply, 'calls'> = { calls: [] }) => ({
  model, created_at: '2026-01-01T00:00:00Z', done: false,
  message: { role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls.map(({ name, arguments: given }) => ({ function: { name, arguments: given } })) }) },
});

/** Ollama says `stop` also where the model calls tools. */
const endOf = ({ finish, input_tokens, output_tokens }: ModelReply) => ({ done: true, done_reason: finish === 'length' ? 'length' : 'stop', total_duration: 1, prompt_eval_count: input_tokens, eval_count: output_tokens });

async function* stream(model: string, reply: ModelReply, key: string): AsyncGenerator<string> {
  const line = (value: object) => `${JSON.stringify(value)}\n`;
  for (const [index, piece] of reply.pieces.entries()) {
    if (index === 1 && model === 'breaks-off') throw new Error('broken off');
    if (index === 1 && model === 'fails-later') {
      yield line({ error: `an error was encountered while running the model with ${key}` });
      return;
    }
    yield line(part(model, piece));
  }
  if (reply.calls.length > 0) yield line(part(model, '', reply));
  yield line({ ...part(model, ''), ...endOf(reply) });
}
