/** What is seen first, while the service has not said yet who is signed in; and the way back to where one came from. */
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, openPage, settle, signIn, startBrowser } from './browser.ts';

describeInBrowser('the frame', () => {
  let service: TestService;
  let browser: Browser;

  beforeAll(async () => {
    service = await startTestService();
    await service.tenant('acme');
    for (let number = 1; number <= 60; number += 1) await service.connector({ tenant: 'acme', name: `Sensor ${number}`, kind: 'api_rest', config: { base_url: 'https://api.example.com' } });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  test.each([[1280, 'light'], [1280, 'dark'], [390, 'light'], [390, 'dark']] as const)('stands before the session is known, where it stands afterwards: %i pixels, %s', async (width, theme) => {
    const { page, context, complaints } = await openPage(browser, service.url, { width, theme });
    await signIn(page, service.admin_key);
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    await page.route('**/api/session', async (route) => {
      asked.resolve();
      await answered.promise;
      await route.continue();
    });
    await page.goto('/connectors');
    await asked.promise;
    const placesOf = (shell: string) => page.evaluate((selector) => ['.sidebar', '.topbar', '.brand'].map((name) => {
      const { left, top, width: wide, height } = document.querySelector(`${selector} ${name}`)!.getBoundingClientRect();
      return { name, left, top, wide, height };
    }), shell);
    await page.locator('.frame .topbar').waitFor();
    const before = await placesOf('.frame');
    await page.screenshot({ path: path.join(artifacts, `frame-${width}-${theme}.png`) });
    answered.resolve();
    await page.getByRole('heading', { level: 1, name: 'Connectors' }).waitFor();
    expect(await page.locator('.frame').isVisible()).toBe(false);
    expect(await placesOf('#root .shell')).toEqual(before);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('the page to sign in begins without it', async () => {
    const { page, context } = await openPage(browser, service.url);
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.goto('/sign-in');
    expect(await page.locator('.frame').isVisible()).toBe(false);
    await page.goto('/connectors');
    expect(await page.locator('.frame').isVisible()).toBe(true);
    await context.close();
  });
});
