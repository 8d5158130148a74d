/** What axe finds on pages; of what floats above them: floats.spec.ts. */
import { expectNoFindings, findingsOn } from './axe.ts';
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
