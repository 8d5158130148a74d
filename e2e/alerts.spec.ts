/**
 * Alerts: a mail when something begins and when it is over; from a chart of lag to a rule that watches it; from what fired to what caused it;
 * a rule in full; and silences. A recipient gets one message a minute: the first journey ends what fired, and the last one, which reads
 * its mail, finds most of that minute gone by the journeys between.
 */
import type { Page } from '@playwright/test';
import { commitOffset, expect, makeTopic, test } from './fixtures.ts';
import type { MailSink } from './mail-sink.ts';

// The last goes on from the first.
test.describe.configure({ mode: 'serial' });

const mailsTo = ({ mails }: MailSink, recipient: string) => mails.filter(({ to }) => to.includes(recipient));
const incidentOf = (page: Page, group: string) =>
  page.getByRole('list', { name: 'Incidents' }).getByRole('listitem').filter({ hasText: group });

test('lag over a limit sends one mail', async ({ page, kafka, kafkaAdmin, mail, product }) => {
  await page.goto('/alerts');
  await page.getByRole('tab', { name: /^Channels/ }).click();
  // The ring is for the keyboard.
  await expect(page.locator('[role="tab"]:focus-visible')).toHaveCount(0);
  await page.getByRole('button', { name: 'New channel' }).click();
  const channel = page.getByRole('dialog', { name: 'New channel' });
  await channel.getByLabel('Name').fill('On call');
  await channel.getByLabel('To', { exact: true }).fill('night@example.org');
  await channel.getByRole('button', { name: 'Save channel' }).click();
  await expect(channel).toBeHidden();

  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText(/The test message was taken/).first()).toBeVisible();
  expect(mailsTo(mail, 'night@example.org')).toHaveLength(1);

  await makeTopic(kafka, 'slow-topic', 100);
  await commitOffset(kafkaAdmin, 'slow-group', 'slow-topic', 10);
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

  await expect.poll(() => mailsTo(mail, 'night@example.org').length).toBe(2);
  const fired = mailsTo(mail, 'night@example.org').at(-1)?.raw ?? '';
  for (const word of ['local', 'slow-group', '90', product.url]) expect(fired).toContain(word);
  await page.getByRole('tab', { name: /^Incidents/ }).click();
  await expect(incidentOf(page, 'slow-group')).toContainText('Firing');
  await commitOffset(kafkaAdmin, 'slow-group', 'slow-topic', 100);
});

test('a rule is two clicks from a chart of lag, filled in with what the chart shows', async ({
  page,
  kafka,
  kafkaAdmin,
}) => {
  await makeTopic(kafka, 'bell-topic', 60);
  await commitOffset(kafkaAdmin, 'bell-group', 'bell-topic', 5);
  await page.goto('/groups/bell-group');
  await expect(page.getByRole('figure', { name: /^Lag\. bell-group: 55/ })).toBeVisible();
  await page.getByRole('link', { name: 'Alert me about this: Lag' }).click();
  const form = page.getByRole('dialog', { name: 'New rule' });
  await expect(form.getByLabel('Name')).toHaveValue('bell-group falls behind');
  await expect(form.getByLabel('Consumer group')).toHaveValue('bell-group');
  await expect(form.getByLabel('Lag over')).toHaveValue('1000');
  await form.getByRole('button', { name: 'Save rule' }).click();
  await expect(form).toBeHidden();
  const rule = page.getByRole('row', { name: /^bell-group falls behind/ });
  await expect(rule).toContainText('lag over 1,000 records');
  await expect(page).toHaveURL(/\/alerts\?tab=rules$/);

  await rule.getByRole('button', { name: 'Edit rule bell-group falls behind' }).click();
  await expect(page).toHaveURL(/rule=/);
  const edited = page.getByRole('dialog', { name: 'Rule bell-group falls behind' });
  await edited.getByLabel('Counted in').selectOption({ label: 'time' });
  await expect(edited.getByLabel('Lag over')).toHaveValue('5 min');
  await edited.getByLabel('Lag over').fill('soon');
  await expect(edited.getByText('A time like 90 s, 5 min or 2 h.')).toBeVisible();
  await edited.getByLabel('Lag over').fill('1 h 30 min');
  await edited.getByLabel('At most').selectOption({ label: '3 messages' });
  await edited.getByRole('button', { name: 'Save rule' }).click();
  await expect(edited).toBeHidden();
  await expect(rule).toContainText('lag over 1 h 30 min');
  await page.reload();
  await rule.getByRole('button', { name: 'Edit rule bell-group falls behind' }).click();
  await expect(edited.getByLabel('At most')).toHaveValue('3');
  await edited.getByRole('button', { name: 'Cancel' }).click();
  await rule.getByRole('button', { name: 'Delete rule bell-group falls behind' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect(rule).toHaveCount(0);
});

test('statuses of groups have one wording: in a rule, in its sentence and on the page of the group', async ({
  page,
}) => {
  await page.goto('/alerts?tab=rules&rule=new&type=group-status');
  const form = page.getByRole('dialog', { name: 'New rule' });
  for (const name of ['Slow', 'Stalled', 'Stopped', 'Rewound', 'Unknown'])
    await expect(form.getByRole('checkbox', { name })).toBeVisible();
  await expect(form.getByText('any group is stalled, stopped or rewound')).toBeVisible();
  await form.getByRole('button', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(/\/alerts\?tab=rules$/);
  await page.goto('/groups/order-service');
  await expect(page.getByTitle(/^keeps up/).first()).toHaveText('OK');
});

test('an incident is found by words, and one that somebody came for is marked and open', async ({
  page,
  kafka,
  kafkaAdmin,
  product,
}) => {
  const headers = { Origin: product.url };
  await makeTopic(kafka, 'found-topic', 40);
  await commitOffset(kafkaAdmin, 'found-group', 'found-topic', 0);
  const created = await page.request.post('/api/v1/alerts/rules', {
    headers,
    data: { name: 'Found again', type: 'group-lag', cluster: 'local', group: 'found-group', threshold: 10 },
  });
  expect(created.status()).toBe(201);
  await page.goto('/alerts?q=found-group');
  const incident = page.getByRole('list', { name: 'Incidents' }).getByRole('listitem').first();
  await expect(incident).toContainText('Found again', { timeout: 30_000 });
  await page.getByRole('button', { name: /^Over/ }).click();
  await expect(page.getByText('No incident matches')).toBeVisible();
  const { items } = (await (await page.request.get('/api/v1/alerts/incidents?limit=1000')).json()) as {
    items: { id: string; rule: { name: string } }[];
  };
  const id = items.find(({ rule }) => rule.name === 'Found again')?.id ?? '';
  await page.goto(`/alerts?incident=${id}`);
  const marked = page.getByRole('list', { name: 'Incidents' }).locator('> li[aria-current=true]');
  await expect(marked).toContainText('Found again');
  await expect(marked.getByRole('button', { name: 'Messages of Found again' })).toHaveAttribute(
    'aria-expanded',
    'true',
  );
  await expect(marked).toBeInViewport();

  // Links in mails lead to incidents that may be older than what is listed.
  await page.route('**/api/v1/alerts/incidents?*', async (route) => {
    const answer = await route.fetch();
    const list = (await answer.json()) as { items: { id: string }[]; total: number };
    const others = list.items.filter((incident) => incident.id !== id);
    await route.fulfill({ response: answer, json: { ...list, items: others } });
  });
  await page.goto(`/alerts?incident=${id}`);
  await expect(marked).toContainText('Found again');
  const { id: rule } = (await created.json()) as { id: string };
  expect((await page.request.delete(`/api/v1/alerts/rules/${rule}`, { headers })).status()).toBe(204);
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

test('it sends one mail more when it is over', async ({ page, mail }) => {
  await page.goto('/alerts');
  await expect(incidentOf(page, 'slow-group')).toContainText('Over');
  await expect.poll(() => mailsTo(mail, 'night@example.org').length, { timeout: 120_000 }).toBe(3);
  expect(mailsTo(mail, 'night@example.org').at(-1)?.raw).toContain('slow-group');
});
