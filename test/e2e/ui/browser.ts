/** Debian’s Chromium on the admin UI of a real service, built from what is here. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { peerAvailable } from '../../peers/peer.ts';
import { findProgram } from '../../peers/process.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const executable = findProgram('chromium');
export const artifacts = path.join(root, 'test/artifacts/ui');

/** `describe`, or `describe.skip` with a line where there is no Chromium. */
export function describeInBrowser(name: string, tests: () => void): void {
  (peerAvailable('Chromium (chromium)', executable !== undefined) ? describe : describe.skip)(name, tests);
}

export async function startBrowser(): Promise<Browser> {
  await promisify(execFile)(process.execPath, [path.join(root, 'control-plane/scripts/build-ui.mjs')], { env: { ...process.env, NODE_OPTIONS: '' } });
  await mkdir(artifacts, { recursive: true });
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: executable!,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
  });
}

export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  /** What the browser complained of: errors of the page, and what its policy kept from happening. */
  complaints: string[];
}

export async function openPage(browser: Browser, baseURL: string, { theme = 'light', width = 1440, height = width < 600 ? 844 : 900, locale, timezone }: { theme?: 'light' | 'dark'; width?: number; height?: number; locale?: string; timezone?: string } = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ baseURL, colorScheme: theme, viewport: { width, height }, reducedMotion: 'reduce', ...(locale !== undefined && { locale }), ...(timezone !== undefined && { timezoneId: timezone }) });
  context.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  context.on('weberror', (failure) => complaints.push(String(failure.error())));
  context.on('console', (message) => {
    // A refused request is what some tests are about; the policy’s refusals and React’s warnings never are.
    if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  const page = await context.newPage();
  return { page, context, complaints };
}

/** As who has signed in: whatever page is opened next. How one signs in by hand is journey.test.ts's. */
export async function signIn(page: Page, key: string): Promise<void> {
  const answer = await page.context().request.post('/api/session', { data: { key }, headers: { 'Patchbay-Request': 'ui' } });
  if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`);
}

/** Opens each address, several at a time, and looks at it once nothing is loading any more. */
export async function lookAt(context: BrowserContext, routes: Record<string, string>, look: (page: Page, name: string) => Promise<void>): Promise<void> {
  const waiting = Object.entries(routes);
  const tab = async () => {
    const page = await context.newPage();
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, route] = next;
      await page.goto(route);
      await page.getByRole('heading').first().waitFor({ state: 'attached' });
      await settle(page);
      await look(page, name);
    }
    await page.close();
  };
  await Promise.all(Array.from({ length: tabs }, tab));
}

/** Pages are waited for longer than they are worked at. */
const tabs = 4;

/** Nothing is loading any more. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.locator('[role=status][aria-label=Loading]').waitFor({ state: 'detached' });
}

/** What axe finds, in words: where, and of which rule. */
export async function inspect(page: Page): Promise<string[]> {
  // By the debugger’s way, which the page’s policy does not bind.
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } }).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary.slice(0, 200)}`));
  });
}

/** Presses Tab until the element has the focus, as somebody without a mouse would. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 120; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reached ${String(target)}`);
}

/**
 * Whether the UI still compiles against the API’s own document, which may have grown since the types were
 * written down. @returns what the compiler says, nothing when all is well
 */
export async function checkUiTypes(document: object): Promise<string> {
  const folder = path.join(root, `control-plane/ui/.building-types-${process.pid}`);
  const given = path.join(folder, 'openapi.json');
  try {
    await cp(path.join(root, 'control-plane/ui/src'), path.join(folder, 'src'), { recursive: true });
    await cp(path.join(root, 'control-plane/ui/tsconfig.json'), path.join(folder, 'tsconfig.json'));
    await writeFile(given, JSON.stringify(document));
    const environment = { env: { ...process.env, NODE_OPTIONS: '' } };
    await promisify(execFile)(process.execPath, [path.join(root, 'control-plane/scripts/ui-types.ts'), given, path.join(folder, 'src/api/schema.d.ts')], environment);
    await promisify(execFile)(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], environment);
    return '';
  } catch (error) {
    return (error as { stdout?: string }).stdout || String(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
