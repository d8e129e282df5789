/** The page of tenants, and the lists that tenants are chosen from: names instead of ids, and none out of reach. */
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { must } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, inspect, openPage, settle, signIn, startBrowser } from './browser.ts';

const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/;

describeInBrowser('tenants', () => {
  let service: TestService;
  let browser: Browser;

  beforeAll(async () => {
    service = await startTestService();
    await must(service.admin.post('/api/tenants', { slug: 'globex', name: 'Globex Corporation' }));
    await must(service.admin.post('/api/tenants', { slug: 'acme', name: 'Acme', parent: 'globex' }));
    await service.sql`insert into tenants (id, slug, name, path, parent_id)
      select id, 'branch-' || number, 'Branch ' || number, path || id, parent_id from (
        select ('ffffffff-ffff-7fff-8fff-' || lpad(number::text, 12, '0'))::uuid as id, to_char(number, 'FM000') as number, path, tenants.id as parent_id
        from generate_series(1, 300) number, tenants where slug = 'globex') made`;
    await service.sql`insert into connectors (tenant_id, id, slug, name, kind, category, config, secrets)
      select id, gen_random_uuid(), 'sensor-' || slug, 'Sensor of ' || name, 'api_rest', 'api', '{}', '{}' from tenants where slug like 'branch-%'`;
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  test('a parent is named, never by an id: while it is loading, while one searches, and where one has no right to it', async () => {
    const { page, context, complaints } = await openPage(browser, service.url, { width: 1280 });
    await signIn(page, service.admin_key);
    let answer!: () => void;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.goto('/tenants?search=acm');
    const row = page.getByRole('row', { name: /^Acme/ });
    await row.getByText('Globex Corporation').waitFor();
    await page.route(/\/api\/tenants\/[^?]/, async (route) => {
      await answered;
      await route.continue();
    });
    await page.goto('/tenants?search=acme');
    await row.waitFor();
    await page.getByRole('button', { name: 'Actions for Acme' }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit Acme' });
    await dialog.getByText('Loading …').waitFor();
    expect(await page.locator('body').innerText()).not.toMatch(id);
    answer();
    await dialog.getByRole('combobox', { name: 'Parent: Globex Corporation' }).waitFor();
    expect(await dialog.getByRole('combobox', { name: /^Parent/ }).innerText()).toBe('Globex Corporation globex');
    await dialog.getByRole('combobox', { name: /^Parent/ }).click();
    expect(await page.getByRole('option', { name: /^Globex/ }).getAttribute('aria-selected')).toBe('true');
    await page.getByText('There are more: type to find them').waitFor();
    await page.screenshot({ path: path.join(artifacts, 'tenant-parent.png') });
    expect(await inspect(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();

    const { key } = await must(service.admin.post('/api/keys', { name: 'Acme’s admin', role: 'admin', tenant: 'acme' }));
    const own = await openPage(browser, service.url, { width: 1280 });
    await signIn(own.page, key);
    await own.page.goto('/tenants');
    await own.page.getByRole('row', { name: /^Acme/ }).getByText('a tenant that you have no right to see').waitFor();
    await own.page.getByRole('button', { name: 'Actions for Acme' }).click();
    await own.page.getByRole('menuitem', { name: 'Edit' }).click();
    await own.page.getByRole('dialog', { name: /^Edit/ }).getByText('A tenant that you have no right to see').waitFor();
    expect(await own.page.locator('body').innerText()).not.toMatch(id);
    await own.page.getByRole('dialog', { name: /^Edit/ }).getByLabel('Name').fill('Acme Limited');
    await own.page.getByRole('button', { name: 'Save changes' }).click();
    await own.page.getByRole('dialog', { name: /^Edit/ }).waitFor({ state: 'detached' });
    expect(await must(service.admin.get('/api/tenants/acme'))).toMatchObject({ name: 'Acme Limited' });
    expect(own.complaints).toEqual([]);
    await own.context.close();
  });

  test('who changes a tenant far down stays there', async () => {
    const { page, context, complaints } = await openPage(browser, service.url, { width: 1280 });
    await signIn(page, service.admin_key);
    await page.goto('/tenants');
    await settle(page);
    const actions = page.getByRole('button', { name: 'Actions for Branch 250' });
    while (await actions.count() === 0) {
      await page.mouse.wheel(0, 2000);
      await page.waitForTimeout(50);
    }
    await actions.click();
    const place = await page.evaluate(() => window.scrollY);
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    await page.getByRole('dialog', { name: /^Edit/ }).getByLabel('Name').fill('Branch 250 of Rome');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByRole('link', { name: 'Branch 250 of Rome' }).waitFor();
    expect(await page.evaluate(() => window.scrollY)).toBe(place);
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Actions for Branch 250 of Rome');
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('lists that are cut say so, and lead to the rest', async () => {
    const { page, context, complaints } = await openPage(browser, service.url, { width: 1280 });
    await signIn(page, service.admin_key);
    await page.goto('/');
    await page.getByRole('button', { name: 'Tenant: All tenants' }).click();
    await page.getByText('There are more: type to find them').waitFor();
    await page.getByRole('combobox', { name: 'Find a tenant' }).fill('branch 299');
    await page.getByRole('option', { name: /^Branch 299/ }).waitFor();
    await page.keyboard.press('Escape');

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Search connectors/ }).fill('sensor');
    await page.getByRole('option', { name: /^All connectors with “sensor”/ }).click();
    await page.waitForURL(/\/connectors\?search=sensor$/);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /^Search connectors/ }).fill('branch 1');
    await page.getByRole('option', { name: /^All tenants with “branch 1”/ }).click();
    await page.waitForURL(/\/tenants\?search=branch/);
    await page.getByRole('link', { name: 'Branch 199' }).or(page.getByRole('link', { name: 'Branch 100' })).first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
