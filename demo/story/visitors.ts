/** `shop-web`: visitors look at pages all the time, and now and then one of them orders something. */
import { CompressionTypes, Partitioners } from 'kafkajs';
import type { Producer } from 'kafkajs';
import { pause } from '../program.ts';
import type { Program } from '../program.ts';
import { busyness, countAround, order, pageView } from '../shop.ts';
import type { Chance, Keyed } from '../shop.ts';
import { topics } from './topics.ts';

const viewsPerSecond = 12;
const ordersPerSecond = 2;
const sendEveryMs = 1_000;

function messagesOf(count: number, make: () => Keyed<unknown>, event: string) {
  return Array.from({ length: count }, () => {
    const { key, value } = make();
    return { key, value: JSON.stringify(value), headers: { event, source: 'shop-web' } };
  });
}

async function sendOneSecond(producer: Producer, chance: Chance): Promise<void> {
  const now = new Date();
  const busy = busyness(now.getTime());
  const views = messagesOf(
    countAround(viewsPerSecond * busy, chance),
    () => pageView(chance, now),
    'page-viewed',
  );
  const orders = messagesOf(
    countAround(ordersPerSecond * busy, chance),
    () => order(chance, now),
    'order-placed',
  );
  await producer.sendBatch({
    acks: -1,
    compression: CompressionTypes.GZIP,
    topicMessages: [{ topic: topics.pageViews, messages: views }],
  });
  if (orders.length > 0) await producer.send({ topic: topics.orders, acks: -1, messages: orders });
}

export const visitors: Program = {
  name: 'shop-web',
  async run(kafka, signal) {
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    try {
      await producer.connect();
      while (!signal.aborted) {
        const started = performance.now();
        await sendOneSecond(producer, Math.random);
        await pause(Math.max(0, sendEveryMs - (performance.now() - started)), signal);
      }
    } finally {
      await producer.disconnect().catch(() => undefined);
    }
  },
};
