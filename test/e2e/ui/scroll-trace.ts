/**
 * What scrolling a page costs, as Chromium itself tells it: frames and those that came late by its frame
 * reporter, and the page’s main thread in CPU time, which the rest of the machine’s work does not stretch.
 */
import type { Browser, CDPSession, Page } from 'playwright-core';

export interface ScrollTrace {
  /** Frames that were due while something moved. */
  frames: number;
  /** Those that were not shown in time, so that the movement stood still. */
  late: number;
  /** Those shown before everything in them was painted. */
  unfinished: number;
  /** CPU time of the page’s main thread in milliseconds: all its tasks, the longest of them, and what for. */
  main_ms: number;
  longest_task_ms: number;
  script_ms: number;
  layout_ms: number;
  paint_ms: number;
}

/** Times in microseconds; `tdur` is CPU time. https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args: { frame_reporter?: { state: string; affects_smoothness: boolean; has_missing_content: boolean; frame_sequence: number; layer_tree_host_id: number } };
}

const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.frame', 'cc', 'benchmark', 'blink.user_timing'];
const mark = 'scroll-trace';
const groups: Record<string, 'script_ms' | 'layout_ms' | 'paint_ms'> = {
  FunctionCall: 'script_ms', EvaluateScript: 'script_ms', RunMicrotasks: 'script_ms', UpdateLayoutTree: 'layout_ms', Layout: 'layout_ms', PrePaint: 'paint_ms', Paint: 'paint_ms', Layerize: 'paint_ms', Commit: 'paint_ms',
};

/** @param scroll moves the page; what happens meanwhile is told */
export async function traceScroll(browser: Browser, page: Page, scroll: () => Promise<unknown>): Promise<ScrollTrace> {
  const session = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => void events.push(...value as unknown as TraceEvent[]));
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { recordMode: 'recordAsMuchAsPossible', includedCategories: categories } });
  await page.evaluate((name) => void performance.mark(name), mark);
  await scroll();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return summarize(events);
}

/** Moves the page as a hand on a touchpad does, by the given distance and speed in pixels and pixels a second. */
export async function scrollSteadily(page: Page, distance: number, speed: number): Promise<void> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize()!;
  await session.send('Input.synthesizeScrollGesture', { x: width / 2, y: height / 2, yDistance: -distance, speed, gestureSourceType: 'mouse' });
  await session.detach();
}

/** Moves the page by so many pixels in each of so many frames: the same work however busy the machine is. */
export function scrollByFrames(page: Page, frames: number, pixels: number): Promise<void> {
  return page.evaluate(async ([count, step]) => {
    for (let frame = 0; frame < count!; frame += 1) {
      window.scrollBy(0, step!);
      await new Promise(requestAnimationFrame);
    }
  }, [frames, pixels]);
}

function summarize(events: TraceEvent[]): ScrollTrace {
  const marked = events.find(({ name }) => name === mark);
  if (!marked) throw new Error('The trace does not hold the page that was scrolled.');
  const figures = { main_ms: 0, longest_task_ms: 0, script_ms: 0, layout_ms: 0, paint_ms: 0 };
  const open: { end: number; group: (typeof groups)[string] }[] = [];
  const own = events.filter(({ ph, pid, tid, tdur }) => ph === 'X' && pid === marked.pid && tid === marked.tid && tdur !== undefined).sort((left, right) => left.ts - right.ts || right.dur! - left.dur!);
  for (const { name, ts, dur = 0, tdur = 0 } of own) {
    if (name === 'RunTask') {
      figures.main_ms += tdur / 1000;
      figures.longest_task_ms = Math.max(figures.longest_task_ms, tdur / 1000);
    }
    const group = groups[name];
    if (!group) continue;
    while (open.length > 0 && open.at(-1)!.end <= ts) open.pop();
    // What a script makes the browser lay out is layout, not script.
    const around = open.at(-1);
    if (around) figures[around.group] -= tdur / 1000;
    figures[group] += tdur / 1000;
    open.push({ end: ts + dur, group });
  }
  // A frame may be reported in parts, the compositor’s and the main thread’s: what matters is whether one was shown.
  const frames = new Map<string, { shown: boolean; late: boolean; unfinished: boolean }>();
  for (const { name, pid, args: { frame_reporter: frame } } of events) {
    if (name !== 'PipelineReporter' || pid !== marked.pid || !frame || frame.state === 'STATE_NO_UPDATE_DESIRED') continue;
    const key = `${frame.layer_tree_host_id}:${frame.frame_sequence}`;
    const known = frames.get(key) ?? { shown: false, late: false, unfinished: false };
    const isShown = frame.state.startsWith('STATE_PRESENTED');
    frames.set(key, { shown: known.shown || isShown, late: known.late || (!isShown && frame.affects_smoothness), unfinished: known.unfinished || (isShown && frame.has_missing_content) });
  }
  const all = [...frames.values()];
  return { frames: all.length, late: all.filter(({ shown, late }) => late && !shown).length, unfinished: all.filter(({ unfinished }) => unfinished).length, ...figures };
}
