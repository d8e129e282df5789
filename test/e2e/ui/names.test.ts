/** Names as people type them: from right to left, very long, with signs of every kind. */
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { must } from '../../setup/client.ts';
import type { Json } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, openPage, settle, signIn, startBrowser } from './browser.ts';

const rightToLeft = 'شركة אבג';
const long = `Orders of the ${'very '.repeat(20)}large ${'w'.repeat(80)}`.slice(0, 200);

describeInBrowser('odd names', () => {
  let service: TestService;
  let browser: Browser;
  let addresses: Record<string, string>;
  let odd: Json;

  beforeAll(async () => {
    service = await startTestService();
    await must(service.admin.post('/api/tenants', { slug: 'company', name: rightToLeft }));
    const rest = { kind: 'api_rest', config: { base_url: 'https://api.example.com' } };
    const longest = await service.connector({ tenant: 'company', name: long, is_default: true, ...rest });
    odd = await service.connector({ tenant: 'company', name: `${rightToLeft} (2) 🧪`, ...rest });
    const webhook = await must(service.admin.post('/api/subscriptions', { url: `https://example.com/${'a'.repeat(300)}`, name: long, tenant: 'company', active: false }));
    await must(service.admin.post('/api/keys', { name: `${rightToLeft} (key)`, role: 'viewer', tenant: 'company' }));
    const { events } = await must(service.admin.get(`/api/events?connector=${longest.id}`));
    addresses = {
      connectors: '/connectors?tenant=company', long: `/connectors/${longest.id}`, odd: `/connectors/${odd.id}?tenant=company`, edit: `/connectors/${longest.id}/edit`, tenants: '/tenants', audit: '/audit', keys: '/keys',
      defaults: '/defaults', events: `/events?connector=${longest.id}`, event: `/events?event=${events[0].id}`, webhooks: '/webhooks', webhook: `/webhooks?webhook=${webhook.id}`, deliveries: `/deliveries?subscription=${webhook.id}`,
    };
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  test.each([[1280, 'light'], [390, 'dark']] as const)('no page of %i pixels is wider than the screen', async (width, theme) => {
    const { page, context, complaints } = await openPage(browser, service.url, { width, theme });
    await signIn(page, service.admin_key);
    const wide: string[] = [];
    for (const [name, address] of Object.entries(addresses)) {
      await page.goto(address);
      await page.getByRole('main').getByRole('heading', { level: 1 }).or(page.getByRole('dialog')).first().waitFor();
      await settle(page);
      await page.screenshot({ path: path.join(artifacts, `names-${name}-${width}.png`), fullPage: true });
      if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth || [...document.querySelectorAll('.dialog')].some((one) => one.scrollWidth > one.clientWidth))) wide.push(name);
    }
    expect(wide).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  test('a name from right to left leaves the order of the sentence around it alone', async () => {
    const { page, context, complaints } = await openPage(browser, service.url);
    await signIn(page, service.admin_key);
    await page.goto(`/connectors/${odd.id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Deactivate' }).click();
    const dialog = page.getByRole('alertdialog', { name: `Deactivate “${odd.name}”?` });
    await dialog.waitFor();
    /** Line by line from left to right: the parts of a sentence as they are seen. */
    const order = (container: string) => page.evaluate((selector) => {
      const element = document.querySelector(selector)!;
      const begin = (node: Node) => {
        const range = document.createRange();
        range.selectNodeContents(node);
        return range.getClientRects()[0]!;
      };
      return [...element.childNodes].filter((node) => node.textContent).map((node) => ({ text: node.textContent, at: begin(node) }))
        .sort((one, other) => (Math.abs(one.at.top - other.at.top) > 5 ? one.at.top - other.at.top : one.at.left - other.at.left)).map(({ text }) => text).join('');
    }, container);
    expect(await order('.dialog-title')).toBe(`Deactivate “${odd.name}”?`);
    await dialog.getByRole('button', { name: 'Deactivate' }).click();
    await page.locator('.toast').waitFor();
    expect(await order('.toast-title')).toBe(`“${odd.name}” is inactive`);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
