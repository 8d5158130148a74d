import { commitOffset, expect, makeTopic, test } from './fixtures.ts';

test('lag over a limit sends one mail, and one more when it is over', async ({
  page,
  kafka,
  kafkaAdmin,
  mail,
  product,
}) => {
  // Over and under the limit, each is waited for over several rounds.
  test.setTimeout(180_000);
  await page.goto('/alerts');
  await page.getByRole('tab', { name: /^Channels/ }).click();
  await page.getByRole('button', { name: 'New channel' }).click();
  const channel = page.getByRole('dialog', { name: 'New channel' });
  await channel.getByLabel('Name').fill('On call');
  await channel.getByLabel('To', { exact: true }).fill('night@example.org');
  await channel.getByRole('button', { name: 'Save channel' }).click();
  await expect(channel).toBeHidden();

  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText(/The test message was taken/).first()).toBeVisible();
  expect(mail.mails.at(-1)?.to).toEqual(['night@example.org']);

  await makeTopic(kafka, 'slow-topic', 100);
  await commitOffset(kafkaAdmin, 'slow-group', 'slow-topic', 10);
  const before = mail.mails.length;
  await page.getByRole('tab', { name: /^Rules/ }).click();
  await page.getByRole('button', { name: 'New rule' }).click();
  const rule = page.getByRole('dialog', { name: 'New rule' });
  await rule.getByLabel('Name').fill('Slow group falls behind');
  await rule.getByLabel('Consumer group').fill('slow-group');
  await rule.getByLabel('Lag over').fill('50');
  await rule.getByLabel('For at least').selectOption({ label: 'at once' });
  await rule.getByRole('checkbox', { name: 'On call' }).check();
  await rule.getByRole('button', { name: 'Save rule' }).click();
  await expect(rule).toBeHidden();

  await expect.poll(() => mail.mails.length, { timeout: 30_000 }).toBe(before + 1);
  const fired = mail.mails.at(-1)?.raw ?? '';
  for (const word of ['local', 'slow-group', '90', product.url]) expect(fired).toContain(word);
  await page.getByRole('tab', { name: /^Incidents/ }).click();
  await expect(page.getByText('slow-group').first()).toBeVisible();
  await expect(page.getByText('Firing').first()).toBeVisible();

  await commitOffset(kafkaAdmin, 'slow-group', 'slow-topic', 100);
  await expect.poll(() => mail.mails.length, { timeout: 60_000 }).toBe(before + 2);
  expect(mail.mails.at(-1)?.raw).toContain('slow-group');
  await expect(page.getByText('Over').first()).toBeVisible();
});

test('a silence is made for a pattern, listed until it ends, and ended by hand', async ({ page }) => {
  await page.goto('/alerts?tab=silences');
  await page.getByRole('button', { name: 'New silence' }).click();
  const dialog = page.getByRole('dialog', { name: 'New silence' });
  await dialog.getByLabel('What is quiet').selectOption({ label: 'A group, or groups by pattern' });
  await dialog.getByRole('button', { name: 'Silence' }).click();
  await expect(dialog.getByText('Give a name.')).toBeVisible();
  await dialog.getByLabel('Consumer group').fill('night-*');
  await dialog.getByLabel('For').selectOption({ label: '4 h' });
  await dialog.getByLabel('Why').fill('New disks');
  await dialog.getByRole('button', { name: 'Silence' }).click();
  await expect(dialog).toBeHidden();

  const silence = page.getByRole('list', { name: 'Silences' }).getByRole('listitem');
  await expect(silence).toContainText('Group night-*');
  await expect(silence).toContainText('in force');
  await expect(silence).toContainText('New disks');
  await page.getByRole('button', { name: 'End the silence: Group night-*' }).click();
  await expect(page.getByText('Nothing is silenced')).toBeVisible();
});
