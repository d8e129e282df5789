/** The page of defaults: what a cell's dialog says and changes, by mouse and by keyboard alone. */
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { must } from '../../setup/client.ts';
import type { Json } from '../../setup/client.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, inspect, openPage, signIn, startBrowser, tabTo } from './browser.ts';
import { focused, startGlobex } from './globex.ts';
import type { Globex } from './globex.ts';

describeInBrowser('defaults', () => {
  let service: TestService;
  let browser: Browser;
  let made: Globex['made'];
  let stop: Globex['stop'];

  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    ({ service, made, stop } = await startGlobex());
  });
  afterEach(() => stop());

  const fallbacks = async (): Promise<string[]> => (await must(service.admin.get('/api/tenants/globex/api/fallbacks'))).connectors.map(({ name }: Json) => name);

  test('fallbacks are added, put in order, removed and taken back by keyboard alone', async () => {
    const { page, context, complaints } = await openPage(browser, service.url, { width: 1280 });
    const { keyboard } = page;
    await signIn(page, service.admin_key);
    await page.goto('/defaults?of=globex&category=api');
    const section = page.getByRole('dialog').getByRole('region', { name: 'If it fails' });
    await section.getByText('None yet').waitFor();
    const add = section.getByRole('button', { name: 'Add a fallback' }).or(section.getByRole('combobox', { name: 'Add a fallback' }));
    const choose = async (name: string) => {
      await tabTo(page, add);
      await keyboard.press('Enter');
      await page.getByRole('option', { name: new RegExp(`^${name}`) }).waitFor();
      await keyboard.type(name);
      await page.getByRole('option').nth(1).waitFor({ state: 'detached' });
      await keyboard.press('ArrowDown');
      await keyboard.press('Enter');
      await section.getByRole('listitem').filter({ hasText: name }).waitFor();
    };
    const ordered = async (...names: string[]) => {
      for (const [index, name] of names.entries()) await section.getByRole('listitem').nth(index).filter({ hasText: name }).waitFor();
      expect(await fallbacks()).toEqual(names);
    };
    // Each with its state; neither the default itself nor what is deactivated can be chosen, and why is said.
    await tabTo(page, add);
    await keyboard.press('Enter');
    await page.getByRole('option').nth(2).waitFor();
    expect(await page.getByRole('option').allInnerTexts()).toEqual(['Archive\napi_rest\nHealthy', 'Third\napi_rest\nNot tested', 'Off\nDeactivated, so it would serve nobody. Activate it first.\nInactive']);
    expect(await page.getByRole('option', { name: /^Off/ }).getAttribute('aria-disabled')).toBe('true');
    await page.screenshot({ path: path.join(artifacts, 'defaults-fallback-choice.png') });
    await keyboard.press('Escape');
    await choose('Archive');
    await choose('Third');
    await ordered('Archive', 'Third');

    await tabTo(page, section.getByRole('button', { name: 'Try Third earlier' }));
    await keyboard.press('Enter');
    await ordered('Third', 'Archive');
    expect(await focused(page)).toBe('Try Third earlier');
    await tabTo(page, section.getByRole('button', { name: 'Try Third later' }));
    await keyboard.press('Enter');
    await ordered('Archive', 'Third');
    expect(await focused(page)).toBe('Try Third later');

    await tabTo(page, section.getByRole('button', { name: 'Remove Third' }));
    await keyboard.press('Enter');
    await page.getByText('“Third” is no fallback of globex any more').waitFor();
    expect(await focused(page)).toBe('Remove Archive');
    expect(await fallbacks()).toEqual(['Archive']);
    await page.locator('.toast').filter({ hasText: 'no fallback' }).getByRole('button', { name: 'Undo' }).click();
    await ordered('Archive', 'Third');
    await page.screenshot({ path: path.join(artifacts, 'defaults-fallbacks.png') });
    expect(await inspect(page)).toEqual([]);
    expect(complaints).toEqual([]);

    await service.connector({ tenant: 'acme', name: 'Alone', kind: 'smtp', is_default: true, config: { host: '127.0.0.1', from: 'a@example.com' } });
    await page.goto('/defaults?of=acme&category=email');
    await add.click();
    await page.getByText('acme has no other connector of this category').waitFor();
    await context.close();
  });

  test('what cannot be saved is said in its place, and what stands in is what the default’s owner named', async () => {
    await must(service.admin.put('/api/tenants/globex/api/fallbacks', { connectors: [made.Archive.id, made.Off.id] }));
    const { page, context, complaints } = await openPage(browser, service.url, { width: 1280 });
    await signIn(page, service.admin_key);
    await page.goto('/defaults?of=acme&category=api');
    const section = page.getByRole('dialog').getByRole('region', { name: 'If it fails' });
    await section.getByText('Passed over while it is deactivated').waitFor();
    expect(await section.getByRole('listitem').count()).toBe(2);
    expect(await section.getByText(/^acme inherits/).innerText()).toBe('acme inherits the default of globex, and with it the fallbacks of globex.');
    expect(await section.getByRole('button').count()).toBe(0);
    await page.screenshot({ path: path.join(artifacts, 'defaults-fallbacks-inherited.png') });
    await section.getByRole('link', { name: 'globex' }).click();
    await page.waitForURL(/of=globex/);
    await section.getByRole('button', { name: 'Remove Archive' }).waitFor();

    // Somebody else deletes one meanwhile.
    await must(service.admin.delete(`/api/connectors/${made.Off.id}`));
    await section.getByRole('button', { name: 'Try Off earlier' }).click();
    await section.getByRole('alert').getByText('It may have been deleted').waitFor();
    expect(await fallbacks()).toEqual(['Archive']);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('who may only look is shown what stands in, and who has no right above is told whose it is', async () => {
    await must(service.admin.put('/api/tenants/globex/api/fallbacks', { connectors: [made.Archive.id] }));
    const look = async (role: 'viewer' | 'admin', tenant: string) => {
      const { key } = await must(service.admin.post('/api/keys', { name: role, role, tenant }));
      const { page, context, complaints } = await openPage(browser, service.url, { width: 1280 });
      await signIn(page, key);
      await page.goto('/defaults');
      await page.getByRole('button', { name: /^acme, API/ }).click();
      const section = page.getByRole('dialog').getByRole('region', { name: 'If it fails' });
      await section.getByText(role === 'viewer' ? 'Archive' : 'no right').waitFor();
      expect(await inspect(page)).toEqual([]);
      const found = [await section.innerText(), await section.getByRole('button').count(), await section.getByRole('link').allInnerTexts()];
      expect(complaints).toEqual([]);
      await context.close();
      return found;
    };
    const rule = 'These are tried in order: only for operations that change nothing, and only when the default’s backend cannot be reached, does not answer or refuses the credentials.';
    expect(await look('viewer', 'globex')).toEqual([`If it fails\n\nacme inherits the default of globex, and with it the fallbacks of globex.\n\n${rule}\n\nArchive\napi_rest\nHealthy`, 0, ['globex', 'Archive']]);
    expect(await look('admin', 'acme')).toEqual([`If it fails\n\nacme inherits the default of globex, and with it the fallbacks of globex, which you have no right to see.\n\n${rule}`, 0, []]);
  });

  test('choices show how they are, nothing deactivated can be chosen, and none is out of reach', async () => {
    const [{ id: tenant }] = await service.sql<[{ id: string }]>`select id from tenants where slug = 'globex'`;
    await service.sql`insert into connectors (tenant_id, id, slug, name, kind, category, config, secrets)
      select ${tenant}, gen_random_uuid(), 'spare-' || number, 'Spare ' || number, 'api_rest', 'api', ${service.sql.json({ base_url: made.Main.config.base_url })}, '{}' from generate_series(1, 150) number`;
    const { page, context, complaints } = await openPage(browser, service.url, { width: 1280 });
    await signIn(page, service.admin_key);
    await page.goto('/defaults?of=globex&category=api');
    const section = page.getByRole('dialog').getByRole('region', { name: 'Connectors to choose from' });
    const search = section.getByRole('searchbox', { name: 'Search these connectors' });
    await search.fill('Off');
    await section.getByRole('listitem').nth(1).waitFor({ state: 'detached' });
    expect(await section.getByRole('listitem').innerText()).toMatch(/^Off\nDeactivated, so it would serve nobody. Activate it first.\nInactive$/);
    await search.fill('Main');
    await section.getByRole('listitem').filter({ hasText: 'Main' }).waitFor();
    expect(await section.getByRole('listitem').innerText()).toMatch(/^Main\napi_rest\nFailing\nDefault$/);
    await search.fill('Spare 150');
    await section.getByRole('listitem').filter({ hasText: 'Spare 150' }).getByRole('button', { name: 'Use this one' }).click();
    await page.getByText('globex uses “Spare 150” now').waitFor();
    await search.fill('');
    for (let shown = 20; shown < 154; shown += 20) {
      await section.getByRole('listitem').nth(shown - 1).waitFor();
      const more = section.getByRole('button', { name: 'Show more connectors' });
      await more.focus();
      await page.keyboard.press('Enter');
      await section.getByRole('listitem').nth(shown).waitFor();
    }
    await section.getByRole('button', { name: 'Show more connectors' }).waitFor({ state: 'detached' });
    expect(await section.getByRole('listitem').count()).toBe(154);
    // The button is gone: the focus is on the first of those that came.
    expect(await focused(page)).toBe(await section.getByRole('listitem').nth(140).getByRole('link').innerText());
    expect(await inspect(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('deleting says who depends on it, and offers as successor only what serves', async () => {
    await must(service.admin.put('/api/tenants/globex/api/fallbacks', { connectors: [made.Third.id, made.Archive.id] }));
    const { page, context, complaints } = await openPage(browser, service.url, { theme: 'dark', width: 390 });
    await signIn(page, service.admin_key);
    const remove = async (name: keyof typeof made) => {
      await page.goto(`/connectors/${made[name].id}`);
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
    };
    const dialog = page.getByRole('alertdialog');
    await remove('Archive');
    await dialog.getByText('It is a fallback: number 2 of those that stand in when the default api of globex fails').waitFor();
    await page.screenshot({ path: path.join(artifacts, 'delete-fallback.png') });
    await dialog.getByRole('button', { name: 'Cancel' }).click();

    await remove('Main');
    await dialog.getByText('One tenant inherits it as the default api of globex and changes with it: acme.').waitFor();
    expect(await dialog.getByRole('button', { name: 'Delete connector' }).isDisabled()).toBe(true);
    await tabTo(page, dialog.getByRole('combobox', { name: 'Who becomes the default api of globex?' }));
    await page.keyboard.press('Enter');
    await page.getByRole('option').nth(3).waitFor();
    expect(await page.getByRole('option').allInnerTexts()).toEqual([
      'None: leave the tenant without one', 'Archive\napi_rest\nHealthy', 'Third\napi_rest\nNot tested', 'Off\nDeactivated, so it would serve nobody. Activate it first.\nInactive',
    ]);
    expect(await page.getByRole('option', { name: /^Off/ }).getAttribute('aria-disabled')).toBe('true');
    await page.screenshot({ path: path.join(artifacts, 'delete-successor.png') });
    await page.getByRole('option', { name: /^Third/ }).click();
    await dialog.getByRole('combobox', { name: 'Who becomes the default api of globex? Third' }).waitFor();
    expect(await inspect(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete connector' }).click();
    await page.waitForURL(/\/connectors$/);
    expect((await must(service.admin.get('/api/tenants/acme/api'))).connector).toMatchObject({ name: 'Third' });
    expect(complaints).toEqual([]);
    await context.close();
  });
});
