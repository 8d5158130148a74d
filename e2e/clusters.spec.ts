import { expect, test } from './fixtures.ts';

/** ConfigResource.Type of Kafka; kafkajs' own name for it is not to be had from an ES module. */
const BROKER = 4;

test('a cluster is tested, added, looked at, not changed where it is only watched, and removed', async ({
  page,
  product,
  kafkaAdmin,
}) => {
  await page.goto('/clusters');
  await page.getByRole('button', { name: 'Add cluster' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add cluster' });
  await dialog.getByLabel('Name', { exact: true }).fill('Second look');
  await dialog.getByLabel('Brokers', { exact: true }).fill('127.0.0.1:1');
  await dialog.getByRole('button', { name: 'Test' }).click();
  const result = dialog.getByRole('status', { name: 'Result of the test' });
  await expect(result).toContainText('The cluster cannot be watched like this.');
  await expect(result).toContainText('Check that the broker runs');
  await dialog.getByLabel('Brokers', { exact: true }).fill(product.brokerAddress);
  await dialog.getByRole('button', { name: 'Test' }).click();
  await expect(result).toContainText('The cluster can be watched: 3 brokers.');
  await dialog.getByRole('button', { name: 'Add cluster' }).click();
  await expect(dialog).toBeHidden();

  const row = page.getByRole('table', { name: 'Clusters' }).getByRole('row', { name: /Second look/ });
  await expect(row).toContainText('Answers');
  const renamed = page.getByRole('table', { name: 'Clusters' }).getByRole('row', { name: /Another look/ });
  const bundled = page.getByRole('table', { name: 'Clusters' }).getByRole('row', { name: /^local/ });
  await expect(bundled).toContainText('Answers');
  await expect(bundled.getByRole('button', { name: /^(Edit|Remove)/ })).toHaveCount(0);
  await row.getByRole('button', { name: 'Edit Second look' }).click();
  const edited = page.getByRole('dialog', { name: /Second look/ });
  await expect(edited.getByLabel('Name', { exact: true })).toHaveValue('Second look');
  await edited.getByLabel('Name', { exact: true }).fill('Another look');
  await edited.getByLabel('Only watch').check();
  await edited.getByRole('button', { name: 'Save cluster' }).click();
  await expect(edited).toBeHidden();
  await expect(row).toHaveCount(0);
  await renamed.getByRole('link', { name: 'Another look' }).click();
  await expect(page).toHaveURL(/\/c\/second-look$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cluster Another look, switch to another' })).toBeVisible();

  await page.goto('/c/second-look/topics');
  await expect(
    page.getByRole('table', { name: 'Topics' }).getByRole('row', { name: /^orders/ }),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Create topic' })).toHaveCount(0);
  const refused = await page.request.post('/api/v1/clusters/second-look/topics', {
    headers: { Origin: product.url },
    data: { name: 'not-in-this-one', partitions: 1, replicationFactor: 1 },
  });
  expect(refused.status()).toBe(409);
  expect(await refused.json()).toMatchObject({ type: 'read-only' });
  expect(await kafkaAdmin.listTopics()).not.toContain('not-in-this-one');

  await page.goto('/clusters');
  await renamed.getByRole('button', { name: 'Remove Another look' }).click();
  const question = page.getByRole('dialog', { name: 'Stop watching Another look' });
  await question.getByRole('button', { name: 'Remove cluster' }).click();
  await expect(renamed).toHaveCount(0);
});

test('a setting of a running broker is changed, and Kafka’s refusal is shown as it came', async ({
  page,
  kafkaAdmin,
}) => {
  const asked = { type: BROKER, name: '0', configNames: ['log.retention.ms'] };
  const retention = async (): Promise<string | undefined> => {
    const { resources } = await kafkaAdmin.describeConfigs({ includeSynonyms: false, resources: [asked] });
    return resources[0]?.configEntries[0]?.configValue;
  };
  await page.goto('/brokers/0?settings=changeable');
  await page.getByRole('button', { name: 'Change log.retention.ms' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change log.retention.ms' });
  // Words where a number belongs are not even sent; what only Kafka knows to be wrong is.
  await dialog.getByLabel('New value').fill('-7');
  await dialog.getByRole('button', { name: 'Change setting' }).click();
  await expect(dialog.getByRole('alert')).toContainText('Kafka refused it');
  await dialog.getByLabel('New value').fill('604800001');
  await dialog.getByRole('button', { name: 'Change setting' }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole('table', { name: 'Settings' }).getByRole('row', { name: /^log\.retention\.ms/ });
  await expect(row).toContainText('604800001');
  await expect(row).toContainText('set while the broker runs');
  expect(await retention()).toBe('604800001');
});
