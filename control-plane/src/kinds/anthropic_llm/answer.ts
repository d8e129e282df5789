/** What the Messages API answers, whole and in pieces, in the category's shape. */
import { z } from 'zod';
import type { ChatEvent, ChatOutput, FinishReason, Usage } from '../../categories/llm.ts';
import { brokenOff, parsePiece, serverSentEvents, streamedFailure, toolCallOf, unknownAnswer } from '../../engines/llm/index.ts';
import { provider } from './request.ts';

const count = z.int().min(0).nullish();
const usageAnswer = z.object({ input_tokens: count, output_tokens: count, cache_creation_input_tokens: count, cache_read_input_tokens: count });
type UsageAnswer = z.output<typeof usageAnswer>;

const block = z.object({ type: z.string(), text: z.string().optional(), id: z.string().optional(), name: z.string().optional(), input: z.record(z.string(), z.unknown()).optional() });
const answer = z.object({ model: z.string(), content: z.array(block), stop_reason: z.string().nullable(), usage: usageAnswer });

const pieces = {
  message_start: z.object({ message: z.object({ model: z.string(), usage: usageAnswer }) }),
  content_block_start: z.object({ index: z.int(), content_block: block }),
  content_block_delta: z.object({ index: z.int(), delta: z.object({ type: z.string(), text: z.string().optional(), partial_json: z.string().optional() }) }),
  content_block_stop: z.object({ index: z.int() }),
  message_delta: z.object({ delta: z.object({ stop_reason: z.string().nullish() }), usage: usageAnswer.nullish() }),
};

const finishReasons: Record<string, FinishReason> = {
  end_turn: 'stop', stop_sequence: 'stop', max_tokens: 'length', model_context_window_exceeded: 'length', tool_use: 'tool_calls', refusal: 'content_filter',
};
const finishOf = (reason: string | null | undefined): FinishReason => finishReasons[reason ?? ''] ?? 'other';

/** Its `input_tokens` are without those of the cache. */
function usageOf({ input_tokens, output_tokens, cache_creation_input_tokens, cache_read_input_tokens }: UsageAnswer): Usage {
  return {
    input_tokens: (input_tokens ?? 0) + (cache_creation_input_tokens ?? 0) + (cache_read_input_tokens ?? 0),
    output_tokens: output_tokens ?? 0,
    ...(cache_read_input_tokens && { cached_input_tokens: cache_read_input_tokens }),
  };
}

export function chatAnswer(body: unknown): ChatOutput {
  const { model, content, stop_reason, usage } = parse(answer, body);
  return {
    model,
    content: content.map(({ type, text }) => (type === 'text' ? (text ?? '') : '')).join(''),
    tool_calls: content.flatMap(({ type, id = '', name = '', input = {} }) => (type === 'tool_use' ? [{ id, name, arguments: input }] : [])),
    finish_reason: finishOf(stop_reason),
    usage: usageOf(usage),
  };
}

/** The status that an error of each type comes with where it is not within a stream. */
const statuses: Record<string, number> = {
  invalid_request_error: 400, authentication_error: 401, permission_error: 403, not_found_error: 404, request_too_large: 413, rate_limit_error: 429, api_error: 500, overloaded_error: 529,
};

/** @param secrets kept out of what an error in the stream says */
export async function* chatEvents(body: AsyncIterable<Uint8Array>, model: string, secrets: readonly string[]): AsyncGenerator<ChatEvent> {
  const calls = new Map<number, { id: string; name: string; written: string }>();
  let usage: UsageAnswer = {};
  let answering = model;
  let reason: string | null | undefined;
  for await (const { data } of serverSentEvents(body)) {
    const piece = parsePiece(data, provider);
    switch (piece['type']) {
      case 'message_start': {
        const { message } = parse(pieces.message_start, piece);
        answering = message.model;
        usage = message.usage;
        break;
      }
      case 'content_block_start': {
        const { index, content_block: { type, text, id = '', name = '' } } = parse(pieces.content_block_start, piece);
        if (type === 'tool_use') calls.set(index, { id, name, written: '' });
        if (type === 'text' && text) yield { type: 'text', text };
        break;
      }
      case 'content_block_delta': {
        const { index, delta } = parse(pieces.content_block_delta, piece);
        if (delta.type === 'text_delta' && delta.text) yield { type: 'text', text: delta.text };
        const call = calls.get(index);
        if (call && delta.type === 'input_json_delta') call.written += delta.partial_json ?? '';
        break;
      }
      case 'content_block_stop': {
        const { index } = parse(pieces.content_block_stop, piece);
        const call = calls.get(index);
        if (call) yield { type: 'tool_call', ...toolCallOf(call.id, call.name, call.written) };
        break;
      }
      case 'message_delta': {
        const { delta, usage: counted } = parse(pieces.message_delta, piece);
        reason = delta.stop_reason ?? reason;
        // Counts here are of the whole answer so far; those that are left out have not changed.
        usage = { ...usage, ...Object.fromEntries(Object.entries(counted ?? {}).filter(([, value]) => value !== null && value !== undefined)) };
        break;
      }
      case 'message_stop':
        yield { type: 'finish', finish_reason: finishOf(reason), model: answering, usage: usageOf(usage) };
        return;
      case 'error':
        throw streamedFailure(provider, piece, statuses[String((piece['error'] as { type?: unknown } | undefined)?.type)] ?? 500, secrets);
      default:
        // `ping`, and what is added later: the API asks to pass over what is unknown.
    }
  }
  throw brokenOff(provider);
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unknownAnswer(provider, parsed.error);
}
