/** A model without a brain, which answers by rules: what stands behind the peers of all providers. */

export interface ModelRequest {
  model: string;
  /** System prompts in place of their own field are messages too. */
  messages: { role: string; text: string; images: number }[];
  /** Names; empty where the model may call none. */
  tools: string[];
  /** A tool has to be called. */
  forced: boolean;
  max_tokens?: number;
  stop: string[];
  json: boolean;
}

export interface ModelReply {
  /** Pieces of text, as a stream brings them. */
  pieces: string[];
  calls: { id: string; name: string; arguments: Record<string, unknown> }[];
  finish: 'stop' | 'length' | 'tool_calls';
  input_tokens: number;
  output_tokens: number;
}

/** What there is, and how each behaves. */
export const models = ['tiny', 'breaks-off', 'fails-later', 'limited', 'overloaded', 'forgetful', 'broke'] as const;
export const embeddingModel = 'embedder';

const words = (text: string): string[] => text.match(/\S+\s*/g) ?? [];

export function answer({ messages, tools, forced, max_tokens = Infinity, stop, json }: ModelRequest): ModelReply {
  const input_tokens = messages.reduce((sum, { text }) => sum + words(text).length, 0);
  const last = messages.findLast(({ role }) => role !== 'system')!;
  const asked = last.role === 'user' && /weather/i.test(last.text);
  const cities = last.text.match(/Paris|Rome|Łódź/g) ?? [];
  if (tools.length > 0 && (forced || (asked && cities.length > 0))) {
    const calls = (cities.length > 0 ? cities : ['']).map((city, index) => ({ id: `call_${index + 1}`, name: tools[0]!, arguments: city === '' ? {} : { city } }));
    return { pieces: [], calls, finish: 'tool_calls', input_tokens, output_tokens: calls.length };
  }
  const system = messages.filter(({ role }) => role === 'system').map(({ text }) => text);
  const results = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1).filter(({ role }) => role === 'tool').map(({ text }) => text);
  const images = messages.reduce((sum, message) => sum + message.images, 0);
  const said = results.length > 0
    ? `The tools say: ${results.join(' and ')}`
    : `${system.length > 0 ? `${system.join(' ')}: ` : ''}you said ${last.text}${images > 0 ? ` with ${images} images` : ''}`;
  let text = json ? JSON.stringify({ said }) : said;
  for (const mark of stop) text = text.split(mark)[0]!;
  const all = words(text);
  const pieces = all.slice(0, max_tokens);
  return { pieces, calls: [], finish: pieces.length < all.length ? 'length' : 'stop', input_tokens, output_tokens: pieces.length };
}

/** A vector that tells texts apart. */
export const embed = (text: string): number[] => [text.length, words(text).length, 0.5];
