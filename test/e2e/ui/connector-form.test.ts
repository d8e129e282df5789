/** What a connector’s form asks for besides its configuration, and what it tells before anything is saved. */
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { must } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, inspect, openPage, settle, signIn, startBrowser } from './browser.ts';

describeInBrowser('a connector’s form', () => {
  let service: TestService;
  let browser: Browser;

  beforeAll(async () => {
    service = await startTestService();
    await service.tenant('acme');
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  const open = async (address: string, key = service.admin_key, shape: { theme?: 'light' | 'dark'; width?: number } = {}) => {
    const opened = await openPage(browser, service.url, { width: 1280, ...shape });
    await signIn(opened.page, key);
    await opened.page.goto(address);
    await settle(opened.page);
    return opened;
  };
  const shapes = [{ theme: 'light', width: 1280 }, { theme: 'dark', width: 390 }] as const;
  /** Light and wide, dark and on a phone, and what axe says of each. */
  const look = async (name: string, address: string, prepare?: (page: Page) => Promise<unknown>) => {
    for (const shape of shapes) {
      const { page, context, complaints } = await open(address, service.admin_key, shape);
      await prepare?.(page);
      expect(await inspect(page)).toEqual([]);
      await page.screenshot({ path: path.join(artifacts, `connector-form-${name}-${shape.theme}-${shape.width}.png`), fullPage: true });
      expect(complaints).toEqual([]);
      await context.close();
    }
  };
  const optionsOf = async (page: Page, label: string) => {
    const select = page.getByLabel(label, { exact: true });
    await select.waitFor();
    return select.locator('option').allInnerTexts();
  };

  test('sets how often it is tested, which its page tells together with the next time', async () => {
    const { page, context, complaints } = await open('/catalog/csv');
    await page.getByLabel('Name').fill('Watched');
    expect(await optionsOf(page, 'Test the connection')).toEqual(['Only when asked', 'Every 5 minutes', 'Every 15 minutes', 'Every hour', 'Every 6 hours', 'Every day']);
    await page.getByLabel('Test the connection').selectOption('Every 15 minutes');
    await page.getByRole('button', { name: 'Save connector' }).click();
    const health = page.getByRole('region', { name: 'Health' });
    await health.getByText('Every 15 minutes, next in a moment').waitFor();
    const id = page.url().split('/').at(-1)!;
    expect((await must(service.admin.get(`/api/connectors/${id}`))).check_every_minutes).toBe(15);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await health.getByText(/^Every 15 minutes, next in 1[45] min/).waitFor();

    // What the API alone can set stays a choice.
    await must(service.admin.patch(`/api/connectors/${id}`, { check_every_minutes: 90 }));
    await page.reload();
    await health.getByText('Every 90 minutes').waitFor();
    await health.getByRole('link', { name: 'Change how often it is tested' }).click();
    const select = page.getByLabel('Test the connection');
    await select.waitFor();
    expect(await select.evaluate((element: HTMLSelectElement) => element.selectedOptions[0]!.text)).toBe('Every 90 minutes');
    expect(await page.getByRole('button', { name: 'Save changes' }).isDisabled()).toBe(true);
    await select.selectOption('Only when asked');
    expect(await optionsOf(page, 'Test the connection')).toContain('Every 90 minutes');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await health.getByText('Only when asked').waitFor();
    expect((await must(service.admin.get(`/api/connectors/${id}`))).check_every_minutes).toBeNull();

    await must(service.admin.patch(`/api/connectors/${id}`, { check_every_minutes: 360 }));
    await must(service.admin.post(`/api/connectors/${id}/deactivate`));
    await page.reload();
    await health.getByText('Every 6 hours, once it is active again').waitFor();
    expect(complaints).toEqual([]);
    await context.close();

    const viewer = await open(`/connectors/${id}`, (await must(service.admin.post('/api/keys', { name: 'Reader', role: 'viewer' }))).key);
    await viewer.page.getByText('Every 6 hours').waitFor();
    expect(await viewer.page.getByRole('link', { name: 'Change how often it is tested' }).count()).toBe(0);
    await viewer.context.close();
    await must(service.admin.post(`/api/connectors/${id}/activate`));
    await look('health', `/connectors/${id}`);
    await look('new', '/catalog/csv');
  });

  test('tells the redirect URI before there is a client id, wherever the choice made needs one', async () => {
    const { page, context, complaints } = await open('/catalog/gmail_oauth2');
    const told = page.getByRole('group', { name: 'Redirect URI' });
    const uri = `${service.url}/oauth/callback`;
    await told.getByText(uri, { exact: true }).waitFor();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await told.getByRole('button', { name: 'Copy the redirect URI' }).click();
    await told.getByText('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(uri);
    // What it is for comes right after it.
    expect(await told.evaluate((element) => element.nextElementSibling?.querySelector('label')?.textContent)).toMatch(/^Client ID/);

    await page.goto('/catalog/google_drive');
    await told.waitFor();
    await page.getByLabel('Authentication', { exact: true }).selectOption({ value: 'service_account' });
    await told.waitFor({ state: 'detached' });
    await page.goto('/catalog/api_rest');
    await page.getByLabel('Authentication', { exact: true }).selectOption({ value: 'oauth2_client_credentials' });
    await page.getByRole('textbox', { name: 'Client ID' }).waitFor();
    expect(await told.count()).toBe(0);
    await page.getByLabel('Authentication', { exact: true }).selectOption({ value: 'oauth2_authorization_code' });
    await told.getByText(uri, { exact: true }).waitFor();

    const { id } = await service.connector({ tenant: 'acme', kind: 'gmail_oauth2', name: 'Mail', config: { client_id: 'x', client_secret: 'y' } });
    await page.goto(`/connectors/${id}/edit`);
    await told.getByText(uri, { exact: true }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
    await look('redirect', '/catalog/gmail_oauth2');
  });

  test('marks what fields demand of each other together with those that are empty', async () => {
    const { page, context } = await open('/catalog/api_rest');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Half');
    await page.getByLabel('Authentication', { exact: true }).selectOption({ value: 'basic' });
    await page.getByRole('button', { name: 'Save connector' }).click();
    await page.locator('.field.invalid').first().waitFor();
    expect(await page.locator('.field.invalid label').allInnerTexts()).toEqual(['Base URL *', 'User name', 'Password']);
    await context.close();
  });

  test('words its choices, with the default marked and chosen', async () => {
    const { page, context, complaints } = await open('/catalog/postgresql');
    const chosen = (label: string) => page.getByLabel(label, { exact: true }).evaluate((select: HTMLSelectElement) => select.selectedOptions[0]!.text);
    expect(await optionsOf(page, 'TLS')).toEqual(['Disable', 'Prefer (default)', 'Require', 'Verify CA', 'Verify full']);
    expect(await chosen('TLS')).toBe('Prefer (default)');
    await page.getByText('Verify CA: its certificate must be signed').waitFor();

    await page.goto('/catalog/api_rest');
    expect(await optionsOf(page, 'Authentication')).toEqual(['None (default)', 'Basic', 'Bearer', 'API key', 'OAuth 2.0 client credentials', 'OAuth 2.0 refresh token', 'OAuth 2.0 authorization code']);
    expect(await chosen('Authentication')).toBe('None (default)');
    // Back from a reference, nothing that was typed is the default.
    const reference = page.getByRole('button', { name: '$ENV for Authentication' });
    await reference.click();
    await page.getByText('A variable that the operator allowed').waitFor();
    await reference.click();
    expect(await chosen('Authentication')).toBe('None (default)');
    await page.getByLabel('Authentication', { exact: true }).selectOption('API key');
    expect(await optionsOf(page, 'Key goes into')).toEqual(['Header (default)', 'Query']);
    await page.getByRole('button', { name: 'Add an endpoint' }).click();
    await page.getByRole('button', { name: 'More settings' }).first().click();
    expect((await page.getByRole('group', { name: 'Endpoint 1' }).getByRole('combobox', { name: 'Pages' }).locator('option').allInnerTexts())[0]).toBe('Not set');

    const { id } = await service.connector({ tenant: 'acme', kind: 'api_rest', name: 'Shop', config: { base_url: service.url, authentication: 'api_key', api_key: 'x' } });
    await page.goto(`/connectors/${id}`);
    await page.getByRole('region', { name: 'Configuration' }).getByText('API key', { exact: true }).first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
    await look('api', '/catalog/api_rest', (opened) => opened.getByLabel('Authentication', { exact: true }).selectOption({ value: 'oauth2_authorization_code' }));
  });
});
