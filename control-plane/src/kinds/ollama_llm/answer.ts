/** What Ollama answers, whole and in pieces, in the category's shape. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ChatEvent, ChatOutput, FinishReason, ToolCall, Usage } from '../../categories/llm.ts';
import { brokenOff, parsePiece, streamedFailure, textLines, unknownAnswer } from '../../engines/llm/index.ts';
import { provider } from './request.ts';

const answer = z.object({
  model: z.string(),
  message: z.object({
    content: z.string().nullish(),
    tool_calls: z.array(z.object({ id: z.string().min(1).optional().catch(undefined), function: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).catch({}) }) })).nullish(),
  }),
  done: z.boolean().catch(true),
  done_reason: z.string().nullish(),
  prompt_eval_count: z.int().min(0).nullish(),
  eval_count: z.int().min(0).nullish(),
});
type Answer = z.output<typeof answer>;

const finishReasons: Record<string, FinishReason> = { stop: 'stop', length: 'length' };

function parse(body: unknown): Answer {
  const parsed = answer.safeParse(body);
  if (parsed.success) return parsed.data;
  throw unknownAnswer(provider, parsed.error);
}

/** Older versions give their calls no id; results are matched by one. */
const callsOf = ({ message }: Answer): ToolCall[] =>
  (message.tool_calls ?? []).map(({ id, function: called }) => ({ id: id ?? `call_${randomUUID()}`, name: called.name, arguments: called.arguments }));

const finishOf = ({ done_reason }: Answer, calls: number): FinishReason => (calls > 0 ? 'tool_calls' : (finishReasons[done_reason ?? 'stop'] ?? 'other'));

/** A prompt that was in the cache as a whole is left away there. */
const usageOf = ({ prompt_eval_count, eval_count }: Answer): Usage | null =>
  prompt_eval_count == null && eval_count == null ? null : { input_tokens: prompt_eval_count ?? 0, output_tokens: eval_count ?? 0 };

export function chatAnswer(body: unknown): ChatOutput {
  const whole = parse(body);
  const tool_calls = callsOf(whole);
  return { model: whole.model, content: whole.message.content ?? '', tool_calls, finish_reason: finishOf(whole, tool_calls.length), usage: usageOf(whole) };
}

/** @param secrets kept out of what an error in the stream says */
export async function* chatEvents(body: AsyncIterable<Uint8Array>, secrets: readonly string[]): AsyncGenerator<ChatEvent> {
  let calls = 0;
  for await (const line of textLines(body)) {
    if (line.trim() === '') continue;
    const piece = parsePiece(line, provider);
    if (piece['error'] !== undefined) throw streamedFailure(provider, piece, 500, secrets);
    const part = parse(piece);
    if (part.message.content) yield { type: 'text', text: part.message.content };
    for (const call of callsOf(part)) {
      calls += 1;
      yield { type: 'tool_call', ...call };
    }
    if (!part.done) continue;
    yield { type: 'finish', finish_reason: finishOf(part, calls), model: part.model, usage: usageOf(part) };
    return;
  }
  throw brokenOff(provider);
}
