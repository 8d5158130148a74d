/** How a list holds while one scrolls in it, frame after frame: the longest task of the page's main thread, how many took over 50 ms, and what of. */
import type { Browser, Page } from '@playwright/test';
import { msWords, nextFrame, tasksOf, traced, type Tasks, type TraceEvent } from './main-thread.ts';

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

export interface Scrolling extends Tasks {
  readonly frames: number;
  /** Of the processor, a frame. */
  readonly cpuMsPerFrame: number;
  /** Of the time that passes in tasks, a frame: by the page's scripts, and by what the browser does with what they left. */
  readonly scriptMsPerFrame: number;
  readonly styleMsPerFrame: number;
  readonly layoutMsPerFrame: number;
  readonly paintMsPerFrame: number;
}

const script = new Set(['FunctionCall', 'RunMicrotasks', 'EvaluateScript']);
const style = new Set(['UpdateLayoutTree']);
const layout = new Set(['Layout']);
const paint = new Set(['PrePaint', 'Paint', 'Layerize', 'Commit']);

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

function figuresOf(own: readonly TraceEvent[], frames: number): Scrolling {
  const sumMs = (names: ReadonlySet<string>): number =>
    coveredUs(own.filter(({ name }) => names.has(name))) / 1000;
  const tasks = tasksOf(own);
  return {
    ...tasks,
    frames,
    cpuMsPerFrame: tasks.sumCpuMs / frames,
    scriptMsPerFrame: sumMs(script) / frames,
    styleMsPerFrame: sumMs(style) / frames,
    layoutMsPerFrame: sumMs(layout) / frames,
    paintMsPerFrame: sumMs(paint) / frames,
  };
}

/** The page is at its top, and is again afterwards. */
export async function scrollThrough(browser: Browser, page: Page, way: Way): Promise<Scrolling> {
  await page.mouse.move(700, 500);
  const frames = way === 'jumps' ? JUMPS : FRAMES;
  const events = await traced(browser, page, async () => {
    for (let frame = 0; frame < frames; frame++) {
      if (way === 'jumps') await page.evaluate((y) => scrollTo(0, y), (frame * 104_729) % BOTTOM_PX);
      else await page.mouse.wheel(0, stepPx[way]);
      await nextFrame(page);
    }
  });
  await page.evaluate(() => scrollTo(0, 0));
  await nextFrame(page);
  await nextFrame(page);
  return figuresOf(events, frames);
}

export function scrollingWords(found: Scrolling): string {
  const ms = msWords;
  return [
    `longest task ${ms(found.longestMs)} ms (${ms(found.longestCpuMs)} of CPU)`,
    `${String(found.over50)} (${String(found.over50Cpu)}) of ${String(found.frames)} over 50`,
    `${ms(found.cpuMsPerFrame)} of CPU a frame: script ${ms(found.scriptMsPerFrame)}, style ${ms(found.styleMsPerFrame)}, layout ${ms(found.layoutMsPerFrame)}, paint ${ms(found.paintMsPerFrame)}`,
  ].join(', ');
}
