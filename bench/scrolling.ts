/**
 * How a list holds while one scrolls in it, frame after frame: the longest task of the page's main thread and how many took over 50 ms, as the
 * browser's own trace tells them, in time that passed and in time of the processor. The second is what the page costs; the first is also what else
 * runs on this machine, where a browser without a graphics card draws on the same processors.
 */
import type { Browser, Page } from '@playwright/test';

const LONG_TASK_MS = 50;
const FRAMES = 150;
const JUMPS = 40;
const BOTTOM_PX = 300_000;

export type Way = 'wheel' | 'bar' | 'jumps';
export const ways: readonly Way[] = ['wheel', 'bar', 'jumps'];
/** A quick hand on a wheel or a touchpad moves 120 px a frame; who pulls the scroll bar passes one and a half screens in each. */
export const wayWords: Readonly<Record<Way, string>> = {
  wheel: 'by wheel, 120 px a frame',
  bar: 'by the scroll bar, 1,500 px a frame',
  jumps: 'to anywhere, 40 times',
};
const stepPx: Readonly<Record<'wheel' | 'bar', number>> = { wheel: 120, bar: 1_500 };

export interface Scrolling {
  readonly frames: number;
  readonly longestMs: number;
  readonly over50: number;
  readonly longestCpuMs: number;
  readonly over50Cpu: number;
  /** Of the processor, a frame. */
  readonly cpuMsPerFrame: number;
  /** Of the time that passes in tasks, a frame: by the page's scripts, and by what the browser does with what they left. */
  readonly scriptMsPerFrame: number;
  readonly styleMsPerFrame: number;
  readonly layoutMsPerFrame: number;
  readonly paintMsPerFrame: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

const script = new Set(['FunctionCall', 'RunMicrotasks', 'EvaluateScript']);
const style = new Set(['UpdateLayoutTree']);
const layout = new Set(['Layout']);
const paint = new Set(['PrePaint', 'Paint', 'Layerize', 'Commit']);

/** The main thread of the page: of all threads that are called so, the one that did most. */
function mainThreadEvents(events: readonly TraceEvent[]): TraceEvent[] {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const of = mains.map(({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid));
  return of.sort((a, b) => b.length - a.length)[0] ?? [];
}

/** What lies inside another of them counts once. */
function coveredUs(events: readonly TraceEvent[]): number {
  let [sum, end] = [0, 0];
  for (const { ts, dur = 0 } of [...events].sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))) {
    if (ts < end) continue;
    sum += dur;
    end = ts + dur;
  }
  return sum;
}

function figuresOf(events: readonly TraceEvent[], frames: number): Scrolling {
  const own = mainThreadEvents(events).filter(({ ph }) => ph === 'X');
  const tasks = own.filter(({ name }) => name.endsWith('RunTask'));
  const sumMs = (names: ReadonlySet<string>): number =>
    coveredUs(own.filter(({ name }) => names.has(name))) / 1000;
  const wall = tasks.map(({ dur = 0 }) => dur / 1000);
  const cpu = tasks.map(({ tdur = 0 }) => tdur / 1000);
  const longest = (all: readonly number[]): number => all.reduce((most, each) => Math.max(most, each), 0);
  const long = (all: readonly number[]): number => all.filter((each) => each > LONG_TASK_MS).length;
  return {
    frames,
    longestMs: longest(wall),
    over50: long(wall),
    longestCpuMs: longest(cpu),
    over50Cpu: long(cpu),
    cpuMsPerFrame: cpu.reduce((sum, each) => sum + each, 0) / frames,
    scriptMsPerFrame: sumMs(script) / frames,
    styleMsPerFrame: sumMs(style) / frames,
    layoutMsPerFrame: sumMs(layout) / frames,
    paintMsPerFrame: sumMs(paint) / frames,
  };
}

const nextFrame = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));

/** What the page's main thread did while `work` was done in `frames` frames. */
async function traced(
  browser: Browser,
  page: Page,
  frames: number,
  work: () => Promise<void>,
): Promise<Scrolling> {
  await browser.startTracing(page, {
    categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', '__metadata'],
  });
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return figuresOf(trace.traceEvents, frames);
}

/** The page is at its top, and is again afterwards. */
export async function scrollThrough(browser: Browser, page: Page, way: Way): Promise<Scrolling> {
  await page.mouse.move(700, 500);
  const frames = way === 'jumps' ? JUMPS : FRAMES;
  const found = await traced(browser, page, frames, async () => {
    for (let frame = 0; frame < frames; frame++) {
      if (way === 'jumps') await page.evaluate((y) => scrollTo(0, y), (frame * 104_729) % BOTTOM_PX);
      else await page.mouse.wheel(0, stepPx[way]);
      await nextFrame(page);
    }
  });
  await page.evaluate(() => scrollTo(0, 0));
  await nextFrame(page);
  await nextFrame(page);
  return found;
}

export function scrollingWords(found: Scrolling): string {
  const ms = (value: number): string => value.toFixed(value < 9.95 ? 1 : 0);
  return [
    `longest task ${ms(found.longestMs)} ms (${ms(found.longestCpuMs)} of CPU)`,
    `${String(found.over50)} (${String(found.over50Cpu)}) of ${String(found.frames)} over 50`,
    `${ms(found.cpuMsPerFrame)} of CPU a frame: script ${ms(found.scriptMsPerFrame)}, style ${ms(found.styleMsPerFrame)}, layout ${ms(found.layoutMsPerFrame)}, paint ${ms(found.paintMsPerFrame)}`,
  ].join(', ');
}
