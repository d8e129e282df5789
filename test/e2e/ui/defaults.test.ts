/** The page of defaults: what a cell's dialog says and changes, by mouse and by keyboard alone. */
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startHttpPeer } from '../../peers/http.ts';
import type { HttpPeer } from '../../peers/http.ts';
import { must } from '../../setup/client.ts';
import type { Json } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, inspect, openPage, settle, signIn, startBrowser, tabTo } from './browser.ts';

const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.slice(0, 60) ?? '');

describeInBrowser('defaults', () => {
  let service: TestService;
  let peer: HttpPeer;
  let browser: Browser;
  let made: Record<'Main' | 'Archive' | 'Third' | 'Off', Json>;

  beforeAll(async () => {
    peer = await startHttpPeer(({ url }) => (url.pathname === '/broken' ? { status: 503, body: {} } : { body: [] }));
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await peer?.stop();
  });
  beforeEach(async () => {
    service = await startTestService();
    await service.tenant('globex');
    await service.tenant('acme', { parent: 'globex' });
    const make = (name: string, more: Json = {}) => service.connector({ tenant: 'globex', name, kind: 'api_rest', ...more, config: { base_url: peer.url, retries: 0, ...more['config'] as Json } });
    made = { Main: await make('Main', { is_default: true, config: { test_path: '/broken' } }), Archive: await make('Archive'), Third: await make('Third'), Off: await make('Off', { active: false }) };
    for (const { id } of [made.Main, made.Archive]) await must(service.admin.post(`/api/connectors/${id}/test`, {}));
  });
  afterEach(() => service.stop());

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
      select ${tenant}, gen_random_uuid(), 'spare-' || number, 'Spare ' || number, 'api_rest', 'api', ${service.sql.json({ base_url: peer.url })}, '{}' from generate_series(1, 150) number`;
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
    const { page, context, complaints } = await openPage(browser, service.url, { width: 1280 });
    await signIn(page, service.admin_key);
    const remove = async (name: keyof typeof made) => {
      await page.goto(`/connectors/${made[name].id}`);
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
    };
    const dialog = page.getByRole('alertdialog');
    await remove('Archive');
    await dialog.getByText('It is a fallback for the default api of globex, tried as number 2.').waitFor();
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

  /** So many tenants below globex, some with defaults of their own, failing and deactivated ones among them. */
  const grow = async (count: number) => {
    // By ids that put them in order.
    await service.sql`insert into tenants (id, slug, name, path, parent_id)
      select id, 'branch-' || number, 'Branch ' || number, path || id, parent_id from (
        select ('ffffffff-ffff-7fff-8fff-' || lpad(number::text, 12, '0'))::uuid as id, to_char(number, 'FM000') as number, path, tenants.id as parent_id
        from generate_series(1, ${count}) number, tenants where slug = 'globex') made`;
    await service.sql`insert into connectors (tenant_id, id, slug, name, kind, category, is_default, active, config, secrets)
      select id, gen_random_uuid(), kind, 'The ' || category || ' of ' || name, kind, category, true, right(slug, 1) <> '7', '{}', '{}'
      from tenants, (values ('smtp', 'email'), ('s3_storage', 'storage'), ('openai_llm', 'llm'), ('postgresql', 'database')) kinds (kind, category)
      where slug like 'branch-%' and right(slug, 1) in ('1', '4', '7')`;
  };

  test('the matrix is one stop of the Tab key, and walked by arrow keys', async () => {
    await grow(150);
    const { page, context, complaints } = await openPage(browser, service.url, { width: 1280 });
    const { keyboard } = page;
    await signIn(page, service.admin_key);
    await page.goto('/defaults');
    await settle(page);
    const grid = page.getByRole('grid', { name: 'Defaults by tenant and category' });
    const at = () => page.evaluate(() => {
      const { tenant, category } = (document.activeElement as HTMLElement).dataset;
      return `${tenant} ${category}`;
    });
    /** Whether what has the focus can be seen, below the head and beside the first column. */
    const isSeen = () => page.evaluate(() => {
      const { left, top, right, bottom } = document.activeElement!.getBoundingClientRect();
      return [[left + 4, top + 4], [right - 4, bottom - 4]].every(([x, y]) => document.activeElement!.contains(document.elementFromPoint(x!, y!)));
    });
    const press = async (keys: string) => {
      for (const key of keys.split(' ')) await keyboard.press(key);
      expect([keys, await isSeen()]).toEqual([keys, true]);
      return at();
    };
    expect(await grid.locator('button[tabindex="0"]').count()).toBe(1);
    expect([await grid.getByRole('row').count(), await grid.getByRole('columnheader').count(), await grid.getByRole('rowheader').count(), await grid.getByRole('gridcell').count()]).toEqual([101, 10, 100, 900]);
    expect(await grid.getAttribute('aria-rowcount')).toBe('-1');

    await tabTo(page, page.getByRole('searchbox', { name: 'Search tenants' }));
    await keyboard.press('Tab');
    expect(await at()).toBe('globex database');
    expect(await press('ArrowRight ArrowRight')).toBe('globex file');
    expect(await press('ArrowDown')).toBe('acme file');
    expect(await press('ArrowLeft')).toBe('acme storage');
    expect(await press('End')).toBe('acme orchestration');
    expect(await press('ArrowRight')).toBe('acme orchestration');
    expect(await press('Home')).toBe('acme database');
    expect(await press('Control+End')).toBe('branch-098 orchestration');
    expect(await press('ArrowDown')).toBe('branch-098 orchestration');
    expect(await press('Control+Home')).toBe('globex database');
    expect(await press('ArrowUp')).toBe('globex database');
    const further = await press('PageDown');
    expect(further).toMatch(/^branch-0\d\d database$/);
    expect(await press('PageDown')).toMatch(/^branch-0\d\d database$/);
    expect(await press('PageUp')).toBe(further);
    // Out, and back to where one was.
    await keyboard.press('Tab');
    expect(await focused(page)).toBe('Show more tenants');
    await keyboard.press('Shift+Tab');
    expect(await at()).toBe(further);

    // What more there is comes with the focus on its first row, since the button is gone.
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await grid.getByRole('rowheader', { name: 'Branch 150' }).waitFor();
    expect(await at()).toBe('branch-099 database');
    expect(await grid.getAttribute('aria-rowcount')).toBe(null);

    // By Enter and by Space into the dialog; out of it back to the cell, wherever a link in the dialog led to.
    await press('Control+Home ArrowDown ArrowRight ArrowRight ArrowRight');
    expect(await at()).toBe('acme api');
    for (const key of ['Enter', 'Space']) {
      await keyboard.press(key);
      await page.getByRole('dialog', { name: 'API of acme' }).getByText('Archive').or(page.getByText('globex named none')).first().waitFor();
      await keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await at()).toBe('acme api');
    }
    await keyboard.press('Enter');
    await tabTo(page, page.getByRole('dialog').getByRole('region', { name: 'If it fails' }).getByRole('link', { name: 'globex' }));
    await keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'API of globex' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await at()).toBe('globex api');
    expect(await inspect(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test.each([['light', 1280], ['dark', 1280], ['light', 860], ['light', 390], ['dark', 390]] as const)('two hundred tenants in the %s theme, %i pixels wide', async (theme, width) => {
    await grow(198);
    const { page, context, complaints } = await openPage(browser, service.url, { theme, width });
    await signIn(page, service.admin_key);
    await page.goto('/defaults');
    await page.getByRole('button', { name: 'Show more tenants' }).click();
    const grid = page.getByRole('grid');
    await grid.getByRole('rowheader', { name: 'Branch 198' }).waitFor();
    const look = (name: string) => page.screenshot({ path: path.join(artifacts, `matrix-${name}-${width}-${theme}.png`) });
    await page.keyboard.press('Control+Home');
    await look('top');
    await grid.getByRole('button', { name: /^Branch 104, Storage/ }).focus();
    await page.keyboard.press('ArrowRight');
    await look('middle');
    // The names of both the row and the column stay in sight.
    const box = async (name: 'columnheader' | 'rowheader', text: string) => (await grid.getByRole(name, { name: text }).boundingBox())!;
    const column = await box('columnheader', 'File');
    const row = await box('rowheader', 'Branch 104');
    const cell = (await page.locator(':focus').boundingBox())!;
    // Below the bar that stays at the top.
    expect(column.y).toBeGreaterThanOrEqual(55);
    expect(column.y + column.height).toBeLessThanOrEqual(cell.y);
    expect(row.x).toBeGreaterThanOrEqual(0);
    expect(row.x + row.width).toBeLessThanOrEqual(cell.x);
    await page.goto('/defaults?of=acme&category=api');
    await page.getByText('globex named none').waitFor();
    await look('dialog');
    await must(service.admin.put('/api/tenants/globex/api/fallbacks', { connectors: [made.Archive.id, made.Off.id] }));
    await page.goto('/defaults?of=globex&category=api');
    const region = page.getByRole('dialog').getByRole('region', { name: 'If it fails' });
    await region.getByRole('button', { name: 'Remove Off' }).waitFor();
    await look('choices');
    await region.getByRole('button', { name: 'Remove Off' }).scrollIntoViewIfNeeded();
    await look('fallbacks');
    expect(await page.locator('.dialog-body').evaluate((body) => body.scrollWidth <= body.clientWidth)).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)).toBe(false);
    expect(await inspect(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);
});
