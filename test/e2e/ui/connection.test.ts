/** The account behind a connector: connected by a person at the provider, refused, withdrawn, connected again. */
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startGmailPeer } from '../../peers/gmail.ts';
import type { GmailPeer } from '../../peers/gmail.ts';
import { startHttpPeer } from '../../peers/http.ts';
import { startIdentityProvider } from '../../peers/identity-provider.ts';
import { must } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, inspect, openPage, settle, signIn, startBrowser } from './browser.ts';

describeInBrowser('the connected account', () => {
  let service: TestService;
  let browser: Browser;
  let gmail: GmailPeer;
  let number = 0;

  beforeAll(async () => {
    service = await startTestService();
    await service.tenant('acme');
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });
  beforeEach(async () => {
    gmail = await startGmailPeer();
  });
  afterEach(() => gmail.stop());

  const makeGmail = async (): Promise<string> => {
    const { client_id, client_secret, authorization_url, token_url } = gmail.provider;
    const { id } = await service.connector({ tenant: 'acme', kind: 'gmail_oauth2', name: `Mail ${(number += 1)}`, config: { client_id, client_secret, authorization_url, token_url, base_url: gmail.url } });
    return id;
  };
  const cardOf = (page: Page) => page.getByRole('region', { name: 'Connected account' });
  const openConnector = async (id: string, theme: 'light' | 'dark' = 'light', width?: number) => {
    const opened = await openPage(browser, service.url, { theme, ...(width !== undefined && { width }) });
    await signIn(opened.page, service.admin_key);
    await opened.page.goto(`/connectors/${id}`);
    await cardOf(opened.page).waitFor();
    return opened;
  };
  /** Presses the button that makes a link, and opens it in a tab of its own. @returns where the provider sent it back to */
  const openLink = async (page: Page, button: string): Promise<Page> => {
    await cardOf(page).getByRole('button', { name: button }).click();
    const link = cardOf(page).getByRole('link', { name: 'Open the link' });
    await link.waitFor();
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
    await cardOf(page).getByText('Waiting for consent').waitFor();
    const [tab] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('Enter')]);
    await tab.waitForLoadState();
    return tab;
  };
  const factsOf = async (page: Page) => Object.fromEntries(await cardOf(page).locator('.definition > div').evaluateAll((rows) => rows.map((row) => [row.querySelector('dt')!.textContent, row.querySelector('dd')!.textContent])));
  const picture = (page: Page, name: string) => page.screenshot({ path: path.join(artifacts, `connection-${name}.png`), fullPage: true });

  test.each(['light', 'dark'] as const)('is shown once somebody has agreed, and is disconnected and connected again, in the %s theme', async (theme) => {
    const id = await makeGmail();
    const { page, context, complaints } = await openConnector(id, theme);
    const card = cardOf(page);
    await card.getByText('Not connected').waitFor();
    await card.getByText('has to agree once').waitFor();
    expect(await factsOf(page)).toEqual({ 'Redirect URI': `${service.url}/oauth/callback` });
    await picture(page, `none-${theme}`);

    await card.getByRole('button', { name: 'Connect an account' }).click();
    await card.getByText('Waiting for consent').waitFor();
    await picture(page, `waiting-${theme}`);
    expect(await inspect(page)).toEqual([]);
    await card.getByRole('button', { name: 'Hide the link' }).click();
    await card.getByText('A link that was made earlier').waitFor();

    const tab = await openLink(page, 'Connect an account');
    await tab.getByRole('heading', { name: 'The account is connected' }).waitFor();
    await tab.getByText('connected as ada@example.com').waitFor();
    await picture(tab, `agreed-${theme}`);
    await tab.getByRole('link', { name: /in Patchbay$/ }).click();
    await tab.waitForURL(new RegExp(`/connectors/${id}$`));
    await cardOf(tab).getByText('ada@example.com').waitFor();
    await tab.close();

    // The page from which it began learns of it, and tries it.
    await card.getByText('Connected', { exact: true }).first().waitFor();
    await page.getByText('Gmail sends mail of ada@example.com').first().waitFor();
    await settle(page);
    expect(await card.getByRole('link', { name: 'Open the link' }).count()).toBe(0);
    expect(await factsOf(page)).toEqual({
      Account: 'ada@example.com', Connected: expect.any(String), 'Access token': expect.stringMatching(/^Expires in (59|60) min$|^Expires in 1 hr$/),
      Scopes: 'openidemailhttps://www.googleapis.com/auth/gmail.sendhttps://www.googleapis.com/auth/gmail.metadata', 'Redirect URI': `${service.url}/oauth/callback`,
    });
    await picture(page, `connected-${theme}`);
    expect(await inspect(page)).toEqual([]);

    await card.getByRole('button', { name: 'Disconnect' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Disconnect' }).click();
    await card.getByText('Not connected').waitFor();
    expect(await card.getByText('Nobody was connected').count()).toBe(0);
    expect(await must(service.admin.get(`/api/connectors/${id}/connection`))).toMatchObject({ connected: false, account: null });
    await (await openLink(page, 'Connect an account')).getByRole('heading', { name: 'The account is connected' }).waitFor();
    await card.getByText('ada@example.com').first().waitFor();
    expect(await must(service.admin.get(`/api/connectors/${id}/connection`))).toMatchObject({ connected: true });
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('is not there after a refusal, which both pages tell', async () => {
    const theme = 'dark';
    const id = await makeGmail();
    gmail.provider.behave({ refuses: true });
    const { page, context, complaints } = await openConnector(id, theme);
    const card = cardOf(page);
    const tab = await openLink(page, 'Connect an account');
    await tab.getByRole('heading', { name: 'The account is not connected' }).waitFor();
    await tab.getByText('Access was not granted.').waitFor();
    await tab.getByText('Ask for a new link and agree there').waitFor();
    await picture(tab, `refused-there-${theme}`);
    await card.getByRole('alert').getByText('Access was not granted.').waitFor();
    expect(await card.getByRole('link', { name: 'Open the link' }).count()).toBe(0);
    await picture(page, `refused-${theme}`);
    expect(await inspect(page)).toEqual([]);

    gmail.provider.behave({ refuses: false });
    await (await openLink(page, 'Connect an account')).getByRole('heading', { name: 'The account is connected' }).waitFor();
    await card.getByText('ada@example.com').first().waitFor();
    expect(await card.getByRole('alert').count()).toBe(0);

    // One who refuses to be another account leaves the one that is connected.
    gmail.provider.behave({ refuses: true });
    await (await openLink(page, 'Connect another account')).getByText('Access was not granted.').waitFor();
    await card.getByText('Nobody was connected by the last link').waitFor();
    await card.getByText('Connected', { exact: true }).first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test.each([['light', undefined], ['dark', 390]] as const)('that was withdrawn fails the test, with the way to connect it again, in the %s theme (width %p)', async (theme, width) => {
    const id = await makeGmail();
    const { page, context, complaints } = await openConnector(id, theme, width);
    const card = cardOf(page);
    // Expired already, and its refresh token is void.
    gmail.provider.behave({ lifetime: 0.001 });
    await (await openLink(page, 'Connect an account')).close();
    await page.getByText('Gmail sends mail of ada@example.com').first().waitFor();
    gmail.provider.withdraw();
    await page.reload();
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    const failure = page.getByRole('alert');
    await failure.getByText('no longer connected').waitFor();
    await card.getByText('Reconnect needed').waitFor();
    // Said once, and not by each card.
    expect(await failure.count()).toBe(1);
    expect((await factsOf(page))['Access token']).toMatch(/^Expired /);
    await picture(page, `withdrawn-${theme}${width === undefined ? '' : '-phone'}`);
    expect(await inspect(page)).toEqual([]);

    // The recorded check says so too, to whoever comes later.
    await page.reload();
    await failure.getByText('no longer connected').waitFor();
    await page.getByText('Failing').first().waitFor();
    await settle(page);
    await picture(page, `withdrawn-later-${theme}${width === undefined ? '' : '-phone'}`);
    if (width !== undefined) expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
    gmail.provider.behave({ lifetime: 3600 });
    await failure.getByRole('button', { name: 'Reconnect' }).click();
    const link = card.getByRole('link', { name: 'Open the link' });
    await link.waitFor();
    const [tab] = await Promise.all([context.waitForEvent('page'), link.click()]);
    await tab.getByRole('heading', { name: 'The account is connected' }).waitFor();
    await card.getByText('Connected', { exact: true }).first().waitFor();
    await page.getByText('Healthy').first().waitFor();
    expect(await failure.count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('is asked for by a provider’s own pages: signing in there connects, cancelling there does not', async () => {
    const backend = await startHttpPeer(({ headers }) => (headers.authorization?.startsWith('Bearer ') ? { body: { ok: true } } : { status: 401, body: {} }));
    const provider = await startIdentityProvider({ callback: `${service.url}/oauth/callback`, people: { grace: { email: 'grace@example.com' } } });
    try {
      const { id } = await service.connector({
        tenant: 'acme', kind: 'api_rest', name: 'Shop', config: {
          base_url: backend.url, authentication: 'oauth2_authorization_code', authorization_url: `${provider.issuer}/auth`, token_url: `${provider.issuer}/token`,
          client_id: provider.client_id, client_secret: provider.client_secret, client_authentication: 'body', scopes: 'openid email',
        },
      });
      const { page, context, complaints } = await openConnector(id);
      const card = cardOf(page);
      const refused = await openLink(page, 'Connect an account');
      await refused.getByRole('link', { name: 'Cancel' }).click();
      await refused.getByText('Access was not granted.').waitFor();
      await refused.close();
      await card.getByRole('alert').getByText('Access was not granted.').waitFor();

      const tab = await openLink(page, 'Connect an account');
      await tab.locator('input[name=login]').fill('grace');
      await tab.locator('input[name=password]').fill('any');
      await tab.getByRole('button', { name: /sign.?in/i }).click();
      await tab.getByRole('heading', { name: 'The account is connected' }).waitFor();
      await card.getByText('grace@example.com').first().waitFor();
      await page.locator('.test-good').waitFor();
      expect((await factsOf(page))['Scopes']).toBe('openidemail');
      expect(complaints).toEqual([]);
      await context.close();
    } finally {
      await provider.stop();
      await backend.stop();
    }
  }, 60_000);

  test('cannot be connected before there is a connector, or by who may not change it', async () => {
    const id = await makeGmail();
    const { page, context } = await openPage(browser, service.url);
    await signIn(page, service.admin_key);
    await page.goto('/catalog/gmail_oauth2');
    await page.getByRole('textbox', { name: 'Client id' }).fill(gmail.provider.client_id);
    await page.getByLabel('Client secret', { exact: true }).fill(gmail.provider.client_secret);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
    await page.getByRole('alert').getByText('Save the connector first').waitFor();
    await context.close();

    const viewer = await service.as('viewer', 'acme');
    const theirs = await openPage(browser, service.url);
    await signIn(theirs.page, viewer.key!);
    await theirs.page.goto(`/connectors/${id}`);
    await cardOf(theirs.page).getByText('An admin has to connect an account').waitFor();
    expect(await cardOf(theirs.page).getByRole('button', { name: /onnect/ }).count()).toBe(0);
    await theirs.context.close();
  }, 60_000);
});
