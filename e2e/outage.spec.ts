import { expect, test } from './fixtures.ts';

test('a killed broker is seen, started again, and the numbers go on', async ({ page, product }) => {
  await page.goto('/');
  await expect(page.getByRole('list', { name: 'The cluster in numbers' })).toBeVisible();
  await expect(page.getByText('local does not answer.')).toHaveCount(0);
  const before = product.processes().find(({ name }) => name === 'broker-0');
  process.kill(before?.pid ?? Number.NaN, 'SIGKILL');
  await expect(
    page.getByText(/does not answer|broker-0 (is starting|has died|died|keeps dying)/).first(),
  ).toBeVisible();
  await expect
    .poll(() => product.processes().find(({ name }) => name === 'broker-0'))
    .toMatchObject({ state: 'running', restarts: (before?.restarts ?? 0) + 1 });
  await expect(page.getByText(/broker-0 died and was started again/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText('local does not answer.')).toHaveCount(0, { timeout: 30_000 });
  const messages = page.getByRole('figure', { name: /^Messages in/ });
  await expect(messages).toHaveAttribute('aria-label', /\d/);
  const label = await messages.getAttribute('aria-label');
  await expect(messages).not.toHaveAttribute('aria-label', label ?? '', { timeout: 30_000 });
});
