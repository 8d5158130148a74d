import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures.ts';

const pages = [
  '/',
  '/brokers',
  '/brokers/0',
  '/topics',
  '/topics/orders',
  '/groups',
  '/groups/search-index',
  '/alerts',
  '/clusters',
  '/audit',
  '/settings',
];

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} mode`, () => {
    test.use({ colorScheme });

    for (const path of pages) {
      test(`axe finds nothing on ${path}`, async ({ page }) => {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
          .analyze();
        expect(
          violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
          ),
        ).toEqual([]);
      });
    }
  });
}

test.describe('on the sign-in page', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('axe finds nothing', async ({ page }) => {
    await page.goto('/login');
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
  });
});
