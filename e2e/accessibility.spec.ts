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
  '/messages',
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

/** What can differ between light and dark: all else axe looks at is the same document. */
const rulesOfColours = ['color-contrast', 'link-in-text-block'];

/**
 * No page has frames, so axe judges where it looks, without a blank page beside it; and of what is in order it need not say where it
 * stands.
 */
const axeOn = (page: Page) =>
  new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'], selectors: false });

/** What axe finds, in words. */
async function findingsOf(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
  );
}

/** The page as it is in light and in dark mode, which it changes to as the system does, without being loaded anew. */
async function findingsOn(page: Page): Promise<{ light: string[]; dark: string[] }> {
  const all = axeOn(page).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']);
  const light = await findingsOf(all);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveClass(/dark/);
  return { light, dark: await findingsOf(axeOn(page).withRules(rulesOfColours)) };
}

async function expectNoFindings(page: Page): Promise<void> {
  expect(await findingsOn(page)).toEqual({ light: [], dark: [] });
}

interface OpenDialog {
  readonly path: string;
  readonly open: (page: Page) => Promise<void>;
}
const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).click();

const choose = (name: string) => async (page: Page) => {
  if (!(await page.getByRole('menu').isVisible())) await press('Actions')(page);
  await page.getByRole('menuitem', { name }).click();
};

const dialogs: readonly OpenDialog[] = [
  { path: '/alerts?tab=rules&rule=new', open: async () => undefined },
  { path: '/alerts?tab=rules&rule=new&type=group-status', open: async () => undefined },
  { path: '/alerts?tab=rules&rule=new&type=producer-rate', open: async () => undefined },
  { path: '/alerts?tab=channels', open: press('New channel') },
  { path: '/alerts?tab=silences', open: press('New silence') },
  { path: '/topics', open: press('Create topic') },
  { path: '/topics/orders', open: choose('Delete…') },
  { path: '/topics/orders', open: choose('Take records out…') },
  { path: '/topics/orders?settings=all', open: press('Change retention.ms') },
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

test.describe('signed in', () => {
  test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } });

  for (const path of pages) {
    test(`axe finds nothing on ${path}, light or dark`, async ({ page }) => {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
      await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
      await expectNoFindings(page);
    });
  }

  for (const [index, { path, open }] of dialogs.entries()) {
    test(`axe finds nothing in dialog ${index + 1}, on ${path}, light or dark`, async ({ page }) => {
      await page.goto(path);
      // Behind a dialog that its address opens the heading has no role.
      await expect(page.locator('h1')).toHaveCount(1);
      const dialog = page.getByRole('dialog');
      // A key that is pressed before the page listens says nothing.
      await expect(async () => {
        if (!(await dialog.isVisible())) await open(page);
        await expect(dialog).toBeVisible({ timeout: 2_000 });
      }).toPass();
      await expectNoFindings(page);
    });
  }
});

test.describe('on the sign-in page', () => {
  test.use({ storageState: { cookies: [], origins: [] }, colorScheme: 'light' });

  test('axe finds nothing, light or dark', async ({ page }) => {
    await page.goto('/login');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
    await expectNoFindings(page);
  });

  test('axe finds what is too faint in either mode, and a field without a name', async ({ page }) => {
    await page.goto('/login');
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled();
    // Grey on white in light, on black in dark mode: its own rule for each, so that both have to be looked at.
    await page.addStyleTag({
      content: 'h1 { color: #ccc !important; } .dark h1 { color: #333 !important; }',
    });
    await page.getByLabel('User name').evaluate((field) => field.setAttribute('id', 'of-no-label'));
    const { light, dark } = await findingsOn(page);
    expect(light).toEqual([
      expect.stringMatching(/^color-contrast: <h1/),
      expect.stringMatching(/^label: <input/),
    ]);
    expect(dark).toEqual([expect.stringMatching(/^color-contrast: <h1/)]);
  });
});
