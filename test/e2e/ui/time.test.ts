/** Times move on by themselves, in the words of the pages and the reader’s own way to write a date. */
import type { Browser } from 'playwright-core';
import { must } from '../../setup/client.ts';
import type { Json } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { describeInBrowser, openPage, signIn, startBrowser } from './browser.ts';

describeInBrowser('times', () => {
  let service: TestService;
  let browser: Browser;
  let connector: Json;

  beforeAll(async () => {
    service = await startTestService();
    await service.tenant('acme');
    connector = await service.connector({ tenant: 'acme', name: 'Orders', kind: 'api_rest', config: { base_url: 'http://127.0.0.1:9', retries: 0 } });
    for (const name of ['A', 'B', 'C']) await service.connector({ tenant: 'acme', name, kind: 'api_rest', config: { base_url: 'https://api.example.com' } });
    await must(service.admin.post(`/api/connectors/${connector.id}/test`, {}));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  test('phrases are English, dates and clocks the reader’s', async () => {
    await service.sql`update audit_events set at = '2024-05-31T22:30:00Z' where action = 'tenant.created'`;
    await service.sql`update audit_events set at = now() - interval '3 hours 59 minutes' where resource_name = 'orders'`;
    const { page, context, complaints } = await openPage(browser, service.url, { locale: 'de-DE', timezone: 'Asia/Kolkata' });
    await signIn(page, service.admin_key);
    await page.goto('/audit');
    await page.getByText('created the tenant').waitFor();
    const timeOf = (name: string) => page.locator('.timeline li', { hasText: name }).locator('time').last();
    expect(await Promise.all(['connector c', 'connector orders', 'tenant acme'].map((name) => timeOf(name).textContent()))).toEqual(['just now', '3 hr ago', '01.06.2024']);
    expect(await timeOf('tenant acme').getAttribute('title')).toBe('01.06.2024, 04:00:00');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('they move on with no request, no row is drawn anew, and not while nobody looks', async () => {
    const { page, context, complaints } = await openPage(browser, service.url);
    await page.clock.install();
    await signIn(page, service.admin_key);
    await page.goto('/connectors');
    const time = page.getByRole('row', { name: /Orders/ }).locator('time');
    await time.getByText('just now').waitFor();
    const changes = await page.evaluateHandle(() => {
      const seen: string[] = [];
      new MutationObserver((records) => {
        for (const { type, target } of records) seen.push(`${type} in ${target.parentElement?.tagName ?? ''}`);
      }).observe(document.querySelector('.rows')!, { childList: true, subtree: true, attributes: true, characterData: true });
      return seen;
    });
    await page.route('**/api/**', (route) => route.abort());
    await page.clock.runFor(125_000);
    expect(await time.textContent()).toBe('2 min ago');
    expect(new Set(await changes.jsonValue())).toEqual(new Set(['characterData in TIME']));
    expect((await changes.jsonValue()).length).toBe(2);

    const hide = (hidden: boolean) => page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
    await hide(true);
    await page.clock.runFor(600_000);
    expect(await time.textContent()).toBe('2 min ago');
    await hide(false);
    expect(await time.textContent()).toBe('12 min ago');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
