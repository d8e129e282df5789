/** What happened, who was told of it, and who changed what: each has an address, and each leads to the others. */
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startSubscriber } from '../../peers/subscriber.ts';
import type { Subscriber } from '../../peers/subscriber.ts';
import { must } from '../../setup/client.ts';
import type { Json } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, inspect, openPage, settle, signIn, startBrowser } from './browser.ts';

describeInBrowser('events, deliveries and the audit log', () => {
  let service: TestService;
  let subscriber: Subscriber;
  let browser: Browser;
  let connector: Json;
  let webhook: Json;
  let delivery: Json;

  beforeAll(async () => {
    subscriber = await startSubscriber();
    service = await startTestService({ settings: { PATCHBAY_DELIVERY_PAUSES: '0.1' } });
    await service.tenant('agency');
    await service.tenant('acme', { parent: 'agency' });
    await service.tenant('globex');
    webhook = await must(service.admin.post('/api/subscriptions', { url: `${subscriber.url}/events`, name: 'Alerts of Acme', tenant: 'acme', events: ['connector.created'] }));
    const refusal = () => ({ status: 500, body: JSON.stringify({ message: 'The workflow could not be started', workflow: 'Orders to the warehouse', reason: 'unknown '.repeat(30) }) });
    subscriber.answers.push(refusal, refusal);
    connector = await service.connector({ tenant: 'acme', name: 'Orders', kind: 'api_rest', config: { base_url: 'https://api.example.com' } });
    do [delivery] = (await must(service.admin.get('/api/deliveries?tenant=acme'))).deliveries; while (delivery?.status !== 'failed');
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await subscriber?.stop();
  });

  /** Pictures of an address, light and wide, dark and on a phone, and what axe finds there. */
  const look = async (name: string, address: string) => {
    const found: string[] = [];
    for (const [theme, width] of [['light', 1280], ['dark', 390]] as const) {
      const { page, context, complaints } = await openPage(browser, service.url, { theme, width });
      await signIn(page, service.admin_key);
      await page.goto(address);
      await settle(page);
      await page.screenshot({ path: path.join(artifacts, `${name}-${width}-${theme}.png`), fullPage: true });
      found.push(...(await inspect(page)), ...complaints);
      if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) found.push(`wider than ${width}`);
      await context.close();
    }
    return found;
  };
  const start = async (): Promise<{ page: Page; end(): Promise<void> }> => {
    const { page, context, complaints } = await openPage(browser, service.url);
    await signIn(page, service.admin_key);
    return { page, async end() { expect(complaints).toEqual([]); await context.close(); } };
  };

  test('a delivery has an address, tells of every attempt, and is sent again from there', async () => {
    const { page, end } = await start();
    await page.goto('/deliveries?status=failed');
    await page.getByRole('link', { name: 'Details of connector.created to Alerts of Acme' }).click();
    await page.waitForURL(`**/deliveries?status=failed&delivery=${delivery.id}`);
    await page.reload();
    const dialog = page.getByRole('dialog', { name: 'Delivery' });
    await dialog.getByText('after 2 attempts').waitFor();
    expect(await dialog.getByText('The target answered 500.').count()).toBe(2);
    expect(await dialog.getByRole('region', { name: 'What it answered to attempt 2' }).textContent()).toContain('The workflow could not be started');
    await dialog.locator('dd').nth(2).getByText('acme', { exact: true }).waitFor();
    expect(await Promise.all(['connector.created', 'Alerts of Acme', 'Orders'].map((name) => dialog.getByRole('link', { name }).getAttribute('href')))).toEqual([
      `/events?event=${delivery.event_id}`, `/webhooks?webhook=${webhook.id}`, `/connectors/${connector.id}`,
    ]);
    // What is sent again is a delivery of its own: it is shown from its first attempt on.
    await dialog.getByRole('button', { name: 'Send again' }).click();
    await dialog.getByRole('link', { name: 'See the first delivery' }).waitFor();
    expect(page.url()).not.toContain(delivery.id);
    await dialog.getByText('Answered 200').waitFor();
    await page.goBack();
    await page.waitForURL(/\/deliveries/);
    await end();
  }, 60_000);

  test('the chosen tenant decides whose deliveries are shown', async () => {
    const { page, end } = await start();
    await page.goto('/deliveries?tenant=agency&status=failed');
    await page.getByRole('region', { name: 'Deliveries' }).getByRole('link', { name: 'Alerts of Acme', exact: true }).waitFor();
    await page.goto('/deliveries?tenant=globex');
    await page.getByRole('heading', { name: 'Nothing was sent' }).waitFor();
    await page.goto('/deliveries?tenant=globex&status=failed');
    await page.getByRole('heading', { name: 'No delivery fits' }).waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.waitForURL('**/deliveries?tenant=globex');
    await end();
  });

  test('the audit log is filtered from its address: what, by whom, when; names lead to what they name', async () => {
    const builder = await service.as('admin', 'acme');
    await must(builder.patch(`/api/connectors/${connector.id}`, { description: 'Changed by another' }));
    const short = await service.connector({ tenant: 'acme', name: 'Short-lived', kind: 'api_rest', config: { base_url: 'https://api.example.com' } });
    await must(service.admin.delete(`/api/connectors/${short.id}`));
    const { page, end } = await start();
    const sentences = async () => {
      await settle(page);
      return page.locator('.timeline li p:first-child').allTextContents();
    };
    await page.goto('/audit?tenant=acme');
    await page.getByLabel('What').selectOption('Connectors');
    await page.waitForURL('**/audit?tenant=acme&what=connectors');
    await page.getByText('changed the connector').waitFor();
    expect(new Set((await sentences()).map((sentence) => sentence.replace(/^.*(created|changed|deleted) the /, '')))).toEqual(new Set(['connector orders', 'connector short-lived']));
    // What is gone is not led to.
    expect([await page.getByRole('link', { name: 'short-lived' }).count(), await page.getByText('short-lived', { exact: true }).count()]).toEqual([0, 2]);
    await page.getByRole('button', { name: 'admin of acme' }).first().click();
    await page.getByRole('button', { name: 'By admin of acme' }).waitFor();
    expect(new URL(page.url()).searchParams.get('who')).toBe(`key:${builder.key_id}`);
    await page.locator('.timeline').getByText('Admin (from the settings)').first().waitFor({ state: 'detached' });
    expect(await sentences()).toEqual(['admin of acme changed the connector orders']);
    await page.reload();
    await page.getByRole('button', { name: 'By admin of acme' }).waitFor();
    await page.getByLabel('When').selectOption('Last hour');
    expect(await sentences()).toHaveLength(1);
    await page.getByLabel('When').selectOption('Between two days');
    await page.getByLabel('To', { exact: true }).fill('2020-05-31');
    await page.getByRole('heading', { name: 'No change fits' }).waitFor();
    expect(new URL(page.url()).searchParams.get('to')).toBe('2020-05-31');
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.waitForURL('**/audit?tenant=acme');
    await page.getByText('created the tenant').waitFor();
    const targets = await Promise.all(['acme', 'Alerts of Acme', 'admin of acme', 'orders'].map((name) => page.locator('.timeline').getByRole('link', { name, exact: true }).first().getAttribute('href')));
    expect(targets).toEqual(['/tenants?search=acme&tenant=acme', `/webhooks?webhook=${webhook.id}&tenant=acme`, '/keys?tenant=acme', `/connectors/${connector.id}?tenant=acme`]);
    await page.locator('.timeline').getByRole('link', { name: 'orders' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
    await end();
  }, 60_000);

  test('from a connector to its events, their deliveries, the webhook, and back', async () => {
    const { page, end } = await start();
    const dialog = page.getByRole('dialog');
    await page.goto(`/connectors/${connector.id}`);
    await page.getByRole('main').getByRole('link', { name: 'Events', exact: true }).click();
    await page.getByRole('button', { name: 'Of Orders' }).waitFor();
    await page.getByRole('link', { name: 'Details of connector.created' }).click();
    await page.waitForURL(/event=/);
    await page.reload();
    expect(await dialog.getByRole('region', { name: 'Data' }).textContent()).toBe('{}');
    expect(await dialog.getByRole('link', { name: 'Orders', exact: true }).getAttribute('href')).toBe(`/connectors/${connector.id}`);
    await dialog.getByRole('link', { name: 'Its deliveries' }).click();
    await page.getByRole('button', { name: 'Of one event' }).waitFor();
    await page.getByRole('region', { name: 'Deliveries' }).getByRole('link', { name: 'Alerts of Acme', exact: true }).first().click();
    await dialog.getByText(`${subscriber.url}/events`).waitFor();
    expect(page.url()).toContain(`/webhooks?webhook=${webhook.id}`);
    expect(await dialog.getByRole('link', { name: 'connector.created' }).first().getAttribute('href')).toBe('/events?type=connector.created');
    await dialog.locator('.choices').getByRole('link', { name: 'connector.created' }).last().click();
    await page.getByRole('dialog', { name: 'Delivery' }).getByRole('link', { name: 'connector.created' }).waitFor();
    // Back, as far as the browser goes back: each stands in its history.
    await page.goBack();
    await page.getByRole('dialog', { name: 'Alerts of Acme' }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.waitForURL((url) => url.search === '');
    await end();
  }, 60_000);

  test('a filter that nothing fits is cleared; a long event is read in its frame and copied whole', async () => {
    const { page, end } = await start();
    await page.goto(`/events?type=webhook.received&connector=${connector.id}`);
    await page.getByRole('heading', { name: 'No event fits' }).waitFor();
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.waitForURL((url) => url.pathname === '/events' && url.search === '');
    const data = { body: { text: 'longer than any screen '.repeat(400), token: 'x'.repeat(3000) } };
    const [event] = await service.sql`update events set data = ${service.sql.json(data)} where id = ${delivery.event_id} returning id`;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(`/events?event=${event!['id']}`);
    const frame = page.getByRole('region', { name: 'Data' });
    await frame.getByText('longer than any screen').waitFor();
    const { width, height, inside } = await frame.evaluate((element) => ({ width: element.clientWidth, height: element.clientHeight, inside: element.scrollWidth }));
    expect([inside <= width, height < 500]).toEqual([true, true]);
    await page.getByRole('button', { name: 'Copy: data' }).click();
    await page.getByText('Copied').waitFor({ state: 'attached' });
    expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toEqual(data);
    await end();
    expect(await look('event-long', `/events?event=${event!['id']}`)).toEqual([]);
  }, 60_000);

  test('the signing secret of a webhook is shown once, with a button to copy it', async () => {
    const { page, end } = await start();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto('/webhooks?tenant=globex');
    await page.getByRole('heading', { name: 'globex has no webhook yet' }).waitFor();
    await page.getByRole('button', { name: 'Create a webhook' }).click();
    await page.getByRole('textbox', { name: 'Address' }).fill(`${subscriber.url}/other`);
    await page.getByRole('textbox', { name: 'Name' }).fill('Of Globex');
    await page.getByRole('button', { name: 'Create webhook' }).click();
    await page.getByRole('button', { name: 'Copy the secret' }).click();
    const secret = await page.evaluate(() => navigator.clipboard.readText());
    expect(secret).toMatch(/^whsec_/);
    // Not by the way: only the button ends it.
    await page.keyboard.press('Escape');
    expect(await page.getByText(secret).count()).toBe(1);
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'Of Globex' }).click();
    await page.getByRole('dialog', { name: 'Of Globex' }).getByText('Nothing was sent to it yet.').waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog', { name: 'Edit webhook' }).waitFor();
    await end();
  });
});
