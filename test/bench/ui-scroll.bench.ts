/**
 * `ui-scroll`: the admin UI's list of 5,000 connectors while it is scrolled, and beside it, in turn and in the same
 * browser, a static page of as many rows, which has no script and has been laid out before.
 *
 * Frames: both are moved as a hand does, the list fetching what it lacks meanwhile. `ratio` is the share of frames
 * that the list shows in time over that of the static page; on a busy machine both fall.
 * Work: both are moved by so many pixels in each frame, the same work whatever else runs. `main_ratio` is the CPU time
 * of the page's main thread over the static page's: below 1 is better. Medians of all turns.
 */
import type { Page } from 'playwright-core';
import postgres from 'postgres';
import { openPage, settle, signIn, startBrowser } from '../e2e/ui/browser.ts';
import { scrollByFrames, scrollSteadily, traceScroll } from '../e2e/ui/scroll-trace.ts';
import type { ScrollTrace } from '../e2e/ui/scroll-trace.ts';
import type { BenchResult } from './main.ts';
import { median, round, startService } from './service.ts';

const rows = 5000;
const turns = 5;
/** In pixels, and pixels a second: a fast reader’s. */
const distance = 30_000;
const speed = 4000;
const frames = 300;
const pixels = 60;

interface Measured {
  steady: ScrollTrace;
  stepped: ScrollTrace;
}

export async function run(): Promise<BenchResult> {
  const service = await startService();
  await service.call('POST', '/api/tenants', { slug: 'many', name: 'Many' });
  const sql = postgres(service.database_url, { max: 1, onnotice: () => undefined });
  await sql`insert into connectors (tenant_id, id, slug, name, kind, category, config, secrets, last_check)
    select id, gen_random_uuid(), 'sensor-' || number, 'Sensor ' || number, (array['api_rest', 'postgresql', 'smtp'])[1 + number % 3], (array['api', 'database', 'email'])[1 + number % 3], '{}', '{}',
      jsonb_build_object('ok', number % 7 > 0, 'latency_ms', number % 900, 'checked_at', to_char(now() - number * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    from tenants, generate_series(1, ${rows}) number where slug = 'many'`;
  await sql.end();
  const browser = await startBrowser();

  const measure = async (open: (page: Page) => Promise<unknown>): Promise<Measured> => {
    const { page, context } = await openPage(browser, service.url);
    await open(page);
    const steady = await traceScroll(browser, page, () => scrollSteadily(page, distance, speed));
    const stepped = await traceScroll(browser, page, () => scrollByFrames(page, frames, pixels));
    await context.close();
    return { steady, stepped };
  };
  const openList = async (page: Page) => {
    await signIn(page, service.key);
    await page.goto('/connectors?tenant=many');
    await settle(page);
  };

  const ours: Measured[] = [];
  const reference: Measured[] = [];
  try {
    for (let turn = 0; turn <= turns; turn += 1) {
      const measured = { list: await measure(openList), 'static page': await measure((page) => page.setContent(staticPage)) };
      const words = Object.entries(measured).map(([name, { steady, stepped }]) => `${name} ${steady.late} of ${steady.frames} frames late, ${(stepped.main_ms / frames).toFixed(2)} ms a frame`);
      console.log(`turn ${turn}: ${words.join('; ')}`);
      if (turn === 0) continue;
      ours.push(measured.list);
      reference.push(measured['static page']);
    }
  } finally {
    await browser.close();
    await service.stop();
  }
  const of = (list: Measured[], figure: (measured: Measured) => number) => median(list.map(figure));
  const inTime = ({ steady }: Measured) => 1 - steady.late / steady.frames;
  const main = ({ stepped }: Measured) => stepped.main_ms / frames;
  return {
    ratio: round(of(ours, inTime) / of(reference, inTime)),
    frames: of(ours, ({ steady }) => steady.frames), late_frames: of(ours, ({ steady }) => steady.late), late_frames_static: of(reference, ({ steady }) => steady.late),
    main_ratio: round(of(ours, main) / of(reference, main)), main_ms_per_frame: round(of(ours, main)), main_ms_per_frame_static: round(of(reference, main)),
    ...Object.fromEntries((['script_ms', 'layout_ms', 'paint_ms'] as const).map((name) => [`${name}_per_frame`, round(of(ours, ({ stepped }) => stepped[name] / frames))])),
    longest_task_ms: round(of(ours, ({ steady, stepped }) => Math.max(steady.longest_task_ms, stepped.longest_task_ms)), 1),
  };
}

const staticPage = `<!doctype html><title>Rows</title><style>
  body { margin: 0; font: 14px/1.5 sans-serif }
  header { position: sticky; top: 0; height: 56px; background: #f6f7f9 }
  div { display: grid; grid-template-columns: 2.2fr 1fr 1fr 7.5rem 10rem; gap: 16px; align-items: center; box-sizing: border-box; height: 56px; padding: 0 20px; border-bottom: 1px solid #e2e5ea }
</style><header>Rows</header>${Array.from({ length: rows }, (_, index) => `<div><b>Sensor ${index}</b><span>many</span><span>api</span><span>Healthy</span><span>${index} min. ago</span></div>`).join('')}`;
