/** What the chat completions API answers, whole and in pieces, in the category's shape. */
import { z } from 'zod';
import type { ChatEvent, ChatOutput, FinishReason, Usage } from '../../categories/llm.ts';
import { brokenOff, parsePiece, serverSentEvents, streamedFailure, toolCallOf, unknownAnswer } from '../../engines/llm/index.ts';
import { provider } from './request.ts';

// Loose where compatible servers differ from the description: what is not needed is not asked for.
const usageAnswer = z.object({
  prompt_tokens: z.int().min(0).catch(0),
  completion_tokens: z.int().min(0).catch(0),
  prompt_tokens_details: z.object({ cached_tokens: z.int().min(0).nullish() }).nullish(),
}).nullish();

const completion = z.object({
  model: z.string().nullish(),
  choices: z.array(z.object({
    finish_reason: z.string().nullish(),
    message: z.object({
      content: z.string().nullish(),
      refusal: z.string().nullish(),
      tool_calls: z.array(z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) })).nullish(),
    }),
  })).min(1),
  usage: usageAnswer,
});

const chunk = z.object({
  model: z.string().nullish(),
  choices: z.array(z.object({
    finish_reason: z.string().nullish(),
    delta: z.object({
      content: z.string().nullish(),
      refusal: z.string().nullish(),
      tool_calls: z.array(z.object({
        index: z.int().catch(0), id: z.string().nullish(), function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
      })).nullish(),
    }).nullish(),
  })).nullish(),
  usage: usageAnswer,
});

const finishReasons: Record<string, FinishReason> = { stop: 'stop', length: 'length', tool_calls: 'tool_calls', function_call: 'tool_calls', content_filter: 'content_filter' };

const usageOf = (usage: z.output<typeof usageAnswer>): Usage | null => usage ? {
  input_tokens: usage.prompt_tokens,
  output_tokens: usage.completion_tokens,
  ...(usage.prompt_tokens_details?.cached_tokens && { cached_input_tokens: usage.prompt_tokens_details.cached_tokens }),
} : null;

/** A server that names `stop` where the model called tools means the calls all the same. */
const finishOf = (reason: string | null | undefined, calls: number, refused: boolean): FinishReason =>
  refused ? 'content_filter' : calls > 0 && (reason === 'stop' || !reason) ? 'tool_calls' : (finishReasons[reason ?? 'stop'] ?? 'other');

export function chatAnswer(answer: unknown, model: string): ChatOutput {
  const parsed = completion.safeParse(answer);
  if (!parsed.success) throw unknownAnswer(provider, parsed.error);
  const { message, finish_reason } = parsed.data.choices[0]!;
  const tool_calls = (message.tool_calls ?? []).map((call) => toolCallOf(call.id, call.function.name, call.function.arguments));
  return {
    model: parsed.data.model ?? model,
    content: message.content || message.refusal || '',
    tool_calls,
    finish_reason: finishOf(finish_reason, tool_calls.length, Boolean(message.refusal)),
    usage: usageOf(parsed.data.usage),
  };
}

/** @param secrets kept out of what an error in the stream says */
export async function* chatEvents(body: AsyncIterable<Uint8Array>, model: string, secrets: readonly string[]): AsyncGenerator<ChatEvent> {
  const calls = new Map<number, { id: string; name: string; written: string }>();
  let reason: string | undefined;
  let answering = model;
  let usage: Usage | null = null;
  let refused = false;
  let done = false;
  for await (const { data } of serverSentEvents(body)) {
    if (data === '[DONE]') {
      done = true;
      break;
    }
    const piece = parsePiece(data, provider);
    if (piece['error']) throw streamedFailure(provider, piece, statusOf(piece['error']), secrets);
    const parsed = chunk.safeParse(piece);
    if (!parsed.success) throw unknownAnswer(provider, parsed.error);
    answering = parsed.data.model || answering;
    usage = usageOf(parsed.data.usage) ?? usage;
    const choice = parsed.data.choices?.[0];
    if (!choice) continue;
    const text = choice.delta?.content || choice.delta?.refusal;
    refused ||= Boolean(choice.delta?.refusal);
    if (text) yield { type: 'text', text };
    for (const { index, id, function: called } of choice.delta?.tool_calls ?? []) {
      const call = calls.get(index) ?? { id: id ?? `call_${index}`, name: '', written: '' };
      call.name += called?.name ?? '';
      call.written += called?.arguments ?? '';
      calls.set(index, call);
    }
    reason = choice.finish_reason ?? reason;
  }
  // Some servers leave the end mark away; none leaves the reason away.
  if (!done && reason === undefined) throw brokenOff(provider);
  for (const { id, name, written } of calls.values()) yield { type: 'tool_call', ...toolCallOf(id, name, written) };
  yield { type: 'finish', finish_reason: finishOf(reason, calls.size, refused), model: answering, usage };
}

/** An error in a stream has no status of its own; compatible servers put one into `code`. */
function statusOf(error: unknown): number {
  const { code, type } = error as { code?: unknown; type?: unknown };
  const status = Number(code);
  if (status >= 400 && status < 600) return status;
  return /rate_limit/.test(`${String(code)} ${String(type)}`) ? 429 : 500;
}
