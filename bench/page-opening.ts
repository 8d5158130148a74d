/**
 * What a browser that was never here before has to do for a page over loopback: the time to its first words, the time from which it answers,
 * and the JavaScript that it fetches until then and afterwards, as compressed as it travels.
 */
import type { Browser, Page } from '@playwright/test';
import { signedInContext } from './chromium.ts';
import { figure, median } from './figure.ts';

const VISITS = 5;
/** All that a page loads by itself is there, and what its scripts do at first is done. */
const SETTLED_MS = 3_000;

interface Opening {
  readonly firstPaintMs: number;
  readonly answersMs: number;
  readonly scriptKb: number;
  /** What is fetched once the page answers. */
  readonly laterKb: number;
  readonly scripts: number;
}

/** Runs in the page before all else. */
function watch(): void {
  const seen = window as typeof window & { hydratedAt?: number; lastLongTaskEnd?: number };
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) seen.lastLongTaskEnd = task.startTime + task.duration;
  }).observe({ type: 'longtask', buffered: true });
  // React notes what an element listens to on the element itself, once it has taken it over from the server.
  const timer = setInterval(() => {
    const button = document.querySelector('main button, main a, header button');
    if (button === null || !Object.keys(button).some((key) => key.startsWith('__reactProps'))) return;
    seen.hydratedAt = performance.now();
    clearInterval(timer);
  }, 4);
}

async function openingOf(page: Page, path: string): Promise<Opening> {
  await page.goto(path);
  await page.waitForTimeout(SETTLED_MS);
  return page.evaluate(() => {
    const seen = window as typeof window & { hydratedAt?: number; lastLongTaskEnd?: number };
    const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN;
    const files = (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).filter(
      ({ name }) => new URL(name).pathname.endsWith('.js'),
    );
    const answersMs = Math.max(seen.hydratedAt ?? Number.NaN, seen.lastLongTaskEnd ?? 0);
    // Until then, and later.
    const bytes: [number, number] = [0, 0];
    for (const { responseEnd, encodedBodySize } of files)
      bytes[responseEnd <= answersMs ? 0 : 1] += encodedBodySize;
    return {
      firstPaintMs: paint,
      answersMs,
      scriptKb: bytes[0] / 1000,
      laterKb: bytes[1] / 1000,
      scripts: files.length,
    };
  });
}

export async function benchPageOpening(
  browser: Browser,
  url: string,
  cookie: string,
  pages: readonly string[],
): Promise<void> {
  for (const path of pages) {
    const found: Opening[] = [];
    for (let visit = 0; visit < VISITS; visit++) {
      const context = await signedInContext(browser, url, cookie);
      await context.addInitScript(watch);
      found.push(await openingOf(await context.newPage(), path));
      await context.close();
    }
    const middle = (of: (opening: Opening) => number): string => median(found.map(of)).toFixed(0);
    figure(
      `page ${path} in a browser that has nothing of it`,
      `first words after ${middle((each) => each.firstPaintMs)} ms, answers after ${middle((each) => each.answersMs)} ms, JavaScript ${middle((each) => each.scriptKb)} kB gzipped until then, ${middle((each) => each.laterKb)} kB afterwards, in ${middle((each) => each.scripts)} files`,
    );
  }
}
