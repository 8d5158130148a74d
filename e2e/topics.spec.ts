import { expect, makeTopic, test } from './fixtures.ts';

test('a topic is found by its name and shown with its partitions as the broker has them', async ({
  page,
  kafkaAdmin,
}) => {
  await page.goto('/topics');
  const table = page.getByRole('table', { name: 'Topics' });
  await expect(table.getByRole('row', { name: /^page-views/ })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Filter by name' }).fill('paym');
  await expect(table.getByRole('row', { name: /^page-views/ })).toHaveCount(0);
  await table.getByRole('link', { name: 'payments' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'payments' })).toBeVisible();
  await expect(page).toHaveURL(/\/topics\/payments$/);
  const [described] = (await kafkaAdmin.fetchTopicMetadata({ topics: ['payments'] })).topics;
  const rows = page.getByRole('table', { name: 'Partitions' }).getByRole('row');
  await expect(rows).toHaveCount(1 + (described?.partitions.length ?? 0));
  await expect(
    page.getByRole('table', { name: 'Consumer groups on it' }).getByRole('link', { name: 'payment-service' }),
  ).toBeVisible();
});

test('low and high offsets on the page are those of the broker', async ({ page, kafka, kafkaAdmin }) => {
  await makeTopic(kafka, 'counted', 37);
  const [end] = await kafkaAdmin.fetchTopicOffsets('counted');
  expect(end?.high).toBe('37');
  await page.goto('/topics/counted');
  const row = page.getByRole('table', { name: 'Partitions' }).getByRole('row').nth(1);
  await expect(row.getByRole('cell').nth(5)).toHaveText('0');
  await expect(row.getByRole('cell').nth(6)).toHaveText('37');
});
