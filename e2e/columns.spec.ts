import { expect, test } from './fixtures.ts';

test('columns of topics are chosen, kept for the next visit, and given back', async ({ page }) => {
  await page.goto('/topics');
  const table = page.getByRole('table', { name: 'Topics' });
  await expect(table.getByRole('row', { name: /^orders/ })).toBeVisible();
  await expect(table.getByRole('columnheader', { name: 'Broker spread' })).toHaveCount(0);
  const menu = page.getByRole('menu');
  await expect(async () => {
    if (!(await menu.isVisible())) await page.getByRole('button', { name: 'Columns' }).click();
    await expect(menu).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await menu.getByRole('menuitemcheckbox', { name: 'Broker spread' }).click();
  await menu.getByRole('menuitemcheckbox', { name: 'Leader skew' }).click();
  await menu.getByRole('menuitemcheckbox', { name: 'Bytes out' }).click();
  await page.keyboard.press('Escape');
  await expect(table.getByRole('columnheader', { name: 'Leader skew' })).toBeVisible();
  await expect(table.getByRole('columnheader', { name: 'Bytes out' })).toHaveCount(0);
  // Six partitions with three replicas on three brokers: each holds one of each.
  await expect(table.getByRole('row', { name: /^orders/ })).toContainText('100');

  await page.reload();
  await expect(table.getByRole('columnheader', { name: 'Broker spread' })).toBeVisible();
  await page.getByRole('button', { name: 'Columns' }).click();
  await menu.getByRole('menuitem', { name: 'Those that fit the screen' }).click();
  await expect(table.getByRole('columnheader', { name: 'Broker spread' })).toHaveCount(0);
  await expect(table.getByRole('columnheader', { name: 'Bytes out' })).toBeVisible();
});
