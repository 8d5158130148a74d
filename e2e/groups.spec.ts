import { commitOffset, expect, makeTopic, test } from './fixtures.ts';

test('a group that is behind is shown with its lag, per partition and over time', async ({
  page,
  kafka,
  kafkaAdmin,
}) => {
  await makeTopic(kafka, 'waiting-room', 90);
  await commitOffset(kafkaAdmin, 'waiting-group', 'waiting-room', 20);
  await page.goto('/groups');
  const groups = page.getByRole('table', { name: 'Consumer groups' });
  const listed = groups.getByRole('row', { name: /^waiting-group/ });
  const reason = listed.getByText(/^(the group has no members: )?partition 0 of waiting-room/);
  await expect(reason).toBeVisible();
  // Two lines of it, and the height that all rows have, by which a long list finds its place.
  expect((await reason.boundingBox())?.height).toBe(28);
  expect((await listed.boundingBox())?.height).toBe(32);
  await groups.getByRole('link', { name: 'waiting-group' }).click();
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

test('the list has the last hour of all groups in view, with one question', async ({
  page,
  kafka,
  kafkaAdmin,
}) => {
  await makeTopic(kafka, 'rising', 30);
  await commitOffset(kafkaAdmin, 'rising-group', 'rising', 10);
  const row = page
    .getByRole('table', { name: 'Consumer groups' })
    .getByRole('row', { name: /^rising-group/ });
  // A course has two moments at least.
  await expect(async () => {
    const questions: string[] = [];
    page.removeAllListeners('request');
    page.on('request', (request) => {
      if (request.url().includes('groups=')) questions.push(request.url());
    });
    await page.goto('/groups');
    await expect(
      row.getByRole('img', { name: '20 records waiting all through the last hour' }),
    ).toBeVisible();
    expect(questions).toHaveLength(1);
    const asked = JSON.parse(new URL(questions[0] ?? '').searchParams.get('groups') ?? '') as string[];
    expect(asked).toEqual(expect.arrayContaining(['rising-group', 'order-service', 'search-index']));
  }).toPass();
});

test('who was behind, when, is a picture that keys move through, and a table', async ({
  page,
  kafka,
  kafkaAdmin,
}) => {
  await makeTopic(kafka, 'late-topic', 60);
  await commitOffset(kafkaAdmin, 'late-group', 'late-topic', 20);
  await page.goto('/groups/late-group');
  const figure = page.getByRole('figure', { name: 'Where it was behind, when' });
  const picture = figure.getByRole('slider');
  await picture.focus();
  await expect(async () => {
    await picture.press('ArrowDown');
    await expect(picture).toHaveAttribute('aria-valuetext', /^late-topic 0, .*: 40 records behind$/);
  }).toPass();
  await figure.getByRole('button', { name: 'As a table' }).click();
  await expect(figure.getByRole('row', { name: /^late-topic 0 40 .* 40$/ })).toBeVisible();
  await page.goto('/groups');
  const all = page.getByRole('figure', { name: 'Who was behind, when' });
  await expect(all.getByRole('slider')).toBeVisible();
  await expect(all.getByRole('list', { name: 'Who was behind, when: what changed' })).toContainText(
    'late-group',
  );
});

test('a live group shows who reads which partition', async ({ page }) => {
  await page.goto('/groups/order-service');
  const members = page.getByRole('table', { name: 'Members' });
  await expect(members.getByRole('row', { name: /order-service.*orders 0, 1, 2, 3, 4, 5/ })).toBeVisible();
});

test('offsets of an idle group are moved after a look at what would happen; then it is deleted', async ({
  page,
  kafka,
  kafkaAdmin,
}) => {
  await makeTopic(kafka, 'read-again', 50);
  await commitOffset(kafkaAdmin, 'second-reading', 'read-again', 40);
  await page.goto('/groups');
  // The chart above keeps the name: what was, was.
  const row = page
    .getByRole('table', { name: 'Consumer groups' })
    .getByRole('link', { name: 'second-reading' });
  await row.click();
  await page.getByRole('button', { name: 'Reset offsets…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Reset offsets of second-reading' });
  await dialog.getByLabel('Go on from').selectOption({ label: 'some time ago' });
  const ago = dialog.getByRole('textbox', { name: 'How long ago' });
  const show = dialog.getByRole('button', { name: 'Show what would happen' });
  await ago.fill('a while');
  await show.click();
  await expect(ago).toHaveAccessibleDescription(/^A length of time, for example 30 min/);
  await ago.fill('1 h');
  await show.click();
  await expect(dialog.getByText(/^From .* on\.$/)).toBeVisible();
  await expect(dialog.getByRole('row', { name: '0 40 0 40 read again' })).toBeVisible();
  await dialog.getByLabel('Go on from').selectOption({ label: 'some records back or forth' });
  await dialog.getByRole('textbox', { name: 'Records' }).fill('-15');
  await show.click();
  await expect(dialog.getByRole('row', { name: '0 40 25 15 read again' })).toBeVisible();
  const committed = async () =>
    (await kafkaAdmin.fetchOffsets({ groupId: 'second-reading', topics: ['read-again'] }))[0]?.partitions[0]
      ?.offset;
  expect(await committed()).toBe('40');
  await dialog.getByRole('button', { name: 'Move 1 partition' }).click();
  await expect(dialog).toBeHidden();
  expect(await committed()).toBe('25');

  await page.getByRole('button', { name: 'Delete…' }).click();
  const deletion = page.getByRole('dialog', { name: 'Delete second-reading' });
  await deletion.getByLabel('Type second-reading to confirm').fill('second-reading');
  await deletion.getByRole('button', { name: 'Delete group' }).click();
  await expect(page).toHaveURL(/\/groups$/);
  await expect(row).toHaveCount(0);
  const { groups } = await kafkaAdmin.listGroups();
  expect(groups.map(({ groupId }) => groupId)).not.toContain('second-reading');
});

test('a group that somebody reads with offers neither', async ({ page }) => {
  await page.goto('/groups/order-service');
  await expect(page.getByRole('button', { name: 'Reset offsets…' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Delete…' })).toBeDisabled();
});
