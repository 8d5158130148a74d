/** A line so slow that the page is there long before its scripts: what somebody does to it by then is not lost. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** Opens a page whose scripts wait until `arrive` is called. */
async function openWithoutScripts(page: Page, path: string): Promise<{ arrive: () => void }> {
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    await arrived;
    await route.continue();
  });
  await page.goto(path, { waitUntil: 'commit' });
  return { arrive: () => arrive() };
}

test('what is typed into a search before the scripts are there filters the list when they are', async ({
  page,
}) => {
  const scripts = await openWithoutScripts(page, '/topics');
  const table = page.getByRole('table', { name: 'Topics' });
  const other = table.getByRole('row', { name: /^page-views/ });
  await expect(other).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('paym');
  await expect(other).toBeVisible();
  scripts.arrive();
  await expect(other).toHaveCount(0);
  await expect(table.getByRole('row', { name: /^payments/ })).toBeVisible();
  await expect(page.getByRole('searchbox', { name: 'Filter by name' })).toHaveValue('paym');
});

test('a menu that is clicked before the scripts are there opens when they are, and a tick stays', async ({
  page,
}) => {
  const scripts = await openWithoutScripts(page, '/topics');
  const row = page.getByRole('table', { name: 'Topics' }).getByRole('row', { name: /^payments/ });
  await row.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Account of admin' }).click();
  await page.getByRole('button', { name: 'Account of admin' }).click();
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toHaveCount(0);
  scripts.arrive();
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('menuitem', { name: 'Sign out' })).toHaveCount(0);
  await expect(row.getByRole('checkbox')).toBeChecked();
  await expect(page.getByRole('button', { name: /Delete/ })).toBeVisible();
});

test('what is typed for the palette before its code is there is found when it is', async ({ page }) => {
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    const answer = await route.fetch();
    if ((await answer.text()).includes('cmdk-item')) await arrived;
    await route.fulfill({ response: answer });
  });
  await page.goto('/topics');
  const palette = page.getByRole('dialog', { name: 'Search' });
  const field = palette.getByRole('combobox');
  await expect(async () => {
    if (!(await palette.isVisible())) await page.keyboard.press('/');
    await expect(palette).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await page.keyboard.type('gpage-v');
  await page.keyboard.press('Home');
  await page.keyboard.press('Delete');
  await expect(field).toHaveValue('page-v');
  await expect(palette.getByRole('option')).toHaveCount(0);
  await page.keyboard.press('End');
  arrive();
  await expect(palette.getByRole('option', { name: 'page-views' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.type('iews');
  await expect(field).toHaveValue('page-views');
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
  await expect(page).toHaveURL(/\/topics$/);
});
