/** The matrix of defaults: one stop of the Tab key, walked by arrow keys, and large on every screen. */
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { must } from '../../setup/client.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, inspect, openPage, settle, signIn, startBrowser, tabTo } from './browser.ts';
import { focused, startGlobex } from './globex.ts';
import type { Globex } from './globex.ts';

describeInBrowser('the matrix of defaults', () => {
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

  test.each([['light', 1280], ['light', 860], ['dark', 390]] as const)('two hundred tenants in the %s theme, %i pixels wide', async (theme, width) => {
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
