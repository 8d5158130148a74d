/**
 * Whatever floats above a page: axe finds nothing in it, light or dark, and on a phone all of it can be reached. It is opened once and looked at in
 * each way, for a page takes longer to load than to turn dark or narrow. The keyboard begins in what opens, and is back where it was afterwards.
 */
import type { Locator, Page } from '@playwright/test';
import { expectNoFindings } from './axe.ts';
import { expect, test } from './fixtures.ts';

interface Float {
  readonly path: string;
  readonly open: (page: Page) => Promise<void>;
  readonly role?: 'menu';
  /** It hangs on its button, which may be elsewhere on a phone: there it is opened anew. */
  readonly hangs?: true;
}
const press = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).click();

const choose = (name: string) => async (page: Page) => {
  if (!(await page.getByRole('menu').isVisible())) await press('Actions')(page);
  await page.getByRole('menuitem', { name }).click();
};

const floats: readonly Float[] = [
  { path: '/alerts?tab=rules&rule=new', open: async () => undefined },
  { path: '/alerts?tab=rules&rule=new&type=group-status', open: async () => undefined },
  { path: '/alerts?tab=rules&rule=new&type=producer-rate', open: async () => undefined },
  { path: '/alerts?tab=channels', open: press('New channel') },
  { path: '/alerts?tab=silences', open: press('New silence') },
  { path: '/topics', open: press('Create topic') },
  { path: '/topics/orders', open: choose('Add partitions…') },
  { path: '/topics/orders', open: choose('Delete…') },
  { path: '/topics/orders', open: choose('Take records out…') },
  { path: '/topics/orders?settings=all', open: press('Change retention.ms') },
  { path: '/topics/orders/messages', open: press('Produce message') },
  {
    path: '/topics/orders/messages',
    open: (page) =>
      page
        .getByRole('button', { name: /^Open the message/ })
        .first()
        .click(),
  },
  { path: '/topics/orders/messages', open: press('How to write a filter') },
  { path: '/groups', open: press('Custom'), hangs: true },
  { path: '/groups', open: press('Columns'), role: 'menu', hangs: true },
  { path: '/groups/old-report', open: press('Reset offsets…') },
  { path: '/clusters', open: press('Add cluster') },
  { path: '/users', open: press('Add user') },
  { path: '/settings', open: press('Create token') },
  { path: '/clusters', open: press('Account of admin'), role: 'menu', hangs: true },
  { path: '/clusters', open: (page) => page.keyboard.press('/') },
  { path: '/clusters', open: (page) => page.keyboard.press('?') },
];

/** All of it, down to its last button, without moving it sideways. */
async function expectToFit(page: Page, float: Locator): Promise<void> {
  const window = page.viewportSize() ?? { width: 0, height: 0 };
  await expect(async () => {
    const box = await float.boundingBox();
    expect(box).not.toBeNull();
    const { x, y, width, height } = box ?? { x: -1, y: -1, width: 0, height: 0 };
    expect({ left: x >= 0, top: y >= 0 }).toEqual({ left: true, top: true });
    // Half pixels are drawn as whole ones.
    expect(x + width).toBeLessThanOrEqual(window.width + 0.5);
    expect(y + height).toBeLessThanOrEqual(window.height + 0.5);
  }).toPass({ timeout: 5_000 });
  expect(await float.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
  const last = float.getByRole('button').last();
  if ((await last.count()) === 0) return;
  await last.scrollIntoViewIfNeeded();
  await expect(last).toBeInViewport({ ratio: 1 });
}

test.use({ colorScheme: 'light', contextOptions: { reducedMotion: 'reduce' } });

for (const [index, { path, open, role = 'dialog', hangs }] of floats.entries()) {
  test(`axe finds nothing in ${role} ${index + 1}, on ${path}, light or dark, and it fits a phone`, async ({
    page,
  }) => {
    await page.goto(path);
    // Behind a dialog that its address opens the heading has no role.
    await expect(page.locator('h1')).toHaveCount(1);
    const float = page.getByRole(role);
    // A key that is pressed before the page listens says nothing.
    const openIt = () =>
      expect(async () => {
        if (!(await float.isVisible())) await open(page);
        await expect(float).toBeVisible({ timeout: 2_000 });
      }).toPass();
    await openIt();
    // The page behind a menu is out of reach, which axe knows of dialogs only.
    await expectNoFindings(page, role === 'menu' ? '[role=menu]' : undefined);
    if (hangs === true) {
      await page.keyboard.press('Escape');
      await expect(float).toHaveCount(0);
    }
    await page.setViewportSize({ width: 360, height: 600 });
    await openIt();
    await expectToFit(page, float);
  });
}

const givingBack: readonly {
  readonly path: string;
  readonly button: string | RegExp;
  readonly item?: string;
  /** Null: it has none, and the keyboard is at a button. */
  readonly field: string | null;
}[] = [
  { path: '/alerts?tab=channels', button: 'New channel', field: 'Name' },
  { path: '/topics', button: 'Create topic', field: 'Name' },
  { path: '/topics/orders', button: 'Actions', item: 'Add partitions…', field: 'Partitions' },
  { path: '/topics/orders?settings=all', button: 'Change retention.ms', field: 'New value' },
  { path: '/topics/orders/messages', button: /^Open the message/, field: null },
  { path: '/clusters', button: 'Add cluster', field: 'Name' },
  { path: '/settings', button: 'Create token', field: 'Name' },
];

for (const { path, button, item, field } of givingBack) {
  test(`the keyboard begins in what ${item ?? String(button)} on ${path} opens, and comes back`, async ({
    page,
  }) => {
    await page.goto(path);
    const opener = page.getByRole('button', { name: button }).first();
    const dialog = page.getByRole('dialog');
    await expect(async () => {
      await opener.focus();
      await page.keyboard.press('Enter');
      await expect(page.getByRole(item === undefined ? 'dialog' : 'menu')).toBeVisible({ timeout: 2_000 });
    }).toPass();
    if (item !== undefined) await page.getByRole('menuitem', { name: item }).press('Enter');
    const first = field === null ? dialog.locator(':focus') : dialog.getByLabel(field).first();
    await expect(first).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(opener).toBeFocused();
  });
}

test('the keyboard begins in a form that waits for what it begins with', async ({ page }) => {
  await page.goto('/topics?topic=new&like=orders');
  await expect(page.getByRole('dialog').getByLabel('Name')).toBeFocused();
});
