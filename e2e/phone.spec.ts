import { expect, test } from './fixtures.ts';

test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

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
]) {
  test(`${path} fits the width of a phone`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
  });
}

test('every page can be reached', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Topics' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Topics' })).toBeVisible();
});
