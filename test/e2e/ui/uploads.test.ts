/** Files that are uploaded on a connector’s page: chosen or dropped, shown on their way, refused, replaced. */
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { nameOf } from '../../../control-plane/ui/src/uploads/name.ts';
import { must } from '../../setup/client.ts';
import { startTestService } from '../../setup/service.ts';
import type { TestService } from '../../setup/service.ts';
import { artifacts, describeInBrowser, inspect, openPage, settle, signIn, startBrowser } from './browser.ts';

test('an upload is called like its file, without the ending', () => {
  expect(['people.csv', 'Q3 report.2026.xlsx', 'people@home.csv', '.csv', 'no-ending', `${'x'.repeat(300)}.csv`].map(nameOf)).toEqual(['people', 'Q3 report.2026', 'people-home', '.csv', 'no-ending', 'x'.repeat(200)]);
});

describeInBrowser('uploading files', () => {
  let service: TestService;
  let browser: Browser;
  let number = 0;

  beforeAll(async () => {
    service = await startTestService({ settings: { PATCHBAY_UPLOAD_LIMIT_MB: '2' } });
    await service.tenant('acme');
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  const make = async (): Promise<string> => (await service.connector({ tenant: 'acme', kind: 'csv', name: `Files ${(number += 1)}`, config: {} })).id as string;
  const open = async (id: string, { key = service.admin_key, ...shape }: { key?: string; theme?: 'light' | 'dark'; width?: number } = {}) => {
    const opened = await openPage(browser, service.url, { width: 1280, ...shape });
    await signIn(opened.page, key);
    await opened.page.goto(`/connectors/${id}?tab=models`);
    await settle(opened.page);
    return opened;
  };
  const file = (name: string, text: string) => ({ name, mimeType: name.endsWith('.json') ? 'application/json' : 'text/csv', buffer: Buffer.from(text) });
  const choose = (page: Page, ...files: ReturnType<typeof file>[]) => page.getByLabel('Files to upload').setInputFiles(files);
  const drop = (page: Page, event: 'dragover' | 'drop', files: Record<string, string>) => page.evaluate(([type, given]) => {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(given)) transfer.items.add(new File([text], name, { type: 'text/csv' }));
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, [event, files] as const);
  const row = (page: Page, name: string) => page.getByRole('listitem', { name, exact: true });
  const modelsOf = async (id: string) => (await must(service.admin.get(`/api/connectors/${id}/models`))).models.map(({ name, estimated_rows }: { name: string; estimated_rows: number }) => [name, estimated_rows]);

  test('several at once, by choosing and by dropping them; one of the same name replaces only when that is wanted', async () => {
    const id = await make();
    const { page, context, complaints } = await open(id);
    await page.getByRole('heading', { name: 'Nothing is uploaded yet' }).waitFor();
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Upload files' }).click()]);
    expect(chooser.isMultiple()).toBe(true);
    await chooser.setFiles([file('people.csv', 'id,name\n1,Ada\n2,Grace\n'), file('towns.csv', 'id,town\n1,Ulm\n')]);
    await row(page, 'people.csv').getByText('2 rows').waitFor();
    await row(page, 'towns.csv').getByText('1 row').waitFor();
    expect(await modelsOf(id)).toEqual([['people', 2], ['towns', 1]]);
    await page.getByRole('heading', { name: 'Nothing is uploaded yet' }).waitFor({ state: 'detached' });
    await row(page, 'people.csv').getByRole('button', { name: 'Show people' }).click();
    await page.getByRole('cell', { name: 'Grace' }).waitFor();

    await drop(page, 'dragover', { 'people.csv': '' });
    await page.getByText('Let go to upload them.').waitFor();
    await page.getByRole('button', { name: 'Clear those that are uploaded' }).click();
    await drop(page, 'drop', { 'people.csv': 'id,name\n3,Hedy\n', 'towns.csv': 'id,town\n2,Oslo\n3,Rome\n' });
    await row(page, 'people.csv').getByRole('alert').filter({ hasText: '“people” is there already.' }).waitFor();
    await row(page, 'towns.csv').getByRole('button', { name: 'Skip' }).click();
    await row(page, 'towns.csv').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: 'Upload files' }).evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await modelsOf(id)).toEqual([['people', 2], ['towns', 1]]);
    await row(page, 'people.csv').getByRole('button', { name: 'Replace' }).click();
    await row(page, 'people.csv').getByText('1 row').waitFor();
    // What was shown of the old one is asked for again.
    await page.getByRole('cell', { name: 'Hedy' }).waitFor();
    expect(await modelsOf(id)).toEqual([['people', 1], ['towns', 1]]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('what is refused says why at the file, and can be tried again; the others go on', async () => {
    const id = await make();
    const { page, context } = await open(id);
    await choose(page, file('ragged.csv', 'a,b\n1,2\n3\n4,5\n'), file('empty.csv', ''), file('old.xls', ''), file('large.csv', `a\n${'1\n'.repeat(6 * 1024 * 1024)}`), file('data.json', '{"name":"x"}'), file('good.csv', 'a\n1\n'));
    await row(page, 'good.csv').getByText('1 row').waitFor();
    const said = (name: string) => row(page, name).getByRole('alert').innerText();
    expect(await said('ragged.csv')).toMatch(/^Line \d+ has 1 cell where the first row has 2\./);
    expect(await said('empty.csv')).toMatch(/^It is empty\./);
    expect(await said('large.csv')).toBe('The file is larger than 2 MB; nothing was kept. Split it, or let the operator raise PATCHBAY_UPLOAD_LIMIT_MB.');
    // Its own type does not make it the operation’s input.
    await row(page, 'data.json').getByText(/row|cell/).first().waitFor();
    await row(page, 'ragged.csv').getByRole('button', { name: 'Try again' }).click();
    await row(page, 'ragged.csv').getByRole('alert').waitFor();
    await row(page, 'ragged.csv').getByRole('button', { name: 'Take ragged.csv off the list' }).click();
    await row(page, 'ragged.csv').waitFor({ state: 'detached' });
    await context.close();
  });

  test('one on its way shows how far it is, goes on while other tabs are looked at, and is cancelled with nothing kept', async () => {
    const id = await make();
    const { page, context } = await open(id);
    const network = await context.newCDPSession(page);
    const throttle = (bytes: number) => network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes });
    await throttle(100_000);
    await choose(page, file('slow.csv', `a\n${'1\n'.repeat(500_000)}`), file('next.csv', 'a\n1\n'));
    const progress = page.getByRole('progressbar', { name: 'Sending slow.csv' });
    await page.waitForFunction(() => {
      const sent = Number(document.querySelector('progress')?.getAttribute('value'));
      return sent > 0 && sent < 1;
    });
    await row(page, 'next.csv').getByText('Waiting for its turn').waitFor();
    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByRole('tab', { name: 'Models' }).click();
    await progress.waitFor();
    await row(page, 'slow.csv').getByRole('button', { name: 'Cancel slow.csv' }).click();
    await throttle(-1);
    await row(page, 'next.csv').getByText('1 row').waitFor();
    expect(await row(page, 'slow.csv').count()).toBe(0);
    expect(await modelsOf(id)).toEqual([['next', 1]]);
    await context.close();
  });

  test('is for those who may use the connector, and for kinds that take uploads', async () => {
    const id = await make();
    const { key } = await must(service.admin.post('/api/keys', { name: 'Builder', role: 'builder', tenant: 'acme' }));
    const builder = await open(id, { key });
    await choose(builder.page, file('mine.csv', 'a\n1\n'));
    await row(builder.page, 'mine.csv').getByText('1 row').waitFor();
    await builder.context.close();
    const viewer = await open(id, { key: (await must(service.admin.post('/api/keys', { name: 'Viewer', role: 'viewer' }))).key });
    await viewer.page.getByRole('tab', { name: 'Overview' }).waitFor();
    expect(await viewer.page.getByRole('button', { name: 'Upload files' }).count()).toBe(0);
    await viewer.context.close();
  });

  test.each([['light', 1280], ['dark', 390]] as const)('looks as it should in the %s theme, %i wide', async (theme, width) => {
    const id = await make();
    const { page, context, complaints } = await open(id, { theme, width });
    const picture = async (name: string) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
      expect(await inspect(page)).toEqual([]);
      await page.screenshot({ path: path.join(artifacts, `uploads-${name}-${theme}-${width}.png`), fullPage: true });
    };
    await picture('empty');
    await choose(page, file('people.csv', 'id,name\n1,Ada\n2,Grace\n'));
    await row(page, 'people.csv').getByText('2 rows').waitFor();
    await choose(page, file('people.csv', 'id\n1\n'), file('ragged.csv', 'a,b\n1,2\n3\n4,5\n'));
    await row(page, 'ragged.csv').getByRole('alert').waitFor();
    await (await context.newCDPSession(page)).send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 60_000 });
    await choose(page, file('slow.csv', `a\n${'1\n'.repeat(500_000)}`), file('a rather long name of a file that somebody exported.csv', 'a\n1\n'));
    await page.waitForFunction(() => Number(document.querySelector('progress')?.getAttribute('value')) > 0.1);
    await picture('list');
    expect(complaints).toEqual([]);
    await context.close();
  });
});
