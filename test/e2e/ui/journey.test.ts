/** From the first sign-in to a connector that workflows resolve to: with a mouse, and by keyboard alone. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { startHttpPeer } from '../../peers/http.ts';
import type { HttpPeer } from '../../peers/http.ts';
import { freePort } from '../../peers/process.ts';
import { must } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { describeInBrowser, openPage, settle, signIn, startBrowser, tabTo } from './browser.ts';

describeInBrowser('the way to a working default', () => {
  let service: TestService;
  let peer: HttpPeer;
  let browser: Browser;

  beforeAll(async () => {
    peer = await startHttpPeer(({ headers }) => (headers['authorization'] === 'Bearer right-token' ? { body: { ok: true } } : { status: 401, body: {} }));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await peer?.stop();
  });
  beforeEach(async () => {
    service = await startTestService();
  });
  afterEach(() => service.stop());

  const resolved = async () => {
    const { connector, explanation } = await must(service.admin.get('/api/tenants/acme/api'));
    return { name: connector?.name, explanation };
  };

  test('with a mouse', async () => {
    const { page, context, complaints } = await openPage(browser, service.url);
    await page.goto('/connectors?category=api');
    await page.waitForURL(/\/sign-in\?return_to=/);
    await page.getByLabel('API key').fill('pb_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('unknown or revoked').waitFor();
    await page.getByLabel('API key').fill(service.admin_key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/\/connectors\?category=api$/);

    await page.getByRole('link', { name: 'Dashboard' }).click();
    await page.getByRole('link', { name: 'Create a tenant' }).click();
    await page.getByRole('button', { name: 'Create the first tenant' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name', exact: true }).fill('Acme');
    await page.getByRole('button', { name: 'Create tenant' }).click();
    await page.getByRole('cell', { name: 'Acme acme' }).waitFor();

    await page.getByRole('link', { name: 'Catalog' }).click();
    await page.keyboard.press('/');
    await page.keyboard.type('rest');
    await page.getByRole('link', { name: /^REST API/ }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Orders');
    await page.getByRole('textbox', { name: 'Base URL' }).fill('not a url');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    // What the server says of a field stands at the field, and the focus goes there.
    await page.locator('.field.invalid', { hasText: 'Base URL' }).locator('.field-error').waitFor();
    expect(await page.getByRole('textbox', { name: 'Base URL' }).evaluate((element) => element === document.activeElement)).toBe(true);

    await page.getByRole('textbox', { name: 'Base URL' }).fill(peer.url);
    await page.getByLabel('Authentication', { exact: true }).selectOption('bearer');
    await page.getByLabel('Token', { exact: true }).fill('wrong-token');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    const pane = page.getByRole('alert');
    await pane.getByText('The backend refused the credentials').waitFor();
    expect(await pane.locator('.problem-hint').textContent()).toBeTruthy();
    expect(await pane.getByText('backend_authentication_failed').count()).toBe(1);
    expect(await pane.getByRole('button', { name: 'Copy the request id' }).count()).toBe(1);

    await page.getByLabel('Token', { exact: true }).fill('right-token');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText('The test went well').waitFor();
    await page.getByRole('switch', { name: /Make it the default/ }).click();
    await page.getByRole('button', { name: 'Save connector' }).click();
    await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
    await page.getByText('Default API', { exact: true }).waitFor();
    expect(await resolved()).toEqual({ name: 'Orders', explanation: "acme has its own default api: 'Orders'" });

    // A secret that is stored can be kept while something else changes, and was never shown.
    await page.getByRole('link', { name: 'Edit' }).first().click();
    await page.getByRole('group', { name: 'Token' }).getByText('Stored').waitFor();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Orders of Acme');
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.locator('.test-good').waitFor();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('heading', { level: 1, name: 'Orders of Acme' }).waitFor();
    expect(peer.received.at(-1)!.headers['authorization']).toBe('Bearer right-token');

    await page.getByRole('button', { name: 'Account: Admin (from the settings)' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in$/);
    await page.goto('/keys');
    await page.waitForURL(/\/sign-in\?return_to=/);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('by keyboard alone', async () => {
    await service.tenant('acme');
    const { page, context, complaints } = await openPage(browser, service.url, { theme: 'dark' });
    const { keyboard } = page;
    await page.goto('/');
    await page.getByLabel('API key').waitFor();
    await keyboard.type(service.admin_key);
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();

    await keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await keyboard.type('REST API');
    await page.getByRole('option', { name: /New REST API connector/ }).waitFor();
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'New REST API connector' }).waitFor();

    const form = page.getByRole('form');
    await tabTo(page, form.getByRole('textbox', { name: 'Name', exact: true }));
    await keyboard.type('By keys');
    await tabTo(page, form.getByRole('textbox', { name: 'Base URL' }));
    await keyboard.type(`http://127.0.0.1:${await freePort()}`);
    await tabTo(page, form.getByRole('button', { name: 'Test', exact: true }));
    await keyboard.press('Enter');
    await page.getByRole('alert').getByText('The backend cannot be reached').waitFor();

    for (let presses = 0; presses < 120 && !(await form.getByRole('textbox', { name: 'Base URL' }).evaluate((element) => element === document.activeElement)); presses += 1) await keyboard.press('Shift+Tab');
    await keyboard.press('Control+a');
    await keyboard.type(peer.url);
    await tabTo(page, form.getByLabel('Authentication', { exact: true }));
    await keyboard.type('bearer');
    await tabTo(page, form.getByLabel('Token', { exact: true }));
    await keyboard.type('right-token');
    await tabTo(page, form.getByRole('switch', { name: /Make it the default/ }));
    await keyboard.press('Space');
    await tabTo(page, form.getByRole('button', { name: 'Test', exact: true }));
    await keyboard.press('Enter');
    await page.locator('.test-good').waitFor();
    await tabTo(page, form.getByRole('button', { name: 'Save connector' }));
    await keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'By keys' }).waitFor();
    expect(await resolved()).toMatchObject({ name: 'By keys' });

    // A menu, a dialog, and the focus back where it was.
    const more = page.getByRole('button', { name: 'More actions' });
    await tabTo(page, more);
    await keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Deactivate' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    expect(await more.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a test that takes long is cancelled, and the backend is left alone', async () => {
    await service.tenant('acme');
    let slow!: Server;
    const left = new Promise<void>((resolve) => {
      slow = createServer((_request, response) => void response.once('close', resolve)).listen(0, '127.0.0.1');
    });
    await once(slow, 'listening');
    const { page, context } = await openPage(browser, service.url);
    await signIn(page, service.admin_key);
    await page.goto('/catalog/api_rest');
    await page.getByRole('textbox', { name: 'Base URL' }).fill(`http://127.0.0.1:${(slow.address() as AddressInfo).port}`);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByText('Testing the connection').waitFor();
    await page.getByRole('button', { name: 'Cancel the test' }).click();
    await page.getByText('Testing the connection').waitFor({ state: 'detached' });
    expect(await page.getByRole('alert').count()).toBe(0);
    await left;
    await context.close();
    slow.close();
  });

  test('a default is deleted only with a successor, and a moved default can be undone', async () => {
    await service.tenant('acme');
    const make = (name: string, is_default = false) => service.connector({ tenant: 'acme', name, kind: 'api_rest', config: { base_url: peer.url }, is_default });
    const first = await make('First', true);
    await make('Second');
    const { page, context, complaints } = await openPage(browser, service.url);
    await signIn(page, service.admin_key);
    await page.goto('/defaults');
    await page.getByRole('button', { name: /^acme, API: First/ }).click();
    await page.getByRole('dialog').getByText('has this default').waitFor();
    await page.getByRole('button', { name: 'Use this one' }).click();
    await page.getByText('acme uses “Second” now').waitFor();
    expect(await resolved()).toMatchObject({ name: 'Second' });
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: /^acme, API: First/ }).waitFor();
    expect(await resolved()).toMatchObject({ name: 'First' });

    await page.goto(`/connectors/${first.id}`);
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    const dialog = page.getByRole('alertdialog');
    expect(await dialog.getByRole('button', { name: 'Delete connector' }).isDisabled()).toBe(true);
    await dialog.getByRole('combobox', { name: /^Who becomes the default/ }).click();
    await page.getByRole('option', { name: /^Second/ }).click();
    await dialog.getByRole('button', { name: 'Delete connector' }).click();
    await page.waitForURL(/\/connectors$/);
    await settle(page);
    expect(await resolved()).toMatchObject({ name: 'Second' });
    expect(complaints).toEqual([]);
    await context.close();
  });
});
