/** Nothing that was entered is lost, nothing fails unseen, and the focus is always somewhere: forms, session and dialogs when things go wrong. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Locator, Page } from 'playwright-core';
import { startHttpPeer } from '../../peers/http.ts';
import type { HttpPeer } from '../../peers/http.ts';
import { must } from '../../setup/client.ts';
import type { Json } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { describeInBrowser, inspect, openPage, settle, signIn, startBrowser } from './browser.ts';

describeInBrowser('when things go wrong', () => {
  let service: TestService;
  let browser: Browser;
  let peer: HttpPeer;

  beforeAll(async () => {
    peer = await startHttpPeer(({ url }) => (url.pathname.startsWith('/broken') ? { status: 401, body: {} } : { body: [] }));
    service = await startTestService();
    await service.tenant('acme');
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await peer?.stop();
  });

  const open = async (route: string, options: { width?: number; key?: string } = {}) => {
    const opened = await openPage(browser, service.url, options);
    await signIn(opened.page, options.key ?? service.admin_key);
    await opened.page.goto(route);
    await settle(opened.page);
    return opened;
  };
  const make = (name: string, config: object = {}): Promise<Json> => service.connector({ tenant: 'acme', name, kind: 'api_rest', config: { base_url: peer.url, retries: 0, ...config } });
  const read = (id: string): Promise<Json> => must(service.admin.get(`/api/connectors/${id}`));
  const nameField = (page: Page) => page.getByRole('textbox', { name: 'Name', exact: true }).first();
  const description = (page: Page) => page.getByRole('textbox', { name: 'Description' });
  const testButton = (page: Page) => page.getByRole('button', { name: 'Test', exact: true });
  const hasFocus = (locator: Locator) => locator.evaluate((element) => element === document.activeElement);
  const gotFocus = (page: Page, selector: string) => page.waitForFunction((wanted) => document.activeElement?.matches(wanted), selector);
  const isInSight = (locator: Locator) => locator.evaluate((element) => {
    const { top, bottom, left, width } = element.getBoundingClientRect();
    return top >= 0 && bottom <= window.innerHeight && element.contains(document.elementFromPoint(left + width / 2, (top + bottom) / 2));
  });

  test('an import fills in the form and saves nothing; what is entered is left only on purpose', async () => {
    const { page, context, complaints } = await open('/catalog/postgresql');
    const saved: string[] = [];
    page.on('request', (request) => { if (request.method() === 'POST' && new URL(request.url()).pathname === '/api/connectors') saved.push(request.url()); });
    await nameField(page).fill('Imported');
    await page.getByRole('textbox', { name: 'Host' }).fill('old.example.com');
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByLabel('Connection string or file content').fill('postgresql://ada:secret@new.example.com:5433/orders');
    await page.getByRole('button', { name: 'Fill in the form' }).click();
    await page.getByText('The form is filled in').waitFor();
    expect(await page.getByRole('textbox', { name: 'Host' }).inputValue()).toBe('new.example.com');
    await settle(page);
    expect(saved).toEqual([]);

    await page.getByRole('link', { name: 'Keys' }).click();
    const asked = page.getByRole('alertdialog', { name: 'Leave without saving?' });
    await asked.getByRole('button', { name: 'Cancel' }).click();
    await asked.waitFor({ state: 'detached' });
    expect([new URL(page.url()).pathname, await nameField(page).inputValue()]).toEqual(['/catalog/postgresql', 'Imported']);
    const closing = page.waitForEvent('dialog');
    void page.close({ runBeforeUnload: true });
    const dialog = await closing;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await page.getByRole('link', { name: 'Keys' }).click();
    await asked.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { level: 1, name: 'Keys' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('what a test or saving came to is in sight, wherever the form is scrolled; a field in a folded section is opened', async () => {
    await make('Orders');
    const { page, context, complaints } = await open('/catalog/api_rest', { width: 390 });
    await nameField(page).fill('Orders');
    await page.getByRole('textbox', { name: 'Base URL' }).fill(`${peer.url}/broken`);
    await testButton(page).focus();
    await page.keyboard.press('Enter');
    const pane = page.getByRole('alert');
    await pane.getByText('The backend refused the credentials').waitFor();
    expect(await isInSight(pane.locator('.problem-title'))).toBe(true);
    expect(await hasFocus(testButton(page))).toBe(true);
    await page.evaluate(() => window.scrollTo(0, 0));
    expect(await isInSight(pane.locator('.problem-title'))).toBe(true);
    expect(await inspect(page)).toEqual([]);

    await page.getByRole('textbox', { name: 'Base URL' }).fill(peer.url);
    await testButton(page).click();
    await page.getByText('The test went well').waitFor();
    // The notice that passes covers no button.
    for (const name of ['Test', 'Save connector']) expect(await isInSight(page.getByRole('button', { name, exact: true }))).toBe(true);
    await page.getByRole('button', { name: 'Save connector' }).click();
    await page.locator('.field.invalid').getByText('acme has a connector "orders" already. Choose another name.').waitFor();
    await gotFocus(page, '[aria-invalid=true]');

    await nameField(page).fill('Orders again');
    const advanced = page.getByRole('button', { name: /^Advanced/ });
    await advanced.click();
    await page.getByRole('textbox', { name: 'Retries' }).fill('9999');
    await advanced.click();
    await page.getByRole('textbox', { name: 'Retries' }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Save connector' }).click();
    await page.locator('.field.invalid', { hasText: 'Retries' }).getByText(/must be at most/).waitFor();
    await gotFocus(page, '[aria-invalid=true]');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('what somebody else saves meanwhile takes nothing of what is typed', async () => {
    const { id } = await make('Shared', { authentication: 'bearer', token: 'stored-token' });
    const { page, context, complaints } = await open(`/connectors/${id}/edit`);
    await description(page).fill('Mine');
    await must(service.admin.patch(`/api/connectors/${id}`, { name: 'Shared by us' }));
    await testButton(page).click();
    const told = page.getByRole('alert').getByText('Somebody else has changed it meanwhile.');
    await told.waitFor();
    expect([await description(page).inputValue(), await nameField(page).inputValue()]).toEqual(['Mine', 'Shared']);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await settle(page);
    expect([await isInSight(told), await description(page).inputValue(), (await read(id)).description]).toEqual([true, 'Mine', '']);
    await page.getByRole('button', { name: 'Reload, and drop what I entered' }).click();
    await told.waitFor({ state: 'detached' });
    expect([await description(page).inputValue(), await nameField(page).inputValue()]).toEqual(['', 'Shared by us']);

    // To replace a stored secret by nothing is to keep it.
    await page.getByRole('button', { name: 'Replace Token' }).click();
    await gotFocus(page, 'input[type=password]');
    await description(page).fill('Kept');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('heading', { level: 1, name: 'Shared by us', exact: true }).waitFor();
    expect((await read(id)).config.token).toMatchObject({ set: true });
    await gotFocus(page, 'h1');

    // One that nothing uses any more, and nobody would see again, is removed.
    await page.getByRole('link', { name: 'Edit' }).first().click();
    await page.getByLabel('Authentication', { exact: true }).selectOption('none');
    await page.getByText('No longer used, and removed when you save: the stored Token.').waitFor();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('heading', { level: 1, name: 'Shared by us', exact: true }).waitFor();
    expect((await read(id)).config.token ?? { set: false }).toMatchObject({ set: false });
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a test of what has changed meanwhile is given up; one that is cancelled gives the focus back', async () => {
    let asked = 0;
    let left = 0;
    const slow = createServer((_request, response) => {
      asked += 1;
      response.once('close', () => { left += 1; });
    }).listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { page, context } = await open('/catalog/api_rest');
    const address = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`;
    await page.getByRole('textbox', { name: 'Base URL' }).fill(address);
    const running = page.getByText('Testing the connection');
    await testButton(page).click();
    await running.waitFor();
    await page.getByRole('textbox', { name: 'Base URL' }).fill(`${address}/elsewhere`);
    await running.waitFor({ state: 'detached' });
    await testButton(page).click();
    await running.waitFor();
    await page.getByRole('button', { name: 'Cancel the test' }).click();
    await running.waitFor({ state: 'detached' });
    expect(await hasFocus(testButton(page))).toBe(true);
    expect([await page.getByRole('alert').count(), await page.locator('.test-good').count()]).toEqual([0, 0]);
    while (left < asked) await page.waitForTimeout(20);
    await context.close();
    slow.closeAllConnections();
    slow.close();
  });

  test('a session that ends in an open tab leads to the sign-in once, and from there back', async () => {
    const { key, key_id } = await service.as('platform_admin');
    const { page, context, complaints } = await open('/connectors', { key: key! });
    await must(service.admin.delete(`/api/keys/${key_id}`));
    await page.getByRole('link', { name: 'Tenants' }).click();
    await page.getByLabel('API key').waitFor();
    await settle(page);
    expect(new URL(page.url()).searchParams.get('return_to')).toMatch(/^\/tenants$|^\/connectors$/);
    await page.getByLabel('API key').fill('pb_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('Check the key, or ask an admin for another one.').waitFor();
    await page.getByLabel('API key').fill(service.admin_key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    expect(new URL(page.url()).pathname).not.toBe('/sign-in');
    // Whoever is signed in has no business at the sign-in.
    await page.goto(`/sign-in?return_to=${encodeURIComponent('/sign-in?return_to=%2Fkeys')}`);
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await page.goto('/sign-in?return_to=/keys');
    await page.getByRole('heading', { level: 1, name: 'Keys' }).waitFor();
    expect(complaints).toEqual([]);

    // What is typed when it ends waits in the form for whoever signs in in another tab.
    const other = await service.as('platform_admin');
    const second = await open('/catalog/api_rest', { key: other.key! });
    await nameField(second.page).fill('Typed before');
    await second.page.getByRole('textbox', { name: 'Base URL' }).fill(peer.url);
    await must(service.admin.delete(`/api/keys/${other.key_id}`));
    await second.page.getByRole('button', { name: 'Save connector' }).click();
    const [tab] = await Promise.all([second.context.waitForEvent('page'), second.page.getByRole('link', { name: 'Sign in in a new tab' }).click()]);
    await tab.getByLabel('API key').fill(service.admin_key);
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await tab.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
    await second.page.getByRole('button', { name: 'Save connector' }).click();
    await second.page.getByRole('heading', { level: 1, name: 'Typed before' }).waitFor();
    await second.context.close();
    await context.close();
  });

  test('what is shown once stays until it is dismissed, can be copied by hand, and what fails in a menu is said', async () => {
    const { id } = await make('Dormant');
    await must(service.admin.post(`/api/connectors/${id}/deactivate`, {}));
    const { page, context, complaints } = await open('/keys');
    // As over plain HTTP.
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('For once');
    await page.getByRole('button', { name: 'Create key' }).click();
    const shown = page.getByRole('dialog', { name: 'Your new key' });
    const key = (await shown.locator('code').textContent())!;
    await page.keyboard.press('Escape');
    await page.mouse.click(5, 5);
    await shown.getByRole('button', { name: 'Copy the key' }).click();
    await shown.getByText('It is selected').waitFor();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(key);
    expect(await inspect(page)).toEqual([]);
    await shown.getByRole('button', { name: 'Done' }).click();
    await shown.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Revoke For once' }).click();
    await page.getByRole('button', { name: 'Revoke key' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await gotFocus(page, 'h1');

    await page.goto(`/connectors/${id}`);
    await context.route('**/activate', (route) => route.abort());
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Activate', exact: true }).click();
    const failure = page.getByRole('region', { name: 'Notifications' }).getByText('It is not activated');
    await failure.waitFor();
    expect(await page.getByText('Patchbay does not answer.').count()).toBeGreaterThan(0);
    expect(await inspect(page)).toEqual([]);
    await page.locator('.toast').getByLabel('Dismiss').click();
    await failure.waitFor({ state: 'detached' });
    await context.route('**/api/session', (route) => route.abort());
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('region', { name: 'Notifications' }).getByText('You are still signed in').waitFor();
    expect(complaints.filter((complaint) => !complaint.includes('net::'))).toEqual([]);
    await context.close();
  });

  test('a part of the page that an update took away is asked for again, and then named', async () => {
    const { page, context } = await open('/connectors');
    await context.route(/\/assets\/Keys-.*\.js/, (route) => route.fulfill({ status: 404, body: 'gone' }));
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('alert').getByText('A part of this page could not be loaded').waitFor();
    await context.unroute(/\/assets\/Keys-.*\.js/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Keys' }).waitFor();
    // A value that is longer than its card shows is reached, and scrolled, by keyboard.
    const { id } = await make('Long', { headers: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`X-Header-${index}`, 'a'.repeat(40)])) });
    await page.goto(`/connectors/${id}`);
    await settle(page);
    expect(await page.locator('pre').first().evaluate((element) => element.scrollHeight > element.clientHeight)).toBe(true);
    expect(await inspect(page)).toEqual([]);
    await page.goto('/connectors/no-such-id');
    await page.getByRole('alert').getByText('There is nothing at this address').waitFor();
    await context.close();
  });

  test('an address that a role has no right to says so; the catalog is searched and chosen from by keyboard alone', async () => {
    const { id } = await make('Seen by all');
    const viewer = await service.as('viewer', 'acme');
    const { page, context, complaints } = await open('/catalog/postgresql', { key: viewer.key! });
    for (const route of ['/catalog/postgresql', `/connectors/${String(id)}/edit`, '/keys', '/audit']) {
      await page.goto(route);
      await page.getByRole('heading', { level: 1, name: 'This page is not for your role' }).waitFor();
      expect(await page.locator('form').count()).toBe(0);
    }
    await page.goto('/catalog');
    await settle(page);
    await page.keyboard.press('/');
    await page.keyboard.type('postgres');
    await page.getByRole('status').filter({ hasText: /^\d of/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await gotFocus(page, '.kind-card');
    await page.getByRole('searchbox', { name: 'Search kinds' }).press('Escape');
    await page.waitForURL((url) => !url.searchParams.get('search'));
    await page.getByRole('searchbox', { name: 'Search kinds' }).press('Escape');
    expect(await hasFocus(page.getByRole('searchbox', { name: 'Search kinds' }))).toBe(false);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
