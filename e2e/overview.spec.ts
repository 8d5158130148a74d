import { expect, makeTopic, test } from './fixtures.ts';

test('the overview says how things are and its numbers move by themselves', async ({ page }) => {
  const ahead: string[] = [];
  page.on('request', (request) => {
    if (request.headers()['next-router-prefetch'] !== undefined) ahead.push(request.url());
  });
  await page.goto('/');
  await expect(page).toHaveTitle('Overview · Aquila');
  const tiles = page.getByRole('list', { name: 'The cluster in numbers' });
  await expect(tiles.getByRole('link', { name: /^Brokers 3/ })).toBeVisible();
  await expect(tiles.getByRole('link', { name: /^Topics \d+/ })).toBeVisible();
  const messages = page.getByRole('figure', { name: /^Messages in/ });
  await expect(messages).toHaveAttribute('aria-label', /\d/);
  const first = await messages.getAttribute('aria-label');
  await expect(messages).not.toHaveAttribute('aria-label', first ?? '', { timeout: 30_000 });
  expect(ahead).toEqual([]);
});

test('the records of a topic grow on the screen without a reload, also by slow answers and where the browser knows of no network', async ({
  page,
}) => {
  // A round comes every two seconds.
  await page.route(/\/topics\?/, async (route) => {
    await new Promise((answer) => setTimeout(answer, 2_500));
    await route.continue();
  });
  await page.goto('/topics');
  await expect(page.getByText(/^live/)).toBeVisible();
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  const records = page
    .getByRole('row', { name: /^page-views/ })
    .getByRole('cell')
    .nth(3);
  await expect(records).toHaveText(/\d/);
  const before = await records.textContent();
  await expect(records).not.toHaveText(before ?? '');
});

test('what changed is marked in the charts, and stands below them with a link to it', async ({
  page,
  kafka,
}) => {
  await page.goto('/');
  await makeTopic(kafka, 'made-just-now', 1);
  const marked = page.getByRole('list', { name: 'Messages in: what changed' });
  await expect(marked).toContainText('made-just-now');
  await page.getByRole('button', { name: 'Changes', exact: true }).click();
  await expect(marked).toHaveCount(0);
  await expect(page).toHaveURL(/changes=off/);
  const changes = page.getByRole('region', { name: 'What changed in the last hour' });
  await changes.getByRole('link', { name: 'made-just-now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'made-just-now' })).toBeVisible();
});
