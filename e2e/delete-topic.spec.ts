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
  await expect(dialog.getByLabel('Type to-be-deleted to confirm')).toBeFocused();
  const submit = dialog.getByRole('button', { name: 'Delete topic' });
  await expect(dialog.getByRole('definition').first()).toHaveText('5');
  await expect(submit).toBeDisabled();
  await dialog.getByLabel('Topic token').fill('a wrong token');
  await dialog.getByLabel('Type to-be-deleted to confirm').fill('to-be-delete');
  await expect(submit).toBeDisabled();
  await dialog.getByLabel('Type to-be-deleted to confirm').fill('to-be-deleted');
  await submit.click();
  await expect(
    dialog.getByText(/This is not the topic token\. (\d tries are left|One more wrong one)/),
  ).toBeVisible();
  await expect(dialog.getByLabel('Topic token')).toHaveValue('');
  await expect(submit).toBeDisabled();
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

test('what stands in the way of deleting is said before anybody types, of one topic and of many', async ({
  page,
  kafka,
}) => {
  await makeTopic(kafka, 'stays-here', 1);
  await page.route('**/clusters/local/topic-deletion', (route) =>
    route.fulfill({ json: { cluster: 'local', blockedBy: 'no-token' } }),
  );
  const sentence = 'There is no topic token. An administrator makes one with aquila topic-token rotate.';
  await page.goto('/topics/stays-here');
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete stays-here' });
  await expect(dialog.getByText(sentence)).toBeVisible();
  await dialog.getByLabel('Type stays-here to confirm').fill('stays-here');
  await dialog.getByLabel('Topic token').fill(topicToken);
  await expect(dialog.getByRole('button', { name: 'Delete topic' })).toBeDisabled();
  await dialog.getByRole('button', { name: 'Keep it' }).click();
  await expect(dialog).toBeHidden();

  await page.goto('/topics?q=stays-here');
  await page.getByRole('checkbox', { name: 'Mark stays-here' }).check();
  const bar = page.getByRole('region', { name: 'Marked topics' });
  await bar.getByRole('button', { name: 'Take records out…' }).click();
  const purge = page.getByRole('dialog', { name: 'Take the records out of 1 topic' });
  await expect(purge.getByRole('button', { name: 'Show what would happen' })).toBeEnabled();
  await expect(purge.getByText(sentence)).toHaveCount(0);
  await purge.getByRole('button', { name: 'Cancel' }).click();
  await bar.getByRole('button', { name: 'Delete…' }).click();
  const many = page.getByRole('dialog', { name: 'Delete 1 topic' });
  await expect(many.getByText(sentence)).toBeVisible();
  await expect(many.getByRole('button', { name: 'Show what would happen' })).toBeDisabled();
});

test('topics are deleted together with their number and the token, and a refusal is said in the dialog', async ({
  page,
  kafka,
  kafkaAdmin,
}) => {
  for (const name of ['goes-too-a', 'goes-too-b']) await makeTopic(kafka, name, 2);
  await page.goto('/topics?q=goes-too');
  for (const name of ['goes-too-a', 'goes-too-b'])
    await page.getByRole('checkbox', { name: `Mark ${name}` }).check();
  await page.getByRole('region', { name: 'Marked topics' }).getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete 2 topics' });
  await dialog.getByRole('button', { name: 'Show what would happen' }).click();
  await expect(dialog.getByRole('row', { name: /^goes-too-b/ })).toContainText('2 records');
  const submit = dialog.getByRole('button', { name: 'Delete 2 topics' });
  await expect(submit).toBeDisabled();
  await dialog.getByLabel('Topic token').fill('a wrong token');
  await dialog.getByLabel(/^Type 2 to confirm/).fill('1');
  await expect(submit).toBeDisabled();
  await dialog.getByLabel(/^Type 2 to confirm/).fill('2');
  await submit.click();
  await expect(
    dialog.getByText(/This is not the topic token\. (\d tries are left|One more wrong one)/),
  ).toBeVisible();
  await expect(dialog.getByLabel('Topic token')).toHaveValue('');
  await expect(submit).toBeDisabled();
  expect(await kafkaAdmin.listTopics()).toContain('goes-too-a');
  await dialog.getByLabel('Topic token').fill(topicToken);
  await submit.click();
  await expect(dialog.getByRole('status').first()).toContainText('Done for 2 topics.');
  await expect
    .poll(async () => (await kafkaAdmin.listTopics()).filter((name) => name.startsWith('goes-too')))
    .toEqual([]);

  await page.goto('/topics/orders');
  const refused = { type: 'deletion-disabled', title: 'No', status: 409, detail: 'It is switched off.' };
  await page.route('**/clusters/local/topics/orders', (route) =>
    route.request().method() === 'DELETE'
      ? route.fulfill({ status: 409, contentType: 'application/problem+json', json: refused })
      : route.continue(),
  );
  await page.getByRole('button', { name: 'Actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const one = page.getByRole('dialog', { name: 'Delete orders' });
  await one.getByLabel('Type orders to confirm').fill('orders');
  await one.getByLabel('Topic token').fill(topicToken);
  await one.getByRole('button', { name: 'Delete topic' }).click();
  await expect(one.getByRole('alert')).toContainText(/delete\.topic\.enable|switched off|deletion/i);
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
