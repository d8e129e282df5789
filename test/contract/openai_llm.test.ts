import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openaiLlm } from '../../control-plane/src/kinds/openai_llm/index.ts';
import { extract, extractFile } from '../fixtures/openai/extract.ts';
import { startOpenaiPeer } from '../peers/llm/openai.ts';
import type { OpenaiPeer } from '../peers/llm/openai.ts';
import { embedCases, llmCases, llmFaults } from './llm-cases.ts';
import { openKind } from './open-kind.ts';
import type { OpenedKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';

const user = (content: unknown) => ({ role: 'user', content });
const tool = { name: 'look_up', parameters: { type: 'object', properties: {} } };

testKind(openaiLlm, llmCases({
  async start() {
    const peer = await startOpenaiPeer();
    return {
      config: { base_url: `${peer.url}/v1`, api_key: peer.api_key, model: 'tiny', embedding_model: 'embedder' },
      backend: peer,
      async stop() {
        await peer.stop();
        expect(peer.violations).toEqual([]);
      },
    };
  },
  faults: llmFaults({ wrong_key: 'sk-wrong-0123456789', path: '/v1' }),
  extra: {
    embed: embedCases,
    chat: [
      { input: { messages: [user('hello')], tools: [tool], tool_choice: 'look_up' }, expect: (result) => expect(result.tool_calls).toEqual([{ id: 'call_1', name: 'look_up', arguments: {} }]) },
      { input: { messages: [user('hello')], response_format: 'json' }, expect: ({ content }) => expect(JSON.parse(content)).toEqual({ said: 'you said hello' }) },
      { input: { messages: [user([{ type: 'image', url: 'https://example.com/a.png' }])] }, expect: ({ content }) => expect(content).toContain('with 1 images') },
    ],
  },
  refusals: [
    { operation: 'chat', input: { messages: [user('x')], model: 'broke' }, code: 'backend_permission_denied', says: /quota is used up/ },
    { operation: 'embed', input: { input: 'x', model: 'nonesuch' }, code: 'model_not_found' },
    { operation: 'embed', input: { input: [] }, code: 'invalid_request' },
  ],
}));

describe('openai_llm: what only it does', () => {
  let peer: OpenaiPeer;
  let opened: OpenedKind;
  beforeAll(async () => {
    peer = await startOpenaiPeer();
    opened = await openKind(openaiLlm, { base_url: `${peer.url}/v1/`, api_key: peer.api_key, organization: 'org-1', project: 'proj_1', max_tokens_parameter: 'max_completion_tokens' });
  });
  afterAll(async () => {
    await opened.close();
    await peer.stop();
    expect(peer.violations).toEqual([]);
  });

  test('says how long to wait, and what went wrong in words for a workflow', async () => {
    await expect(opened.run('chat', { model: 'limited', messages: [user('x')] })).rejects.toMatchObject({ code: 'backend_rate_limited', retry_after: 7 });
    await expect(opened.run('chat', { model: 'forgetful', messages: [user('x')] })).rejects.toMatchObject({ details: { http_status: 400, reason: 'context_length_exceeded' } });
  });

  test('an error in the stream tells no key', async () => {
    await expect(opened.run('chat_stream', { model: 'fails-later', messages: [user('x y')] })).rejects.toThrow(/had an error with \[redacted\]/);
  });

  test('without a model there is no request', async () => {
    const before = peer.received.length;
    await expect(opened.run('chat', { messages: [user('x')] })).rejects.toMatchObject({ code: 'invalid_request', fields: [{ path: 'model' }] });
    expect(peer.received).toHaveLength(before);
  });

  test('sends organization, project and the wanted name of max_tokens', async () => {
    await opened.run('chat', { model: 'tiny', max_tokens: 2, messages: [user('x')] });
    const { headers, body } = peer.received.at(-1)!;
    expect(headers).toMatchObject({ 'openai-organization': 'org-1', 'openai-project': 'proj_1' });
    expect(JSON.parse(body.toString())).toEqual({ model: 'tiny', messages: [user('x')], max_completion_tokens: 2 });
  });
});

const published = path.resolve(import.meta.dirname, '../../../shared/specs/openai.yaml');
if (!existsSync(published)) process.stderr.write('skipped: OpenAI’s full API description does not lie beside the project\n');
(existsSync(published) ? test : test.skip)('the extract agrees with the published description', () => {
  expect(JSON.parse(readFileSync(extractFile, 'utf8'))).toEqual(extract(readFileSync(published, 'utf8')));
});
