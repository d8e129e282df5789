/** Targets that take what they are sent, but slowly: those of others are not kept waiting for them. */
import { startHttpPeer } from '../peers/http.ts';
import { must } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';

test('two slow subscribers leave places in which others are served', async () => {
  const slow = Promise.withResolvers<undefined>();
  const arrived = Promise.withResolvers<undefined>();
  const peer = await startHttpPeer(async ({ url }) => {
    if (url.pathname === '/quick') arrived.resolve(undefined);
    else await slow.promise;
    return { status: 204 };
  });
  const service = await startTestService({ settings: { PATCHBAY_DELIVERY_WORKERS: '8' } });
  try {
    await service.tenant('acme');
    for (const path of ['/slow', '/slower']) await must(service.admin.post('/api/subscriptions', { url: `${peer.url}${path}`, events: ['connector.created'] }));
    await must(service.admin.post('/api/subscriptions', { url: `${peer.url}/quick`, events: ['connector.deleted'] }));
    const connectors = [];
    for (let number = 1; number <= 20; number += 1) connectors.push(await service.connector({ tenant: 'acme', name: `Connector ${number}`, kind: 'api_rest', config: { base_url: peer.url } }));
    const waiting = () => peer.received.filter(({ url }) => url.pathname !== '/quick').length;
    while (waiting() < 4) await new Promise((resolve) => setTimeout(resolve, 20));
    await must(service.admin.delete(`/api/connectors/${connectors[0]!.id}`));
    await arrived.promise;
    expect(waiting()).toBeLessThan(8);
    slow.resolve(undefined);
    // And nobody is forgotten.
    while (waiting() < 40) await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    slow.resolve(undefined);
    await service.stop();
    await peer.stop();
  }
});
