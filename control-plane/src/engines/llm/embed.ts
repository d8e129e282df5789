/** Embeddings of many texts: vectors are long, so that one answer for all of them would be larger than any answer may be. */
import type { EmbedInput, EmbedOutput } from '../../categories/llm.ts';

/** At 4,096 numbers each, about 20 MB of JSON. */
const batchSize = 256;

/** @param embed takes one request's texts */
export async function embedInBatches(input: EmbedInput['input'], embed: (texts: string[]) => Promise<EmbedOutput>): Promise<EmbedOutput> {
  const texts = [input].flat();
  const whole = await embed(texts.slice(0, batchSize));
  for (let from = batchSize; from < texts.length; from += batchSize) {
    const { embeddings, usage } = await embed(texts.slice(from, from + batchSize));
    whole.embeddings.push(...embeddings);
    whole.usage = whole.usage && usage && { input_tokens: whole.usage.input_tokens + usage.input_tokens };
  }
  return whole;
}
