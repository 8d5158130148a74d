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
  await expect(tiles.getByRole('link', { name: /^Alerts firing \d+/ })).toBeVisible();
  for (const title of [
    'Most lag',
    'Most records',
    'Largest topics',
    'Most messages in',
    'Most bytes in',
    'Most bytes out',
  ])
    await expect(page.getByRole('region', { name: title })).toBeVisible();
  const records = page.getByRole('region', { name: 'Most records' });
  await expect(records.getByRole('listitem').first().getByRole('link')).toHaveAttribute(
    'href',
    /^\/topics\//,
  );
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
  const messages = page.getByRole('figure', { name: /^Messages in/ });
  await expect(messages.locator('[data-change-mark]').first()).toBeAttached();
  await page.getByRole('button', { name: 'Changes', exact: true }).click();
  await expect(marked).toHaveCount(0);
  await expect(page).toHaveURL(/changes=off/);
  const changes = page.getByRole('region', { name: 'What changed in the last hour' });
  await changes.getByRole('link', { name: 'made-just-now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'made-just-now' })).toBeVisible();
  await expect(page.getByRole('list', { name: /: what changed$/ }).first()).toContainText('made-just-now');
  await page.goto('/topics/orders');
  await expect(page.getByRole('figure', { name: /^Messages in/ })).toHaveAttribute('aria-label', /\d/);
  await expect(page.getByRole('list', { name: /: what changed$/ }).getByText('made-just-now')).toHaveCount(0);
});

test('of many names of one change the first are shown, and the rest when asked for', async ({ page }) => {
  const topics = Array.from({ length: 50 }, (_, index) => `many-${String(index).padStart(2, '0')}`);
  const at = new Date(Date.now() - 5 * 60_000).toISOString();
  await page.route(/\/clusters\/local\/changes(\?|$)/, async (route) => {
    const answer = await route.fetch();
    const told = (await answer.json()) as object;
    const change = { kind: 'topics-created', count: 900, topics };
    const items = [{ at, since: at, times: 1, firstAt: at, change }];
    await route.fulfill({ response: answer, json: { ...told, items, total: 1 } });
  });
  await page.goto('/');
  const changes = page.getByRole('region', { name: 'What changed in the last hour' });
  await expect(changes.getByRole('link', { name: /^many-/ })).toHaveCount(5);
  await changes.getByRole('button', { name: 'and 895 more' }).click();
  await expect(changes.getByRole('link', { name: /^many-/ })).toHaveCount(50);
  await expect(changes.getByText('and 850 more')).toBeVisible();
  await changes.getByRole('button', { name: 'show fewer' }).click();
  await expect(changes.getByRole('link', { name: /^many-/ })).toHaveCount(5);
});
