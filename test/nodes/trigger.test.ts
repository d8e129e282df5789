/** The Patchbay Trigger: subscribed, woken by real deliveries, and gone without a trace. */
import { createHmac } from 'node:crypto';
import { eventTypes } from '../../control-plane/src/modules/events/vocabulary.ts';
import { eventOptions } from '../../nodes/shared/events.ts';
import { startControlPlane } from './control-plane.ts';
import type { ControlPlane } from './control-plane.ts';
import { startTrigger } from './trigger.ts';
import type { Trigger } from './trigger.ts';

test('offers what may be subscribed to, in the service’s own words', () => {
  const offered = eventOptions.filter(({ value }) => value !== '*').map(({ value, description }) => [value, description]);
  expect(Object.fromEntries(offered)).toEqual(eventTypes);
});

describe('Patchbay Trigger', () => {
  let plane: ControlPlane;
  const triggers: Trigger[] = [];

  const trigger = async (parameters: Record<string, unknown>, activation?: 'manual'): Promise<Trigger> => {
    const made = await startTrigger({ parameters: parameters as never, credentials: { patchbayApi: plane.credential }, activation });
    triggers.push(made);
    return made;
  };
  const subscriptions = async () => (await plane.api<{ subscriptions: Record<string, unknown>[] }>('GET', '/api/subscriptions')).subscriptions;
  const change = async (connector: string, description: string) => await plane.api('PATCH', `/api/connectors/${connector}`, { description });
  let acme: string;
  let globex: string;

  beforeAll(async () => {
    plane = await startControlPlane();
    await plane.tenant('acme');
    await plane.tenant('globex');
    const config = { base_url: 'http://127.0.0.1:9/' };
    acme = await plane.connector('acme', 'Acme API', 'api_rest', config);
    globex = await plane.connector('globex', 'Globex API', 'api_rest', config);
  }, 120_000);

  afterEach(async () => {
    for (const made of triggers.splice(0)) {
      await made.delete();
      await made.stop();
    }
  });

  afterAll(() => plane?.stop());

  test('subscribes, starts a workflow by what fits the filters, and unsubscribes', async () => {
    const made = await trigger({ events: ['connector.updated'], tenant: { mode: 'list', value: 'acme', __rl: true }, filters: { kinds: ['api_rest'], categories: ['api'] } });
    expect(await made.checkExists()).toBe(false);
    expect(await made.create()).toBe(true);
    expect(await made.checkExists()).toBe(true);
    expect(await subscriptions()).toMatchObject([{
      url: made.url, tenant_slug: 'acme', events: ['connector.updated'], kinds: ['api_rest'], categories: ['api'], connectors: [], active: true, name: 'n8n: Trigger',
    }]);
    await change(globex, 'another tenant’s');
    await change(acme, 'first');
    await change(acme, 'second');
    const started = await made.waitFor(2);
    const item = {
      json: {
        id: expect.any(String), type: 'connector.updated', timestamp: expect.any(String), tenant: 'acme', connector: 'acme-api', connector_id: acme,
        kind: 'api_rest', category: 'api', data: { changed: ['description'] },
      },
    };
    expect(started).toEqual([[item], [item]]);
    expect(made.statuses).toEqual([200, 200]);
    expect(JSON.stringify(started)).not.toContain(made.kept().secret);
    expect(await made.delete()).toBe(true);
    expect(await subscriptions()).toEqual([]);
    expect(made.kept()).toEqual({});
  });

  test('is made anew when it was changed, rotated or removed behind its back', async () => {
    const made = await trigger({ events: ['*'] });
    await made.create();
    const first = String(made.kept().subscription);
    await plane.api('PATCH', `/api/subscriptions/${first}`, { active: false });
    expect(await made.checkExists()).toBe(false);
    await made.create();
    const second = String(made.kept().subscription);
    expect((await subscriptions()).map(({ id }) => id)).toEqual([second]);
    await plane.api('POST', `/api/subscriptions/${second}/rotate_secret`, {});
    expect(await made.checkExists()).toBe(false);
    // The former secret is good while the two overlap.
    await change(acme, 'while rotated');
    expect((await made.waitFor(1))[0]).toMatchObject([{ json: { type: 'connector.updated' } }]);
    await made.create();
    const third = String(made.kept().subscription);
    expect(await made.checkExists()).toBe(true);
    // Without an overlap, nothing is left by which a rotation could be seen but that the secret is another one.
    await plane.api('POST', `/api/subscriptions/${third}/rotate_secret`, { overlap_hours: 0 });
    expect(await made.checkExists()).toBe(false);
    await plane.api('DELETE', `/api/subscriptions/${third}`);
    expect(await made.checkExists()).toBe(false);
    expect(await made.delete()).toBe(true);
  });

  test('is made anew when its tenant was cleared, and not when nothing was', async () => {
    const parameters: Record<string, unknown> = { events: ['connector.updated'], tenant: { mode: 'id', value: 'acme', __rl: true } };
    const made = await trigger(parameters);
    await made.create();
    expect(await made.checkExists()).toBe(true);
    made.change({ tenant: { mode: 'list', value: '', __rl: true } });
    expect(await made.checkExists()).toBe(false);
    await made.create();
    expect(await made.checkExists()).toBe(true);
    expect(await subscriptions()).toMatchObject([{ tenant_slug: null }]);
  });

  test.each([['one type', 'connector.updated', ['connector.updated']], ['several as text', 'check.failed, check.recovered', ['check.failed', 'check.recovered']]])('takes events that an expression gives as %s', async (_how, given, events) => {
    const made = await trigger({ events: `={{ "${given}" }}` });
    await made.create();
    expect(await subscriptions()).toMatchObject([{ events }]);
    expect(await made.checkExists()).toBe(true);
    expect(made.subtitle()).toBe(given);
  });

  test('shows the whole event when it is not to simplify', async () => {
    const made = await trigger({ events: ['connector.updated'], simplify: false });
    await made.create();
    await change(acme, 'whole');
    const [[item] = []] = await made.waitFor(1);
    const { id } = item!.json as { id: string };
    expect(item!.json).toEqual(await plane.api('GET', `/api/events/${id}`));
  });

  test('in the editor, is sent the latest event that fits at once', async () => {
    await change(globex, 'to be shown');
    await change(acme, 'the latest, but another’s');
    const made = await trigger({ events: ['connector.updated'], filters: { connectors: [globex] } }, 'manual');
    await made.create();
    const [[item] = []] = await made.waitFor(1);
    expect(item!.json).toMatchObject({ type: 'connector.updated', connector_id: globex });
    expect(made.url).toContain('/webhook-test/');
  });

  test('a test of the subscription is answered, and starts a workflow in the editor alone', async () => {
    for (const [activation, count] of [[undefined, 0], ['manual', 1]] as const) {
      const made = await trigger({ events: ['check.failed'] }, activation);
      await made.create();
      expect(await plane.api('POST', `/api/subscriptions/${String(made.kept().subscription)}/test`)).toMatchObject({ ok: true, status_code: 200 });
      expect(made.started).toHaveLength(count); // the service had its answer
    }
  });

  describe('refuses', () => {
    const body = JSON.stringify({ id: 'event-1', type: 'connector.updated', timestamp: new Date().toISOString(), tenant: null, connector: null, subject: 'x', data: {} });
    const headersOf = (secret: string, { id = 'event-1', time = Math.floor(Date.now() / 1000), content = body } = {}) => ({
      'webhook-id': id, 'webhook-timestamp': String(time),
      'webhook-signature': `v1,${createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64')).update(`${id}.${time}.${content}`).digest('base64')}`,
    });
    const post = async (url: string, headers: Record<string, string>, content = body) => {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: content });
      return [response.status, ((await response.json()) as { reason?: string }).reason];
    };

    test('what is unsigned, tampered with or late, and takes one good signature of several', async () => {
      const made = await trigger({ events: ['connector.updated'] });
      expect(await post(made.url, headersOf('whsec_AAAA'))).toEqual([503, undefined]);
      await made.create();
      const secret = String(made.kept().secret);
      const good = headersOf(secret);
      const now = Math.floor(Date.now() / 1000);
      expect(await post(made.url, {})).toEqual([401, 'unsigned']);
      expect(await post(made.url, { ...good, 'webhook-signature': '' })).toEqual([401, 'tampered']);
      expect(await post(made.url, { ...good, 'webhook-signature': good['webhook-signature'].replace('v1,', 'v2,') })).toEqual([401, 'tampered']);
      expect(await post(made.url, good, `${body} `)).toEqual([401, 'tampered']);
      expect(await post(made.url, { ...good, 'webhook-id': 'event-2' })).toEqual([401, 'tampered']);
      expect(await post(made.url, headersOf('whsec_b3RoZXI='))).toEqual([401, 'tampered']);
      expect(await post(made.url, headersOf(secret, { time: now - 301 }))).toEqual([401, 'late']);
      expect(await post(made.url, headersOf(secret, { time: now + 360 }))).toEqual([401, 'late']);
      expect(await post(made.url, headersOf(secret, { content: 'no event' }), 'no event')).toEqual([400, undefined]);
      expect(made.started).toEqual([]);
      const two = `${headersOf('whsec_b3RoZXI=')['webhook-signature']} ${good['webhook-signature']}`;
      expect(await post(made.url, { ...good, 'webhook-signature': two })).toEqual([200, undefined]);
      expect(made.started).toHaveLength(1);
    });
  });
});
