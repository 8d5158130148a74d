import { Partitioners } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { expect, makeTopic, test } from './fixtures.ts';

/** ConfigResource.Type of Kafka; kafkajs' own name for it is not to be had from an ES module. */
const TOPIC = 2;

async function retentionOf(admin: Admin, topic: string): Promise<string | undefined> {
  const asked = { type: TOPIC, name: topic, configNames: ['retention.ms'] };
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [asked] });
  return resources[0]?.configEntries[0]?.configValue;
}

test('a topic is made with a form that says first what it will make, and is in Kafka as it was said', async ({
  page,
  kafkaAdmin,
}) => {
  await page.goto('/topics');
  await page.getByRole('button', { name: 'Create topic' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create topic' });
  const name = dialog.getByLabel('Name');
  await name.fill('orders');
  await expect(name).toHaveAccessibleDescription('A topic of this name exists already.');
  await name.fill('made-by-form');
  await dialog.getByLabel('Partitions').fill('4');
  const replicas = dialog.getByLabel('Replicas');
  await replicas.fill('4');
  await expect(replicas).toHaveAccessibleDescription('From 1 to 3: that many brokers are up.');
  await replicas.fill('2');
  await dialog.getByLabel('Kept for').selectOption({ label: '7 days' });
  await expect(
    dialog.getByText('Will create made-by-form with 4 partitions × 2 replicas on brokers 0, 1, 2.'),
  ).toBeVisible();
  await dialog.getByRole('button', { name: 'Create topic' }).click();
  await expect(dialog).toBeHidden();
  const [made] = (await kafkaAdmin.fetchTopicMetadata({ topics: ['made-by-form'] })).topics;
  expect(made?.partitions.map(({ replicas: on }) => on.length)).toEqual([2, 2, 2, 2]);
  expect(await retentionOf(kafkaAdmin, 'made-by-form')).toBe(String(7 * 24 * 3_600_000));
  const table = page.getByRole('table', { name: 'Topics' });
  await table.getByRole('link', { name: 'made-by-form' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'made-by-form' })).toBeVisible();
});

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
  const strip = page.getByRole('slider', { name: /one cell each/ });
  await strip.press('ArrowRight');
  await expect(strip).toHaveAttribute('aria-valuetext', /^Partition 0 · /);
  await strip.press('End');
  await expect(strip).toHaveAttribute(
    'aria-valuetext',
    new RegExp(`^Partition ${String((described?.partitions.length ?? 0) - 1)} · `),
  );
  await strip.press('Enter');
  await expect(page).toHaveURL(/\/topics\/payments\/messages\?.*partition=\d+/);
  await page.goBack();
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

test('who writes to a topic is told by its brokers, with the transaction that holds readers back until it ends', async ({
  page,
  kafka,
}) => {
  await makeTopic(kafka, 'transfers', 3);
  const producer = kafka.producer({
    ...{ transactionalId: 'transfers-1', maxInFlightRequests: 1 },
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic: 'transfers', messages: [{ value: 'not yet' }] });
  await page.goto('/topics/transfers');
  const writers = page.getByRole('table', { name: 'Producers on it' });
  await expect(writers.getByRole('row')).toHaveCount(2);
  await expect(writers.getByRole('row').nth(1)).toContainText('from offset 3');
  await expect(writers.getByRole('row').nth(1)).toContainText('transfers-1');
  const open = page.getByRole('table', { name: 'Open transactions on it' });
  await expect(open.getByRole('row', { name: /^transfers-1/ })).toContainText('Ongoing');
  await expect(page.getByText(/who reads only what is committed waits at offset 3/)).toBeVisible();
  await expect(page.getByText(/Not told by broker/)).toHaveCount(0);

  await transaction.commit();
  await producer.disconnect();
  await page.reload();
  await expect(page.getByText('No transaction is open')).toBeVisible();
  await expect(writers.getByRole('row').nth(1)).toContainText('none');
});

test('records are taken out of a topic, its setting is changed, and one of two together, each told before it is done', async ({
  page,
  kafka,
  kafkaAdmin,
}) => {
  await makeTopic(kafka, 'taken-out-a', 7);
  await makeTopic(kafka, 'taken-out-b', 0);
  await page.goto('/topics/taken-out-a');
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Take records out…' }).click();
  const purge = page.getByRole('dialog', { name: 'Take records out of taken-out-a' });
  await purge.getByRole('button', { name: 'Show what would go' }).click();
  await expect(purge.getByRole('row', { name: /^0/ })).toContainText('7');
  const submit = purge.getByRole('button', { name: 'Take 7 records out' });
  await expect(submit).toBeDisabled();
  await purge.getByLabel('Type taken-out-a to confirm').fill('taken-out-a');
  await submit.click();
  await expect(purge).toBeHidden();
  const [offsets] = await kafkaAdmin.fetchTopicOffsets('taken-out-a');
  expect(offsets?.low).toBe('7');
  const row = page.getByRole('table', { name: 'Partitions' }).getByRole('row').nth(1);
  await expect(row.getByRole('cell').nth(5)).toHaveText('7');

  await page.goto('/topics/taken-out-a?settings=all');
  await page.getByRole('button', { name: 'Change retention.ms' }).click();
  const setting = page.getByRole('dialog', { name: 'Change retention.ms' });
  await expect(setting.getByRole('listitem').last()).toContainText('log.retention.hours');
  await setting.getByLabel('New value').fill('7200000');
  await setting.getByRole('button', { name: 'Change setting' }).click();
  await expect(setting).toBeHidden();
  const kept = page.getByRole('table', { name: 'Settings' }).getByRole('row', { name: /^retention\.ms/ });
  await expect(kept).toContainText('7200000');
  await expect(kept).toContainText('set on the topic');
  await expect.poll(() => retentionOf(kafkaAdmin, 'taken-out-a')).toBe('7200000');

  await page.goto('/topics?q=taken-out');
  for (const name of ['taken-out-a', 'taken-out-b'])
    await page.getByRole('checkbox', { name: `Mark ${name}` }).check();
  const bar = page.getByRole('region', { name: 'Marked topics' });
  await bar.getByRole('button', { name: 'Setting…' }).click();
  const change = page.getByRole('dialog', { name: 'Change a setting of 2 topics' });
  await change.getByLabel('Setting', { exact: true }).fill('retention.ms');
  await change.getByLabel('New value').fill('3600000');
  await change.getByRole('button', { name: 'Show what would happen' }).click();
  await expect(change.getByRole('row', { name: /^taken-out-b/ })).toContainText(/\d+ → 3600000/);
  await change.getByRole('button', { name: 'Change 2 topics' }).click();
  await expect(change.getByRole('status').first()).toContainText('Done for 2 topics.');
  for (const name of ['taken-out-a', 'taken-out-b'])
    await expect.poll(() => retentionOf(kafkaAdmin, name)).toBe('3600000');
  await change.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(bar).toHaveCount(0);
});
