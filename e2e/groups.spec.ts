import { expect, makeTopic, test } from './fixtures.ts';

test('a group that is behind is shown with its lag, per partition and over time', async ({
  page,
  kafka,
  kafkaAdmin,
}) => {
  await makeTopic(kafka, 'waiting-room', 90);
  await kafkaAdmin.setOffsets({
    groupId: 'waiting-group',
    topic: 'waiting-room',
    partitions: [{ partition: 0, offset: '20' }],
  });
  await page.goto('/groups');
  await page
    .getByRole('table', { name: 'Consumer groups' })
    .getByRole('link', { name: 'waiting-group' })
    .click();
  await expect(page.getByRole('heading', { level: 1, name: 'waiting-group' })).toBeVisible();
  const row = page.getByRole('table', { name: 'Partitions' }).getByRole('row', { name: /^waiting-room 0/ });
  await expect(row.getByRole('img', { name: 'committed 20 of 90' })).toBeVisible();
  await expect(row.getByRole('cell').nth(5)).toHaveText('70');
  await expect(page.getByRole('list', { name: 'The group in numbers' })).toContainText('70');
  await expect(page.getByRole('figure', { name: /^Lag\. waiting-group: 70/ })).toBeVisible();
  for (const range of ['Today', 'Yesterday', '3 days', '7 days']) {
    await page.getByRole('button', { name: range }).click();
    await expect(page.getByRole('button', { name: range })).toHaveAttribute('aria-pressed', 'true');
    await expect(page.getByRole('figure', { name: /^Lag\b/ })).toBeVisible();
  }
});

test('a live group shows who reads which partition', async ({ page }) => {
  await page.goto('/groups/order-service');
  const members = page.getByRole('table', { name: 'Members' });
  await expect(members.getByRole('row', { name: /order-service.*orders 0, 1, 2, 3, 4, 5/ })).toBeVisible();
});
