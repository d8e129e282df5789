import { chroma } from '../../control-plane/src/kinds/chroma/index.ts';
import { chromaIsHere, startChromaPeer } from '../peers/chroma/index.ts';
import type { ChromaPeer } from '../peers/chroma/index.ts';
import { peerAvailable } from '../peers/peer.ts';
import { openKind } from './open-kind.ts';
import { testKind } from './test-kind.ts';
import { vectorLong, vectorOperations, vectorRefusals } from './vector-cases.ts';

const configOf = (peer: ChromaPeer) => ({ base_url: peer.url, authentication: 'token', token: peer.token });

(peerAvailable('Chroma (npm install --prefix test/peers/chroma)', chromaIsHere) ? describe : describe.skip)('with Chroma', () => {
  testKind(chroma, {
    async start() {
      const peer = await startChromaPeer();
      return {
        config: configOf(peer),
        backend: peer,
        stop: () => peer.stop(),
      };
    },
    wrong_configs: { base_url: { base_url: 'chroma.example.com' }, database: { database: 'nonesuch' } },
    faults: {
      at: (port) => ({ base_url: `http://127.0.0.1:${port}` }),
      wrong_credentials: { token: 'ck-wrong-0123456789' },
      tls: (port) => ({ base_url: `https://127.0.0.1:${port}` }),
    },
    operations: vectorOperations,
    long_operations: vectorLong,
    refusals: [
      ...vectorRefusals,
      { operation: 'search', input: { collection: 'circle', vector: [1, 2, 3], filter: [{ field: 'a', operator: 'contains', value: 'b' }] }, code: 'invalid_query', says: /no operator "contains"/ },
      { operation: 'search', input: { collection: 'circle', vector: [1, 2, 3], filter: [{ field: 'a', operator: '>', value: 'text' }] }, code: 'rejected_by_backend' },
      { operation: 'upsert', input: { collection: '_', records: [{ id: 'x', vector: [1] }] }, code: 'rejected_by_backend', says: /Expected a name/ },
    ],
  });

  test('each metric is that of the collection, and a missing database fails the test', async () => {
    const peer = await startChromaPeer();
    try {
      for (const [metric, distance] of [['l2', 10], ['ip', -1], ['cosine', 1 - 1 / Math.sqrt(10)]] as const) {
        const opened = await openKind(chroma, { ...configOf(peer), metric });
        await opened.run('upsert', { collection: `by-${metric}`, records: [{ id: 'a', vector: [1, 3] }] });
        expect(await opened.run('search', { collection: `by-${metric}`, vector: [2, 0] })).toMatchObject({ matches: [{ id: 'a', distance: expect.closeTo(distance, 5) }] });
        await opened.close();
      }
      const lost = await openKind(chroma, { ...configOf(peer), database: 'nonesuch' });
      await expect(lost.test()).rejects.toMatchObject({ code: 'invalid_config', fields: [{ path: 'config.database' }] });
      await lost.close();
    } finally {
      await peer.stop();
    }
  });
});
