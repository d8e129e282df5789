import { anthropicLlm } from '../../control-plane/src/kinds/anthropic_llm/index.ts';
import { startAnthropicPeer } from '../peers/llm/anthropic.ts';
import type { AnthropicPeer } from '../peers/llm/anthropic.ts';
import { llmCases, llmFaults, pixel } from './llm-cases.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const user = (content: unknown) => ({ role: 'user', content });
const tool = { name: 'look_up' };

testKind(anthropicLlm, llmCases({
  async start() {
    const peer = await startAnthropicPeer();
    return {
      config: { base_url: peer.url, api_key: peer.api_key, model: 'tiny' },
      backend: peer,
      stop: () => peer.stop(),
    };
  },
  faults: llmFaults({ wrong_key: 'sk-ant-wrong-0123456789' }),
  extra: {
    chat: [
      { input: { messages: [user('hello')], tools: [tool], tool_choice: 'required' }, expect: (result) => expect(result.tool_calls).toEqual([{ id: 'call_1', name: 'look_up', arguments: {} }]) },
      { input: { messages: [user('hello')], tools: [tool], tool_choice: 'look_up' }, expect: (result) => expect(result.finish_reason).toBe('tool_calls') },
      { input: { messages: [user([{ type: 'image', url: 'https://example.com/a.png' }, { type: 'text', text: 'see' }])] }, expect: ({ content }) => expect(content).toBe('you said see with 1 images') },
    ],
  },
  refusals: [
    { operation: 'chat', input: { messages: [user('x')], model: 'broke' }, code: 'backend_permission_denied', says: /quota is used up/ },
    { operation: 'chat', input: { messages: [user('x')], temperature: 1.5 }, code: 'invalid_request', says: /at most 1/ },
    { operation: 'chat', input: { messages: [user('x')], response_format: 'json' }, code: 'invalid_request', says: /only by a schema/ },
    { operation: 'chat', input: { messages: [user('x'), { role: 'tool', tool_call_id: 'call_9', content: 'y' }] }, code: 'rejected_by_backend' },
  ],
}));

describe('anthropic_llm: what only it does', () => {
  let peer: AnthropicPeer;
  let opened: OpenedKind;
  beforeAll(async () => {
    peer = await startAnthropicPeer();
    opened = await openKind(anthropicLlm, { base_url: peer.url, api_key: peer.api_key, model: 'tiny', max_tokens: 77 });
  });
  afterAll(async () => {
    await opened.close();
    await peer.stop();
  });
  const lastBody = () => JSON.parse(peer.received.at(-1)!.body.toString());

  test('speakers take turns, results of parallel calls stand in one, system prompts apart', async () => {
    const calls = ['a', 'b'].map((id) => ({ id, name: 'look_up', arguments: {} }));
    await opened.run('chat', {
      messages: [
        { role: 'system', content: 'S1' }, user('one'), user([{ type: 'image', content_base64: pixel }]), { role: 'assistant', content: 'wait', tool_calls: calls },
        { role: 'tool', tool_call_id: 'a', content: 'A' }, { role: 'tool', tool_call_id: 'b', content: 'B' }, user('and?'), { role: 'system', content: 'S2' },
      ],
    });
    expect(lastBody()).toEqual({
      model: 'tiny', max_tokens: 77, system: 'S1\n\nS2',
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'one' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } }] },
        { role: 'assistant', content: [{ type: 'text', text: 'wait' }, { type: 'tool_use', id: 'a', name: 'look_up', input: {} }, { type: 'tool_use', id: 'b', name: 'look_up', input: {} }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'A' }] }, { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: 'B' }] },
            { type: 'text', text: 'and?' },
          ],
        },
      ],
    });
  });

  test('says how long to wait; an error in the stream tells no key', async () => {
    await expect(opened.run('chat', { model: 'limited', messages: [user('x')] })).rejects.toMatchObject({ code: 'backend_rate_limited', retry_after: 7 });
    await expect(opened.run('chat_stream', { model: 'fails-later', messages: [user('x y')] })).rejects.toThrow(/Internal error with \[redacted\]/);
  });
});
