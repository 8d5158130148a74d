/**
 * What all lists have in common: what could not be read is said in their place and asked for again, what was read once stays, and rows
 * keep their places until somebody sorts them again. The answers are played at the browser's border, so that they come when they should.
 */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const failing = {
  status: 500,
  contentType: 'application/problem+json',
  body: JSON.stringify({ type: 'internal', title: 'No answer', status: 500, detail: 'It failed.' }),
};

test('a list that could not be read says so in its place, keeps its head, and is asked for again', async ({
  page,
}) => {
  let asked = 0;
  let fails = true;
  await page.route('**/api/v1/users?*', async (route) => {
    asked += 1;
    await (fails ? route.fulfill(failing) : route.continue());
  });
  await page.clock.install();
  await page.goto('/users');
  const failure = page.getByText('The users could not be read');
  await expect(failure).toBeVisible();
  await expect(page.getByRole('table', { name: 'Users' })).toHaveCount(0);
  await expect(page.getByRole('heading', { level: 1, name: 'Users' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add user' })).toBeVisible();
  // It is asked again by itself, too, but not while the clock of the page stands still.
  await page.clock.pauseAt(Date.now() + 3_600_000);
  // What the leap of an hour asked is on its way: it is counted once a request that was sent after it has its answer.
  await page.evaluate(async () => (await fetch('/api/v1/users?after=leap')).text());
  const before = asked;
  fails = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => asked).toBe(before + 1);
  await page.clock.resume();
  await expect(page.getByRole('row', { name: /admin.*you/ }).first()).toBeVisible();
  await expect(failure).toHaveCount(0);
});

test('a list that was read stays while it cannot be read again', async ({ page }) => {
  await page.goto('/topics');
  const orders = page.getByRole('table', { name: 'Topics' }).getByRole('row', { name: /^orders/ });
  await expect(orders).toBeVisible();
  await expect(page.getByText(/^\d+ topics, \d+ partitions\./)).toBeVisible();
  let failed = 0;
  await page.route('**/clusters/local/topics?*', async (route) => {
    await route.fulfill(failing);
    failed += 1;
  });
  // By the third the page has heard of the first.
  await expect.poll(() => failed).toBeGreaterThan(2);
  await expect(orders).toBeVisible();
  await expect(page.getByText('The topics could not be read')).toHaveCount(0);
});

/** Answers for the list of topics: these, with so many records. */
async function playRecords(page: Page, records: () => Readonly<Record<string, number>>): Promise<void> {
  await page.route('**/clusters/local/topics?*', async (route) => {
    const answer = await route.fetch();
    const list = (await answer.json()) as { items: { name: string }[] };
    const now = records();
    const items = list.items
      .filter(({ name }) => name in now)
      .map((item) => ({ ...item, records: now[item.name] }));
    await route.fulfill({ response: answer, json: { ...list, items, total: items.length } });
  });
}

test('rows are counted, sorted by any column, and keep their places until somebody sorts again', async ({
  page,
}) => {
  let records = { orders: 7_000_003, payments: 7_000_002, 'page-views': 7_000_001 };
  await playRecords(page, () => records);
  await page.goto('/topics');
  const table = page.getByRole('table', { name: 'Topics' });
  const first = (name: string) => expect(table.getByRole('row').nth(1)).toContainText(name);
  await expect(table.getByRole('row', { name: /^orders/ })).toContainText('7,000,003');
  await expect(page.getByText('3 rows', { exact: true })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('pa');
  await expect(page.getByText('2 of 3', { exact: true })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('');
  await expect(page.getByText('3 rows', { exact: true })).toBeVisible();

  const header = table.getByRole('columnheader', { name: /^Records/ });
  await header.getByRole('button').click();
  await expect(header).toHaveAttribute('aria-sort', 'descending');
  await expect(page).toHaveURL(/sort=-records/);
  await first('orders');
  await header.getByRole('button').click();
  await expect(header).toHaveAttribute('aria-sort', 'ascending');
  await first('page-views');
  const again = page.getByRole('button', { name: /changed places?, sort again$/ });
  await expect(again).toHaveCount(0);

  records = { orders: 7_000_003, payments: 7_000_002, 'page-views': 7_000_009 };
  await expect(table.getByRole('row', { name: /^page-views/ })).toContainText('7,000,009');
  await first('page-views');
  await again.click();
  await first('payments');
  await expect(again).toHaveCount(0);
});

test('a search in many rows shows those in view, then those around them; of few it shows all', async ({
  page,
}) => {
  await page.route('**/clusters/local/topics?*', async (route) => {
    const answer = await route.fetch();
    const list = (await answer.json()) as { items: { name: string }[] };
    const items = Array.from({ length: 550 }, (_, index) => ({
      ...list.items[0],
      name: `many-${String(index).padStart(3, '0')}`,
      internal: false,
    }));
    await route.fulfill({ response: answer, json: { ...list, items, total: items.length } });
  });
  await page.clock.install();
  await page.goto('/topics');
  const rows = page.getByRole('table', { name: 'Topics' }).getByRole('link');
  const search = page.getByRole('searchbox', { name: 'Filter by name' });
  const found = (count: string) => expect(page.getByText(count, { exact: true })).toBeVisible();
  await found('550 rows');
  const [inView, withThoseAround] = [24, 32];
  await expect(rows).toHaveCount(withThoseAround);

  // What is around them comes a moment later, and here the moment does not pass by itself.
  await page.clock.pauseAt(Date.now() + 3_600_000);
  await search.fill('1');
  await found('190 of 550');
  await expect(rows.first()).toHaveText('many-001');
  await expect(rows).toHaveCount(inView);
  await page.clock.runFor(1_000);
  await expect(rows).toHaveCount(withThoseAround);
  await page.clock.resume();
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(rows.last()).toHaveText('many-541');
  await expect(rows.last()).toBeInViewport();

  // From the end of a long answer to shorter ones.
  await search.fill('many-5');
  await found('50 of 550');
  await expect(rows).toHaveText(Array.from({ length: 50 }, (_, index) => `many-${String(500 + index)}`));
  await search.fill('77');
  await found('5 of 550');
  await expect(rows.last()).toHaveText('many-477');
});
