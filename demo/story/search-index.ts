/**
 * `search-index`: rebuilds its index every few minutes and reads nothing meanwhile, then catches up. A group whose lag
 * rises and falls in a rhythm, though nothing is wrong with it.
 */
import { consume, pause } from '../program.ts';
import type { Program } from '../program.ts';
import { topics } from './topics.ts';

const readsForMs = 120_000;
const rebuildsForMs = 180_000;

export const searchIndex: Program = {
  name: 'search-index',
  async run(kafka, signal) {
    const paths = new Map<string, number>();
    await consume(kafka, signal, {
      groupId: 'search-index',
      topic: topics.pageViews,
      async eachBatch({ batch }) {
        for (const { value } of batch.messages) {
          const path = (JSON.parse(value?.toString() ?? '{}') as { path?: string }).path ?? '/';
          paths.set(path, (paths.get(path) ?? 0) + 1);
        }
      },
      async during(consumer, until) {
        while (!until.aborted) {
          await pause(readsForMs, until);
          consumer.pause([{ topic: topics.pageViews }]);
          await pause(rebuildsForMs, until);
          consumer.resume([{ topic: topics.pageViews }]);
        }
      },
    });
  },
};
