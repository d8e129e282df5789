/** What every kind of language model does, in the same words: their peers stand before the same model. */
import type { Faults, KindCases, OperationCase, RefusalCase } from './test-kind.ts';
import { models } from '../peers/llm/model.ts';

/** One transparent pixel. */
export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const user = (content: unknown) => ({ role: 'user', content });
const weather = { name: 'get_weather', description: 'The weather of a city', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } };
const call = (id: unknown, city: string) => ({ id, name: 'get_weather', arguments: { city } });
const anyId = expect.stringMatching(/^call_/);
const asked = user('The weather in Paris and Łódź?');
const answered = (calls: unknown[]) => ({ model: 'tiny', content: '', tool_calls: calls, finish_reason: 'tool_calls', usage: { input_tokens: 6, output_tokens: 2 } });
const plain = { model: 'tiny', content: 'you said hello there', tool_calls: [], finish_reason: 'stop', usage: { input_tokens: 2, output_tokens: 4 } };

const chats: OperationCase[] = [
  { input: { messages: [user('hello there')] }, expect: (result) => expect(result).toEqual(plain) },
  {
    input: { model: 'tiny', messages: [{ role: 'system', content: 'Politely' }, user([{ type: 'text', text: 'look' }, { type: 'image', content_base64: pixel }])], max_tokens: 100, temperature: 0.5 },
    expect: (result) => expect(result).toMatchObject({ content: 'Politely: you said look with 1 images' }),
  },
  { input: { messages: [user('one two three')], max_tokens: 3 }, expect: (result) => expect(result).toMatchObject({ content: 'you said one ', finish_reason: 'length' }) },
  { input: { messages: [user('one STOP two')], stop: ['STOP'] }, expect: (result) => expect(result).toMatchObject({ content: 'you said one ', finish_reason: 'stop' }) },
  { input: { messages: [asked], tools: [weather] }, expect: (result) => expect(result).toEqual(answered([call(anyId, 'Paris'), call(anyId, 'Łódź')])) },
  {
    input: {
      messages: [asked, { role: 'assistant', tool_calls: [call('call_1', 'Paris'), call('call_2', 'Łódź')] }, { role: 'tool', tool_call_id: 'call_1', content: 'sun' }, { role: 'tool', tool_call_id: 'call_2', content: 'rain' }],
      tools: [weather],
    },
    expect: (result) => expect(result).toMatchObject({ content: 'The tools say: sun and rain', tool_calls: [], finish_reason: 'stop' }),
  },
  { input: { messages: [asked], tools: [weather], tool_choice: 'none' }, expect: (result) => expect(result).toMatchObject({ tool_calls: [], finish_reason: 'stop' }) },
  {
    input: { messages: [user('hello')], response_format: 'json_schema', response_schema: { type: 'object', properties: { said: { type: 'string' } }, required: ['said'] } },
    expect: ({ content }) => expect(JSON.parse(content)).toEqual({ said: 'you said hello' }),
  },
];

const streams: OperationCase[] = [
  {
    input: { messages: [user('hello there, Łódź')] },
    expect: (events) => expect(events).toEqual([
      ...['you ', 'said ', 'hello ', 'there, ', 'Łódź'].map((text) => ({ type: 'text', text })),
      { type: 'finish', finish_reason: 'stop', model: 'tiny', usage: { input_tokens: 3, output_tokens: 5 } },
    ]),
  },
  {
    input: { messages: [asked], tools: [weather] },
    expect: (events) => expect(events).toEqual([
      { type: 'tool_call', ...call(anyId, 'Paris') }, { type: 'tool_call', ...call(anyId, 'Łódź') },
      { type: 'finish', finish_reason: 'tool_calls', model: 'tiny', usage: { input_tokens: 6, output_tokens: 2 } },
    ]),
  },
];

const messages = [user('hello there')];
const hello = { messages };

export const llmRefusals: RefusalCase[] = [
  { operation: 'chat', input: { messages: [] }, code: 'invalid_request' },
  { operation: 'chat', input: { messages: [{ role: 'tool', content: 'x' }] }, code: 'invalid_request' },
  { operation: 'chat', input: { messages: [user([{ type: 'image' }])] }, code: 'invalid_request' },
  { operation: 'chat', input: { messages: [user([{ type: 'image', content_base64: pixel, content_type: 'application/pdf' }])] }, code: 'invalid_request', says: /content type is not one of images/ },
  { operation: 'chat', input: { ...hello, tool_choice: 'nothing_of_that_name' }, code: 'invalid_request' },
  { operation: 'chat', input: { ...hello, response_format: 'json_schema' }, code: 'invalid_request' },
  { operation: 'chat', input: { ...hello, model: 'nonesuch' }, code: 'model_not_found', says: /nonesuch/ },
  { operation: 'chat_stream', input: { ...hello, model: 'nonesuch' }, code: 'model_not_found' },
  { operation: 'chat', input: { ...hello, model: 'limited' }, code: 'backend_rate_limited' },
  { operation: 'chat_stream', input: { ...hello, model: 'limited' }, code: 'backend_rate_limited' },
  { operation: 'chat', input: { ...hello, model: 'overloaded' }, code: 'backend_unavailable' },
  { operation: 'chat', input: { ...hello, model: 'forgetful' }, code: 'rejected_by_backend', says: /longer than the model’s context/ },
  { operation: 'chat_stream', input: { ...hello, model: 'breaks-off' }, code: 'backend_unreachable' },
  { operation: 'chat_stream', input: { ...hello, model: 'fails-later' }, code: 'backend_error' },
  { operation: 'discover', input: { model: 'nonesuch' }, code: 'model_not_found' },
];

/** @param path below which the API is */
export const llmFaults = ({ wrong_key, path = '' }: { wrong_key: string; path?: string }): Faults => ({
  at: (port) => ({ base_url: `http://127.0.0.1:${port}${path}` }),
  wrong_credentials: { api_key: wrong_key },
  tls: (port) => ({ base_url: `https://127.0.0.1:${port}${path}` }),
});

const essay = Array.from({ length: 1000 }, (_, index) => `word${index}`).join(' ');

export function llmCases({ start, faults, extra = {}, refusals = [] }: Pick<KindCases, 'start' | 'faults'> & { extra?: Record<string, OperationCase[]>; refusals?: RefusalCase[] }): KindCases {
  return {
    start,
    operations: {
      discover: [
        { input: { search: 'FOR' }, expect: (result) => expect(result).toMatchObject({ models: [{ name: 'forgetful', type: 'model' }] }) },
        { input: { limit: 2 }, expect: (result) => expect(result).toMatchObject({ models: [{ name: 'breaks-off' }, { name: 'broke' }], next_cursor: 'broke' }) },
        { input: { cursor: 'broke' }, expect: (result) => expect(result.models.length).toBeGreaterThanOrEqual(models.length - 2) },
      ],
      chat: [...chats, ...(extra['chat'] ?? [])],
      chat_stream: streams,
      ...(extra['embed'] && { embed: extra['embed'] }),
    },
    refusals: [...llmRefusals, ...refusals],
    wrong_configs: { base_url: { base_url: 'llm.example.com' }, model: { model: '' } },
    faults,
    long_operations: [
      {
        operation: 'chat_stream', input: { messages: [user(essay)] },
        expect(events) {
          expect(events.slice(0, -1).map(({ text }: { text: string }) => text).join('')).toBe(`you said ${essay}`);
          expect(events.at(-1)).toMatchObject({ type: 'finish', finish_reason: 'stop' });
        },
      },
      { operation: 'chat', input: { messages: [user(essay)] }, expect: ({ content }) => expect(content).toBe(`you said ${essay}`) },
    ],
  };
}

export const embedCases: OperationCase[] = [
  { input: { input: 'two words' }, expect: (result) => expect(result).toMatchObject({ model: 'embedder', embeddings: [[9, 2, 0.5]] }) },
  { input: { model: 'embedder', input: ['a', 'b c', 'ddd'] }, expect: (result) => expect(result).toEqual({ model: 'embedder', embeddings: [[1, 1, 0.5], [3, 2, 0.5], [3, 1, 0.5]], usage: { input_tokens: 3 } }) },
  {
    input: { input: Array.from({ length: 600 }, (_, index) => 'x'.repeat(index + 1)) },
    expect({ embeddings, usage }) {
      expect(embeddings.map(([length]: number[]) => length)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
      expect(usage).toEqual({ input_tokens: 600 });
    },
  },
];
