/**
 * The list of 10,000 topics in a browser: how it scrolls, beside a bare page with the same cells in the same run, and how long after a key the result
 * stands there.
 * The page is the real one; the list that it asks its server for is made up, so that no cluster of that size has to be filled.
 */
import type { Browser, BrowserContext, Page, Route } from '@playwright/test';
import type { Topic } from '../console/contracts/topics.ts';
import { openBareTable } from './bare-table.ts';
import { figure, quantile } from './figure.ts';
import { scrollingWords, scrollThrough, ways, wayWords } from './scrolling.ts';

const TOPICS = 10_000;
/** Each digit is a question of its own, whose first rows are others than those that stood there. */
const WORDS = ['987', '654', '321', '706'];
/** A hand's way. */
const FROM_MOUSE_TO_KEYS_MS = 500;

/** What a tenth of them has moves from round to round. */
function topicAt(index: number, round: number): Topic {
  const name = `topic-${String(index).padStart(5, '0')}`;
  const moved = index % 10 === 0 ? round : 0;
  const records = ((index * 7_919) % 1_000_003) + moved;
  const rate = index % 3 === 0 ? ((index + moved) % 97) / 3 : 0;
  return {
    ...{ name, internal: false, partitionCount: 1 + (index % 12), replicationFactor: 3, records },
    ...{ sizeBytes: records * 120, underReplicatedPartitions: 0, offlinePartitions: 0 },
    ...{ messagesInPerSec: rate, bytesInPerSec: rate * 120, bytesOutPerSec: rate * 240 },
    ...{ minInSyncReplicas: 2, retentionMs: 604_800_000, retentionBytes: -1, cleanupPolicy: 'delete' },
    lastWriteAt: '2026-01-01T00:00:00.000Z',
    writesWatchedSince: '2026-01-01T00:00:00.000Z',
    ...{ spreadPercent: 100, skewPercent: 0, leaderSkewPercent: 0 },
  };
}

async function answerWithMany(route: Route, round: number): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  const [from, limit] = [Number(query.get('cursor') ?? 0), Number(query.get('limit') ?? 100)];
  const end = Math.min(TOPICS, from + limit);
  const next = end < TOPICS ? String(end) : null;
  const items = Array.from({ length: end - from }, (_, index) => topicAt(from + index, round));
  const asOf = new Date().toISOString();
  await route.fulfill({ json: { items, total: TOPICS, asOf, stale: false, nextCursor: next } });
}

/** Each whole list is another round's. */
async function answerTopics(context: BrowserContext): Promise<void> {
  let round = 0;
  await context.route(/\/api\/v1\/clusters\/[^/]+\/topics\?/, (route) => {
    if (!route.request().url().includes('cursor=')) round += 1;
    return answerWithMany(route, round);
  });
}

/** Milliseconds from a key to the frame with its result. The page watches for it since before the key: to be told how to costs it time of its own. */
async function typeKey(page: Page, key: string, wanted: string): Promise<number> {
  await page.evaluate(() => {
    const holder = window as typeof window & { keyAt?: number };
    addEventListener('keydown', () => (holder.keyAt = performance.now()), { once: true, capture: true });
  });
  const answered = page.waitForFunction((text) => {
    const holder = window as typeof window & { keyAt?: number };
    const rows = [...document.querySelectorAll('tbody tr a')].slice(0, 20);
    const isThere = rows.length > 0 && rows.every((row) => row.textContent.includes(text));
    return isThere ? performance.now() - (holder.keyAt ?? 0) : null;
  }, wanted);
  await page.keyboard.press(key);
  return (await (await answered).jsonValue()) ?? 0;
}

async function typeWords(page: Page): Promise<number[]> {
  const field = page.getByRole('searchbox', { name: 'Filter by name' });
  const times: number[] = [];
  await field.click();
  await page.waitForTimeout(FROM_MOUSE_TO_KEYS_MS);
  for (const word of WORDS) {
    await field.clear();
    await page.waitForFunction(() => document.querySelector('tbody tr a')?.textContent === 'topic-00000');
    for (const [at, key] of [...word].entries()) times.push(await typeKey(page, key, word.slice(0, at + 1)));
  }
  return times;
}

async function openTopics(context: BrowserContext): Promise<Page> {
  await answerTopics(context);
  const page = await context.newPage();
  await page.goto('/topics');
  await page.getByText(/of 10,00\d|10,00\d rows/).waitFor({ timeout: 120_000 });
  return page;
}

/** `context`: somebody's who is signed in. */
export async function benchManyTopicsPage(browser: Browser, context: BrowserContext): Promise<void> {
  const page = await openTopics(context);
  const bare = await openBareTable(context, page, TOPICS);
  for (const way of ways) {
    for (const [what, shown] of [
      [`${String(TOPICS)} topics, ${wayWords[way]}`, page],
      ['  the same rows on a bare page', bare],
    ] as const) {
      await shown.bringToFront();
      figure(what, scrollingWords(await scrollThrough(browser, shown, way)));
    }
  }
  await bare.close();
  const times = (await typeWords(page)).sort((a, b) => a - b);
  figure(
    `${String(TOPICS)} topics, from a key to its result`,
    `median ${quantile(times, 0.5).toFixed(0)} ms, longest ${(times.at(-1) ?? 0).toFixed(0)} ms`,
  );
  await page.close();
}
