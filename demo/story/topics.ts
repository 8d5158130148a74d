/** The shop's topics. A day of history is kept, in small segments, so that the demo stays small on disk. */
import type { Kafka } from 'kafkajs';
import type { Program } from '../program.ts';

export const topics = { orders: 'orders', payments: 'payments', pageViews: 'page-views' } as const;

const kept = [
  { name: 'retention.ms', value: String(24 * 60 * 60 * 1000) },
  { name: 'segment.bytes', value: String(16 * 1024 * 1024) },
];

async function createMissing(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const existing = new Set(await admin.listTopics());
    const wanted = [
      { topic: topics.orders, numPartitions: 6, configEntries: kept },
      { topic: topics.payments, numPartitions: 3, configEntries: kept },
      { topic: topics.pageViews, numPartitions: 6, configEntries: kept },
    ].filter(({ topic }) => !existing.has(topic));
    if (wanted.length > 0) await admin.createTopics({ topics: wanted, waitForLeaders: true });
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

export const createTopics: Program = { name: 'shop-setup', run: createMissing };
