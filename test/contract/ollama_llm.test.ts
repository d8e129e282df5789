import { ollamaLlm } from '../../control-plane/src/kinds/ollama_llm/index.ts';
import { startOllamaPeer } from '../peers/llm/ollama.ts';
import type { OllamaPeer } from '../peers/llm/ollama.ts';
import { embedCases, llmCases, llmFaults } from './llm-cases.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const user = (content: unknown) => ({ role: 'user', content });
const tool = { name: 'look_up' };

testKind(ollamaLlm, llmCases({
  async start() {
    const peer = await startOllamaPeer();
    return {
      config: { base_url: peer.url, api_key: peer.api_key, model: 'tiny', embedding_model: 'embedder' },
      backend: peer,
      stop: () => peer.stop(),
    };
  },
  faults: llmFaults({ wrong_key: 'ollama-wrong-0123456789' }),
  extra: {
    embed: embedCases,
    chat: [{ input: { messages: [user('hello')], response_format: 'json' }, expect: ({ content }) => expect(JSON.parse(content)).toEqual({ said: 'you said hello' }) }],
  },
  refusals: [
    { operation: 'chat', input: { messages: [user('x')], tools: [tool], tool_choice: 'required' }, code: 'invalid_request', says: /leaves it to the model/ },
    { operation: 'chat', input: { messages: [user([{ type: 'image', url: 'https://example.com/a.png' }])] }, code: 'invalid_request', says: /does not fetch images/ },
    { operation: 'chat', input: { messages: [user('x'), { role: 'tool', tool_call_id: 'call_9', content: 'y' }] }, code: 'invalid_request', says: /call_9/ },
    { operation: 'embed', input: { input: 'x', model: 'nonesuch' }, code: 'model_not_found' },
  ],
}));

describe('ollama_llm: what only it does', () => {
  let peer: OllamaPeer;
  let opened: OpenedKind;
  beforeAll(async () => {
    peer = await startOllamaPeer();
    opened = await openKind(ollamaLlm, { base_url: peer.url, api_key: peer.api_key, model: 'tiny', context_tokens: 4096 });
  });
  afterAll(async () => {
    await opened.close();
    await peer.stop();
  });

  test('options go where Ollama looks for them, and a result is known by its tool’s name', async () => {
    const calls = [{ id: 'a', name: 'look_up', arguments: { x: 1 } }];
    await opened.run('chat', { messages: [user('one'), { role: 'assistant', tool_calls: calls }, { role: 'tool', tool_call_id: 'a', content: 'A' }], max_tokens: 5 });
    expect(JSON.parse(peer.received.at(-1)!.body.toString())).toEqual({
      model: 'tiny', stream: false, options: { num_predict: 5, num_ctx: 4096 },
      messages: [
        user('one'), { role: 'assistant', content: '', tool_calls: [{ function: { name: 'look_up', arguments: { x: 1 } } }] }, { role: 'tool', content: 'A', tool_name: 'look_up' },
      ],
    });
  });

  test('an error in the stream tells no key', async () => {
    await expect(opened.run('chat_stream', { model: 'fails-later', messages: [user('x y')] })).rejects.toThrow(/running the model with \[redacted\]/);
  });
});
