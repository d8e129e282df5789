/** Chats with each item's own images, answers simplified or raw; a search of vectors up to a limit or as far as it goes. */
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { runNode } from './engine.ts';
import { startPeer } from './peer-process.ts';
import type { PeerProcess } from './peer-process.ts';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const image = { data: pixel, mimeType: 'image/png', fileName: 'pixel.png' };

describe('models and vectors', () => {
  let plane: ControlPlane;
  let peer: PeerProcess;

  beforeAll(async () => {
    [plane, peer] = await Promise.all([startControlPlane({ PATCHBAY_BODY_LIMIT_MB: '2' }), startPeer('llm/openai', 'startOpenaiPeer')]);
    const { url, api_key } = peer.peer as unknown as Record<string, string>;
    await plane.tenant('acme');
    await plane.connector('acme', 'models', 'openai_llm', { base_url: `${url}/v1`, api_key, model: 'tiny' });
    await plane.connector('acme', 'vectors', 'faiss', {});
  }, 120_000);

  afterAll(async () => {
    await plane?.stop();
    await peer?.stop();
  });

  const credentials = () => ({ patchbayApi: { ...plane.credential, defaultTenant: 'acme' } });
  const messages = (...entries: object[]) => ({ entries });
  const chat = async (given: object, { binary = {}, operation = 'chat', type = 'llm', ...more }: { binary?: Record<string, typeof image>; operation?: string; type?: string; simplify?: boolean; additionalFields?: object } = {}) =>
    await runNode({ type, credentials: credentials(), items: [{ json: {}, binary }], parameters: { operation, backend: 'tenantDefault', messages: given, ...more } as never });

  test('Simplify leaves what a workflow goes on with, and the whole answer is there without it', async () => {
    const hello = messages({ role: 'user', content: 'hello there' });
    expect((await chat(hello)).items.map(({ json }) => json)).toEqual([{ content: 'you said hello there', tool_calls: [], model: 'tiny', input_tokens: 2, output_tokens: 4 }]);
    expect((await chat(hello, { simplify: false })).items.map(({ json }) => json)).toEqual([
      { model: 'tiny', content: 'you said hello there', tool_calls: [], finish_reason: 'stop', usage: { input_tokens: 2, output_tokens: 4 } },
    ]);
  });

  test.each(['llm', 'openaiLlm'])('the %s node puts an item’s images into the last message of the user', async (type) => {
    const given = messages({ role: 'user', content: 'first' }, { role: 'assistant', content: 'yes' }, { role: 'user', content: 'look' }, { role: 'system', content: 'Politely' });
    const { items, error } = await chat(given, { type, binary: { a: image, b: { ...image, mimeType: 'image/jpeg' } }, additionalFields: { images: 'a, b' } });
    expect(error).toBeUndefined();
    expect(items[0]!.json.content).toBe('Politely: you said look with 2 images');
    const streamed = await chat(given, { type, operation: 'chat_stream', binary: { a: image }, additionalFields: { images: 'a' } });
    expect(streamed.items.map(({ json }) => json.text ?? '').join('')).toBe('Politely: you said look with 1 images');
  });

  test('images join the parts that a message has already, and may be all of it', async () => {
    const parts = `=${JSON.stringify([{ type: 'text', text: 'these' }, { type: 'image', url: 'https://example.com/a.png' }])}`;
    expect((await chat(messages({ role: 'user', content: parts }), { binary: { a: image }, additionalFields: { images: 'a' } })).items[0]!.json.content).toBe('you said these with 2 images');
    expect((await chat(messages({ role: 'user', content: '' }), { binary: { a: image }, additionalFields: { images: 'a' } })).items[0]!.json.content).toContain('with 1 images');
  });

  test('what is no image, too large, missing, or has no message to go with, is a sentence', async () => {
    const say = async (binary: Record<string, typeof image>, given = messages({ role: 'user', content: 'look' })) => (await chat(given, { binary, additionalFields: { images: 'a' } })).error;
    expect(await say({ a: { ...image, mimeType: 'application/pdf', fileName: 'invoice.pdf' } })).toMatchObject({ message: '"invoice.pdf" is application/pdf, not an image.' });
    expect(await say({ a: { ...image, mimeType: 'image/png; x' } })).toMatchObject({ message: expect.stringContaining('content type') });
    expect(await say({ a: { ...image, data: Buffer.alloc(2_000_000).toString('base64') } })).toMatchObject({ context: { problem: { code: 'payload_too_large' } } });
    expect((await say({ b: image }))?.message).toMatch(/binary/);
    expect(await say({ a: image }, messages({ role: 'system', content: 'Politely' }))).toMatchObject({ message: 'There is no message of the user to which the images belong.' });
  });

  test('Return All gives as many matches as a search holds, and says that there may be more', async () => {
    const records = Array.from({ length: 1100 }, (_, index) => ({ id: `${index}`, vector: [1, index / 1100] }));
    const base = { resource: 'record', backend: 'tenantDefault', collection: { mode: 'name', value: 'things', __rl: true } };
    await runNode({ type: 'vectorStore', credentials: credentials(), parameters: { ...base, operation: 'upsert', records: { entries: records.map((record) => ({ ...record, vector: JSON.stringify(record.vector) })) } } as never });
    const search = async (more: object) => await runNode({ type: 'vectorStore', credentials: credentials(), parameters: { ...base, operation: 'search', vector: '[1, 0]', ...more } as never });
    const all = await search({ returnAll: true });
    expect([all.error, all.items.length, all.items[0]!.json.id]).toEqual([undefined, 1000, '0']);
    expect(all.hints).toContain('There may be more results: at most 1000 come for an item');
    const some = await search({ limit: 3 });
    expect(some.items.map(({ json }) => json.id)).toEqual(['0', '1', '2']);
    expect(some.hints.join()).not.toContain('more results');
    expect((await search({})).items).toHaveLength(50);
  });
});
