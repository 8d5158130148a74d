/** The page of metrics charts and the board for a big screen. */
import { expect, test } from './fixtures.ts';

test('meters are drawn by broker and all together, over each range, and zoomed in all charts at once', async ({
  page,
}) => {
  // Twenty charts take their time on a busy machine.
  test.setTimeout(300_000);
  await page.goto('/metrics-charts?range=15m');
  const messages = page.getByRole('figure', { name: /^Messages in\. / });
  await expect(messages).toHaveAttribute('aria-label', /Broker 0: .*Broker 1: .*Broker 2: /, {
    timeout: 90_000,
  });
  const memory = page.getByRole('figure', { name: /^Memory\. / });
  await expect(memory).toBeVisible();
  // Of charts far below the view only the place is there, until somebody prints them.
  const drawn = page.locator('figure .recharts-surface');
  const inView = await drawn.count();
  await page.emulateMedia({ media: 'print' });
  await expect.poll(() => drawn.count()).toBeGreaterThan(inView);
  await page.emulateMedia({ media: null });
  await page.getByRole('button', { name: 'All brokers together' }).click();
  await expect(messages).toHaveAttribute('aria-label', /All brokers: /);
  await expect(page).toHaveURL(/view=sum/);

  const plot = await messages.getByRole('slider').boundingBox();
  if (plot === null) throw new Error('the chart has no place on the page');
  const y = plot.y + plot.height / 2;
  await page.mouse.move(plot.x + plot.width * 0.5, y);
  await page.mouse.down();
  await page.mouse.move(plot.x + plot.width * 0.9, y, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/range=custom&.*from=\d+&to=\d+/);
  await page.getByRole('button', { name: 'Yesterday' }).click();
  await expect(page).toHaveURL(/range=yesterday/);
  await expect(page.getByRole('figure', { name: 'Memory' })).toContainText(
    'No broker told it in this range.',
  );
});

test('all brokers together are the sum of what each of them told', async ({ page }) => {
  await page.route(/\/history\?series=broker\.messagesInPerSec/, async (route) => {
    const answer = await route.fetch();
    const told = (await answer.json()) as { to: number };
    const series = [10, 20, 400].map((value, broker) => ({
      labels: { broker: String(broker) },
      points: [
        [told.to - 10_000, value],
        [told.to, value],
      ],
    }));
    await route.fulfill({ response: answer, json: { ...told, series, total: 3 } });
  });
  await page.goto('/metrics-charts?range=15m&view=sum');
  await expect(page.getByRole('figure', { name: /^Messages in\. All brokers: 430\/s/ })).toBeVisible();
});

test('the wall board says how the cluster is, with nothing around it, and lets one out', async ({ page }) => {
  await page.goto('/wall');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const numbers = page.getByRole('list', { name: 'The cluster in numbers' });
  await expect(numbers.getByRole('listitem').filter({ hasText: 'Brokers' })).toContainText('3');
  await expect(numbers.getByRole('listitem').filter({ hasText: 'Messages in' })).toContainText('/s');
  await expect(page.getByRole('navigation', { name: 'Pages' })).toHaveCount(0);
  const { scrollWidth, innerWidth } = await page.evaluate(() => ({
    scrollWidth: document.documentElement.scrollWidth,
    innerWidth: window.innerWidth,
  }));
  expect(scrollWidth).toBeLessThanOrEqual(innerWidth);
  await page.getByRole('link', { name: 'Leave the wall board' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
});
