import { execFileSync } from 'node:child_process';
import { expect, makeTopic, signIn, test } from './fixtures.ts';
import { topicToken } from './product.ts';

test('a topic is deleted with its name and the right token, and both tries are in the audit', async ({
  page,
  kafka,
  kafkaAdmin,
}) => {
  await makeTopic(kafka, 'to-be-deleted', 5);
  await page.goto('/topics/to-be-deleted');
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete to-be-deleted' });
  const submit = dialog.getByRole('button', { name: 'Delete topic' });
  await expect(submit).toBeDisabled();
  await dialog.getByLabel('Type to-be-deleted to confirm').fill('to-be-deleted');
  await dialog.getByLabel('Topic token').fill('a wrong token');
  await submit.click();
  await expect(dialog.getByText(/This is not the topic token/)).toBeVisible();
  expect(await kafkaAdmin.listTopics()).toContain('to-be-deleted');
  await dialog.getByLabel('Topic token').fill(topicToken);
  await submit.click();
  await expect(page).toHaveURL(/\/topics$/);
  await expect.poll(() => kafkaAdmin.listTopics()).not.toContain('to-be-deleted');

  await page.goto('/audit');
  const rows = page.getByRole('table', { name: 'Audit' }).getByRole('row', { name: /to-be-deleted/ });
  await expect(rows).toHaveCount(2);
  await expect(rows.filter({ hasText: /wrong-topic-token/ })).toHaveCount(1);
  await expect(rows.filter({ has: page.getByRole('cell', { name: 'Done', exact: true }) })).toHaveCount(1);
});

test.describe('a viewer', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('sees everything, is offered no deletion, and is refused one', async ({ page, product }) => {
    const password = 'only looks at 1 thing';
    execFileSync(
      process.execPath,
      ['bin/aquila', 'user', 'create', 'looker', '--role', 'viewer', '--data', product.data],
      { input: password },
    );
    await signIn(page, 'looker', password);
    await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeVisible();
    await page.goto('/topics/orders');
    await expect(page.getByRole('table', { name: 'Partitions' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Actions' })).toHaveCount(0);
    const status = await page.evaluate(async (token) => {
      const answer = await fetch('/api/v1/clusters/local/topics/orders', {
        method: 'DELETE',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ confirm: 'orders', token }),
      });
      return answer.status;
    }, topicToken);
    expect(status).toBe(403);
    await page.goto('/topics/orders');
    await expect(page.getByRole('heading', { level: 1, name: 'orders' })).toBeVisible();
  });
});
