/**
 * The list of 10,000 topics in a browser: how long after a key the result stands there, and the longest task while one scrolls.
 * The page is the real one; the list that it asks its server for is made up, so that no cluster of that size has to be filled.
 */
import { existsSync } from 'node:fs';
import { chromium, type Page, type Route } from '@playwright/test';
import type { Topic } from '../console/contracts/topics.ts';
import { figure, quantile } from './figure.ts';

const TOPICS = 10_000;
const SCROLLS = 150;
/** Each letter is a question of its own. */
const WORD = 'topic-077';
const debian = '/usr/bin/chromium';

function topicAt(index: number): Topic {
  const name = `topic-${String(index).padStart(5, '0')}`;
  const records = (index * 7_919) % 1_000_003;
  const rate = index % 3 === 0 ? (index % 97) / 3 : 0;
  return {
    ...{ name, internal: false, partitionCount: 1 + (index % 12), replicationFactor: 3, records },
    ...{ sizeBytes: records * 120, underReplicatedPartitions: 0, offlinePartitions: 0 },
    ...{ messagesInPerSec: rate, bytesInPerSec: rate * 120, bytesOutPerSec: rate * 240 },
    ...{ minInSyncReplicas: 2, retentionMs: 604_800_000, retentionBytes: -1, cleanupPolicy: 'delete' },
    lastWriteAt: new Date().toISOString(),
    writesWatchedSince: new Date().toISOString(),
    ...{ spreadPercent: 100, skewPercent: 0, leaderSkewPercent: 0 },
  };
}

async function answerWithMany(route: Route, all: readonly Topic[]): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit') ?? 100)];
  const end = from + limit;
  const next = end < all.length ? String(end) : null;
  const items = all.slice(from, end);
  const asOf = new Date().toISOString();
  await route.fulfill({ json: { items, total: all.length, asOf, stale: false, nextCursor: next } });
}

/** Milliseconds from each key to the frame with its result. */
async function typeWord(page: Page): Promise<number[]> {
  const field = page.getByRole('searchbox', { name: 'Filter by name' });
  await field.focus();
  const times: number[] = [];
  for (let length = 1; length <= WORD.length; length++) {
    const expected = WORD.slice(0, length);
    await page.evaluate(() => {
      const holder = window as typeof window & { keyAt?: number };
      addEventListener('keydown', () => (holder.keyAt = performance.now()), { once: true, capture: true });
    });
    await page.keyboard.press(expected.at(-1) ?? '');
    const tookMs = await page.waitForFunction((wanted) => {
      const holder = window as typeof window & { keyAt?: number };
      if (new URLSearchParams(location.search).get('q') !== wanted) return null;
      const rows = [...document.querySelectorAll('tbody tr a')].slice(0, 20);
      const isThere = rows.length > 0 && rows.every((row) => row.textContent.includes(wanted));
      return isThere ? performance.now() - (holder.keyAt ?? 0) : null;
    }, expected);
    times.push((await tookMs.jsonValue()) ?? 0);
  }
  return times;
}

/** The longest task and how many took over 50 ms. */
async function scroll(page: Page): Promise<{ longestMs: number; over50: number }> {
  await page.evaluate(() => {
    const holder = window as typeof window & { tasks?: number[] };
    const tasks: number[] = (holder.tasks = []);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(duration);
    }).observe({ type: 'longtask', buffered: false });
  });
  await page.mouse.move(700, 500);
  for (let turn = 0; turn < SCROLLS; turn++) {
    await page.mouse.wheel(0, 1_500);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
  const tasks = await page.evaluate(() => (window as typeof window & { tasks?: number[] }).tasks ?? []);
  return { longestMs: Math.max(0, ...tasks), over50: tasks.length };
}

/** `cookie`: of somebody who is signed in at `url`. */
export async function benchManyTopicsPage(url: string, cookie: string): Promise<void> {
  const all = Array.from({ length: TOPICS }, (_, index) => topicAt(index));
  const browser = await chromium.launch({
    ...(existsSync(debian) ? { executablePath: debian } : {}),
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  try {
    const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
    await context.addCookies(
      cookie.split('; ').flatMap((pair) => {
        const at = pair.indexOf('=');
        return at < 0 ? [] : [{ name: pair.slice(0, at), value: pair.slice(at + 1), url }];
      }),
    );
    await context.route(/\/api\/v1\/clusters\/[^/]+\/topics\?/, (route) => answerWithMany(route, all));
    const page = await context.newPage();
    await page.goto('/topics');
    await page.getByText(/of 10,00\d|10,00\d rows/).waitFor({ timeout: 120_000 });
    const { longestMs, over50 } = await scroll(page);
    figure(
      `${String(TOPICS)} topics, scrolling`,
      `longest task ${longestMs.toFixed(0)} ms, ${String(over50)} over 50 ms`,
    );
    await page.evaluate(() => scrollTo(0, 0));
    const times = (await typeWord(page)).sort((a, b) => a - b);
    figure(
      `${String(TOPICS)} topics, from a key to its result`,
      `median ${quantile(times, 0.5).toFixed(0)} ms, longest ${(times.at(-1) ?? 0).toFixed(0)} ms`,
    );
  } finally {
    await browser.close();
  }
}
