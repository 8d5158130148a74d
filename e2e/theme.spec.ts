/** Light and dark, as the system has it. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

/** Runs in the page before all else: what begins to fade, and what scripts add to the styles. */
function watch(): void {
  const seen = window as typeof window & { fades?: number; styles?: string[] };
  seen.fades = 0;
  seen.styles = [];
  document.addEventListener('transitionrun', () => {
    seen.fades = (seen.fades ?? 0) + 1;
  });
  document.addEventListener('DOMContentLoaded', () => {
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes)
          if (node instanceof HTMLStyleElement) seen.styles?.push(node.textContent);
    }).observe(document, { childList: true, subtree: true });
  });
}

const seenOn = (page: Page): Promise<{ fades: number; styles: string[] }> =>
  page.evaluate(() => {
    const { fades = Number.NaN, styles = [] } = window as typeof window & {
      fades?: number;
      styles?: string[];
    };
    return { fades, styles };
  });

test('a theme comes at once, in a page that adds no styles of its own', async ({ page }) => {
  await page.addInitScript(watch);
  await page.goto('/topics');
  // The page listens once this is so, to the system, too.
  const header = page.getByRole('columnheader', { name: /^Records/ });
  await header.getByRole('button').click();
  await expect(header).toHaveAttribute('aria-sort', 'descending');
  await page.getByRole('heading', { level: 1 }).hover();
  const background = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();

  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveClass(/dark/);
  await expect.poll(background).not.toBe(light);
  expect(await seenOn(page)).toEqual({ fades: 0, styles: [] });

  // What is pointed at fades again.
  await expect(page.locator('html')).not.toHaveAttribute('data-theme-changes');
  await page.getByRole('link', { name: 'Groups' }).first().hover();
  await expect.poll(async () => (await seenOn(page)).fades).toBeGreaterThan(0);
});
