/**
 * The console in Chinese, as somebody has it whose browser asks for Chinese, and how one changes the language. A page comes from the
 * server in its language and loads the words of no other; nothing that React drew differs from what the server sent.
 */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { adminPassword } from './product.ts';

/** What the browser complains about: a page that was drawn differently than it was sent says so here. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (
      message.type() === 'error' &&
      /hydrat|Minified React|MISSING_MESSAGE|FORMATTING_ERROR/i.test(message.text())
    )
      complaints.push(message.text());
  });
  return complaints;
}

/** Opens a menu and chooses a language in it. A page that runs no script yet takes a click for nothing, so it is clicked again. */
async function chooseIn(page: Page, menu: string, language: string): Promise<void> {
  const choice = page.getByRole('menuitemradio', { name: language });
  await expect(async () => {
    await page.getByRole('button', { name: menu }).click();
    await expect(choice).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 60_000 });
  await choice.click();
}

const nobody = { cookies: [], origins: [] };

test.describe('someone whose browser asks for Chinese', () => {
  test.use({ storageState: nobody, locale: 'zh-CN' });

  test('signs in, reads the pages in Chinese, and goes on in English', async ({ page }) => {
    test.slow();
    const complaints = complaintsOf(page);
    await page.goto('/login');
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
    await expect(page).toHaveTitle('登录 · Aquila');
    await page.getByLabel('用户名').fill('admin');
    await page.getByLabel('密码').fill(adminPassword);
    await page.getByRole('button', { name: '登录' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '概览' })).toBeVisible();

    await expect(page.getByRole('navigation', { name: '页面' })).toBeVisible();

    for (const [path, heading] of [
      ['/topics', '主题'],
      ['/groups', '消费者组'],
      ['/alerts', '告警'],
    ] as const) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
      await expect(page).toHaveTitle(`${heading} · Aquila`);
    }

    await chooseIn(page, '账号 admin', 'English');
    await expect(page.getByRole('heading', { level: 1, name: 'Alerts' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page).toHaveTitle('Alerts · Aquila');
    // The choice holds against what the browser asks for.
    await page.goto('/topics');
    await expect(page.getByRole('heading', { level: 1, name: 'Topics' })).toBeVisible();
    expect(complaints).toEqual([]);
  });

  test('gets a page that is Chinese before any script runs, and no words of another language', async ({
    page,
    product,
  }) => {
    const asked = await fetch(`${product.url}/login`, { headers: { 'Accept-Language': 'zh-CN,zh;q=0.9' } });
    const html = await asked.text();
    expect(html).toContain('<html lang="zh-CN"');
    expect(html).toContain('登录 Aquila');

    const loaded: string[] = [];
    page.on('response', (response) => {
      // A body that is gone with its page says nothing.
      if (response.url().includes('.js'))
        void response.text().then(
          (text) => loaded.push(text),
          () => undefined,
        );
    });
    await page.goto('/login');
    await expect(page.getByRole('heading', { level: 1, name: '登录 Aquila' })).toBeVisible();
    await expect.poll(() => loaded.some((text) => text.includes('用户名与密码不匹配。'))).toBe(true);
    expect(loaded.some((text) => text.includes('User name and password do not belong together.'))).toBe(
      false,
    );
  });
});

test.describe('someone whose browser asks for English', () => {
  test.use({ storageState: nobody });

  test('chooses Chinese before signing in', async ({ page }) => {
    await page.goto('/login');
    await chooseIn(page, 'Language', '简体中文');
    await expect(page.getByRole('heading', { level: 1, name: '登录 Aquila' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  });
});

test('the language is among the settings', async ({ page }) => {
  await page.goto('/settings');
  // Shown as chosen by a script only: from here on a click is heard.
  await expect(page.getByRole('radio', { name: 'As the system' })).toBeChecked();
  const languages = page.getByRole('radiogroup', { name: 'Language' });
  await expect(languages.getByRole('radio', { name: 'English' })).toBeChecked();
  await languages.getByRole('radio', { name: '简体中文' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '设置' })).toBeVisible();
  await expect(page.getByRole('radio', { name: '跟随系统' })).toBeChecked();
  await page.getByRole('radiogroup', { name: '语言' }).getByRole('radio', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
});
