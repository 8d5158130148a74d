import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const pages = [
  '/',
  '/brokers',
  '/brokers/0',
  '/topics',
  '/topics/orders',
  '/topics/orders/messages',
  '/groups',
  '/groups/search-index',
  '/alerts',
  '/alerts?tab=rules',
  '/alerts?tab=channels',
  '/alerts?tab=silences',
  '/metrics-charts',
  '/wall',
  '/clusters',
  '/audit',
  '/settings',
  '/users',
  '/account',
];

/** What axe finds on the page as it is, in words. */
async function violationsOn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
  );
}

interface OpenDialog {
  readonly path: string;
  readonly open: (page: Page) => Promise<void>;
}
const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).click();

const dialogs: readonly OpenDialog[] = [
  { path: '/alerts?tab=rules&rule=new', open: async () => undefined },
  { path: '/alerts?tab=rules&rule=new&type=group-status', open: async () => undefined },
  { path: '/alerts?tab=rules&rule=new&type=producer-rate', open: async () => undefined },
  { path: '/alerts?tab=channels', open: press('New channel') },
  { path: '/alerts?tab=silences', open: press('New silence') },
  { path: '/topics', open: press('Create topic') },
  { path: '/topics/orders', open: press('Delete…') },
  { path: '/topics/orders/messages', open: press('Produce message') },
  {
    path: '/topics/orders/messages',
    open: (page) =>
      page
        .getByRole('button', { name: /^Open the message/ })
        .first()
        .click(),
  },
  { path: '/topics/orders/messages', open: press('How to write a filter') },
  { path: '/clusters', open: press('Add cluster') },
  { path: '/settings', open: press('Create token') },
  { path: '/clusters', open: (page) => page.keyboard.press('/') },
  { path: '/clusters', open: (page) => page.keyboard.press('?') },
];

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} mode`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } });

    for (const path of pages) {
      test(`axe finds nothing on ${path}`, async ({ page }) => {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
        await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
        expect(await violationsOn(page)).toEqual([]);
      });
    }

    for (const [index, { path, open }] of dialogs.entries()) {
      test(`axe finds nothing in dialog ${index + 1}, on ${path}`, async ({ page }) => {
        await page.goto(path);
        // Behind a dialog that its address opens the heading has no role.
        await expect(page.locator('h1')).toHaveCount(1);
        const dialog = page.getByRole('dialog');
        // A key that is pressed before the page listens says nothing.
        await expect(async () => {
          if (!(await dialog.isVisible())) await open(page);
          await expect(dialog).toBeVisible({ timeout: 2_000 });
        }).toPass();
        expect(await violationsOn(page)).toEqual([]);
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
