/**
 * `old-report`: somebody ran it once, it read the orders of that day, committed and left for good. Its group stays behind,
 * without members, and its lag grows. On later starts it is left alone.
 */
import { consume, pause } from '../program.ts';
import type { Program } from '../program.ts';
import { topics } from './topics.ts';

const groupId = 'old-report';
const readsForMs = 20_000;

export const oldReport: Program = {
  name: groupId,
  async run(kafka, signal) {
    const admin = kafka.admin();
    try {
      await admin.connect();
      const [committed] = await admin.fetchOffsets({ groupId, topics: [topics.orders] });
      if (committed?.partitions.some(({ offset }) => offset !== '-1')) return;
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
    await consume(kafka, signal, {
      groupId,
      topic: topics.orders,
      eachBatch: async () => undefined,
      during: (_, until) => pause(readsForMs, until),
    });
  },
};
