/** How connectors are doing, from the dashboard to the operation that failed, and who depends on them. */
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { startHttpPeer } from '../../peers/http.ts';
import type { HttpPeer } from '../../peers/http.ts';
import { must } from '../../setup/client.ts';
import type { Json } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, inspect, openPage, settle, signIn, startBrowser } from './browser.ts';

describeInBrowser('health and use', () => {
  let service: TestService;
  let peer: HttpPeer;
  let browser: Browser;
  let group: Json;

  beforeAll(async () => {
    peer = await startHttpPeer(({ url }) => (url.pathname === '/broken' ? { status: 503, body: {} } : { body: [{ id: 1 }, { id: 2 }] }));
    service = await startTestService();
    await service.tenant('globex');
    for (const slug of ['acme', 'initech', 'umbrella']) await service.tenant(slug, { parent: 'globex' });
    const api = (tenant: string, name: string, rest: Json = {}, config: Json = {}) => service.connector({ tenant, name, kind: 'api_rest', ...rest, config: { base_url: peer.url, retries: 0, ...config } });
    group = await api('globex', 'Group API', { is_default: true, check_every_minutes: 15 }, { endpoints: [{ name: 'people', path: '/people' }] });
    const failing = await api('acme', 'Acme API', { is_default: true }, { test_path: '/broken' });
    await api('initech', 'Initech API');
    const standIn = await api('globex', 'Stand-in');
    await must(service.admin.put('/api/tenants/globex/api/fallbacks', { connectors: [standIn.id] }));
    for (const { id } of [group, standIn, failing]) await must(service.admin.post(`/api/connectors/${id}/test`, {}));
    // Some hours of history, as if it had been so.
    await service.sql`update health_changes set at = at - interval '9 hours' where to_health = 'untested'`;
    await service.sql`update health_changes set at = at - interval '5 hours' where to_health = 'healthy'`;
    const { key } = await must(service.admin.post('/api/keys', { name: 'n8n of Initech', role: 'builder', tenant: 'initech' }));
    const builder = service.client(key);
    expect((await builder.post('/api/tenants/initech/api/read', { model: 'people' })).status).toBe(200);
    await builder.post('/api/tenants/initech/api/request', { method: 'GET', path: '/broken' });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await peer?.stop();
  });

  test.each(['light', 'dark'] as const)('the dashboard tells how many are healthy over time and leads to them, in the %s theme', async (theme) => {
    const { page, context, complaints } = await openPage(browser, service.url, { theme });
    await signIn(page, service.admin_key);
    await page.goto('/');
    await settle(page);
    await page.getByRole('img', { name: 'Health of connectors. Failing: 1, Healthy: 2, Not tested: 1' }).waitFor();
    expect(await page.getByRole('region', { name: 'Failing now' }).getByRole('row').nth(1).textContent()).toMatch(/Acme API.*acme.*503/);
    await page.screenshot({ path: path.join(artifacts, `health-dashboard-${theme}.png`), fullPage: true });
    await page.getByRole('link', { name: 'Failing', exact: true }).click();
    const list = page.getByRole('table', { name: 'Connectors' });
    await list.getByRole('link', { name: 'Acme API' }).waitFor();
    expect(new URL(page.url()).search).toBe('?health=failing');
    expect(await list.getByRole('row').count()).toBe(2);
    await page.getByLabel('State').selectOption('untested');
    await page.getByRole('link', { name: 'Initech API' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('a tenant’s list holds what its tile counts: its own and those below it', async () => {
    const { page, context } = await openPage(browser, service.url);
    await signIn(page, service.admin_key);
    await page.goto('/?tenant=globex');
    await page.getByRole('link', { name: 'Healthy' }).click();
    await page.getByRole('link', { name: 'Stand-in' }).waitFor();
    await page.getByRole('link', { name: 'Group API' }).waitFor();
    await page.getByLabel('State').selectOption('failing');
    await page.getByRole('link', { name: 'Acme API' }).waitFor();
    expect(new URL(page.url()).search).toBe('?tenant=globex&health=failing');
    await context.close();
  });

  test.each([['light', 1440], ['dark', 390]] as const)('where it is used: tenants, schedules and what ran lately, in the %s theme, %i pixels wide', async (theme, width) => {
    const { page, context, complaints } = await openPage(browser, service.url, { theme, width });
    await signIn(page, service.admin_key);
    await page.goto(`/connectors/${group.id}?tab=used`);
    const tenants = page.getByRole('region', { name: 'Default of' });
    await tenants.getByText('3 tenants').waitFor();
    expect(await tenants.getByRole('listitem').allTextContents()).toEqual(['globex its own default', 'initech inherited', 'umbrella inherited']);
    await page.getByRole('region', { name: 'Schedules' }).getByText('Every 15 minutes').waitFor();
    const operations = page.getByRole('region', { name: 'Recent operations' });
    const read = operations.getByRole('row').filter({ hasText: 'read' });
    await read.getByText('Went well').waitFor();
    expect(await read.textContent()).toMatch(/n8n of Initech.*initech.*inherited.*2/);
    await operations.getByRole('row').filter({ hasText: 'request' }).getByText('backend').waitFor();
    await settle(page);
    expect(await inspect(page)).toEqual([]);
    await page.screenshot({ path: path.join(artifacts, `where-used-${theme}-${width}.png`), fullPage: true });
    await page.goto('/connectors?search=Stand-in');
    await page.getByRole('link', { name: 'Stand-in' }).click();
    await page.getByRole('tab', { name: 'Where used' }).click();
    await page.getByText('It stands in when the default api of globex is failing, as number 1.').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
