/** A broker of three is killed as `kill -9` does, and each page tells of it and of its return. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { ProcessState, Product } from './product.ts';

const processOf = (product: Product, id: number): ProcessState | undefined =>
  product.processes().find(({ name }) => name === `broker-${id}`);

/** Kills it; the process that the supervisor starts instead is held before it serves, for as long as one wants to look around. */
async function keepDown(product: Product, id: number): Promise<{ letGo: () => void }> {
  const killed = processOf(product, id)?.pid ?? Number.NaN;
  process.kill(killed, 'SIGKILL');
  const started = (): number | null => {
    const pid = processOf(product, id)?.pid ?? null;
    return pid === killed ? null : pid;
  };
  await expect.poll(started, { intervals: [10], timeout: 30_000 }).not.toBeNull();
  const held = started() ?? Number.NaN;
  process.kill(held, 'SIGSTOP');
  return { letGo: () => process.kill(held, 'SIGCONT') };
}

const tile = (page: Page, name: RegExp) =>
  page.getByRole('list', { name: 'The cluster in numbers' }).getByRole('link', { name });

test('three brokers share leaders and replicas, and one of them is the controller', async ({ page }) => {
  await page.goto('/brokers');
  await expect(page.getByText('All 3 brokers are up.')).toBeVisible();
  await expect(page.getByText(/Broker \d is the controller\./)).toBeVisible();
  const rows = page.getByRole('table', { name: 'Brokers' }).getByRole('row');
  await expect(rows).toHaveCount(4);
  for (const id of [0, 1, 2]) {
    const cells = rows
      .filter({ has: page.getByRole('link', { name: String(id), exact: true }) })
      .getByRole('cell');
    await expect(cells.filter({ hasText: 'Up' })).toHaveCount(1);
  }
  const quorum = page.getByRole('region', { name: 'Metadata quorum' });
  await expect(quorum.getByText(/^Node \d leads it in epoch \d+/)).toBeVisible();
  await expect(quorum.getByRole('row')).toHaveCount(4);
  await expect(quorum.getByRole('cell', { name: 'leader', exact: true })).toHaveCount(1);
  await expect(quorum.getByRole('cell', { name: 'voter', exact: true })).toHaveCount(2);
  await page.goto('/topics/orders');
  await expect(page.getByText('6 partitions × 3 replicas.')).toBeVisible();
  await page.goto('/brokers/0');
  await expect(page.getByText(/^version \d+\.\d+/)).toBeVisible();
  await expect(page.getByText(/ free of /)).toBeVisible();
  const partitions = page.getByRole('table', { name: 'Partitions on this broker' });
  await expect(partitions.getByRole('row', { name: /^orders 5/ })).toBeVisible();
  const internal = partitions.getByRole('row', { name: /^__consumer_offsets/ });
  await expect(internal).toHaveCount(0);
  await page.getByRole('button', { name: /^Internal \d+/ }).click();
  await expect(internal.first()).toBeVisible();
});

interface Changes {
  readonly items: readonly { readonly change: { readonly kind: string; readonly brokerId?: number } }[];
}

test('a broker that dies leaves its partitions under-replicated, and everything works; it comes back', async ({
  page,
  product,
  kafka,
}) => {
  test.setTimeout(180_000);
  await page.goto('/');
  await expect(tile(page, /^Under-replicated 0/)).toBeVisible();
  const broker = await keepDown(product, 2);
  await expect(page.getByText(/Broker 2 has not answered for/)).toBeVisible();
  await expect(page.getByText(/partitions are under-replicated:/)).toBeVisible();
  await expect(tile(page, /^Under-replicated [1-9]/)).toBeVisible();
  await expect(tile(page, /^Brokers 2/)).toBeVisible();
  await expect(tile(page, /^Offline partitions 0/)).toBeVisible();

  const producer = kafka.producer({ retry: { retries: 10 } });
  await producer.connect();
  await producer.send({ topic: 'orders', acks: -1, messages: [{ value: '{"lines":[]}' }] });
  await producer.disconnect();

  // The sentence has it first; what changed names it, too.
  await page.getByRole('link', { name: 'Broker 2' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Broker 2' })).toBeVisible();
  await expect(page.getByText(/It has not answered for/)).toBeVisible();
  await page.goto('/topics/orders');
  await expect(page.getByText('6 partitions under-replicated')).toBeVisible({ timeout: 40_000 });
  await expect(page.getByTitle('2 is not in sync').first()).toBeVisible();

  broker.letGo();
  await expect.poll(() => processOf(product, 2)?.state, { timeout: 60_000 }).toBe('running');
  await expect(page.getByText('6 partitions under-replicated')).toHaveCount(0, { timeout: 30_000 });
  await page.goto('/');
  await expect(tile(page, /^Under-replicated 0/)).toBeVisible();
  await expect(tile(page, /^Brokers 3/)).toBeVisible();
  const changed = (await (await page.request.get('/api/v1/clusters/local/changes')).json()) as Changes;
  const kinds = changed.items.filter(({ change }) => change.brokerId === 2).map(({ change }) => change.kind);
  expect(kinds).toEqual(expect.arrayContaining(['broker-lost', 'broker-back', 'isr-shrunk', 'isr-grown']));
});

test('the controller may die, too: another one takes over', async ({ page, product }) => {
  await page.goto('/brokers');
  const sentence = page.getByText(/Broker \d is the controller\./);
  await expect(sentence).toBeVisible();
  const before = /Broker (\d) is the controller/.exec((await sentence.textContent()) ?? '')?.[1];
  process.kill(processOf(product, Number(before))?.pid ?? Number.NaN, 'SIGKILL');
  await expect(page.getByText(`Broker ${before} is the controller.`)).toHaveCount(0);
  await expect(sentence).toBeVisible();
  await expect(page.getByText('All 3 brokers are up.')).toBeVisible({ timeout: 60_000 });
});
