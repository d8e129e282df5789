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

  test.each([[1280, 'light'], [390, 'dark']] as const)('stands before the session is known, where it stands afterwards: %i pixels, %s', async (width, theme) => {
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

  test('what leads back to the connectors leads to the place in the list that one came from', async () => {
    const { page, context, complaints } = await openPage(browser, service.url);
    await signIn(page, service.admin_key);
    const back = page.getByRole('link', { name: 'Connectors', exact: true }).and(page.locator('.back'));
    const top = () => page.evaluate(() => window.scrollY);
    const open = async (name: string) => {
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
      await settle(page);
    };
    await page.goto('/connectors?search=sensor&category=api');
    await page.getByRole('link', { name: 'Sensor 1', exact: true }).waitFor();
    await page.evaluate(() => window.scrollTo(0, 1500));
    await open('Sensor 31');
    expect(await top()).toBe(0);
    await page.getByRole('tab', { name: 'Tests' }).click();
    // By way of the form, and of a tab: neither is where one came from.
    await page.getByRole('link', { name: 'Edit' }).first().click();
    await page.getByRole('textbox', { name: 'Description' }).fill('Changed');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sensor 31', exact: true }).waitFor();
    await back.click();
    await page.waitForURL((url) => url.pathname === '/connectors' && url.searchParams.get('search') === 'sensor' && url.searchParams.get('category') === 'api');
    await page.getByRole('link', { name: 'Sensor 31', exact: true }).waitFor();
    expect(await top()).toBe(1500);
    // The browser’s own way back is the same.
    await open('Sensor 31');
    await page.goBack();
    await page.getByRole('link', { name: 'Sensor 31', exact: true }).waitFor();
    expect(await top()).toBe(1500);
    // Deleting leads there too.
    await open('Sensor 31');
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete connector' }).click();
    await page.waitForURL(/search=sensor/);
    await page.getByRole('link', { name: 'Sensor 32', exact: true }).waitFor();
    expect(await top()).toBe(1500);
    // The menu leads to all of them, from their beginning; and who was elsewhere meanwhile comes from there.
    await open('Sensor 32');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Connectors' }).click();
    await page.waitForURL((url) => url.pathname === '/connectors' && url.search === '');
    await page.getByRole('link', { name: 'Sensor 1', exact: true }).waitFor();
    expect(await top()).toBe(0);
    await page.goto('/connectors?search=sensor');
    await open('Sensor 2');
    await page.getByRole('link', { name: 'Dashboard' }).click();
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Sensor 2' }).waitFor();
    expect(await back.getAttribute('href')).toBe('/connectors');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
