/**
 * What a page's main thread did, as the browser's own trace tells it: its tasks in time that passed and in time of the processor. The second is what
 * the page costs; the first is also what else runs on this machine, where a browser without a graphics card draws on the same processors.
 */
import type { Browser, Page } from '@playwright/test';

const LONG_TASK_MS = 50;

export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** The main thread of the page: of all threads that are called so, the one that did most. */
function mainThreadEvents(events: readonly TraceEvent[]): TraceEvent[] {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain');
  const of = mains.map(({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid));
  return of.sort((a, b) => b.length - a.length)[0] ?? [];
}

/** What has a duration of what the page's main thread did during `work`. */
export async function traced(
  browser: Browser,
  page: Page,
  work: () => Promise<void>,
): Promise<readonly TraceEvent[]> {
  await browser.startTracing(page, {
    categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', '__metadata'],
  });
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  return mainThreadEvents(trace.traceEvents).filter(({ ph }) => ph === 'X');
}

/** Milliseconds and counts; of the processor where it says so. */
export interface Tasks {
  readonly longestMs: number;
  readonly over50: number;
  /** Of all tasks that took over 50 ms together. */
  readonly over50SumMs: number;
  readonly longestCpuMs: number;
  readonly over50Cpu: number;
  readonly sumCpuMs: number;
}

export function tasksOf(events: readonly TraceEvent[]): Tasks {
  const tasks = events.filter(({ name }) => name.endsWith('RunTask'));
  const wall = tasks.map(({ dur = 0 }) => dur / 1000);
  const cpu = tasks.map(({ tdur = 0 }) => tdur / 1000);
  const longest = (all: readonly number[]): number => all.reduce((most, each) => Math.max(most, each), 0);
  const sum = (all: readonly number[]): number => all.reduce((total, each) => total + each, 0);
  const long = (all: readonly number[]): number[] => all.filter((each) => each > LONG_TASK_MS);
  return {
    longestMs: longest(wall),
    over50: long(wall).length,
    over50SumMs: sum(long(wall)),
    longestCpuMs: longest(cpu),
    over50Cpu: long(cpu).length,
    sumCpuMs: sum(cpu),
  };
}

export const msWords = (value: number): string => value.toFixed(value < 9.95 ? 1 : 0);

export function taskWords(found: Tasks): string {
  return [
    `longest task ${msWords(found.longestMs)} ms (${msWords(found.longestCpuMs)} of CPU)`,
    `${String(found.over50)} (${String(found.over50Cpu)}) over 50, ${msWords(found.over50SumMs)} ms together`,
    `${msWords(found.sumCpuMs)} ms of CPU in all`,
  ].join(', ');
}

export const nextFrame = (page: Page): Promise<unknown> =>
  page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
