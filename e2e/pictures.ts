/**
 * Not a check but the maker of the docs' pictures: `npm run docs:pictures` goes where the journeys go, on the product with its demo,
 * and keeps what it sees in docs/pictures. The pages have to have something to show, so it waits for the charts of some minutes.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const folder = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../docs/pictures');

interface Picture {
  readonly name: string;
  readonly path: string;
}

/** In the order of docs/guide. */
const pictures: readonly Picture[] = [
  { name: 'overview', path: '/?range=15m' },
  { name: 'brokers', path: '/brokers' },
  { name: 'broker', path: '/brokers/0?range=15m' },
  { name: 'topics', path: '/topics' },
  { name: 'topic', path: '/topics/orders?range=15m' },
  { name: 'messages', path: '/topics/orders/messages' },
  { name: 'groups', path: '/groups' },
  { name: 'group', path: '/groups/search-index?range=15m' },
  { name: 'metrics-charts', path: '/metrics-charts?range=15m' },
  { name: 'alerts', path: '/alerts' },
  { name: 'clusters', path: '/clusters' },
  { name: 'users', path: '/users' },
  { name: 'audit', path: '/audit' },
  { name: 'settings', path: '/settings' },
  { name: 'wall', path: '/wall' },
];

const MINUTES_OF_CHARTS = 6;
const SETTLED_LIMIT_MS = 60_000;
const SMALL_THINGS_MS = 3_000;

/** A chart has nothing in it until scripts know how wide it is, and those far below the view have nothing at all. */
async function isDrawn(page: Page): Promise<boolean> {
  return page.evaluate(
    () =>
      document.querySelector('[aria-busy="true"], .skeleton') === null &&
      [...document.querySelectorAll('figure')].every(
        (figure) =>
          figure.getBoundingClientRect().top > window.innerHeight ||
          figure.querySelector('svg, canvas, p') !== null,
      ),
  );
}

/** The demo has a group that stops and one that falls behind for some minutes: alerts have something to tell. */
async function watchLag(page: Page, origin: string): Promise<void> {
  const make = async (path: string, data: object): Promise<string> => {
    const answer = await page.request.post(path, { headers: { Origin: origin }, data });
    expect(answer.status()).toBe(201);
    return ((await answer.json()) as { id: string }).id;
  };
  const channel = await make('/api/v1/alerts/channels', {
    name: 'On call',
    type: 'email',
    settings: { to: ['night@example.org'] },
  });
  const rule = { type: 'group-lag', cluster: 'local', channelIds: [channel] };
  await make('/api/v1/alerts/rules', {
    ...rule,
    name: 'Search falls behind',
    group: 'search-*',
    threshold: 500,
  });
  await make('/api/v1/alerts/rules', {
    ...rule,
    name: 'A report is not written',
    group: '*-report',
    threshold: 250,
    level: 'P3',
  });
}

test.beforeAll(() => {
  mkdirSync(folder, { recursive: true });
});

test('pictures of the pages', async ({ page, product }) => {
  test.setTimeout((MINUTES_OF_CHARTS + 20) * 60_000);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto('/');
  await watchLag(page, product.url);
  console.log(`The product is at ${product.url}; its charts get ${MINUTES_OF_CHARTS} minutes of past first.`);
  // Charts need a past; nothing says when it is long enough but the clock.
  await page.waitForTimeout(MINUTES_OF_CHARTS * 60_000);
  for (const picture of pictures) {
    await page.goto(picture.path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    // Before its scripts run a page knows no age of anything.
    await expect(page.getByText(/^live/).first()).toBeVisible();
    await expect.poll(() => isDrawn(page), { timeout: SETTLED_LIMIT_MS }).toBe(true);
    // Counts and small lines have no place that is kept busy until they come.
    await page.waitForTimeout(SMALL_THINGS_MS);
    await page.screenshot({ path: path.join(folder, `${picture.name}.png`), animations: 'disabled' });
  }
});
