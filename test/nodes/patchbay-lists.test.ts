/** The Patchbay node: what it offers to choose from, and what it tells of deliveries, schedules and fallbacks. */
import { startSubscriber } from '../peers/subscriber.ts';
import type { Subscriber } from '../peers/subscriber.ts';
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { loadOptions, runNode, search } from './engine.ts';

const locate = (value: string) => ({ mode: 'id', value, __rl: true });
const config = { base_url: 'https://api.example.com' };

describe('Patchbay', () => {
  let plane: ControlPlane;
  let subscriber: Subscriber;

  beforeAll(async () => {
    plane = await startControlPlane();
    subscriber = await startSubscriber();
    for (const tenant of ['acme', 'globex']) await plane.tenant(tenant);
  }, 120_000);

  afterAll(async () => {
    await subscriber?.stop();
    await plane?.stop();
  });

  const jsonOf = async (resource: string, operation: string, parameters: Record<string, unknown> = {}) => {
    const { items, error } = await runNode({ type: 'patchbay', credentials: { patchbayApi: plane.credential }, parameters: { resource, operation, ...parameters } as never });
    expect(error).toBeUndefined();
    return items.map(({ json }) => json);
  };
  const found = async (method: Parameters<typeof search>[0]['method'], filter?: string, parameters: Record<string, unknown> = {}) =>
    await search({ type: 'patchbay', method, parameters: parameters as never, credentials: { patchbayApi: plane.credential }, filter });
  const create = async (tenant: string, name: string, kind = 'api_rest', more: Record<string, unknown> = {}) =>
    (await plane.api<{ id: string }>('POST', '/api/connectors', { tenant, name, kind, config: kind === 'api_rest' ? config : more.config, ...more })).id;

  test('a default is chosen among the tenant’s own connectors of the category', async () => {
    const mine = await create('acme', 'Mine');
    await create('globex', 'Theirs');
    await create('acme', 'Mail', 'smtp', { config: { host: 'smtp.example.com', from: 'a@example.com' } });
    const offered = async (parameters: Record<string, unknown>) => (await found('searchConnectors', '', parameters)).results.map(({ value }) => value);
    expect(await offered({ resource: 'default', operation: 'set', tenant: locate('acme'), category: 'api' })).toEqual([mine]);
    expect(await offered({ resource: 'default', operation: 'set', tenant: locate('={{ $json.tenant }}'), category: 'api' })).toHaveLength(2);
    expect(await offered({ resource: 'connector', operation: 'get' })).toHaveLength(3);
  });

  test('what is searched is found on whatever page it is, also by a pasted time', async () => {
    const [{ id, timestamp } = { id: '', timestamp: '' }] = (await plane.api<{ events: { id: string; timestamp: string }[] }>('GET', '/api/events?type=tenant.created&tenant=acme')).events;
    const { id: subscription } = await plane.api<{ id: string }>('POST', '/api/subscriptions', { url: 'https://first.example.com', name: 'The First', active: false });
    for (let made = 0; made < 110; made += 1) {
      await plane.api('POST', '/api/subscriptions', { url: 'https://example.com', active: false, name: `Another ${made}` });
      await plane.api('POST', '/api/tenants', { slug: `many-${made}`, name: 'One of many' });
    }
    for (const filter of [timestamp, 'tenant.created, acme', 'ACME tenant.created', id]) expect((await found('searchEvents', filter)).results.map(({ value }) => value)).toEqual([id]);
    expect((await found('searchSubscriptions', 'Another 107')).results).toHaveLength(1);
    expect((await found('searchSubscriptions', 'example.com another 109')).results).toHaveLength(1);
    expect((await found('searchSubscriptions', 'the first')).results).toEqual([{ name: 'The First (https://first.example.com)', value: subscription }]);
    expect((await found('searchSubscriptions', 'nobody')).results).toEqual([]);
  });

  test('connectors to choose several of are offered beyond the first page', async () => {
    const before = (await loadOptions({ type: 'patchbay', method: 'getConnectors', parameters: {}, credentials: { patchbayApi: plane.credential } })).length;
    const source = JSON.stringify(Array.from({ length: 1100 }, (_, index) => ({ tenant: 'globex', name: `Bulk ${index}`, kind: 'api_rest', config })));
    await plane.api('POST', '/api/connectors/import', { source });
    expect(await loadOptions({ type: 'patchbay', method: 'getConnectors', parameters: {}, credentials: { patchbayApi: plane.credential } })).toHaveLength(before + 1100);
  });

  test('the log of deliveries is listed, shown, and one of it sent again', async () => {
    subscriber.always(() => 410);
    const subscription = await plane.api<{ id: string }>('POST', '/api/subscriptions', { url: subscriber.url, tenant: 'acme' });
    const connector = await create('acme', 'Told');
    await subscriber.until(1);
    const failed = async () => jsonOf('delivery', 'getAll', { returnAll: true, additionalFields: { subscription: subscription.id, status: 'failed' } });
    while ((await failed()).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const [delivery] = await failed();
    expect(delivery).toMatchObject({ event_type: 'connector.created', status: 'failed', subject: `connector:${connector}`, attempts: [{ status_code: 410 }] });
    expect(await jsonOf('delivery', 'get', { delivery: locate(String(delivery!.id)) })).toEqual([delivery]);
    expect((await found('searchDeliveries', 'failed')).results).toEqual([{ name: expect.stringContaining('connector.created, failed, '), value: delivery!.id }]);
    subscriber.always(() => 200);
    await jsonOf('subscription', 'update', { subscription: locate(subscription.id), additionalFields: { active: true } });
    expect(await jsonOf('delivery', 'replay', { delivery: locate(String(delivery!.id)) })).toMatchObject([{ event_id: delivery!.event_id, replay_of: delivery!.id }]);
    await subscriber.until(2);
    await plane.api('DELETE', `/api/subscriptions/${subscription.id}`);
  });

  test('a connector’s checks are scheduled and stopped', async () => {
    const [made] = await jsonOf('connector', 'create', {
      tenant: locate('acme'), name: 'Checked', kind: 'api_rest', is_default: false, configFrom: 'json', configJson: JSON.stringify(config), additionalFields: { check_every_minutes: '15' },
    });
    expect(made).toMatchObject({ check_every_minutes: 15 });
    const update = async (check_every_minutes: unknown) => jsonOf('connector', 'update', { connector: locate(String(made!.id)), configFrom: 'none', additionalFields: { check_every_minutes } });
    expect(await update('={{ 5 }}')).toMatchObject([{ check_every_minutes: 5 }]);
    expect(await update('null')).toMatchObject([{ check_every_minutes: null }]);
  });

  test('what is tried when a default fails is named, listed and taken back', async () => {
    const of = { tenant: locate('acme'), category: 'api' };
    const [first, second] = [await create('acme', 'Fallback 1'), await create('acme', 'Fallback 2')];
    const ids = (connectors: { id?: unknown }[]) => connectors.map(({ id }) => id);
    expect(ids(await jsonOf('default', 'setFallbacks', { ...of, connectors: JSON.stringify([second, first]) }))).toEqual([second, first]);
    expect(ids(await jsonOf('default', 'getFallbacks', of))).toEqual([second, first]);
    expect(ids(await jsonOf('default', 'setFallbacks', { ...of, connectors: `={{ ["${first}"] }}` }))).toEqual([first]);
    expect(await jsonOf('default', 'setFallbacks', { ...of, connectors: '[]' })).toEqual([]);
    expect(await jsonOf('default', 'getFallbacks', of)).toEqual([]);
  });
});
