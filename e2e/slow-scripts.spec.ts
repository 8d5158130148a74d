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

/** Pages open as ever, but the script with this text in it waits until `arrive` is called. */
async function holdScript(page: Page, text: string): Promise<{ arrive: () => void }> {
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    const answer = await route.fetch();
    if ((await answer.text()).includes(text)) await arrived;
    await route.fulfill({ response: answer });
  });
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

test('a menu that is opened by a key before the scripts are there has the keyboard in its first item', async ({
  page,
}) => {
  const scripts = await openWithoutScripts(page, '/topics');
  await page.getByRole('button', { name: 'Account of admin' }).press('Enter');
  scripts.arrive();
  await expect(page.getByRole('menu').getByRole('menuitem').first()).toBeFocused();
});

test('the keyboard begins in the first field of a form whose code comes after that of its dialog', async ({
  page,
}) => {
  const form = await holdScript(page, 'mr-auto max-sm:w-full');
  await page.goto('/topics/orders?settings=all');
  const opener = page.getByRole('button', { name: 'Change retention.ms' });
  const dialog = page.getByRole('dialog');
  // The code of dialogs is there once one of them is.
  await expect(async () => {
    if (!(await dialog.isVisible())) await page.keyboard.press('?');
    await expect(dialog).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await opener.press('Enter');
  await expect(dialog).toHaveCount(0);
  form.arrive();
  await expect(dialog.getByLabel('New value')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
});

test('what is typed for the palette before its code is there is found when it is', async ({ page }) => {
  const code = await holdScript(page, 'cmdk-item');
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
  code.arrive();
  await expect(palette.getByRole('option', { name: 'page-views' })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.type('iews');
  await expect(field).toHaveValue('page-views');
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
  await expect(page).toHaveURL(/\/topics$/);
});

for (const path of ['/', '/brokers/1', '/topics/orders', '/groups/order-service']) {
  test(`${path} has its numbers before its scripts are there`, async ({ page }) => {
    await openWithoutScripts(page, path);
    const tiles = page.getByLabel(/ in numbers$/);
    await expect(tiles).toContainText(/\d/);
    await expect(tiles.locator('.skeleton')).toHaveCount(0);
  });
}

test('/alerts has its counts before its scripts are there', async ({ page }) => {
  await openWithoutScripts(page, '/alerts');
  for (const tab of ['Incidents', 'Rules', 'Channels', 'Silences'])
    await expect(page.getByRole('tab', { name: new RegExp(`^${tab}\\s*\\d`) })).toBeVisible();
  await expect(page.locator('main .skeleton')).toHaveCount(0);
});
