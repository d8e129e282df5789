/** More requests at once than there are connections to the store. */
import { must } from '../setup/client.ts';
import { startTestService } from '../setup/service.ts';

test('writers do not starve each other of connections', async () => {
  const service = await startTestService({ settings: { DATABASE_POOL_SIZE: '2' } });
  try {
    await service.tenant('acme');
    const config = { base_url: 'https://api.example.com', authentication: 'bearer', token: 'Canary-pool' };
    const made = await Promise.all(Array.from({ length: 24 }, (_, index) => service.connector({ tenant: 'acme', name: `c ${index}`, kind: 'api_rest', config })));
    await Promise.all(made.map(({ id }, index) => must(index % 2 === 0
      ? service.admin.patch(`/api/connectors/${id}`, { config: { token: 'Canary-pool-2' } })
      : service.admin.put('/api/tenants/acme/api/default', { connector: id }))));
    await Promise.all(Array.from({ length: 12 }, (_, index) => service.tenant(`child-${index}`, { parent: 'acme' })));
    await Promise.all(made.map(({ id }) => must(service.admin.delete(`/api/connectors/${id}?successor=none`))));
    expect(await service.rows()).toMatchObject({ connectors: 0, tenants: 13 });
  } finally {
    await service.stop();
  }
});
