/** `order-service`: takes every order within a moment and asks for its payment. A group that keeps up. */
import { Partitioners } from 'kafkajs';
import { consume } from '../program.ts';
import type { Program } from '../program.ts';
import { paymentFor } from '../shop.ts';
import type { Order } from '../shop.ts';
import { topics } from './topics.ts';

export const orderService: Program = {
  name: 'order-service',
  async run(kafka, signal) {
    const producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
    });
    try {
      await producer.connect();
      await consume(kafka, signal, {
        groupId: 'order-service',
        topic: topics.orders,
        async eachBatch({ batch }) {
          const messages = batch.messages.flatMap(({ value }) => {
            if (value === null) return [];
            const { key, value: payment } = paymentFor(
              JSON.parse(value.toString()) as Order,
              Math.random,
              new Date(),
            );
            return [
              {
                key,
                value: JSON.stringify(payment),
                headers: { event: 'payment-decided', source: 'order-service' },
              },
            ];
          });
          if (messages.length > 0) await producer.send({ topic: topics.payments, acks: -1, messages });
        },
      });
    } finally {
      await producer.disconnect().catch(() => undefined);
    }
  },
};
