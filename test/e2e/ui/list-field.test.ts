/** A list of objects in a connector’s form: the endpoints of a REST API, item by item, by keyboard, with errors where they are. */
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startHttpPeer } from '../../peers/http.ts';
import type { HttpPeer } from '../../peers/http.ts';
import { must } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, inspect, openPage, settle, signIn, startBrowser, tabTo } from './browser.ts';

describeInBrowser('the endpoints of a REST API', () => {
  let service: TestService;
  let browser: Browser;
  let peer: HttpPeer;

  beforeAll(async () => {
    peer = await startHttpPeer(() => ({ body: [] }));
    service = await startTestService();
    await service.tenant('acme');
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await peer?.stop();
  });

  const open = async (route: string, options: { theme?: 'light' | 'dark'; width?: number } = {}) => {
    const opened = await openPage(browser, service.url, options);
    await signIn(opened.page, service.admin_key);
    await opened.page.goto(route);
    await opened.page.getByRole('group', { name: 'Endpoints', exact: true }).waitFor();
    await settle(opened.page);
    return opened;
  };
  const listOf = (page: Page) => page.getByRole('group', { name: 'Endpoints', exact: true });
  const itemOf = (page: Page, name: string) => page.getByRole('group', { name, exact: true });
  const order = (page: Page) => listOf(page).locator('.list-item-header .collapse-trigger > span').allTextContents();
  const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent);
  const make = async (name: string, endpoints: object[]): Promise<string> => (await service.connector({ tenant: 'acme', name, kind: 'api_rest', config: { base_url: peer.url, endpoints } })).id;
  const endpointsOf = async (id: string) => (await must(service.admin.get(`/api/connectors/${id}`))).config.endpoints;

  test.each([['light', 1440], ['dark', 390]] as const)('are added, ordered, mended and saved, in the %s theme, %i pixels wide', async (theme, width) => {
    const name = `Shop ${theme} ${width}`;
    const { page, context, complaints } = await open('/catalog/api_rest', { theme, width });
    const list = listOf(page);
    await page.getByRole('textbox', { name: 'Name', exact: true }).first().fill(name);
    await page.getByRole('textbox', { name: 'Base URL' }).fill(peer.url);
    await list.getByRole('button', { name: 'Add an endpoint' }).click();
    // The new one is open, and one can begin to type.
    await page.keyboard.type('orders');
    await itemOf(page, 'Endpoint 1: orders').waitFor();
    await list.getByRole('button', { name: 'Add an endpoint' }).click();
    await page.keyboard.type('people');
    await itemOf(page, 'Endpoint 2: people').getByRole('textbox', { name: 'Path' }).fill('/people');
    const second = itemOf(page, 'Endpoint 2: people');
    await second.getByRole('button', { name: 'More settings' }).click();
    await second.getByRole('combobox', { name: 'Pages' }).selectOption('cursor');
    expect(await second.getByRole('textbox', { name: 'Parameter of the page’s number' }).count()).toBe(0);
    await second.getByRole('textbox', { name: 'Page size', exact: true }).fill('many');
    // Closed, and still found when something in it is wrong.
    await second.getByRole('button', { name: 'More settings' }).click();
    await second.getByRole('button', { name: 'people', exact: true }).click();
    await page.getByRole('button', { name: 'Save connector' }).click();
    await second.locator('.field.invalid', { hasText: 'Page size' }).getByText('must be a number').waitFor();
    expect(await second.getByRole('textbox', { name: 'Page size', exact: true }).evaluate((element) => element === document.activeElement)).toBe(true);
    await second.getByRole('textbox', { name: 'Page size', exact: true }).fill('50');
    expect(await list.locator('.invalid').count()).toBe(0);

    // What only the server knows comes back to the same places.
    await page.getByRole('button', { name: 'Save connector' }).click();
    await itemOf(page, 'Endpoint 1: orders').locator('.field.invalid', { hasText: 'Path' }).waitFor();
    await itemOf(page, 'Endpoint 1: orders').getByRole('textbox', { name: 'Path' }).fill('/orders');
    await itemOf(page, 'Endpoint 1: orders').getByRole('button', { name: 'orders', exact: true }).click();
    await page.getByRole('button', { name: 'Save connector' }).click();
    await second.locator('.field.invalid', { hasText: 'Where the cursor lies' }).getByText('is required with the pages').waitFor();
    await settle(page);
    await page.screenshot({ path: path.join(artifacts, `list-errors-${theme}-${width}.png`), fullPage: true });
    expect(await inspect(page)).toEqual([]);
    if (width < 600) expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
    await second.getByRole('textbox', { name: 'Where the cursor lies in the answer' }).fill('next');
    await page.getByRole('button', { name: 'Save connector' }).click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
    const { connectors } = await must(service.admin.get(`/api/connectors?search=${encodeURIComponent(name)}`));
    expect(await endpointsOf(connectors[0].id)).toEqual([{ name: 'orders', path: '/orders' }, { name: 'people', path: '/people', pagination: 'cursor', page_size: 50, cursor_path: 'next' }]);
    await page.getByText('Where the cursor lies in the answer: next').waitFor();
    await page.screenshot({ path: path.join(artifacts, `list-shown-${theme}-${width}.png`), fullPage: true });
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('are moved and removed by keyboard, told to those who do not see it', async () => {
    const id = await make('By keyboard', ['a', 'b', 'c'].map((name) => ({ name, path: `/${name}` })));
    const { page, context, complaints } = await open(`/connectors/${id}/edit`);
    const { keyboard } = page;
    const list = listOf(page);
    expect(await order(page)).toEqual(['a', 'b', 'c']);
    await tabTo(page, list.getByRole('button', { name: 'b /b' }));
    await keyboard.press('Alt+ArrowUp');
    await list.getByText('Endpoint is moved to place 1 of 3').waitFor();
    expect([await order(page), await focused(page)]).toEqual([['b', 'a', 'c'], 'b/b']);
    await keyboard.press('Alt+ArrowUp');
    expect(await order(page)).toEqual(['b', 'a', 'c']);
    await keyboard.press('Enter');
    await tabTo(page, itemOf(page, 'Endpoint 1: b').getByRole('textbox', { name: 'Path' }));
    await keyboard.type('/more');
    await tabTo(page, list.getByRole('button', { name: 'Move a down' }));
    await keyboard.press('Enter');
    expect(await order(page)).toEqual(['b', 'c', 'a']);
    // It is the last one: its button can do no more.
    await page.waitForFunction(() => document.activeElement?.textContent === 'a/a');
    await tabTo(page, list.getByRole('button', { name: 'Remove a' }));
    await keyboard.press('Enter');
    await list.getByText('Endpoint is removed, 2 left').waitFor();
    expect([await order(page), await focused(page)]).toEqual([['b', 'c'], 'c/c']);
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(await order(page)).toEqual(['b', 'c', 'a']);
    await list.getByRole('button', { name: 'Remove c' }).click();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('heading', { level: 1, name: 'By keyboard', exact: true }).waitFor();
    expect(await endpointsOf(id)).toEqual([{ name: 'b', path: '/more' }, { name: 'a', path: '/a' }]);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('are edited as JSON by who has them so, and back', async () => {
    const id = await make('As JSON', [{ name: 'a', path: '/a' }]);
    const { page, context, complaints } = await open(`/connectors/${id}/edit`);
    const list = listOf(page);
    const save = page.getByRole('button', { name: 'Save changes' });
    const toggle = list.getByRole('button', { name: 'Endpoints as JSON' });
    await toggle.click();
    const text = list.getByRole('textbox', { name: 'Endpoints as JSON' });
    expect(JSON.parse(await text.inputValue())).toEqual([{ name: 'a', path: '/a' }]);
    // Looked at in another way, and not changed.
    expect(await save.isDisabled()).toBe(true);
    await text.fill('[{"name": "b", "path"');
    expect(await toggle.isDisabled()).toBe(true);
    await save.click();
    await list.getByText('is not valid JSON').waitFor();
    await text.fill('[{"name": "b", "path": "/b"}, {"name": "c", "path": "/c", "page_size": 7}]');
    expect(await inspect(page)).toEqual([]);
    await toggle.click();
    expect(await order(page)).toEqual(['b', 'c']);
    await list.getByRole('button', { name: 'c /c' }).click();
    await itemOf(page, 'Endpoint 2: c').getByRole('button', { name: 'More settings 1 set' }).click();
    expect(await itemOf(page, 'Endpoint 2: c').getByRole('textbox', { name: 'Page size', exact: true }).inputValue()).toBe('7');
    await save.click();
    await page.getByRole('heading', { level: 1, name: 'As JSON', exact: true }).waitFor();
    expect(await endpointsOf(id)).toEqual([{ name: 'b', path: '/b' }, { name: 'c', path: '/c', page_size: 7 }]);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);
});
