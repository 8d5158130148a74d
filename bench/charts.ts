/**
 * The metrics charts, all of them in view at once: what the page's main thread does while it opens, while rounds come in, and while the pointer
 * moves over one chart, which marks the moment in all of them. The page is the real one; the past that it asks its server for is made up, of three
 * brokers and as many days as are asked for.
 */
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { startProduct } from '../e2e/product.ts';
import { launchChromium, signedInContext } from './chromium.ts';
import { figure } from './figure.ts';
import { answerHistory } from './made-up-history.ts';
import { nextFrame, taskWords, tasksOf, traced } from './main-thread.ts';
import { signIn } from './sign-in.ts';

const brokers = ['0', '1', '2'].map((broker) => ({ broker }));
/** Far more than all charts are high. */
const VIEW = { width: 1440, height: 6_000 };
const WATCHED_MS = 25_000;
const MOVES = 60;
const SETTLED_MS = 2_000;

/** Each chart has its lines. */
async function untilDrawn(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const charts = [...document.querySelectorAll('figure')];
      return (
        charts.length >= 20 && charts.every((chart) => chart.querySelector('.recharts-surface path') !== null)
      );
    },
    undefined,
    { timeout: 120_000 },
  );
  await page.waitForTimeout(SETTLED_MS);
}

async function movePointer(page: Page): Promise<void> {
  const box = await page.locator('figure').first().boundingBox();
  if (box === null) throw new Error('the first chart has no place on the page');
  for (let move = 0; move < MOVES; move++) {
    await page.mouse.move(box.x + 80 + move * 6, box.y + 100);
    await nextFrame(page);
  }
}

async function benchRange(browser: Browser, context: BrowserContext, range: string): Promise<void> {
  const page = await context.newPage();
  await page.setViewportSize(VIEW);
  const measure = async (what: string, work: () => Promise<void>): Promise<void> => {
    figure(`${what}, ${range}`, taskWords(tasksOf(await traced(browser, page, work))));
  };
  await measure('20 charts open', async () => {
    await page.goto(`/metrics-charts?range=${range}`);
    await untilDrawn(page);
  });
  await measure(`  ${String(WATCHED_MS / 1_000)} s of rounds`, () => page.waitForTimeout(WATCHED_MS));
  await measure(`  the pointer moves over one, ${String(MOVES)} times`, () => movePointer(page));
  await page.close();
}

export async function benchCharts(): Promise<void> {
  const product = await startProduct({ brokers: 1 });
  const browser = await launchChromium();
  try {
    const context = await signedInContext(browser, product.url, await signIn(product));
    await context.route(/\/api\/v1\/clusters\/[^/]+\/history\?/, (route) => answerHistory(route, brokers));
    for (const range of ['15m', '3d']) await benchRange(browser, context, range);
  } finally {
    await browser.close();
    await product.stop();
  }
}
