import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from './fixtures.ts';

/** A process of its own that holds the write lock of a SQLite file until its input ends. */
async function holdWriteLock(file: string): Promise<{ letGo: () => Promise<void> }> {
  const holder = spawn(
    process.execPath,
    ['--import', 'tsx', 'console/store/testing/hold-write-lock.ts', file, '120000'],
    { cwd: path.resolve(import.meta.dirname, '..'), stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => holder.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once('data', () => resolve());
    holder.once('close', () => reject(new Error('the lock was not taken')));
  });
  return {
    letGo: async () => {
      holder.stdin.end();
      await ended;
    },
  };
}

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

test('every page says that the database fails, since when and what goes on, until it is back', async ({
  page,
  product,
}) => {
  await page.goto('/topics');
  await expect(page.getByRole('heading', { level: 1, name: 'Topics' })).toBeVisible();
  const banner = page.getByText(/The console's database has failed for/);
  await expect(banner).toHaveCount(0);
  const lock = await holdWriteLock(path.join(product.data, 'aquila.db'));
  await expect(banner).toBeVisible({ timeout: 90_000 });
  await page.getByRole('link', { name: 'Groups' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Consumer groups' })).toBeVisible();
  await expect(banner).toBeVisible();
  await expect(page.getByText(/Collecting and alerts go on from memory/)).toBeVisible();
  await lock.letGo();
  await expect(banner).toHaveCount(0, { timeout: 90_000 });
});
