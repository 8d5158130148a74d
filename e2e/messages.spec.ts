/** Looking into a topic: found by place and by filter, opened, produced, watched live; and all of it by its address. */
import type { Locator, Page } from '@playwright/test';
import { Partitioners } from 'kafkajs';
import type { Kafka, KafkaMessage } from 'kafkajs';
import { expect, makeTopic, test } from './fixtures.ts';

async function append(kafka: Kafka, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 15 },
  });
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

/** A broker that has not heard of a new topic yet says that there is none: then the page is opened again. */
async function open(page: Page, path: string, shown: Locator): Promise<void> {
  await expect(async () => {
    await page.goto(path);
    await expect(shown).toBeVisible({ timeout: 10_000 });
  }).toPass();
}

const rowsOf = (page: Page) => page.getByRole('table', { name: 'Messages', exact: true }).getByRole('row');
const look = (page: Page) => page.getByRole('button', { name: 'Look', exact: true });
const filterOf = (page: Page) => page.getByRole('textbox', { name: 'Filter', exact: true });

test('messages are found from a place on and by a filter, and the address finds them again', async ({
  page,
  kafka,
}) => {
  await makeTopic(kafka, 'looked-into', 130);
  await open(page, '/topics/looked-into/messages', rowsOf(page).nth(1));
  await expect(rowsOf(page).nth(1)).toContainText('record 129');
  await expect(page.getByText(/^100 messages\./)).toBeVisible();
  await page.getByRole('button', { name: 'Show 100 more' }).click();
  await expect(page.getByText(/^130 messages\./)).toBeVisible();
  await expect(page.getByText('This is where the topic begins.')).toBeVisible();

  await page.getByLabel('Look from').selectOption('oldest');
  await page.getByLabel('At most').selectOption('20');
  await look(page).click();
  await expect(rowsOf(page).nth(1)).toContainText('record 0');
  await expect(rowsOf(page)).toHaveCount(21);
  await expect(page).toHaveURL(/from=oldest&limit=20$/);
  await page.getByText('Which offsets were looked at').click();
  await expect(
    page.getByRole('table', { name: 'Which offsets were looked at' }).getByRole('row', { name: /^0 0 to/ }),
  ).toBeVisible();

  await filterOf(page).fill('value ends 77');
  await look(page).click();
  await expect(rowsOf(page)).toHaveCount(2);
  await expect(rowsOf(page).nth(1)).toContainText('record 77');
  await page.reload();
  await expect(rowsOf(page).nth(1)).toContainText('record 77');
  await expect(filterOf(page)).toHaveValue('value ends 77');

  await filterOf(page).fill('value =');
  await filterOf(page).press('Enter');
  await expect(page.getByText('At the end, character 8: a value behind = is missing')).toBeVisible();

  await page.goto('/topics/looked-into/messages?from=offset%3A40&limit=50');
  await expect(page.getByLabel('Offset', { exact: true })).toHaveValue('40');
  await expect(rowsOf(page).nth(1)).toContainText('record 40');
  await page.goto('/topics/not-there/messages');
  await expect(page.getByText('There is no topic not-there')).toBeVisible();
});

/** Reads a topic from its beginning beside what happens in the browser. `read` is what came so far. */
async function readBeside(
  kafka: Kafka,
  topic: string,
): Promise<{ read: KafkaMessage[]; stop: () => Promise<void> }> {
  const consumer = kafka.consumer({ groupId: `beside-${topic}` });
  const read: KafkaMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void read.push(message) });
  return { read, stop: () => consumer.disconnect() };
}

test('a message is produced, opened, shown in each way and kept', async ({ page, kafka }) => {
  await makeTopic(kafka, 'written-to', 3);
  const { read, stop } = await readBeside(kafka, 'written-to');
  await open(page, '/topics/written-to/messages', rowsOf(page).nth(3));
  await expect(rowsOf(page)).toHaveCount(4);
  await page.getByRole('button', { name: 'Produce message' }).click();
  const form = page.getByRole('dialog', { name: 'Produce to written-to' });
  await form.getByLabel('Key', { exact: true }).fill('journey-key');
  await form.getByLabel('Value', { exact: true }).fill('{"state":"new","n":12345678901234567890}');
  await form.getByRole('button', { name: 'Add header' }).click();
  await form.getByLabel('Name 1').fill('trace');
  await form.getByLabel('Content 1').fill('abc');
  await form.getByLabel('Compression').selectOption('gzip');
  await form.getByLabel('Timestamp').fill('2026-01-02T03:04:05');
  await form.getByRole('button', { name: 'Produce', exact: true }).click();
  await page.getByRole('button', { name: 'partition 0 at offset 3' }).click();

  const opened = page.getByRole('dialog', { name: 'Partition 0, offset 3' });
  await expect(opened.getByText('"n": 12345678901234567890')).toBeVisible();
  await expect(opened.getByText('trace')).toBeVisible();
  await expect(opened.getByText(/03:04:05/)).toBeVisible();
  await expect(page).toHaveURL(/at=0-3/);
  const ways = opened.getByRole('radiogroup', { name: 'Show as' });
  await ways.getByText('Hex').click();
  await expect(opened.getByText('7b 22 73 74 61')).toBeVisible();
  await page.reload();
  await expect(ways.getByRole('radio', { name: 'Hex' })).toBeChecked();
  await ways.getByText('Text').click();
  await expect(opened.getByText('{"state":"new","n":12345678901234567890}')).toBeVisible();
  const download = page.waitForEvent('download');
  await opened.getByRole('button', { name: 'Save value' }).click();
  expect((await download).suggestedFilename()).toBe('written-to-0-3-value.bin');
  await page.keyboard.press('Escape');
  await expect(opened).toBeHidden();

  await filterOf(page).fill('key = journey-key and header.trace = abc');
  await look(page).click();
  await expect(rowsOf(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Produce message' }).click();
  await form.getByLabel('Key', { exact: true }).fill('gone');
  await form.getByLabel('No value (null, a tombstone)').check();
  await form.getByRole('button', { name: 'Produce', exact: true }).click();
  await expect(form).toBeHidden();
  await filterOf(page).fill('value = null');
  await look(page).click();
  await expect(rowsOf(page).nth(1)).toContainText('null: a tombstone');
  await expect.poll(() => read.length).toBe(5);
  await stop();
  // As text: of bytes that are longer than expected a matcher of objects says that they match.
  const told = read.slice(3).map(({ key, value, headers, timestamp }) => ({
    ...{ key: key?.toString(), value: value?.toString() ?? null, timestamp },
    trace: headers?.['trace']?.toString(),
  }));
  expect(told).toEqual([
    {
      key: 'journey-key',
      value: '{"state":"new","n":12345678901234567890}',
      timestamp: String(new Date('2026-01-02T03:04:05').getTime()),
      trace: 'abc',
    },
    { key: 'gone', value: null, timestamp: expect.stringMatching(/^\d+$/), trace: undefined },
  ]);

  await page.getByRole('link', { name: 'Messages', exact: true }).click();
  await expect(page.getByRole('paragraph').getByRole('link', { name: 'written-to' })).toBeVisible();
  await page.getByRole('searchbox', { name: /^Topic/ }).fill('to written');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/topics\/written-to\/messages$/);
});

test('a live view shows what arrives, and stands still while one reads further down', async ({
  page,
  kafka,
}) => {
  await makeTopic(kafka, 'watched', 1);
  await open(page, '/topics/watched/messages?from=live', page.getByText('Live', { exact: true }));
  const first = Array.from({ length: 60 }, (_, index) => `first ${index}`);
  await append(kafka, 'watched', first);
  await expect(rowsOf(page).nth(1)).toContainText('first 59');
  await expect(page.getByText(/^60 messages arrived/)).toBeVisible();

  await page.mouse.move(700, 600);
  await page.mouse.wheel(0, 900);
  await expect(page.getByText('Live, standing still')).toBeVisible();
  await append(kafka, 'watched', ['second']);
  await page.getByRole('button', { name: '1 new message' }).click();
  await expect(rowsOf(page).nth(1)).toContainText('second');

  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await append(kafka, 'watched', ['third']);
  await expect(page.getByRole('button', { name: '1 new message' })).toBeVisible();
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(rowsOf(page).nth(1)).toContainText('third');
});
