/** What axe finds on a page, in light and in dark mode. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** What can differ between light and dark: all else axe looks at is the same document. */
const rulesOfColours = ['color-contrast', 'link-in-text-block'];

/**
 * No page has frames, so axe judges where it looks, without a blank page beside it; and of what is in order it need not say where it
 * stands.
 */
function axeOn(page: Page, within: string | undefined): AxeBuilder {
  const axe = new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'], selectors: false });
  return within === undefined ? axe : axe.include(within);
}

/** What axe finds, in words. */
async function findingsOf(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
  );
}

/** The page as it is in light and in dark mode, which it changes to as the system does, without being loaded anew. */
export async function findingsOn(page: Page, within?: string): Promise<{ light: string[]; dark: string[] }> {
  const all = axeOn(page, within).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']);
  const light = await findingsOf(all);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveClass(/dark/);
  return { light, dark: await findingsOf(axeOn(page, within).withRules(rulesOfColours)) };
}

/** `within`: a selector of what alone is judged. */
export async function expectNoFindings(page: Page, within?: string): Promise<void> {
  expect(await findingsOn(page, within)).toEqual({ light: [], dark: [] });
}
