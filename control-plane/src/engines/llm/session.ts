/** What the sessions of all providers have in common. */
import type { z } from 'zod';
import type { ChatEvent, ChatInput, ChatOutput } from '../../categories/llm.ts';
import type { discoverInput, Model } from '../../categories/shared.ts';
import type { Call, RecordBatch } from '../../kinds/contract.ts';
import { PatchbayError } from '../../platform/errors.ts';
import { pageOfModels } from '../models/index.ts';
import { checkImages } from './content.ts';

export interface ModelApi {
  /** Who answers, in messages: `OpenAI`. */
  provider: string;
  /** All of them, by name. */
  listModels(signal: AbortSignal): Promise<Model[]>;
  chat(input: ChatInput, model: string, signal: AbortSignal): Promise<ChatOutput>;
  /** Ends with `finish`, or throws. */
  stream(input: ChatInput, model: string, signal: AbortSignal): AsyncIterable<ChatEvent>;
}

/** @param defaults the connector's own model, for requests that name none */
export function modelSession(api: ModelApi, defaults: { model?: string }) {
  const chosen = (input: ChatInput): string => {
    checkImages(input.messages);
    return input.model ?? defaults.model ?? missingModel('model', 'model');
  };
  return {
    async test({ signal }: Call) {
      const models = await api.listModels(signal);
      return { message: `${api.provider} offers ${models.length} ${models.length === 1 ? 'model' : 'models'}` };
    },
    discover: async (input: z.output<typeof discoverInput>, { signal }: Call) => pageOfModels(await api.listModels(signal), input),
    chat: (input: ChatInput, { signal }: Call) => api.chat(input, chosen(input), signal),
    async *chat_stream(input: ChatInput, { signal }: Call): AsyncGenerator<RecordBatch> {
      for await (const event of api.stream(input, chosen(input), signal)) {
        yield { rows: [event] };
        // A client that ends its stream quietly when it is aborted must not look like an end of the answer.
        signal.throwIfAborted();
      }
    },
    close: async () => undefined,
  };
}

/** Throws what says that neither the request nor the connector names a model. @param field the connector's */
export function missingModel(field: string, what: string): never {
  throw new PatchbayError('invalid_request', `The request names no model, and the connector has no default ${what}.`, {
    hint: `Name one in "model", or give the connector a default (${field}).`, fields: [{ path: 'model', message: 'is missing' }],
  });
}
