/**
 * What every journey starts from: the product with its demo and a mail server beside it, shared by all journeys; a Kafka
 * client of the journey's own; and a page that is signed in. Collecting every two seconds makes journeys short; all else is
 * as a user has it.
 */
import { expect, test as base } from '@playwright/test';
import type { Browser, Page } from '@playwright/test';
import { Kafka, Partitioners, logLevel } from 'kafkajs';
import type { Admin } from 'kafkajs';
import { startMailSink } from './mail-sink.ts';
import type { MailSink } from './mail-sink.ts';
import { adminPassword, startProduct } from './product.ts';
import type { Product } from './product.ts';

type StorageState = Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;

interface WorkerFixtures {
  readonly mail: MailSink;
  readonly product: Product;
  readonly kafka: Kafka;
  readonly adminSession: StorageState;
}
interface TestFixtures {
  readonly kafkaAdmin: Admin;
  /** Signed in as admin; its base address is the console's. */
  readonly page: Page;
}

export async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.goto('/login');
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function sessionOf(browser: Browser, product: Product): Promise<StorageState> {
  const context = await browser.newContext({ baseURL: product.url });
  const page = await context.newPage();
  await signIn(page, 'admin', adminPassword);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor({ timeout: 120_000 });
  const state = await context.storageState();
  await context.close();
  return state;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  mail: [
    async ({}, use) => {
      const sink = await startMailSink();
      await use(sink);
      await sink.close();
    },
    { scope: 'worker' },
  ],
  product: [
    async ({ mail }, use) => {
      const product = await startProduct({
        environment: {
          AQUILA_COLLECT_INTERVAL_MS: '2000',
          AQUILA_SMTP_URL: mail.url,
          AQUILA_MAIL_FROM: 'aquila@example.org',
        },
      });
      await use(product);
      await product.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  kafka: [
    async ({ product }, use) => {
      await use(
        new Kafka({
          clientId: 'journeys',
          brokers: [...product.brokerAddresses],
          logLevel: logLevel.NOTHING,
        }),
      );
    },
    { scope: 'worker' },
  ],
  adminSession: [
    async ({ browser, product }, use) => {
      await use(await sessionOf(browser, product));
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  kafkaAdmin: async ({ kafka }, use) => {
    const admin = kafka.admin();
    await admin.connect();
    await use(admin);
    await admin.disconnect();
  },
  baseURL: async ({ product }, use) => {
    await use(product.url);
  },
  /** A page asks on by itself, so that a route may be answering when its journey ends: what no longer can be answered must not break it then. */
  page: async ({ page }, use) => {
    await use(page);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  },
  storageState: async ({ adminSession }, use) => {
    await use(adminSession);
  },
});

export { expect };

/**
 * A topic with `records` records, and nobody reading it. A broker that has not heard of it yet says that it does not host it, so that its
 * leader is asked for until it is told.
 */
export async function makeTopic(kafka: Kafka, topic: string, records: number): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: false });
  await expect(async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    expect(topics[0]?.partitions.map(({ leader }) => leader >= 0)).toEqual([true]);
  }).toPass();
  await admin.disconnect();
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 15 },
  });
  await producer.connect();
  await producer.send({
    topic,
    messages: Array.from({ length: records }, (_, index) => ({ value: `record ${index}` })),
  });
  await producer.disconnect();
}

/** What a group has read of partition 0, tried again while its coordinator has not heard of the topic. */
export async function commitOffset(
  admin: Admin,
  groupId: string,
  topic: string,
  offset: number,
): Promise<void> {
  const partitions = [{ partition: 0, offset: String(offset) }];
  await expect(() => admin.setOffsets({ groupId, topic, partitions })).toPass();
}
