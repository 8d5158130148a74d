import { expect, signIn, test } from './fixtures.ts';
import { adminPassword } from './product.ts';

test.describe('someone who is not signed in', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('is led to the sign-in page, hears of a wrong password, and gets in with the right one', async ({
    page,
  }) => {
    await page.goto('/topics');
    await expect(page).toHaveURL(/\/login/);
    await signIn(page, 'admin', 'not the password');
    await expect(page.getByText('User name and password do not belong together.')).toBeVisible();
    await signIn(page, 'admin', adminPassword);
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
    await page.getByRole('button', { name: 'Account of admin' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await expect(page).toHaveURL(/\/login/);
    await page.goto('/');
    await expect(page).toHaveURL(/\/login/);
  });

  test('gets nothing from the API', async ({ request }) => {
    expect((await request.get('/api/v1/clusters/local/overview')).status()).toBe(401);
    expect((await request.get('/metrics')).status()).toBe(401);
    expect((await request.get('/api/v1/health')).status()).toBe(200);
  });
});
