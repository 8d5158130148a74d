/** The topics of a snapshot, in the order of their names, each partition with what this round and earlier ones were told of it. */
import type { BrokerSnapshot, PartitionSnapshot, TopicSnapshot } from '../model/snapshot.ts';
import type { Slices } from '../../kafka-client/slices.ts';
import { knownAs } from './beats.ts';
import { PartitionBuilder } from './build-partitions.ts';
import { topicRates, type RateWindow } from './build-rates.ts';
import { minInSyncOf } from './min-in-sync.ts';
import type { RoundAnswers } from './round-answers.ts';
import type { RoundMemory } from './round-memory.ts';
import { layoutOf } from './topic-layout.ts';

export interface TopicsFrame {
  readonly brokers: readonly BrokerSnapshot[];
  readonly window: RateWindow;
  readonly intervalMs: number;
  readonly slices: Slices;
}

export async function buildTopics(
  answers: RoundAnswers,
  memory: RoundMemory,
  { brokers, window, intervalMs, slices }: TopicsFrame,
): Promise<Map<string, TopicSnapshot>> {
  const builder = new PartitionBuilder(answers, brokers, { endsAtMs: memory.endsAtMs, intervalMs });
  const time = { nowMs: answers.offsetsAtMs, intervalMs };
  const topics = new Map<string, TopicSnapshot>();
  for (const topic of layoutOf(answers.metadata.topics).byName) {
    if (slices.isOver) await slices.next();
    const { name, topicId, internal, error } = topic;
    const before = knownAs(topic, memory.topics);
    const partitions: PartitionSnapshot[] = [];
    for (let index = 0; index < topic.partitions.length; index++) {
      const listed = topic.partitions[index];
      if (listed !== undefined)
        partitions.push(builder.build(name, listed, before?.partitions[index] ?? null));
    }
    const minInSync = minInSyncOf(name, before, answers.minInSync, time);
    const rates = topicRates(topic, answers, window);
    topics.set(
      name,
      minInSync === undefined
        ? { name, topicId, internal, error, partitions, ...rates }
        : { name, topicId, internal, error, partitions, ...rates, minInSyncReplicas: minInSync },
    );
  }
  return topics;
}
