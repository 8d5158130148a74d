import type { Page } from '@playwright/test';
import { commitOffset, expect, makeTopic, test } from './fixtures.ts';

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

const widthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);

for (const path of [
  '/',
  '/brokers',
  '/brokers/0',
  '/topics',
  '/topics/orders',
  '/topics/orders/messages',
  '/messages',
  '/groups',
  '/groups/search-index',
  '/alerts',
  '/audit',
  '/alerts?tab=rules',
  '/alerts?tab=channels',
  '/metrics-charts',
  '/wall',
  '/clusters',
  '/settings',
  '/users',
  '/account',
]) {
  test(`${path} fits the width of a phone`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
    expect(await widthOf(page)).toBeLessThanOrEqual(360);
  });
}

for (const [path, first] of [
  ['/brokers', '127.0.0.1'],
  ['/topics', 'orders'],
  ['/groups', 'search-index'],
] as const) {
  test(`${path} is a list of cards before its scripts are there`, async ({ page }) => {
    await page.route(/\.js(\?|$)/, (route) => route.abort());
    await page.goto(path);
    await expect(page.locator('li[data-index]').filter({ hasText: first }).first()).toBeVisible();
    await expect(page.locator('table:visible')).toHaveCount(0);
    expect(await widthOf(page)).toBeLessThanOrEqual(360);
  });
}

test('every page can be reached', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Topics' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Topics' })).toBeVisible();
});

test('names of many letters and no space break where they stand, and widen neither a page nor a dialog', async ({
  page,
  kafka,
  kafkaAdmin,
}) => {
  const topic = `com.example.${'settlement'.repeat(8)}`;
  const group = `reader.of.${'settlement'.repeat(8)}`;
  await makeTopic(kafka, topic, 5);
  await commitOffset(kafkaAdmin, group, topic, 1);
  for (const path of [`/groups/${group}`, `/topics/${topic}`]) {
    const heading = page.getByRole('heading', { level: 1, name: path.slice(path.lastIndexOf('/') + 1) });
    // Neither is there before the next round.
    await expect(async () => {
      await page.goto(path);
      await expect(heading).toBeVisible({ timeout: 5_000 });
    }).toPass();
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
    expect(await widthOf(page)).toBeLessThanOrEqual(360);
  }
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const label = page.getByRole('dialog').getByText(/^Type com\.example/);
  await expect(label).toBeVisible();
  const box = await label.boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? Infinity)).toBeLessThanOrEqual(360);
});
