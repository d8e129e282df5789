/**
 * Every page, in both themes and on a phone: nothing that axe finds, no complaint of the browser or its
 * policy, no secret. Pictures of all are left in test/artifacts/ui to be looked at.
 */
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { startHttpPeer } from '../../peers/http.ts';
import type { HttpPeer } from '../../peers/http.ts';
import { must } from '../../setup/client.ts';
import type { Json } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, checkUiTypes, describeInBrowser, inspect, lookAt, openPage, settle, signIn, startBrowser } from './browser.ts';
import { scrollByFrames, traceScroll } from './scroll-trace.ts';

const secrets = ['Canary-ui-token-1f6e', 'Canary-ui-secret-key-77ab'];
const firstLoadLimit = 250_000;

describeInBrowser('the pages', () => {
  let service: TestService;
  let peer: HttpPeer;
  let browser: Browser;
  let routes: Record<string, string>;

  beforeAll(async () => {
    peer = await startHttpPeer(({ url }) => (url.pathname === '/broken' ? { status: 503, body: {} } : { body: [{ id: 1, name: 'Ada' }, { id: 2, name: 'Grace' }] }));
    service = await startTestService();
    const { id: tenantId } = await service.tenant('globex');
    await service.tenant('acme', { parent: 'globex' });
    await service.tenant('alone', { parent: 'globex', inherits_defaults: false });
    const good: Json = await service.connector({
      tenant: 'globex', name: 'Group API', kind: 'api_rest', is_default: true, description: 'For everybody.',
      config: { base_url: peer.url, authentication: 'bearer', token: secrets[0], endpoints: [{ name: 'people', path: '/people' }] },
    });
    const bad: Json = await service.connector({ tenant: 'acme', name: 'Acme API', kind: 'api_rest', is_default: true, config: { base_url: peer.url, test_path: '/broken', retries: 0 } });
    await service.connector({ tenant: 'globex', name: 'Archive', kind: 's3_storage', config: { bucket: 'archive', region: 'us-east-1', access_key_id: 'AKIA', secret_access_key: secrets[1] } });
    for (const { id } of [good, good, bad]) await must(service.admin.post(`/api/connectors/${id}/test`, {}));
    const webhook: Json = await must(service.admin.post('/api/subscriptions', { name: 'Receiver', url: `${peer.url}/hook`, tenant: 'globex' }));
    await must(service.admin.post(`/api/connectors/${good.id}/deactivate`, {}));
    await must(service.admin.post(`/api/connectors/${good.id}/activate`, {}));
    await service.as('builder', 'acme');
    const { events } = await must(service.admin.get('/api/events?limit=1'));
    let deliveries: Json[] = [];
    while (deliveries.length === 0) ({ deliveries } = await must(service.admin.get('/api/deliveries')));
    routes = {
      dashboard: '/?window=1h', connectors: '/connectors', catalog: '/catalog', 'new-connector': '/catalog/api_rest', 'new-storage': '/catalog/s3_storage',
      connector: `/connectors/${good.id}`, 'connector-failing': `/connectors/${bad.id}`, 'connector-tests': `/connectors/${good.id}?tab=checks`,
      'connector-models': `/connectors/${good.id}?tab=models&model=people`, 'connector-used': `/connectors/${good.id}?tab=used`, 'connector-audit': `/connectors/${good.id}?tab=audit`,
      'connector-edit': `/connectors/${good.id}/edit`, defaults: '/defaults', 'defaults-why': '/defaults?of=acme&category=storage', tenants: '/tenants', keys: '/keys', audit: '/audit',
      events: '/events', event: `/events?event=${events[0]?.id}`, webhooks: '/webhooks', webhook: `/webhooks?webhook=${webhook.id}`, deliveries: '/deliveries', delivery: `/deliveries?delivery=${deliveries[0]?.id}`, 'audit-filtered': '/audit?what=connectors&when=dates&from=2020-01-01', empty: '/connectors?search=nothing-like-this', missing: '/no-such-page', gone: `/connectors/${tenantId}`,
    };
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    await peer?.stop();
  });

  test.each(['light', 'dark'] as const)('in the %s theme', async (theme) => {
    const { page, context, complaints } = await openPage(browser, service.url, { theme });
    const leaks: string[] = [];
    const bodies: Promise<void>[] = [];
    context.on('response', (response) => {
      bodies.push(response.text().then((text) => secrets.forEach((secret) => { if (text.includes(secret)) leaks.push(`${secret} in ${response.url()}`); }), () => undefined));
    });
    const violations: Record<string, string[]> = {};
    const look = async (tab: Page, name: string) => {
      await tab.screenshot({ path: path.join(artifacts, `${name}-${theme}.png`), fullPage: true });
      const found = await inspect(tab);
      if (found.length > 0) violations[name] = found;
    };
    await lookAt(context, { 'sign-in': '/sign-in' }, look);
    await signIn(page, service.admin_key);
    await page.goto('/');
    await lookAt(context, routes, look);
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
    await Promise.all(bodies);
    expect(violations).toEqual({});
    expect(leaks).toEqual([]);
    expect(complaints).toEqual([]);
    const kept = await page.evaluate(() => JSON.stringify({ cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage } }));
    expect(kept).not.toContain(service.admin_key);
    expect(JSON.parse(kept)).toMatchObject({ cookie: '' });
    await context.close();
  }, 240_000);

  test('on a phone nothing is wider than the screen', async () => {
    const { page, context, complaints } = await openPage(browser, service.url, { width: 390 });
    await signIn(page, service.admin_key);
    const wide: string[] = [];
    const violations: Record<string, string[]> = {};
    await lookAt(context, routes, async (tab, name) => {
      await tab.screenshot({ path: path.join(artifacts, `${name}-phone.png`), fullPage: true });
      if (await tab.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) wide.push(name);
      const found = await inspect(tab);
      if (found.length > 0) violations[name] = found;
    });
    // What is open is seen, though the tabs are wider than the screen; so is what one can do to the last of a table's columns.
    await page.goto(routes['connector-audit']!);
    const tab = await page.getByRole('tab', { name: 'Audit trail', selected: true }).boundingBox();
    expect(tab!.x + tab!.width).toBeLessThanOrEqual(390);
    await page.goto('/keys');
    const revoke = await page.getByRole('button', { name: 'Revoke builder of acme' }).boundingBox();
    expect(revoke!.x + revoke!.width).toBeLessThanOrEqual(390);
    expect(await page.getByRole('row', { name: /^builder of acme/ }).getByRole('cell').count()).toBe(6);
    await page.goto('/');
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('dialog').getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('heading', { level: 1, name: 'Keys' }).waitFor();
    expect(wide).toEqual([]);
    expect(violations).toEqual({});
    expect(complaints).toEqual([]);
    await context.close();
  }, 240_000);

  test('a reader is offered nothing that their role may not do', async () => {
    const viewer = await service.as('viewer', 'globex');
    const { page, context } = await openPage(browser, service.url);
    await signIn(page, viewer.key!);
    await page.goto('/connectors');
    await settle(page);
    expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link').allTextContents()).toEqual(['Dashboard', 'Connectors', 'Catalog', 'Defaults', 'Tenants']);
    expect(await page.getByRole('link', { name: 'New connector' }).count()).toBe(0);
    await page.goto(routes['connector']!);
    await settle(page);
    expect(await page.locator('.page-header .actions').getByRole('button').count()).toBe(0);
    await context.close();
  });

  test('the chosen tenant stands in the address and goes along', async () => {
    const { page, context, complaints } = await openPage(browser, service.url);
    await signIn(page, service.admin_key);
    await page.goto('/');
    await page.getByRole('button', { name: 'Tenant: All tenants' }).click();
    await page.getByRole('combobox', { name: 'Find a tenant' }).fill('acm');
    await page.getByRole('option', { name: /acme/ }).click();
    await page.waitForURL(/\?tenant=acme/);
    await page.getByRole('link', { name: 'Connectors' }).click();
    await page.waitForURL(/\/connectors\?tenant=acme/);
    await settle(page);
    expect(await page.getByRole('table', { name: 'Connectors' }).getByRole('link').allTextContents()).toEqual(['Acme API']);
    await page.reload();
    await page.getByRole('button', { name: 'Tenant: acme' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('the pages speak the API as it is', async () => {
    const { body } = await service.admin.get('/openapi.json');
    const problems = await checkUiTypes(body as Json);
    expect(problems).toBe('');
  }, 120_000);

  test('the theme is chosen by hand and kept', async () => {
    const { page, context } = await openPage(browser, service.url, { theme: 'light' });
    await signIn(page, service.admin_key);
    await page.goto('/');
    await page.getByRole('button', { name: 'Dark theme' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Light theme' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
    await context.close();
  });

  test('the first load is small, compressed, kept for good, and under a strict policy', async () => {
    const { page, context } = await openPage(browser, service.url);
    await signIn(page, service.admin_key);
    const sizes: Record<string, number> = {};
    const bodies: Promise<void>[] = [];
    context.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (!pathname.startsWith('/api')) bodies.push(response.body().then((body) => { sizes[pathname] = pathname.endsWith('.woff2') ? body.length : gzipSync(body).length; }));
    });
    await page.goto('/');
    await settle(page);
    await Promise.all(bodies);
    const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    process.stderr.write(`first load: ${Math.round(total / 1000)} kB gzipped in ${Object.keys(sizes).length} files\n`);
    expect(total).toBeLessThan(firstLoadLimit);

    const document = await service.client().send('GET', '/defaults', { headers: { accept: 'text/html' } });
    expect(document.headers.get('cache-control')).toBe('no-cache');
    const policy = document.headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(document.text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
    const asset = /src="(\/assets\/[^"]+\.js)"/.exec(document.text)![1]!;
    const { headers } = await fetch(service.url + asset, { headers: { 'accept-encoding': 'br' } });
    expect(Object.fromEntries(['content-encoding', 'cache-control', 'content-type', 'x-content-type-options'].map((name) => [name, headers.get(name)]))).toEqual({
      'content-encoding': 'br', 'cache-control': 'public, max-age=31536000, immutable', 'content-type': 'text/javascript; charset=utf-8', 'x-content-type-options': 'nosniff',
    });
    // What is not there is a problem for programs, not a page.
    for (const gone of ['/api/no-such', '/assets/no-such.js', '/hooks/a/b/c/d']) expect((await service.client().send('GET', gone, { headers: { accept: 'text/html' } })).headers.get('content-type')).toBe('application/problem+json');
    await context.close();
  });

  test('five thousand connectors scroll with a few dozen rows in the page, and little work a frame', async () => {
    await service.tenant('many');
    const [{ id }] = await service.sql<[{ id: string }]>`select id from tenants where slug = 'many'`;
    await service.sql`insert into connectors (tenant_id, id, slug, name, kind, category, config, secrets)
      select ${id}, gen_random_uuid(), 'sensor-' || number, 'Sensor ' || number, 'api_rest', 'api', '{"base_url":"https://example.com"}', '{}' from generate_series(1, 5000) number`;
    const { page, context, complaints } = await openPage(browser, service.url);
    await signIn(page, service.admin_key);
    await page.goto('/connectors?tenant=many');
    await settle(page);
    // Slowly at first: half a row a frame, and what that makes of the page.
    const changes = await page.evaluateHandle(() => {
      const seen = { times: 0, made: [] as number[], remade: 0 };
      new MutationObserver((records) => {
        seen.times += 1;
        for (const { type, addedNodes } of records) {
          if (type !== 'childList') seen.remade += 1;
          for (const node of addedNodes) for (const row of (node as HTMLElement).querySelectorAll('[role=row]')) seen.made.push(Number(row.getAttribute('aria-rowindex')));
        }
      }).observe(document.querySelector('.rows-body')!, { childList: true, subtree: true, attributes: true, characterData: true });
      return seen;
    });
    const trace = await traceScroll(browser, page, () => scrollByFrames(page, 240, 28));
    const { times, made, remade } = await changes.jsonValue();
    // 120 rows came into reach: each was made once, several at a time, and those that stayed were left alone.
    expect(new Set(made).size).toBe(made.length);
    expect(Math.abs(made.length - 120)).toBeLessThanOrEqual(6);
    expect(times).toBeLessThanOrEqual(21);
    expect(remade).toBe(0);
    // CPU time of one thread, and far from what it takes: 10 ms on a busy machine.
    expect(trace.longest_task_ms).toBeLessThan(50);
    process.stderr.write(`5,000 rows: ${(trace.main_ms / 240).toFixed(1)} ms of the main thread a frame, ${trace.longest_task_ms.toFixed(1)} ms at most\n`);

    // Then to the end, faster than anybody reads.
    let most = 0;
    let seen = 0;
    for (let screens = 0; screens < 600 && seen < 5001; screens += 1) {
      await page.mouse.wheel(0, 3000);
      most = Math.max(most, await page.getByRole('row').count());
      seen = Number(await page.getByRole('row').last().getAttribute('aria-rowindex'));
    }
    expect(seen).toBe(5001);
    expect(most).toBeLessThan(80);
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);
});
