/**
 * People who leave pages open: each a tab of a browser of its own that nobody touches. What it holds is measured after a collection,
 * and every request that it makes is counted, with its time.
 */
import { chromium } from '@playwright/test';
import type { Browser, CDPSession, Page } from '@playwright/test';
import { adminPassword } from '../product.ts';

/** What people leave open: the overview, a live group, charts, records as they arrive. */
const paths = [
  '/',
  '/groups/order-service',
  '/metrics-charts?range=15m',
  '/topics/orders/messages?from=live',
];

/**
 * Charts are drawn anew every five seconds, and what they were before is let go of with the next drawing only: of the overview that is up to
 * 5 MiB more right after one. The lowest of several looks is what a page keeps.
 */
const LOOKS = 3;
const BETWEEN_LOOKS_MS = 2_000;

const isStream = (url: string): boolean => new URL(url).pathname.endsWith('/stream');

export interface SentRequest {
  readonly atMs: number;
  readonly isStream: boolean;
}

export interface TabUse {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

export class Tab {
  readonly path: string;
  readonly page: Page;
  readonly sent: SentRequest[] = [];
  /** When a stream was answered with 200. */
  readonly streamsOpenedAtMs: number[] = [];
  readonly errors: string[] = [];
  readonly #session: CDPSession;

  constructor(path: string, page: Page, session: CDPSession) {
    this.path = path;
    this.page = page;
    this.#session = session;
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('request', (request) => {
      this.sent.push({ atMs: performance.now(), isStream: isStream(request.url()) });
    });
    page.on('response', (response) => {
      if (isStream(response.url()) && response.ok()) this.streamsOpenedAtMs.push(performance.now());
    });
  }

  async use(): Promise<TabUse> {
    let lowest = await this.#look();
    for (let looks = 1; looks < LOOKS; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_LOOKS_MS));
      const use = await this.#look();
      if (use.heapBytes < lowest.heapBytes) lowest = use;
    }
    return lowest;
  }

  async #look(): Promise<TabUse> {
    // What the first one finalises is gone with the second.
    for (const _ of [1, 2]) await this.#session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await this.#session.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await this.#session.send('Memory.getDOMCounters');
    return { heapBytes: usedSize, nodes, listeners: jsEventListeners };
  }
}

export interface OpenTabs {
  readonly tabs: readonly Tab[];
  close(): Promise<void>;
}

async function openTab(browser: Browser, url: string, path: string): Promise<Tab> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto('/login');
  await page.getByLabel('User name').fill('admin');
  await page.getByLabel('Password').fill(adminPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ timeout: 120_000 });
  const tab = new Tab(path, page, await context.newCDPSession(page));
  await page.goto(path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return tab;
}

export async function openTabs(url: string, program: string | null): Promise<OpenTabs> {
  const browser = await chromium.launch({
    ...(program === null ? {} : { executablePath: program }),
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--no-first-run'],
  });
  try {
    const tabs: Tab[] = [];
    for (const path of paths) tabs.push(await openTab(browser, url, path));
    return { tabs, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
