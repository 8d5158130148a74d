/** The palette goes anywhere and begins what can be begun, with the keyboard alone. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

async function openPalette(page: Page) {
  const palette = page.getByRole('dialog', { name: 'Search' });
  // A key that is pressed before the page listens says nothing.
  await expect(async () => {
    if (!(await palette.isVisible())) await page.keyboard.press('Control+k');
    await expect(palette).toBeVisible({ timeout: 2_000 });
  }).toPass();
  return palette;
}

test('topics, pages, a new rule and the other mode are a few keys away', async ({ page }) => {
  await page.goto('/clusters');
  let palette = await openPalette(page);
  await palette.getByRole('combobox').fill('page-v');
  await expect(palette.getByRole('option', { name: 'page-views' })).toHaveAttribute('aria-selected', 'true');
  await palette.getByRole('combobox').fill('wall');
  await expect(palette.getByRole('option', { name: 'Wall board' })).toBeVisible();
  await palette.getByRole('combobox').fill('audit');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible();

  palette = await openPalette(page);
  await palette.getByRole('combobox').fill('alert rule');
  await palette.getByRole('option', { name: 'New alert rule' }).click();
  const rule = page.getByRole('dialog', { name: 'New rule' });
  await expect(rule).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(rule).toBeHidden();

  palette = await openPalette(page);
  await palette.getByRole('combobox').fill('dark');
  await palette.getByRole('option', { name: 'Dark mode' }).click();
  await expect(page.locator('html')).toHaveClass(/dark/);
  await page.reload();
  await expect(page.locator('html')).toHaveClass(/dark/);

  palette = await openPalette(page);
  await palette.getByRole('combobox').fill('create a topic');
  await palette.getByRole('option', { name: 'Create a topic' }).click();
  await expect(page.getByRole('dialog', { name: 'Create topic' })).toBeVisible();
});

test('a menu is opened, walked through and left with the keyboard, which comes back to its button', async ({
  page,
}) => {
  await page.goto('/clusters');
  const button = page.getByRole('button', { name: 'Account of admin' });
  const menu = page.getByRole('menu');
  await expect(async () => {
    if (!(await menu.isVisible())) await button.press('Enter');
    await expect(menu).toBeVisible({ timeout: 2_000 });
  }).toPass();
  const items = menu.getByRole('menuitem');
  await expect(items.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(items.nth(1)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await expect(button).toBeFocused();
});
